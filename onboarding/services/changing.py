"""What editors change on a path while people are under way: held, looked at, and applied when an editor says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from people.calendar import WorkCalendar, calendar_of_week
from people.models import User

from ..models import (
    ChangeSet,
    Enrolment,
    FormerStep,
    OnboardingEvent,
    PathPage,
    Pause,
    PublishedStructure,
    StepPage,
    StepProgress,
)
from ..outline import Outline
from ..plan.audience import member_among, team_parents
from ..plan.due import PauseSpan
from ..plan.effects import Effect, PlanNow, effect_on
from ..plan.structure import changes_between, structure_of
from ..reading_outlines import fresh_path, fresh_running_path
from ..telling.plans import tell_plan_changed
from .counting import count_elsewhere
from .doing import finish_if_done
from .meeting import call_off_meetings
from .recording import record_event
from .scheduling import anchors_of

CHUNK = 500


class AlreadyDecided(Exception):
    """A colleague decided meanwhile, or the changes were taken back."""


def path_keys_of(*tree_paths: str) -> set[UUID]:
    """The keys of the onboarding paths that these places in the page tree belong to; one query."""
    above = {path[:end] for path in tree_paths for end in range(Page.steplen, len(path) + 1, Page.steplen)}
    return set(PathPage.objects.filter(path__in=above).values_list("translation_key", flat=True))


def note_moved_away(*, moved: Page, parent_before: Page) -> None:
    """Keep where the steps at or below ``moved`` stood, for the plans of the path that they left; call it after a move.

    ``parent_before`` is where it was. Within one path nothing is kept.
    """
    (left,) = path_keys_of(parent_before.path) or (None,)
    if left is None or left in path_keys_of(moved.path):
        return
    steps = Page.objects.filter(path__startswith=moved.path).type(StepPage).values_list("translation_key", flat=True)
    is_step = isinstance(moved.specific, StepPage)
    phase_key = parent_before.translation_key if is_step else moved.translation_key
    for key in steps:
        FormerStep.objects.update_or_create(path_key=left, step_key=key, defaults={"phase_key": phase_key})


@transaction.atomic
def note_structure(*, path_key: UUID, actor: User | None = None) -> ChangeSet | None:
    """Compare the path with what its plans were made from; returns the open set of changes, None where there is none.

    With nobody under way nothing is held: who comes next gets the path as it is, and ``plan_enrolment`` keeps what that
    was. A step that was unpublished or moved away is a change as any other: until it is decided on, and afterwards for who
    keeps it, it stays in the plans that have it. Of a path that isn't published itself nothing is held until it is again.
    Changes that are taken back take the open set with them.
    """
    if not _under_way(path_key).exists():
        ChangeSet.objects.filter(path_key=path_key, decided_at=None).delete()
        PublishedStructure.objects.filter(path_key=path_key).delete()
        return None
    outline = fresh_path(path_key)
    if outline is None:
        return None
    known, _created = PublishedStructure.objects.get_or_create(
        path_key=path_key, defaults={"steps": _known_from_plans(path_key, outline)}
    )
    known = PublishedStructure.objects.select_for_update().get(pk=known.pk)
    now = structure_of(outline)
    open_sets = ChangeSet.objects.filter(path_key=path_key, decided_at=None)
    changes = changes_between(known.steps, now)
    # What is no structure, like a step that is for fewer people now, is what later publications are compared with.
    waiting = {change["step"] for change in changes}
    settled = {key: now[key] if key in now and key not in waiting else entry for key, entry in known.steps.items()}
    if known.steps != settled:
        known.steps = settled
        known.save(update_fields=["steps", "updated_at"])
    if not changes:
        open_sets.delete()
        return None
    held, created = ChangeSet.objects.get_or_create(
        path_key=path_key, decided_at=None, defaults={"changes": changes, "made_by": actor}
    )
    if not created and held.changes != changes:
        held.changes, held.made_by = changes, actor or held.made_by
        held.save(update_fields=["changes", "made_by"])
    return held


def _known_from_plans(path_key: UUID, outline: Outline) -> dict[str, dict]:
    """What plans that were made before structures were kept know of the path; all of it where there are none."""
    rows = StepProgress.objects.filter(enrolment__path_key=path_key, enrolment__planned_at__isnull=False)
    keys = {str(key) for key in rows.values_list("step_key", flat=True).distinct()}
    now = structure_of(outline)
    return {key: entry for key, entry in now.items() if key in keys} if keys else now


def _under_way(path_key: UUID):
    return Enrolment.objects.under_way().filter(path_key=path_key, planned_at__isnull=False)


@dataclass(frozen=True)
class PersonEffect:
    """One person's plan, and what would become of it."""

    enrolment: Enrolment
    effect: Effect


def effects_of(change_set: ChangeSet, *, choice: str, grace_days: int) -> list[PersonEffect]:
    """What the choice would do to whom; a fixed number of queries per five hundred people. Writes nothing."""
    outline = fresh_running_path(change_set.path_key)
    if outline is None:
        return []
    today = timezone.localdate()
    found = []
    for plans in _plans(change_set.path_key):
        for plan in plans:
            effect = effect_on(plan, change_set.changes, outline, choice=choice, grace_days=grace_days, today=today)
            if effect.size:
                found.append(PersonEffect(plan.enrolment, effect))
    return found


