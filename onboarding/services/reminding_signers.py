"""The clock's part in signing off: whoever it waits for is reminded by the stages of every reminder, then HR is told.

A step is asked back within two working days of whoever signs it off. Each stage is told once, and after an outage only the
newest. What an editor lets nobody sign off any more is done for who waits.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from notifications.services import Telling, notify_many
from people.clock import today_in, zone_of
from people.models import User

from ..models import Enrolment, OnboardingEvent, StepProgress
from ..outline import Step
from ..preloading import running_pauses
from ..reading_outlines import running_path
from ..reminders import Stage, stage_on
from ..roles import Who
from ..supporting import fetched
from ..walking_along import told_for
from .doing import EnrolmentEnded, NotYoursToDo, StepLocked, StepNotOnPath
from .due_steps import Run
from .recording import record_event
from .signing_off import settle_unsigned

BATCH = 500
# How many working days whoever signs off has for it.
DAYS = 2
A_WEEK = timedelta(weeks=1)
Kind = OnboardingEvent.Kind


def remind_signers(now: datetime) -> int:
    """Tell whoever signs off what waits for them by ``now``; returns how many steps that were. For the clock."""
    _settle()
    run, told, last = Run(now), 0, 0
    while keys := list(_waiting(now).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = keys[-1]
        told += _remind(keys, run)
    return told


def _waiting(now: datetime) -> QuerySet:
    away = running_pauses(OuterRef("own_day")).filter(enrolment=OuterRef("enrolment"))
    rows = StepProgress.objects.to_sign_off().filter(reminded__lt=Stage.ESCALATED, enrolment__user__is_active=True)
    return rows.alias(own_day=today_in("enrolment__user__time_zone", now)).exclude(Exists(away))


@transaction.atomic
def _remind(keys: list[int], run: Run) -> int:
    # What another worker has, or somebody signed off just now, is left alone.
    rows = list(_waiting(run.now).filter(pk__in=keys).select_for_update(of=("self",), skip_locked=True).order_by("pk"))
    people = fetched(Enrolment.objects.filter(pk__in={row.enrolment_id for row in rows}))
    people = people.select_related("user__quiet_hours", "user__manager__quiet_hours", "manager__quiet_hours")
    enrolments = people.prefetch_related("supporters__colleague__quiet_hours").in_bulk()
    told, left = [], []
    for row in rows:
        row.enrolment = enrolments[row.enrolment_id]
        path = running_path(row.enrolment.path_key)
        step = path.step(row.step_key) if path else None
        signers = _signers(row, step, run) if step and step.signed_off_by else ()
        stage = _stage(row, signers[0], run) if signers else Stage.NONE
        if stage > row.reminded:
            (left if stage == Stage.ESCALATED else told).append((row, step, signers, stage))
    reminders = _reminders([row for row, *_rest in left])
    left = [one for one in left if run.now - max(reminders[one[0].pk], default=one[0].submitted_at) >= A_WEEK]
    for row, step, signers, stage in told:
        payload = {"progress": row.pk, "attempt": row.attempt, "stage": int(stage)}
        _tell("onboarding.sign_off", row, stage, signers, payload, run)
        _record(Kind.REMINDED, row, step, stage, run)
    for row, step, signers, stage in left:
        above = _hr(row, signers, run)
        payload = {"progress": row.pk, "attempt": row.attempt, "reminders": len(reminders[row.pk])}
        payload["told"] = [colleague.pk for colleague in above]
        if above:
            _tell("onboarding.sign_off_left", row, stage, (*above, *signers), payload, run)
        _record(Kind.LEFT_TO_HR, row, step, stage, run)
    return len(told) + len(left)


def _signers(row: StepProgress, step: Step, run: Run) -> tuple[User, ...]:
    # All of HR is asked for only where it comes to that.
    role = step.signed_off_by
    return told_for(row.enrolment, role, []) or told_for(row.enrolment, role, run.hr)


def _hr(row: StepProgress, signers: tuple[User, ...], run: Run) -> list[User]:
    signing = {colleague.pk for colleague in signers}
    return [colleague for colleague in told_for(row.enrolment, Who.HR, run.hr) if colleague.pk not in signing]


def _stage(row: StepProgress, signer: User, run: Run) -> Stage:
    """The stage that was reached on this colleague's own working days; HR is told only after a late reminder."""
    calendar, asked = run.calendar(signer.working_days), timezone.localdate(row.submitted_at, zone_of(signer))
    stage = stage_on(run.today(signer), calendar.add_working_days(asked, DAYS), calendar, asked)
    return min(stage, Stage.LAST) if row.reminded < Stage.LATE else stage


def _reminders(rows: list[StepProgress]) -> dict[int, list[datetime]]:
    """When these were reminded of since they wait, by the id of the row; one query, none for no rows."""
    found: dict[int, list[datetime]] = {row.pk: [] for row in rows}
    by_step = {(row.enrolment_id, row.step_key): row for row in rows}
    if not by_step:
        return found
    events = OnboardingEvent.objects.filter(
        kind=Kind.REMINDED, enrolment__in={key for key, _ in by_step}, step_key__in={key for _, key in by_step}
    )
    for enrolment_id, step_key, at in events.order_by().values_list("enrolment_id", "step_key", "at"):
        row = by_step.get((enrolment_id, step_key))
        if row is not None and at >= row.submitted_at:
            found[row.pk].append(at)
    return found


def _tell(kind: str, row: StepProgress, stage: Stage, people, payload: dict, run: Run) -> None:
    key = f"{row.pk}:{row.attempt}:{row.submitted_at:%Y%m%d%H%M%S}:{stage:d}"
    tellings = [Telling(person, key, payload, f"onboarding-{row.enrolment_id}") for person in people]
    notify_many(kind=kind, tellings=tellings, now=run.now)


def _record(kind: str, row: StepProgress, step: Step, stage: Stage, run: Run) -> None:
    StepProgress.objects.filter(pk=row.pk).update(reminded=stage)
    data = {"stage": int(stage), "attempt": row.attempt, "role": step.signed_off_by}
    record_event(kind=kind, enrolment=row.enrolment, step_key=row.step_key, at=run.now, **data)


def _settle() -> None:
    """Done is what waits for nobody any more: an editor took the signing off away."""
    waiting = StepProgress.objects.to_sign_off()
    for path_key, step_key in waiting.order_by().values_list("enrolment__path_key", "step_key").distinct():
        path = running_path(path_key)
        step = path.step(step_key) if path else None
        if step is None or step.signed_off_by:
            continue
        for row in waiting.filter(enrolment__path_key=path_key, step_key=step_key).select_related("enrolment__user"):
            try:
                settle_unsigned(row)
            except (EnrolmentEnded, NotYoursToDo, StepLocked, StepNotOnPath):
                continue
