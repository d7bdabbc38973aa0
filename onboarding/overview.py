"""Everybody on a path at once, for HR: in which state they are, in which phase, and what is late.

What is asked of many is asked of the database; what one row of the list shows comes from its ``Standing``. Both read the
same rows, so that who is listed as late has something late.
"""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import models
from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Team

from .models import Enrolment, PathPage, StepProgress, Supporter
from .outline import Outline, Phase, Step
from .periods import dates_in_words
from .reading_outlines import running_path
from .roles import Who
from .standing import Standing


class State(models.TextChoices):
    """Where an enrolment is; each is in one state, and who is late is under way as well."""

    BEFORE = "before", _("before the start")
    UNDER_WAY = "under_way", _("under way")
    OVERDUE = "overdue", _("under way, something is late")
    PAUSED = "paused", _("paused")
    FINISHED = "finished", _("finished")
    ENDED = "ended", _("ended")


FIRST_DAY = Coalesce("day_one", "start_date", output_field=DateField())


def state_of(standing: Standing, today: date | None = None) -> str:
    """The most telling ``State`` of one enrolment."""
    today = today or standing.today
    enrolment = standing.enrolment
    if enrolment.ended_on is not None:
        return State.ENDED
    if enrolment.completed_at is not None:
        return State.FINISHED
    if standing.is_paused:
        return State.PAUSED
    if late_steps(standing, today):
        return State.OVERDUE
    return State.BEFORE if enrolment.first_day > today else State.UNDER_WAY


def late_steps(standing: Standing, today: date | None = None) -> int:
    """How many steps of the plan are late, those of supporters included."""
    return sum(standing.is_overdue(step, today) for step in standing.planned)


def phase_of(standing: Standing) -> Phase | None:
    """The phase of the first step that counts and is open; None for who is finished, ended or whose path is gone."""
    if standing.outline is None or standing.is_finished or standing.is_ended:
        return None
    first = next((step for step in standing.counting if standing.is_open(step) and not step.reads_is_missing), None)
    return standing.outline.phases[first.phase - 1] if first else None


def last_activity(standing: Standing) -> datetime | None:
    """When something of this path was last handed in or done; that a step was opened is nobody's business."""
    moments = (
        moment
        for row in standing.progress.values()
        for moment in (row.submitted_at, row.completed_at)
        if moment is not None
    )
    return max(moments, default=None)


def paths_in_use() -> list[Outline]:
    """Every path that is published, or closed with people on it, in the order of the tree, with all that plans may hold.

    One query while nothing was published.
    """
    people = Enrolment.objects.filter(path_key=OuterRef("translation_key"))
    pages = PathPage.objects.filter(Q(live=True) | Q(Exists(people), first_published_at__isnull=False))
    keys = dict.fromkeys(pages.order_by("path").values_list("translation_key", flat=True))
    return [outline for key in keys if (outline := running_path(key)) is not None]


def in_state(enrolments: QuerySet, state: str, today: date | None = None) -> QuerySet:
    """Those in this ``State`` on their own day, unless ``today`` is given; ``UNDER_WAY`` are also the late ones."""
    if state == State.ENDED:
        return enrolments.filter(ended_on__isnull=False)
    if state == State.FINISHED:
        return enrolments.filter(ended_on=None, completed_at__isnull=False)
    running = enrolments.filter(ended_on=None, completed_at=None).with_pause(today).alias(first=FIRST_DAY)
    if state == State.PAUSED:
        return running.filter(paused_since__isnull=False)
    running = running.filter(paused_since=None)
    if state == State.BEFORE:
        return running.filter(first__gt=F("own_day")).exclude(Exists(_late_rows()))
    if state == State.OVERDUE:
        return running.filter(Exists(_late_rows()))
    return running.filter(Q(first__lte=F("own_day")) | Exists(_late_rows()))


def _late_rows() -> QuerySet:
    # What points to a page that is being updated, or is off the path, isn't due: see Standing.due_on.
    outlines = paths_in_use()
    keys = [step.key for outline in outlines for step in outline.steps if not step.reads_is_missing]
    rows = _open_rows().filter(due_on__lt=OuterRef("own_day"), step_key__in=keys)
    for outline in outlines:
        for step in outline.steps:
            if any(before and before.signed_off_by for before in map(outline.step, step.prerequisites)):
                rows = rows.exclude(Q(step_key=step.key) & _waits_for_signature(step))
    return rows


