"""Readers say whether a text was useful, and its owner answers."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from notifications.services import notify
from people.models import User

from ..models import Feedback, PageChange
from ..reading.receivers import receivers_of

RECEIVED, ANSWERED = "guidelines.feedback_received", "guidelines.feedback_answered"
# So long after a newer version came, nobody needs to know any more whose vote an old one was.
KEEP_NAMES = timedelta(days=365)


class ChangedMeanwhile(Exception):
    """The reader changed their words, or a colleague answered, since it was shown."""


@transaction.atomic
def give_feedback(
    *, page, edition: int, user: User, is_useful: bool, comment: str | None = None, with_name: bool = False
) -> Feedback:
    """Keep what ``user`` says of this edition of ``page``, instead of what they said of it before.

    Without ``comment`` (None) only the vote changes. New words are open again, whatever became of the earlier ones; the
    owner of the text is told of them (see ``receivers_of``), or the editors.
    """
    # Two clicks at once: the second waits for the first and finds its row.
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    row = Feedback.objects.own(page.translation_key, edition, user).select_for_update(of=("self",)).first()
    row = row or Feedback(user=user, page_key=page.translation_key, edition=edition, version=0)
    before = (row.is_useful, row.comment, row.with_name)
    has_new_words = comment is not None and comment != row.comment
    row.is_useful, row.language = is_useful, page.content_language
    if comment is not None:
        row.comment, row.with_name = comment, with_name and bool(comment)
    if row.pk and before == (row.is_useful, row.comment, row.with_name):
        return row
    if has_new_words:
        row.status = Feedback.Status.OPEN
    row.given_at, row.version = timezone.now(), row.version + 1
    row.save()
    if has_new_words and row.comment:
        _tell_receivers(row, page)
    return row


def _tell_receivers(row: Feedback, page) -> None:
    # The same words sent twice are told once.
    words = hashlib.sha256(row.comment.encode()).hexdigest()[:12]
    thread = f"feedback:{timezone.localdate(row.given_at).isoformat()}"
    for person in receivers_of(page):
        if person.pk != row.user_id:
            key = f"{row.pk}:{words}"
            notify(recipient=person, kind=RECEIVED, key=key, payload={"feedback": row.pk}, thread=thread)


@transaction.atomic
def answer_feedback(*, feedback: Feedback, status: str, answer: str, by: User, seen: int) -> Feedback:
    """Say what becomes of it; whoever wrote it hears that. ``seen`` is the version that was answered.

    The same again changes nothing. Raises ``ChangedMeanwhile``, and ValueError for a status that isn't there.
    """
    if status not in Feedback.Status.values:
        raise ValueError(status)
    row = Feedback.objects.select_for_update(of=("self",)).get(pk=feedback.pk)
    if (row.status, row.answer) == (status, answer):
        return row
    if row.version != seen:
        raise ChangedMeanwhile(row.pk)
    row.status, row.answer, row.version = status, answer, row.version + 1
    row.answered_at, row.answered_by = timezone.now(), by
    row.save()
    if row.user is not None and row.user.is_active and row.user_id != by.pk:
        notify(recipient=row.user, kind=ANSWERED, key=f"{row.pk}:{row.version}", payload={"feedback": row.pk})
    return row


def let_go_of_names(now: datetime) -> int:
    """Of versions long gone, forget whose vote was whose where nothing waits for an answer; returns how many.

    Once a day. Votes on the version that stands keep theirs: they can still be changed.
    """
    latest = PageChange.objects.filter(page_key=OuterRef("page_key")).order_by("-edition").values("edition")[:1]
    rows = Feedback.objects.filter(user__isnull=False, given_at__lt=now - KEEP_NAMES, edition__lt=Subquery(latest))
    return rows.exclude(comment__gt="", status=Feedback.Status.OPEN).update(user=None, with_name=False)
