"""Telling authors that their story was taken up."""

from uuid import UUID

from django.db import transaction
from wagtail.models import Page

from ..models import StoryEvent, Submission
from .moving import lock, record, tell_author


@transaction.atomic
def note_use(*, story_key: UUID, page: Page, actor) -> bool:
    """Write on the story's timeline that ``page``, just published, uses it, and tell the author.

    Once for each page, whichever of its languages was published; returns whether it is new. A story nobody sent in
    (made in the admin) has no timeline.
    """
    found = Submission.objects.filter(story__translation_key=story_key).values_list("pk", flat=True).first()
    if found is None or page.live_revision_id is None:
        return False
    submission = lock(found)
    twins = Page.objects.filter(translation_key=page.translation_key).values_list("pk", flat=True)
    events = submission.events.filter(kind=StoryEvent.Kind.USED)
    if events.filter(revision__object_id__in=[str(pk) for pk in twins]).exists():
        return False
    event = record(submission, StoryEvent.Kind.USED, actor=actor, revision=page.live_revision)
    tell_author(submission, "story.used", event)
    return True
