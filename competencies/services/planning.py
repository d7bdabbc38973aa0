"""One's own plan: setting goals, changing them, saying that they are done, and putting evidence beside them.

Nothing here writes a level: what somebody finished is there to talk about.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from base.typed import storable
from people.models import User

from ..evidence import Finished, source_named
from ..levels import NOT_YET, Level
from ..models import CompetencyPage, Evidence, Goal
from ..models.plans import ACTION_LENGTH
from .versions import in_their_own_words


class GoalOpen(Exception):
    """The person has an open goal for this competency already: ``goal``."""

    def __init__(self, goal: Goal):
        super().__init__(goal.pk)
        self.goal = goal


class GoalChanged(Exception):
    """The goal was changed since it was shown: ``goal`` is how it stands now."""

    def __init__(self, goal: Goal):
        super().__init__(goal.pk)
        self.goal = goal


class GoalGone(LookupError):
    """The goal isn't there any more."""


class NotOffered(LookupError):
    """The person can't choose this: a competency they may not see, or something that isn't theirs as evidence."""


@dataclass(frozen=True)
class Aim:
    """What somebody says of a goal; ``from_level`` None is "don't know"."""

    from_level: int | None
    to_level: int
    action: str
    due_on: date | None


@transaction.atomic
def add_goal(*, user: User, key: UUID, competency_key: UUID, aim: Aim) -> Goal:
    """Set a goal; ``key`` is made with the form, and the same form again sets nothing more.

    Raises ``NotOffered``, ``GoalOpen`` for a competency with an open goal that says something else, and ValueError for levels
    that don't lead up or an action without words.
    """
    values = _checked(aim)
    titles = {
        code: page.title
        for code, page in in_their_own_words(
            CompetencyPage.objects.visible_to(user).filter(translation_key=competency_key)
        ).items()
    }
    if not titles:
        raise NotOffered(competency_key)
    # Two clicks at once: the second one waits here, and finds what the first one set.
    User.objects.select_for_update().get(pk=user.pk)
    own = Goal.objects.filter(user=user, competency_key=competency_key)
    before = own.filter(key=key).first()
    if before is not None and _says(before, values):
        return before
    if (standing := own.open().first()) is not None:
        if _says(standing, values):
            return standing
        raise GoalOpen(standing)
    fresh = {} if Goal.objects.filter(key=key).exists() else {"key": key}
    return Goal.objects.create(user=user, competency_key=competency_key, competency_titles=titles, **fresh, **values)


@transaction.atomic
def change_goal(*, goal: Goal, aim: Aim, seen: int) -> Goal:
    """The goal says this now; ``seen`` is the version that was shown. The same again changes nothing.

    Raises ``GoalGone``, ``GoalChanged``, and ValueError as ``add_goal``.
    """
    values = _checked(aim)
    goal = _locked(goal)
    if _says(goal, values):
        return goal
    if goal.version != seen:
        raise GoalChanged(goal)
    for name, value in values.items():
        setattr(goal, name, value)
    goal.version += 1
    goal.save(update_fields=[*values, "version"])
    return goal


@transaction.atomic
def set_goal_done(*, goal: Goal, done: bool) -> Goal:
    """It is done, or open again, whatever it was; the first moment stays. Raises ``GoalGone`` and ``GoalOpen``."""
    User.objects.select_for_update().get(pk=goal.user_id)
    goal = _locked(goal)
    if done == (goal.done_at is not None):
        return goal
    others = Goal.objects.filter(user=goal.user_id, competency_key=goal.competency_key).open()
    if not done and (other := others.first()) is not None:
        raise GoalOpen(other)
    goal.done_at = timezone.now() if done else None
    goal.save(update_fields=["done_at"])
    return goal


@transaction.atomic
def remove_goal(*, goal: Goal) -> None:
    """Throw it away with its evidence; gone already, nothing changes."""
    Goal.objects.filter(pk=goal.pk).delete()


@transaction.atomic
def add_evidence(*, goal: Goal, source: str, key: str) -> Evidence:
    """Put something the person finished beside the goal; there already, nothing changes.

    What it is called comes from the source, never from who sends the form. Raises ``GoalGone`` and ``NotOffered``.
    """
    goal = _locked(goal)
    item = _finished_by(goal.user, source, key)
    evidence, _made = Evidence.objects.get_or_create(
        goal=goal,
        source=source,
        key=key,
        defaults={"title": item.title[: Evidence._meta.get_field("title").max_length], "happened_on": item.happened_on},
    )
    return evidence


@transaction.atomic
def remove_evidence(*, goal: Goal, source: str, key: str) -> None:
    """Take it away from the goal; gone already, nothing changes."""
    Evidence.objects.filter(goal=goal, source=source, key=key).delete()


def _finished_by(user: User, source: str, key: str) -> Finished:
    found = source_named(source)
    item = next((item for item in found.finished(user) if item.key == key), None) if found else None
    if item is None:
        raise NotOffered(source, key)
    return item


def _checked(aim: Aim) -> dict:
    action = storable(aim.action).strip()[:ACTION_LENGTH]
    if not action:
        raise ValueError("A goal says what somebody is going to do.")
    if aim.to_level not in Level.values or aim.from_level not in (None, NOT_YET, *Level.values):
        raise ValueError((aim.from_level, aim.to_level))
    if aim.from_level is not None and aim.from_level >= aim.to_level:
        raise ValueError((aim.from_level, aim.to_level))
    return {"from_level": aim.from_level, "to_level": aim.to_level, "action": action, "due_on": aim.due_on}


def _says(goal: Goal, values: dict) -> bool:
    return all(getattr(goal, name) == value for name, value in values.items())


def _locked(goal: Goal) -> Goal:
    goal = Goal.objects.select_for_update(of=("self",)).select_related("user").filter(pk=goal.pk).first()
    if goal is None:
        raise GoalGone
    return goal
