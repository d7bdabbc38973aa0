"""What people in a picture say about it: one tap hides it, and only they show it again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.services import notify

from ..models import Portrayal, StoryEvent, Submission
from .hiding import follow_photo, remove_photo, submission_for
from .moving import NotAllowedError, StateError, lock, may_judge, moderators_for, record, tell_author

Kind, Answer = StoryEvent.Kind, Portrayal.Answer


@transaction.atomic
def hide_photo(*, portrayal: Portrayal, person, now: datetime | None = None) -> Portrayal:
    """Hide the photo everywhere, at once; again changes nothing.

    Author and moderators are told, once a day at most. Raises NotAllowedError for anybody but the person themselves,
    StateError for a photo that was taken out already.
    """
    now = now or timezone.now()
    submission, row = _locked(portrayal, person)
    if row.answer == Answer.HIDDEN:
        return row
    row.answer, row.answered_at, row.may_go_outside = Answer.HIDDEN, now, False
    row.save(update_fields=["answer", "answered_at", "may_go_outside"])
    if follow_photo(row.image_id, now=now):
        record(submission, Kind.HIDDEN, actor=None, reason=StoryEvent.Reason.PHOTO)
    if person.pk != submission.story.author_id:
        _tell_others(submission, row, now)
    return row


@transaction.atomic
def show_photo(*, portrayal: Portrayal, person, now: datetime | None = None) -> Portrayal:
    """Say that the photo is fine: it is shown (again), unless somebody else hides it. Again changes nothing.

    Raises NotAllowedError for anybody but the person themselves, StateError for a photo that was taken out already.
    """
    now = now or timezone.now()
    submission, row = _locked(portrayal, person)
    if row.answer == Answer.FINE:
        return row
    row.answer, row.answered_at = Answer.FINE, now
    row.save(update_fields=["answer", "answered_at"])
    if follow_photo(row.image_id, now=now) is False:
        record(submission, Kind.SHOWN, actor=None, reason=StoryEvent.Reason.PHOTO)
    return row


@transaction.atomic
def take_out_hidden_photo(*, portrayal: Portrayal, moderator, comment: str = "") -> Submission:
    """A moderator settles it: the photo leaves the story for good.

    Raises NotAllowedError for the author, for somebody in the photo and for who is no moderator; StateError where the
    person shows it again or a colleague took it out already.
    """
    submission = lock(submission_for(portrayal.story).pk)
    row = Portrayal.objects.select_for_update(of=("self",)).select_related("person").filter(pk=portrayal.pk).first()
    if row is None or row.answer != Answer.HIDDEN or row.settled_at is not None:
        raise StateError(_("This photo is settled already."))
    if not may_settle_photo(submission, row.image_id, moderator):
        raise NotAllowedError(_("You may not settle this."))
    remove_photo(submission=submission, image_pk=row.image_id, actor=moderator)
    event = record(submission, Kind.EDITED, actor=moderator, reason=StoryEvent.Reason.PHOTO, comment=comment.strip())
    tell_author(submission, "photo.removed", event)
    if row.person_id != moderator.pk and row.person.is_active:
        notify(
            recipient=row.person,
            kind="photo.settled",
            key=f"event-{event.pk}",
            payload={"portrayal": row.pk},
        )
    return submission


def may_settle_photo(submission: Submission, image_pk: int, user) -> bool:
    """Whether this moderator may take a hidden photo out: not their own story, and not in the photo themselves."""
    own = Portrayal.objects.filter(story=submission.story_id, image=image_pk, person=user).exists()
    return may_judge(submission, user) and not own


def _locked(portrayal: Portrayal, person) -> tuple[Submission, Portrayal]:
    if portrayal.person_id != person.pk:
        raise NotAllowedError(_("You are not in this photo."))
    submission = lock(submission_for(portrayal.story).pk)
    # The author may have named them no more in the meantime.
    row = Portrayal.objects.select_for_update(of=("self",)).filter(pk=portrayal.pk).first()
    if row is None or row.settled_at is not None:
        raise StateError(_("This photo is no longer in the story."))
    return submission, row


def _tell_others(submission: Submission, row: Portrayal, now: datetime) -> None:
    # Somebody in two minds fills nobody's bell.
    key = f"portrayal-{row.pk}-{timezone.localdate(now).isoformat()}"
    author = submission.story.author
    if author is not None and author.is_active:
        notify(recipient=author, kind="photo.hidden", key=key, payload={"portrayal": row.pk})
    for person in moderators_for(submission):
        if person.pk != row.person_id:
            notify(recipient=person, kind="photo.to_settle", key=key, payload={"portrayal": row.pk})
