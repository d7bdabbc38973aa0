"""Keeping what somebody is writing."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ...models import Portrayal, StoryDraft, Submission
from ...rendering import clean_markdown
from ..hiding import refuse_while_hidden
from ..moving import NotAllowedError, StateError, expect, lock
from .guarding import OPEN_STATES, DraftConflictError, require_open
from .photos import delete_unused_pictures

FIELDS = ("title", "text", "language", "theme", "call", "channel")


@transaction.atomic
def save_draft(*, author, key: UUID, version: int, values: dict) -> StoryDraft:
    """Save what was typed; makes the draft where it is new.

    ``version`` is the one the writer last read (0 for new); raises DraftConflictError where another was saved since,
    NotAllowedError for somebody else's draft, StateError for one that was sent or whose story is closed for changes.
    ``values`` may hold title, text, language, theme, call and channel.
    """
    changes = {name: values[name] for name in FIELDS if name in values}
    if "title" in changes:
        changes["title"] = " ".join(clean_markdown(str(changes["title"])).split())[:255]
    if "text" in changes:
        changes["text"] = clean_markdown(str(changes["text"]))
    draft = StoryDraft.objects.select_for_update().filter(key=key).first()
    if draft is None:
        try:
            with transaction.atomic():
                return StoryDraft.objects.create(key=key, author=author, **changes)
        except IntegrityError:
            # The other tab was first by a moment.
            draft = StoryDraft.objects.select_for_update().get(key=key)
    require_open(draft, author)
    if draft.story_id:
        # Where a story stands and in which language was settled when it was sent.
        changes = {name: value for name, value in changes.items() if name not in ("language", "channel")}
    if all(getattr(draft, name) == value for name, value in changes.items()):
        return draft
    if version != draft.version:
        raise DraftConflictError(draft)
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.version += 1
    draft.save()
    return draft


@transaction.atomic
def open_draft_for(*, submission: Submission, author) -> StoryDraft:
    """The draft in which the author changes a sent or published story; made from its latest words once.

    Raises NotAllowedError for somebody else's story, StateError while it is closed for changes.
    """
    submission = lock(submission.pk)
    if submission.story.author_id != author.pk:
        raise NotAllowedError(_("This is not your story."))
    expect(submission, *OPEN_STATES)
    refuse_while_hidden(submission)
    draft = StoryDraft.objects.filter(story=submission.story_id, sent_at__isnull=True).first()
    if draft is not None:
        return draft
    story = submission.story.get_latest_revision_as_object()
    draft = StoryDraft.objects.create(
        author=author,
        story_id=submission.story_id,
        channel=story.get_parent().specific,
        call_id=story.call_id,
        title=story.title,
        text=story.text,
        language=story.locale.language_code,
        theme_id=story.theme_id,
    )
    portrayals: dict[int, list[int]] = {}
    for image, person in Portrayal.objects.filter(story=submission.story_id).values_list("image", "person"):
        portrayals.setdefault(image, []).append(person)
    for order, photo in enumerate(story.photos.all()):
        people = portrayals.get(photo.image_id, [])
        copy = draft.photos.create(
            image_id=photo.image_id,
            alt_text=photo.alt_text,
            is_decorative=photo.is_decorative,
            caption=photo.caption,
            sort_order=order,
            nobody_recognisable=not people,
        )
        copy.people.set(people)
    return draft


@transaction.atomic
def delete_draft(*, draft: StoryDraft, author) -> None:
    """Throw away a draft and the photos only it had; again changes nothing. A story that was sent stays.

    Raises NotAllowedError for somebody else's draft, StateError for one that was sent.
    """
    draft = StoryDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if draft is None:
        return
    if draft.author_id != author.pk:
        raise NotAllowedError(_("This is not your story."))
    if draft.sent_at is not None:
        raise StateError(_("This story was sent already."))
    pictures = list(draft.photos.values_list("image", flat=True))
    draft.delete()
    delete_unused_pictures(pictures, author)
