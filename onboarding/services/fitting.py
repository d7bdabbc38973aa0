"""Steps that come into a plan or leave it: for who got another role, team or language, or by hand; and another manager.

For whom a step is, is asked when somebody is put on the path, and so is who their manager is. What changes afterwards is a
proposal that HR accepts; no plan changes by itself.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from people.models import User

from ..models import Enrolment, OnboardingEvent, StepProgress
from ..outline import Outline, Step
from ..plan.audience import Member, member_of
from ..plan.due import due_date
from ..plan.making import rule_of
from ..querysets import Progress
from ..reading_outlines import whole_path
from ..telling.plans import tell_plan_changed
from .changing_manager import ProposedManager, propose_manager
from .counting import count_elsewhere
from .doing import EnrolmentEnded, finish_if_done
from .meeting import call_off_meetings
from .recording import record_event
from .scheduling import anchors_of, calendar_of, pauses_of

GRACE_DAYS = 5


@dataclass(frozen=True)
class ProposedStep:
    """A step that would come into a plan, with its date, or would leave it."""

    key: UUID
    title: str
    assignee: str
    is_required: bool
    due_on: date | None = None


@dataclass(frozen=True)
class Proposal:
    """What would make a plan fit who somebody is now."""

    enrolment_id: int
    add: tuple[ProposedStep, ...] = ()
    remove: tuple[ProposedStep, ...] = ()
    manager: ProposedManager | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether the plan fits."""
        return not (self.add or self.remove or self.manager)


def propose_steps(*, enrolment: Enrolment, grace_days: int = GRACE_DAYS) -> Proposal:
    """The steps that are for this person by now and not in their plan, those in it that aren't for them any more, and a manager.

    Only steps for some are looked at: one for everybody that isn't in the plan was added, or made for everybody, later,
    which is a change of the path. What was done, handed in, waived or begun stays. What HR declined stays declined until
    the step is for others, or the person is somebody else. Nothing for who finished or ended, or has no plan.
    """
    outline, manager = whole_path(enrolment.path_key), propose_manager(enrolment)
    if outline is None or enrolment.planned_at is None or enrolment.ended_on or enrolment.completed_at:
        return Proposal(enrolment.pk, manager=manager)
    member = member_of(enrolment.user, enrolment.cohort)
    rows = {row.step_key: row for row in enrolment.progress.all()}
    add, remove = misfits(outline, member, rows)
    if add or remove:
        declined = _declined(enrolment)
        add, remove = (not_declined(steps, declined, member) for steps in (add, remove))
    dates = dates_for(enrolment, add, grace_days)
    return Proposal(
        enrolment.pk,
        manager=manager,
        add=tuple(ProposedStep(s.key, s.title, s.assignee, s.is_required, dates[s.key][1]) for s in add),
        remove=tuple(
            ProposedStep(s.key, s.title, rows[s.key].assignee, rows[s.key].is_required, rows[s.key].due_on)
            for s in remove
        ),
    )


@transaction.atomic
def accept_steps(
    *,
    enrolment: Enrolment,
    add: Iterable[UUID] = (),
    remove: Iterable[UUID] = (),
    decline: Iterable[UUID] = (),
    grace_days: int = GRACE_DAYS,
    actor: User | None = None,
) -> Proposal:
    """Do this much of what ``propose_steps`` proposes; keys that it doesn't propose (any more) are passed over.

    What is in ``decline`` isn't proposed again while step and person stay as they are; nobody is told of that. Returns what
    was done; everybody who walks along is told once. Done before, nothing changes. Raises ``EnrolmentEnded``.
    """
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("user").get(pk=enrolment.pk)
    if enrolment.ended_on is not None:
        raise EnrolmentEnded(enrolment)
    proposal = propose_steps(enrolment=enrolment, grace_days=grace_days)
    _keep_declined(enrolment, proposal, set(decline), actor)
    wanted_in, wanted_out = set(add), set(remove)
    done = Proposal(
        enrolment.pk,
        add=tuple(step for step in proposal.add if step.key in wanted_in),
        remove=tuple(step for step in proposal.remove if step.key in wanted_out),
    )
    if done.is_nothing:
        return done
    outline = whole_path(enrolment.path_key)
    add_to_plan(enrolment=enrolment, steps=[outline.step(step.key) for step in done.add], grace_days=grace_days)
    take_from_plan(enrolment=enrolment, keys=[step.key for step in done.remove], actor=actor)
    record_event(
        kind=OnboardingEvent.Kind.CHANGED,
        enrolment=enrolment,
        actor=actor,
        why="audience",
        added=[str(step.key) for step in done.add],
        removed=[str(step.key) for step in done.remove],
    )
    finish_if_done(enrolment=enrolment)
    number = len(done.add) + len(done.remove)
    tell_plan_changed(enrolment=enrolment, what=OnboardingEvent.Kind.CHANGED, changes=number, actor=actor)
    return done


