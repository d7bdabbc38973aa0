"""What stories keep of somebody who asks to be forgotten.

Published stories stay, by a former colleague; deleting one is for its author to do before, or for an editor. What wasn't
published yet is withdrawn: nobody is there to answer for it.
"""

from django.utils import timezone
from django.utils.translation import gettext, override

from base.models import PortalImage

from ..models import (
    CallInvitation,
    CallRefusal,
    DraftPhoto,
    Portrayal,
    PublicSnapshot,
    ShareTipsAcknowledgement,
    StoryDraft,
    StoryPhoto,
    Submission,
)
from .moving import lock
from .pictures import hold_pictures
from .publishing import withdraw_story
from .sharing import withdraw_snapshots

State = Submission.State
UNPUBLISHED = (State.IN_REVIEW, State.CHANGES_ASKED, State.AUTHOR_TO_AGREE, State.DECLINED)


def forget_in_stories(person, traces) -> None:
    """Drafts, invitations and claims go; unpublished stories are withdrawn; photos of the person are hidden."""
    _withdraw_unpublished(person)
    _delete_drafts(person)
    _leave_pictures(person)
    CallInvitation.objects.filter(person=person).delete()
    CallRefusal.objects.filter(person=person).delete()
    ShareTipsAcknowledgement.objects.filter(user=person).delete()
    Submission.objects.filter(claimed_by=person).update(claimed_by=None, claimed_at=None)
    for snapshot in PublicSnapshot.objects.filter(story__author=person):
        with override(snapshot.language):
            snapshot.author_name = gettext("Former colleague")
        # A role can be one person's alone.
        snapshot.author_role = ""
        snapshot.save(update_fields=["author_name", "author_role"])


def _withdraw_unpublished(person) -> None:
    own = Submission.objects.filter(story__author=person, state__in=UNPUBLISHED)
    for submission in own.filter(story__first_published_at__isnull=True):
        withdraw_story(submission=submission, author=person)


def _delete_drafts(person) -> None:
    drafts = StoryDraft.objects.filter(author=person)
    images = set(DraftPhoto.objects.filter(draft__in=drafts).values_list("image_id", flat=True))
    drafts.delete()
    used = set(StoryPhoto.objects.filter(image__in=images).values_list("image_id", flat=True))
    used |= set(DraftPhoto.objects.filter(image__in=images).values_list("image_id", flat=True))
    # One by one: Wagtail deletes the file and its renditions with the row.
    for image in PortalImage.objects.filter(pk__in=images - used, uploaded_by_user=person):
        image.delete()
    DraftPhoto.people.through.objects.filter(user=person).delete()


def _leave_pictures(person) -> None:
    rows = Portrayal.objects.filter(person=person).select_related("story__submission")
    for row in rows.exclude(answer=Portrayal.Answer.HIDDEN):
        row.answer, row.answered_at, row.may_go_outside = Portrayal.Answer.HIDDEN, timezone.now(), False
        row.settled_at = None
        row.save(update_fields=["answer", "answered_at", "may_go_outside", "settled_at"])
        hold_pictures([row.image_id], story=row.story)
        if hasattr(row.story, "submission"):
            withdraw_snapshots(submission=lock(row.story.submission.pk))