def _plans(path_key: UUID, *, lock: bool = False) -> Iterator[list[PlanNow]]:
    """The plans of everybody under way, in chunks."""
    parents = team_parents()
    # People of one working week share their calendar.
    calendar = cache(calendar_of_week)
    last = 0
    while True:
        people = _under_way(path_key).filter(pk__gt=last).select_related("user").prefetch_related("user__groups")
        if lock:
            people = people.select_for_update(of=("self",))
        people = list(people.order_by("pk")[:CHUNK])
        if not people:
            return
        last = people[-1].pk
        rows: dict[int, dict] = {enrolment.pk: {} for enrolment in people}
        for row in StepProgress.objects.filter(enrolment__in=people):
            rows[row.enrolment_id][row.step_key] = row
        pauses: dict[int, list] = {enrolment.pk: [] for enrolment in people}
        for pk, first, end in Pause.objects.filter(enrolment__in=people).values_list(
            "enrolment_id", "starts_on", "ends_on"
        ):
            pauses[pk].append(PauseSpan(first, end))
        yield [
            _plan_now(each, rows[each.pk], tuple(pauses[each.pk]), parents, calendar(tuple(each.user.working_days)))
            for each in people
        ]


def _plan_now(
    enrolment: Enrolment, rows: dict, pauses: tuple, parents: dict[int, int | None], calendar: WorkCalendar
) -> PlanNow:
    done = {str(key): timezone.localdate(row.completed_at) for key, row in rows.items() if row.completed_at}
    return PlanNow(
        enrolment=enrolment,
        rows=rows,
        member=member_among(enrolment.user, enrolment.cohort, parents),
        anchors=anchors_of(enrolment, done=done),
        calendar=calendar,
        pauses=pauses,
    )


@transaction.atomic
def apply_changes(*, change_set: ChangeSet, choice: str, grace_days: int = 5, actor: User | None = None) -> int:
    """Apply held changes to whom ``choice`` says, and hold them no longer; returns how many plans changed.

    All or nothing. Everybody it touches is told once; who finished or ended is left alone. Raises ``AlreadyDecided``, also
    to the second of two clicks.
    """
    held = ChangeSet.objects.select_for_update().filter(pk=change_set.pk, decided_at=None).first()
    outline = fresh_running_path(held.path_key) if held else None
    if outline is None:
        raise AlreadyDecided(change_set)
    known = PublishedStructure.objects.select_for_update().get(path_key=held.path_key)
    today, people = timezone.localdate(), 0
    for plans in _plans(held.path_key, lock=True):
        for plan in plans:
            effect = effect_on(plan, held.changes, outline, choice=choice, grace_days=grace_days, today=today)
            if effect.size:
                _apply(plan, effect, held, actor)
                people += 1
    known.steps = _after(known.steps, held.changes)
    known.save(update_fields=["steps", "updated_at"])
    held.choice, held.grace_days, held.people = choice, grace_days, people
    held.decided_at, held.decided_by = timezone.now(), actor
    held.save()
    counts = {kind: sum(change["kind"] == kind for change in held.changes) for kind in ("added", "removed", "changed")}
    record_event(
        kind=OnboardingEvent.Kind.CHANGED, path_key=held.path_key, actor=actor, choice=choice, people=people, **counts
    )
    return people


def _after(steps: dict[str, dict], changes: list[dict]) -> dict[str, dict]:
    """The structure once these changes, and no later ones, are decided about."""
    after = dict(steps)
    for change in changes:
        if change["after"] is None:
            after.pop(change["step"], None)
        else:
            after[change["step"]] = change["after"]
    return after


def _apply(plan: PlanNow, effect: Effect, held: ChangeSet, actor: User | None) -> None:
    enrolment, saved, made = plan.enrolment, [], []
    planned = [step for step, _title in effect.added] + [change.step for change in effect.changed]
    for step in planned:
        row = plan.rows.get(step.key) or StepProgress(enrolment=enrolment, step_key=step.key)
        row.in_plan, row.rule, row.due_on = True, step.rule, step.due_on
        row.is_required, row.assignee = step.is_required, step.assignee
        (saved if row.pk else made).append(row)
    for key, _title in effect.removed:
        plan.rows[key].in_plan = False
        saved.append(plan.rows[key])
    StepProgress.objects.bulk_create(made, batch_size=CHUNK)
    StepProgress.objects.bulk_update(saved, ["in_plan", "rule", "due_on", "is_required", "assignee"], batch_size=CHUNK)
    record_event(
        kind=OnboardingEvent.Kind.CHANGED,
        enrolment=enrolment,
        actor=actor,
        change_set=held.pk,
        added=len(effect.added),
        removed=len(effect.removed),
        changed=len(effect.changed),
    )
    count_elsewhere(enrolment=enrolment, keys=[step.key for step, _title in effect.added])
    gone = [key for key, _title in effect.removed if plan.rows[key].completed_at is None]
    call_off_meetings(enrolment=enrolment, keys=gone, actor=actor)
    finish_if_done(enrolment=enrolment)
    tell_plan_changed(enrolment=enrolment, what=OnboardingEvent.Kind.CHANGED, changes=effect.size, actor=actor)
