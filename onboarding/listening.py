"""What newcomers said, as figures: shown from five answers on, and never whose it was.

``None`` in a result means: too few answers to show. What somebody said by name is theirs, see ``visibility.Data.FEEDBACK``;
it isn't mixed with what was said without, or subtracting would uncover the others.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from .models import PulseAnswer, StepFeedback

FEWEST = 5


@dataclass(frozen=True)
class Usefulness:
    """What was said about one step without a name; ``useful`` of ``total``, None where there are too few."""

    useful: int | None
    total: int | None
    comments: tuple[str, ...] = ()

    @property
    def is_too_few(self) -> bool:
        """Whether there is nothing to show."""
        return self.total is None


@dataclass(frozen=True)
class PulseFigures:
    """The pulse at one day: means of 1 to 5 with one decimal, None where there are too few answers."""

    day: int
    total: int | None
    welcome: float | None = None
    clear: float | None = None
    able: float | None = None
    comments: tuple[str, ...] = ()

    @property
    def is_too_few(self) -> bool:
        """Whether there is nothing to show."""
        return self.total is None


def usefulness_of(step_keys: Iterable[UUID]) -> dict[UUID, Usefulness]:
    """What was said without a name of each of these steps that anything was said of; one query.

    Comments come in an order that tells nothing.
    """
    rows: dict[UUID, list[tuple[bool, str]]] = defaultdict(list)
    found = StepFeedback.objects.filter(step_key__in=list(step_keys), enrolment__isnull=True)
    # Ids are random: this is an order, and none that tells who came first.
    for key, is_useful, comment in found.order_by("pk").values_list("step_key", "is_useful", "comment"):
        rows[key].append((is_useful, comment))
    return {
        key: Usefulness(
            sum(is_useful for is_useful, _comment in said), len(said), tuple(comment for _u, comment in said if comment)
        )
        if len(said) >= FEWEST
        else Usefulness(None, None)
        for key, said in rows.items()
    }


def feedback_by_name(viewer, step_keys: Iterable[UUID]):
    """What was said by name of these steps, of whom ``viewer`` may see it; with ``enrolment.user``."""
    from .models import Enrolment
    from .visibility import Data

    seen = Enrolment.objects.seen_by(viewer, Data.FEEDBACK)
    rows = StepFeedback.objects.filter(step_key__in=list(step_keys), enrolment__in=seen)
    return rows.select_related("enrolment__user").order_by("-month", "pk")


def pulse_figures(path_key: UUID | None = None) -> list[PulseFigures]:
    """The pulse at 30, 60 and 90 days, of one path or of all; one query."""
    rows = PulseAnswer.objects.order_by("pk")
    if path_key is not None:
        rows = rows.filter(path_key=path_key)
    by_day = defaultdict(list)
    for answer in rows.only("day", "welcome", "clear", "able", "comment"):
        by_day[answer.day].append(answer)
    return [_figures(day, by_day[day]) for day in sorted(by_day)]


def _figures(day: int, answers: list[PulseAnswer]) -> PulseFigures:
    total = len(answers)
    if total < FEWEST:
        return PulseFigures(day, None)
    means = {name: round(sum(getattr(a, name) for a in answers) / total, 1) for name in ("welcome", "clear", "able")}
    return PulseFigures(day, total, **means, comments=tuple(a.comment for a in answers if a.comment))
