"""Putting somebody on a path, with a plan and people around them."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from people.models import User

from ..models import Enrolment, OnboardingEvent, PathPage, PublishedStructure, StepProgress, Supporter
from ..plan.audience import member_of
from ..plan.due import day_one
from ..plan.making import make_plan
from ..plan.structure import structure_of
from ..reading import forget_people
from ..reading_outlines import whole_path
from ..telling.plans import tell_enrolled, tell_role
from ..waivers import BEFORE_THE_START
from .counting import count_chosen, count_elsewhere
from .doing import finish_if_done
from .recording import record_event
from .scheduling import anchors_of, calendar_of, pauses_of
from .taking_over import take_over


class PathNotPublished(Exception):
    """Nobody can be put on a path that readers can't see."""


@transaction.atomic
def enrol(
    *,
    user: User,
    path: PathPage,
    start_date: date,
    buddy: User | None = None,
    supporters: dict[str, User] | None = None,
    cohort: str = "",
    probation_end: date | None = None,
    late: str = Enrolment.Late.SPREAD,
    spread_days: int = 10,
    counts: Iterable[UUID] | None = None,
    actor: User | None = None,
) -> Enrolment:
    """Put ``user`` on ``path`` with a plan of their own; who is on it already stays on it as they are.

    ``path`` may be in either language; ``supporters`` is ``{Supporter.Role: colleague}``; ``counts`` are the steps done
    before that needn't be done again (None: what they did elsewhere and is still valid, see ``count_elsewhere``). Raises
    ``PathNotPublished``, and ValueError where somebody would be their own supporter.
    """
    if not PathPage.objects.live().filter(translation_key=path.translation_key).exists():
        raise PathNotPublished(path)
    earlier = Enrolment.objects.of(user).filter(path_key=path.translation_key, ended_on__isnull=False).count()
    # get_or_create falls back on the constraint where two do this at once.
    enrolment, created = Enrolment.objects.get_or_create(
        user=user,
        path_key=path.translation_key,
        ended_on=None,
        defaults={
            "start_date": start_date,
            "cohort": cohort,
            "probation_end": probation_end,
            "late": late,
            "spread_days": spread_days,
            "cycle": earlier + 1,
            "enrolled_by": actor,
        },
    )
    if created:
        for role, colleague in {**(supporters or {}), **({Supporter.Role.BUDDY: buddy} if buddy else {})}.items():
            set_supporter(enrolment=enrolment, role=role, colleague=colleague, actor=actor)
        record_event(kind=OnboardingEvent.Kind.ENROLLED, enrolment=enrolment, actor=actor, new=start_date.isoformat())
        plan_enrolment(enrolment=enrolment, counts=counts, actor=actor)
        enrolment.refresh_from_db(fields=["planned_at", "day_one", "completed_at"])
        tell_enrolled(enrolment=enrolment, actor=actor)
    return enrolment


@transaction.atomic
def plan_enrolment(
    *, enrolment: Enrolment, counts: Iterable[UUID] | None = None, actor: User | None = None
) -> list[StepProgress]:
    """Give an enrolment without a plan one; returns its rows. Planned before, or without a path, nothing changes.

    ``counts`` is as for ``enrol``. What was done before there was a plan stays done.
    """
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("user").get(pk=enrolment.pk)
    outline = whole_path(enrolment.path_key)
    if enrolment.planned_at is not None or outline is None:
        return []
    calendar, anchors = calendar_of(enrolment), anchors_of(enrolment)
    planned = make_plan(
        outline,
        member_of(enrolment.user, enrolment.cohort),
        anchors,
        calendar,
        pauses=pauses_of(enrolment),
        late=enrolment.late,
        spread_days=enrolment.spread_days,
    )
    # What later publications are compared with; see note_structure.
    PublishedStructure.objects.get_or_create(path_key=enrolment.path_key, defaults={"steps": structure_of(outline)})
    now = timezone.now()
    there = {row.step_key: row for row in enrolment.progress.all()}
    made, kept = [], []
    for step in planned:
        row = there.get(step.key) or StepProgress(enrolment=enrolment, step_key=step.key)
        row.in_plan, row.rule, row.due_on = True, step.rule, step.due_on
        row.is_required, row.assignee = step.is_required, step.assignee
        if step.is_left_out and row.completed_at is None:
            row.waived_at, row.waived_by, row.waiver_reason = now, enrolment.enrolled_by, BEFORE_THE_START
        (kept if row.pk else made).append(row)
    StepProgress.objects.bulk_create(made, batch_size=500)
    plan_fields = [
        "in_plan",
        "rule",
        "due_on",
        "is_required",
        "assignee",
        "waived_at",
        "waived_by",
        "waiver_reason",
    ]
    StepProgress.objects.bulk_update(kept, plan_fields, batch_size=500)
    enrolment.progress.exclude(step_key__in=[step.key for step in planned]).update(in_plan=False)
    enrolment.planned_at, enrolment.day_one = now, day_one(anchors.start, calendar)
    enrolment.save(update_fields=["planned_at", "day_one"])
    if counts is None:
        count_elsewhere(enrolment=enrolment)
    else:
        count_chosen(enrolment=enrolment, keys=counts, actor=actor)
    # Whoever has nothing to do but what was left out is done at once.
    finish_if_done(enrolment=enrolment)
    return made + kept


def make_missing_plans(now: datetime) -> int:
    """Plan every running enrolment that has no plan yet (from before there were plans, or whose path was unpublished)."""
    planned = 0
    for enrolment in Enrolment.objects.under_way().filter(planned_at=None).order_by("pk").iterator():
        planned += bool(plan_enrolment(enrolment=enrolment))
    return planned


@transaction.atomic
def set_supporter(*, enrolment: Enrolment, role: str, colleague: User | None, actor: User | None = None) -> bool:
    """Make ``colleague`` the one who has this role; None for nobody. Returns whether that changes anything.

    Who had it before sees nothing of the path any more, and what was open with them goes on; see ``take_over``. Nobody
    walks along with themselves (ValueError).
    """
    if colleague is not None and colleague.pk == enrolment.user_id:
        raise ValueError("Nobody is their own supporter.")
    Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    rows = Supporter.objects.filter(enrolment=enrolment, role=role)
    before = list(rows.values_list("colleague", flat=True))
    after = [colleague.pk] if colleague else []
    if before == after:
        return False
    rows.exclude(colleague__in=after).delete()
    if colleague is not None:
        Supporter.objects.get_or_create(enrolment=enrolment, colleague=colleague, role=role)
    event = record_event(
        kind=OnboardingEvent.Kind.ROLE_CHANGED, enrolment=enrolment, actor=actor, old=before, new=after, role=role
    )
    if colleague is not None:
        # Who is put on a path just now reads there who walks along.
        under_way = enrolment.planned_at is not None
        tell_role(enrolment=enrolment, role=role, colleague=colleague, occurrence=str(event.pk), to_person=under_way)
    take_over(enrolment=enrolment, role=role, earlier=before, actor=actor)
    transaction.on_commit(lambda: forget_people(enrolment))
    return True


def set_buddy(*, enrolment: Enrolment, colleague: User | None, actor: User | None = None) -> None:
    """Make ``colleague`` the one buddy of this enrolment; see ``set_supporter``."""
    set_supporter(enrolment=enrolment, role=Supporter.Role.BUDDY, colleague=colleague, actor=actor)
