"""What somebody who answers for a text does about it: say it is still right, put the check off, hand it on.

Every function states what it sets: done twice it changes nothing more. Who may is asked of ``reading.duties``.
"""

from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from notifications.services import notify
from people.models import User

from ..models import Delegation, Review
from ..models.governance import MOST_DELAYS
from ..reading.governance import next_review
from ..reading.register import Register, Standing
from .governing import behind_translations, lock_text, write_governance

# How often a text is checked of which nobody said so.
MONTHS = 12
LONGEST_DELAY = timedelta(days=90)
OFFERED, ANSWERED = "manuals.offered", "manuals.offer_answered"
Kind = Review.Kind


class TextGone(Exception):
    """The text isn't there any more, or isn't checked by itself."""


class DelayedTooOften(Exception):
    """It was put off as often as it may be since the last check."""


class ChangedMeanwhile(Exception):
    """The day isn't the one that was seen; ``review_by`` is what it is now."""

    def __init__(self, review_by: date | None):
        super().__init__(review_by)
        self.review_by = review_by


class AlreadyOffered(Exception):
    """Another colleague was asked and hasn't answered; ``delegation`` is that question."""

    def __init__(self, delegation: Delegation):
        super().__init__(delegation)
        self.delegation = delegation


class OfferOver(Exception):
    """The question was answered or taken back, or whoever asked has nothing to hand on any more."""


def _text(key: UUID, today: date) -> Standing:
    lock_text(key)
    text = Register(today=today).text(key)
    if text is None:
        raise TextGone(key)
    return text


@transaction.atomic
def confirm_text(*, key: UUID, by: User) -> bool:
    """It is still right: checked today, and due again by how often it is checked (else a year from now).

    Counts for both languages; a translation that lags behind keeps its date until it has caught up. Returns False where
    somebody did so today already. Raises TextGone.
    """
    today = timezone.localdate()
    text = _text(key, today)
    done = Review.objects.filter(page_key=key, kind=Kind.CHECKED, on=today)
    if text.row.reviewed_on == today and done.exists():
        return False
    review_by = None if text.months else next_review(today, MONTHS)
    write_governance(
        key=key,
        values={"reviewed_on": today, "review_by": review_by},
        leave_out=behind_translations(key),
    )
    Review.objects.get_or_create(page_key=key, kind=Kind.CHECKED, on=today, defaults={"by": by, "at": timezone.now()})
    return True


def delays_since_check(key: UUID) -> int:
    """How often its check was put off since it was last checked."""
    rows = Review.objects.filter(page_key=key)
    last = rows.filter(kind=Kind.CHECKED).order_by("-at").values_list("at", flat=True).first()
    delays = rows.filter(kind=Kind.POSTPONED)
    return (delays.filter(at__gt=last) if last else delays).count()


@transaction.atomic
def postpone_review(*, key: UUID, by: User, until: date, reason: str, seen: date | None) -> bool:
    """Check it on another day, at most ``LONGEST_DELAY`` from today and ``MOST_DELAYS`` times between two checks.

    ``seen`` is the day that stood there. Returns False where it is ``until`` already, by the same question sent twice.
    Raises ChangedMeanwhile, DelayedTooOften, TextGone, and ValueError for a day that may not be.
    """
    today = timezone.localdate()
    if not today < until <= today + LONGEST_DELAY or not reason.strip():
        raise ValueError(until)
    text = _text(key, today)
    if text.review_by == until and text.review_by != seen:
        return False
    if text.review_by != seen:
        raise ChangedMeanwhile(text.review_by)
    delays = delays_since_check(key)
    if delays >= MOST_DELAYS:
        raise DelayedTooOften(key)
    write_governance(key=key, values={"review_by": until, "reviewed_on": text.reviewed_on})
    Review.objects.create(
        page_key=key,
        kind=Kind.POSTPONED,
        by=by,
        reason=reason.strip(),
        at=timezone.now(),
        on=today,
        was=seen,
        until=until,
        delay=delays + 1,
    )
    return True


@transaction.atomic
def offer_text(*, key: UUID, by: User, to: User, note: str = "") -> Delegation:
    """Ask ``to`` to answer for it from now on. It stays with who has it until they accept.

    Asked again of the same colleague changes nothing. Raises AlreadyOffered for another one, and TextGone.
    """
    _text(key, timezone.localdate())
    standing = Delegation.objects.filter(page_key=key, state=Delegation.State.OPEN).first()
    if standing is None:
        try:
            with transaction.atomic():
                standing = Delegation.objects.create(page_key=key, by=by, to=to, note=note.strip(), at=timezone.now())
        except IntegrityError:
            standing = Delegation.objects.get(page_key=key, state=Delegation.State.OPEN)
        else:
            _record(Kind.OFFERED, standing, by=by, to=to, reason=note.strip())
            notify(recipient=to, kind=OFFERED, key=str(standing.pk), payload={"delegation": standing.pk})
    if standing.to_id != to.pk:
        raise AlreadyOffered(standing)
    return standing


@transaction.atomic
def answer_offer(*, delegation: Delegation, accept: bool) -> bool:
    """Who was asked takes the text over, or doesn't; whoever asked is told.

    Returns False where they answered so before. Raises OfferOver where it was answered otherwise, was taken back, or
    whoever asked doesn't answer for the text any more.
    """
    lock_text(delegation.page_key)
    delegation = Delegation.objects.select_for_update(of=("self",)).select_related("by", "to").get(pk=delegation.pk)
    state = Delegation.State.ACCEPTED if accept else Delegation.State.DECLINED
    if delegation.state == state:
        return False
    if delegation.state != Delegation.State.OPEN:
        raise OfferOver(delegation)
    if accept:
        _take_over(delegation)
    _close(delegation, state)
    _record(Kind.TAKEN_OVER if accept else Kind.DECLINED, delegation, by=delegation.to, to=delegation.by)
    notify(recipient=delegation.by, kind=ANSWERED, key=str(delegation.pk), payload={"delegation": delegation.pk})
    return True


def _take_over(delegation: Delegation) -> None:
    from ..reading.duties import may_govern

    text = Register().text(delegation.page_key)
    asker = delegation.by
    if text is None or not (asker.pk in (*text.answers, text.deputy) or may_govern(asker)):
        raise OfferOver(delegation)
    values = {"owner_colleague": delegation.to}
    if text.row.deputy == delegation.to_id:
        values["deputy"] = None
    write_governance(key=delegation.page_key, values=values)


@transaction.atomic
def withdraw_offer(*, delegation: Delegation) -> bool:
    """Take the question back. Returns False where there is nothing to take back."""
    delegation = Delegation.objects.select_for_update(of=("self",)).select_related("by", "to").get(pk=delegation.pk)
    if delegation.state != Delegation.State.OPEN:
        return False
    _close(delegation, Delegation.State.WITHDRAWN)
    _record(Kind.WITHDRAWN, delegation, by=delegation.by, to=delegation.to)
    return True


def _close(delegation: Delegation, state: str) -> None:
    delegation.state, delegation.answered_at = state, timezone.now()
    delegation.save(update_fields=["state", "answered_at"])


def _record(kind: str, delegation: Delegation, *, by: User, to: User, reason: str = "") -> None:
    Review.objects.create(page_key=delegation.page_key, kind=kind, by=by, to=to, reason=reason, on=timezone.localdate())