def _waits_for_signature(step: Step) -> Q:
    """Rows of this step that have to wait for one that is done and not signed off yet."""
    before = StepProgress.objects.filter(enrolment=OuterRef("enrolment"), step_key__in=step.prerequisites)
    waits = Q(Exists(before.to_sign_off()))
    met = Q(completed_at__isnull=False) | Q(waived_at__isnull=False)
    return waits if step.needs_all else waits & ~Exists(before.filter(met))


def _open_rows() -> QuerySet:
    return StepProgress.objects.filter(
        enrolment=OuterRef("pk"), in_plan=True, completed_at=None, waived_at=None, submitted_at=None
    )


def in_phase(enrolments: QuerySet, phase_key: UUID) -> QuerySet:
    """Those whose first open step that counts is in this phase; nobody for a phase that is on no path."""
    for outline in paths_in_use():
        phase = next((phase for phase in outline.phases if phase.key == phase_key), None)
        if phase is not None:
            return _in_phase(enrolments, outline, phase.number)
    return enrolments.none()


def _in_phase(enrolments: QuerySet, outline: Outline, number: int) -> QuerySet:
    steps = [step for step in outline.steps if not step.reads_is_missing]
    here = [step.key for step in steps if step.phase == number]
    earlier = [step.key for step in steps if step.phase < number]
    own = _open_rows().filter(assignee=Who.NEWCOMER, is_required=True)
    running = enrolments.filter(path_key=outline.key, ended_on=None, completed_at=None)
    return running.filter(Exists(own.filter(step_key__in=here))).exclude(Exists(own.filter(step_key__in=earlier)))


def in_team(enrolments: QuerySet, team: Team) -> QuerySet:
    """Those whose person is in this team or one below it."""
    return enrolments.filter(user__team__in=Team.objects.keys_below([team.pk]))


def cohorts() -> list[str]:
    """Every group that started together, by name."""
    names = Enrolment.objects.exclude(cohort="").order_by("cohort").values_list("cohort", flat=True)
    return list(names.distinct())


def supporters_of(enrolment: Enrolment) -> list[dict]:
    """``[{"role": "Buddy", "colleague": User, "dates": "From ...", "stands_in_for": User?}, ...]`` in the order of the roles, the lead of each first.

    With those who are still to come; without a manager of its own, the person's. The supporters with their colleagues and
    the person's manager have to be fetched.
    """
    today = timezone.localdate()
    rows = [row for row in enrolment.supporters.all() if not row.is_over_on(today)]
    rows.sort(key=lambda row: row.place)
    found = [(row.role, row.colleague, dates_in_words(row.starts_on, row.ends_on), row.stands_in_for) for row in rows]
    rows = [row for row in rows if row.stands_in_for_id is None]
    if enrolment.own_manager_id and not any(row.role == Supporter.Role.MANAGER and row.walks_on(today) for row in rows):
        found.append((Supporter.Role.MANAGER, enrolment.own_manager, "", None))
    order = list(Supporter.Role)
    found.sort(key=lambda entry: (order.index(entry[0]), entry[3] is not None))
    roles = [role if stands_in_for is None else "" for role, *_rest, stands_in_for in found]
    return [
        {
            "role": Supporter.Role(role).label,
            "colleague": colleague,
            "dates": dates,
            "stands_in_for": stands_in_for,
            "is_lead": roles.count(role) > 1 and roles.index(role) == number,
        }
        for number, (role, colleague, dates, stands_in_for) in enumerate(found)
    ]


def for_overview(enrolments: QuerySet) -> QuerySet:
    """With all that a row of the list shows, but the progress: see ``reading.add_standings``."""
    return (
        enrolments.with_pause()
        .select_related("manager", "user__manager", "user__team")
        .prefetch_related("user__groups", "supporters__colleague", "supporters__stands_in_for")
    )


def with_latest(enrolments: QuerySet) -> QuerySet:
    """Ordered by start date, the latest first."""
    return enrolments.order_by(F("start_date").desc(), "-pk")


def by_ids(ids: Iterable[int]) -> QuerySet:
    """These enrolments; unknown ids are passed over."""
    return Enrolment.objects.filter(pk__in=list(ids))


def named(enrolments: QuerySet, words: str) -> QuerySet:
    """Those whose person has every one of these words in their name, address or staff number."""
    for word in words.replace("\0", " ").split():
        found = Q()
        for name in ("first_name", "last_name", "email", "staff_number"):
            found |= Q(**{f"user__{name}__icontains": word})
        enrolments = enrolments.filter(found)
    return enrolments