def _keep_declined(enrolment: Enrolment, proposal: Proposal, keys: set[UUID], actor: User | None) -> None:
    outline, member = whole_path(enrolment.path_key), member_of(enrolment.user, enrolment.cohort)
    proposed = [step.key for step in (*proposal.add, *proposal.remove) if step.key in keys]
    if proposed:
        record_event(
            kind=OnboardingEvent.Kind.DECLINED,
            enrolment=enrolment,
            actor=actor,
            why="audience",
            declined={str(key): _fingerprint(outline.step(key), member) for key in proposed},
        )


def misfits(
    outline: Outline, member: Member, rows: Mapping[UUID, StepProgress | Progress]
) -> tuple[list[Step], list[Step]]:
    """The steps for some that are for this person and not in their plan, and those in it that aren't for them; no query."""
    add, remove = [], []
    for step in outline.steps:
        if step.audience.is_everybody:
            continue
        row = rows.get(step.key)
        planned = row is not None and row.in_plan
        if step.audience.includes(member):
            # What is off the path stays with who has it, and comes to nobody else.
            if not planned and not step.is_removed:
                add.append(step)
        elif planned and not (row.opened_at or row.submitted_at or row.completed_at or row.waived_at):
            remove.append(step)
    return add, remove


def _declined(enrolment: Enrolment) -> dict[str, str]:
    """The steps that HR left as they were, with for whom they were and who the person was by then; one query."""
    return declined_by_enrolment(Enrolment.objects.filter(pk=enrolment.pk)).get(enrolment.pk, {})


def declined_by_enrolment(enrolments: QuerySet[Enrolment]) -> dict[int, dict[str, str]]:
    """``{enrolment id: {step key: fingerprint}}`` of what HR declined; one query."""
    events = OnboardingEvent.objects.filter(enrolment__in=enrolments.values("pk"), data__declined__isnull=False)
    found: dict[int, dict[str, str]] = {}
    for pk, data in events.order_by("at", "pk").values_list("enrolment_id", "data"):
        found[pk] = found.get(pk, {}) | data["declined"]
    return found


def not_declined(steps: Iterable[Step], declined: Mapping[str, str], member: Member) -> list[Step]:
    """Without what HR declined while step and person were as they are now."""
    return [step for step in steps if declined.get(str(step.key)) != _fingerprint(step, member)]


def _fingerprint(step: Step, member: Member) -> str:
    """The same text as long as the step is for the same people and the person is the same to it."""
    audience = step.audience
    parts = [[sorted(who.teams), sorted(who.groups), who.language, who.cohort.casefold()] for who in (audience, member)]
    if audience.locations:
        parts.append([sorted(audience.locations), member.location])
    if audience.contracts:
        parts.append([sorted(audience.contracts), member.contract])
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def dates_for(enrolment: Enrolment, steps: Iterable[Step], grace_days: int) -> dict[UUID, tuple[dict, date | None]]:
    """``{step key: (rule, date)}`` for steps that are added now: no sooner than so many working days from today."""
    calendar, anchors, pauses = calendar_of(enrolment), anchors_of(enrolment), pauses_of(enrolment)
    later = {"from": "date", "date": timezone.localdate().isoformat(), "unit": "working", "count": max(grace_days, 1)}
    soonest = due_date(later, anchors, calendar, pauses)
    found = {}
    for step in steps:
        rule = rule_of(step)
        due = due_date(rule, anchors, calendar, pauses)
        if due is not None and due < soonest and rule.get("from") != "fixed":
            rule, due = {**later, "instead_of": rule}, soonest
        found[step.key] = rule, due
    return found


@transaction.atomic
def add_to_plan(*, enrolment: Enrolment, steps: Iterable[Step], grace_days: int = GRACE_DAYS) -> list[StepProgress]:
    """Give these steps a place in the plan; in it already, nothing changes.

    What was done of them before counts, and so does the step whose place one takes. The caller has locked the enrolment and
    records the event. Returns the rows that were added.
    """
    steps = list(steps)
    dates = dates_for(enrolment, steps, grace_days)
    rows = {row.step_key: row for row in enrolment.progress.filter(step_key__in=[step.key for step in steps])}
    added = []
    for step in steps:
        row = rows.get(step.key) or StepProgress(enrolment=enrolment, step_key=step.key)
        if row.pk is None or not row.in_plan:
            row.in_plan, row.is_required, row.assignee = True, step.is_required, step.assignee
            row.rule, row.due_on = dates[step.key]
            row.due_by_hand = False
            row.save()
            added.append(row)
    if count_elsewhere(enrolment=enrolment, keys=[row.step_key for row in added]):
        for row in added:
            row.refresh_from_db()
    return added


@transaction.atomic
def take_from_plan(*, enrolment: Enrolment, keys: Iterable[UUID], actor: User | None = None) -> int:
    """Let these steps leave the plan; the rows stay as history, and what is done stays in the plan. Returns how many left.

    The caller has locked the enrolment and records the event.
    """
    rows = enrolment.progress.filter(step_key__in=list(keys), in_plan=True, completed_at=None)
    call_off_meetings(enrolment=enrolment, keys=rows.values_list("step_key", flat=True), actor=actor)
    return rows.update(in_plan=False)
