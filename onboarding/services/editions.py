"""A text that people confirmed was published again: an editor says whether what they confirmed stands."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from notifications.services import Telling, notify_many
from people.calendar import calendar_for
from people.models import User

from ..editions import behind_pages, confirming_steps, current_edition, undecided
from ..models import Enrolment, OnboardingEvent, PageEdition, StepAttempt, StepProgress
from ..supporting import fetched
from ..walking_along import hr_colleagues, told_for
from .recording import record_event
from .scheduling import reschedule_after

AGAIN = "onboarding.confirm_again"


class NothingToDecide(Exception):
    """A colleague decided meanwhile, or the text isn't there any more."""


@transaction.atomic
def decide_edition(
    *, page_key: UUID, is_large: bool, note: str = "", grace_days: int = 5, actor: User
) -> list[PageEdition]:
    """The change is small (what was confirmed stands) or large (everybody is asked again, see ``ask_again``).

    One decision counts for every language as it is published now; a large one waits where one of them is behind. Raises
    ``NothingToDecide``, and ValueError for a large change without a word on what is different.
    """
    if is_large and not note.strip():
        raise ValueError("A large change says what is different.")
    # Two editors who decide at once: the second waits for the first and finds nothing left.
    list(Page.objects.select_for_update().filter(translation_key=page_key).order_by("pk"))
    waiting = undecided(actor, page_key)
    if not waiting:
        raise NothingToDecide(page_key)
    number = current_edition(page_key) + (1 if is_large else 0)
    waits = is_large and waiting[0].behind_id is not None
    return [
        PageEdition.objects.create(
            page_key=page_key,
            number=number,
            is_large=is_large,
            waits=waits,
            note=note.strip(),
            grace_days=grace_days,
            revision_id=revision_id,
            decided_by=actor,
        )
        for revision_id in waiting[0].revisions
    ]


def ask_again(now: datetime) -> int:
    """Open again what was confirmed of a text before its last large change; returns how many were asked.

    Each in its own transaction, so that a crash half-way loses nothing: the rest is asked next time, nobody twice. What
    waits for its translation is left alone.
    """
    _end_waiting()
    steps = confirming_steps()
    asked = 0
    latest: dict[UUID, PageEdition] = {}
    large = PageEdition.objects.filter(is_large=True, waits=False, page_key__in=steps)
    for edition in large.order_by("number", "pk"):
        latest[edition.page_key] = edition
    for key, edition in latest.items():
        rows = StepProgress.objects.done().filter(
            step_key__in=steps[key],
            edition__lt=edition.number,
            in_plan=True,
            enrolment__ended_on=None,
            enrolment__user__is_active=True,
        )
        for row_id in rows.order_by("pk").values_list("pk", flat=True).iterator():
            asked += _ask(row_id, edition, now)
    return asked


def _end_waiting() -> None:
    """Large changes whose translation is there by now are asked for."""
    keys = set(PageEdition.objects.filter(waits=True).values_list("page_key", flat=True))
    for key in keys - behind_pages(keys).keys() if keys else ():
        _release(key)


@transaction.atomic
def _release(key: UUID) -> None:
    """What was published while it waited goes with it, so that nobody is asked to decide about that as well."""
    pages = list(Page.objects.select_for_update().filter(translation_key=key).order_by("pk"))
    waiting = PageEdition.objects.filter(page_key=key, waits=True).order_by("number", "pk").last()
    if waiting is None or behind_pages([key]):
        # Another worker did it, or an editor published in between.
        return
    known = set(PageEdition.objects.filter(page_key=key).values_list("revision_id", flat=True))
    published = {page.live_revision_id for page in pages if page.live and not page.alias_of_id} - {None}
    PageEdition.objects.bulk_create(
        PageEdition(
            page_key=key,
            number=waiting.number,
            is_large=True,
            note=waiting.note,
            grace_days=waiting.grace_days,
            revision_id=revision_id,
            decided_by=waiting.decided_by,
        )
        for revision_id in sorted(published - known)
    )
    PageEdition.objects.filter(page_key=key, waits=True).update(waits=False)


@transaction.atomic
def _ask(row_id: int, edition: PageEdition, now: datetime) -> bool:
    """Ask whose step it is again: the confirmation becomes an earlier attempt. A path that was finished stays finished."""
    rows = StepProgress.objects.select_for_update(of=("self",)).select_related("enrolment__user")
    row = rows.filter(pk=row_id, completed_at__isnull=False, edition__lt=edition.number).first()
    if row is None:
        return False
    kept = ("submitted_at", "completed_at", "completed_by", "language", "revision_id", "read_revision_id", "edition")
    StepAttempt.objects.create(progress=row, number=row.attempt, **{name: getattr(row, name) for name in kept})
    person = row.enrolment.user
    row.attempt += 1
    row.submitted_at = row.completed_at = row.completed_by = row.revision_id = row.read_revision_id = None
    row.reminded, row.asked_from = 0, now
    row.due_on = calendar_for(person).add_working_days(timezone.localdate(now), edition.grace_days)
    row.due_by_hand = True
    row.save()
    record_event(
        kind=OnboardingEvent.Kind.REOPENED,
        enrolment=row.enrolment,
        step_key=row.step_key,
        attempt=row.attempt,
        edition=edition.number,
    )
    reschedule_after(enrolment=row.enrolment, step_key=row.step_key)
    _tell(row, edition, now)
    return True


def _tell(row: StepProgress, edition: PageEdition, now: datetime) -> None:
    """Whose step it is hears of it: the newcomer, or the lead of who does what their role does."""
    enrolment = fetched(Enrolment.objects.filter(pk=row.enrolment_id)).get()
    # All of HR is asked for only where it comes to that.
    doers = told_for(enrolment, row.assignee, []) or told_for(enrolment, row.assignee, hr_colleagues())
    payload = {"progress": row.pk, "edition": edition.pk}
    tellings = [Telling(doer, f"{row.pk}:{edition.number}", payload) for doer in doers]
    notify_many(kind=AGAIN, tellings=tellings, now=now)
