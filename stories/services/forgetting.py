"""What stories keep of somebody who asks to be forgotten.

Published stories stay, by a former colleague; deleting one is for its author to do before, or for an editor. What was never
published is withdrawn and emptied: it was theirs alone. That it was there stays, so that figures of moderation stay right.
"""

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, override
from wagtail.models import PageLogEntry, Revision

from base.models import PortalImage
from people.pages_json import rewrite_revisions

from ..models import (
    CallInvitation,
    CallRefusal,
    DraftPhoto,
    Portrayal,
    PublicSnapshot,
    ShareTipsAcknowledgement,
    SharingChoice,
    StoryDraft,
    StoryEvent,
    StoryPage,
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
    """Drafts, invitations and claims go; unpublished stories are withdrawn and emptied; photos of the person are hidden."""
    _withdraw_unpublished(person)
    _empty_unpublished(person)
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


def _empty_unpublished(person) -> None:
    """Nothing is left of what only its author and moderators read: no words, no photos, no remarks about either."""
    stories = StoryPage.objects.filter(author=person, first_published_at__isnull=True, submission__isnull=False)
    for story in stories.exclude(text=""):
        with override(story.locale.language_code):
            title = str(capfirst(Submission.State.WITHDRAWN.label))
        images = set(StoryPhoto.objects.filter(page=story).values_list("image_id", flat=True))
        story.photos.all().delete()
        story.title, story.draft_title, story.slug = title, title, f"story-{story.pk}"
        story.text, story.summary, story.image_alt, story.image = "", "", "", None
        story.set_url_path(story.get_parent())
        # Before it is saved, so that nothing leads on from the address with the old title in it.
        StoryPage.objects.filter(pk=story.pk).update(slug=story.slug, url_path=story.url_path)
        # No words are no story to a form; here they are.
        story.save(clean=False)
        kept = {"title": title, "draft_title": title, "slug": story.slug, "url_path": story.url_path, "photos": []}
        versions = Revision.objects.for_instance(story)
        rewrite_revisions(versions, kept | {"text": "", "summary": "", "image_alt": "", "image": None})
        versions.update(object_str=title)
        PageLogEntry.objects.filter(page=story.pk).update(label=title, data={})
        StoryEvent.objects.filter(submission=story.submission).update(comment="")
        SharingChoice.objects.filter(story=story).delete()
        Portrayal.objects.filter(story=story).delete()
        _delete_images(images, person)


def _delete_drafts(person) -> None:
    drafts = StoryDraft.objects.filter(author=person)
    images = set(DraftPhoto.objects.filter(draft__in=drafts).values_list("image_id", flat=True))
    drafts.delete()
    _delete_images(images, person)
    DraftPhoto.people.through.objects.filter(user=person).delete()


def _delete_images(images: set[int], person) -> None:
    """Of these pictures of theirs, those that no story and no draft has."""
    used = set(StoryPhoto.objects.filter(image__in=images).values_list("image_id", flat=True))
    used |= set(DraftPhoto.objects.filter(image__in=images).values_list("image_id", flat=True))
    # One by one: Wagtail deletes the file and its renditions with the row.
    for image in PortalImage.objects.filter(pk__in=images - used, uploaded_by_user=person):
        image.delete()


def _leave_pictures(person) -> None:
    rows = Portrayal.objects.filter(person=person).select_related("story__submission")
    for row in rows.exclude(answer=Portrayal.Answer.HIDDEN):
        row.answer, row.answered_at, row.may_go_outside = Portrayal.Answer.HIDDEN, timezone.now(), False
        row.settled_at = None
        row.save(update_fields=["answer", "answered_at", "may_go_outside", "settled_at"])
        hold_pictures([row.image_id], story=row.story)
        if hasattr(row.story, "submission"):
            withdraw_snapshots(submission=lock(row.story.submission.pk))
