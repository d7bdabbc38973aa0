"""Public copies: made once of what a moderator saw, taken back with their files."""

import hashlib
import json
import logging
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from base.chrome import house_style

from ..models import Portrayal, PublicSnapshot, SharingChoice, SnapshotPhoto, StoryPage
from ..models.sharing import new_token
from ..outside import OutsideWords
from ..outside_pictures import FOLDER, card_of, copy_of, pictures_of

logger = logging.getLogger(__name__)
# Longer than any transaction that is just writing files lasts.
LEFTOVER_AFTER = timedelta(hours=1)


def choice_for(story: StoryPage) -> SharingChoice:
    """What the author chose; not stored yet where they never asked."""
    return SharingChoice.objects.filter(story=story).first() or SharingChoice(story=story)


def pictures_for_outside(story: StoryPage, choice: SharingChoice) -> list[dict]:
    """The pictures that would go along: not those the author leaves out, nor those that somebody had hidden."""
    hidden = Portrayal.objects.filter(story=story, answer=Portrayal.Answer.HIDDEN).values_list("image", flat=True)
    kept_inside = {*hidden, *(choice.left_out.values_list("pk", flat=True) if choice.pk else ())}
    return [row for row in pictures_of(story) if row["image"].pk not in kept_inside and row["image"].hidden_at is None]


def author_outside(story: StoryPage, choice: SharingChoice) -> tuple[str, str]:
    """Name and role under the copy: the first name, or the full one if the author wants that."""
    return (story.byline_name if choice.with_name else story.byline_first_name, story.author_role)


def content_hash(story: StoryPage, choice: SharingChoice) -> str:
    """The same text for the same words, pictures and name: tells an older copy from today's story."""
    pictures = [
        [row["image"].pk, row["image"].file_hash, row["alt_text"], row["caption"]]
        for row in pictures_for_outside(story, choice)
    ]
    content = [story.title, story.summary, story.text, author_outside(story, choice), pictures]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def live_copy_of(story: StoryPage) -> PublicSnapshot | None:
    """The copy that isn't taken back."""
    return PublicSnapshot.objects.not_withdrawn().filter(story=story).first()


@transaction.atomic
def make_copy(*, story: StoryPage, choice: SharingChoice) -> PublicSnapshot:
    """Copy the story as it is live now. A copy that was there keeps its address but not its words.

    Call it with the submission locked: there is one copy of a story at a time.
    """
    before = live_copy_of(story)
    token = before.token if before else new_token()
    if before:
        # Links that were shared lead to the new copy.
        PublicSnapshot.objects.filter(pk=before.pk).update(token=new_token())
        withdraw_copies(story_pk=story.pk)
    words = OutsideWords()
    name, role = author_outside(story, choice)
    snapshot = PublicSnapshot(
        story=story,
        token=token,
        language=story.locale.language_code,
        title=words.clean(story.title)[:255],
        summary=words.clean(story.summary),
        text=words.clean(story.text),
        author_name=name,
        author_role=role,
        content_hash=content_hash(story, choice),
    )
    copies = [(row, copy) for row in pictures_for_outside(story, choice) if (copy := copy_of(row["image"]))]
    style = house_style()
    first = copies[0][0]["image"] if copies else None
    snapshot.card = card_of(first, title=snapshot.title, name=style.name, accent=style.accent)
    snapshot.save()
    for order, (row, copy) in enumerate(copies):
        SnapshotPhoto.objects.create(
            snapshot=snapshot,
            source=row["image"],
            file=copy,
            alt_text=words.clean(row["alt_text"])[:255],
            caption=words.clean(row["caption"])[:255],
            sort_order=order,
        )
    return snapshot


@transaction.atomic
def withdraw_copies(*, story_pk: int) -> int:
    """Take back every copy of a story; returns how many. See ``_take_back``."""
    return sum(_take_back(copy) for copy in PublicSnapshot.objects.not_withdrawn().filter(story=story_pk))


@transaction.atomic
def withdraw_orphans() -> int:
    """Take back the copies of stories that were deleted; returns how many."""
    return sum(_take_back(copy) for copy in PublicSnapshot.objects.not_withdrawn().filter(story__isnull=True))


def _take_back(snapshot: PublicSnapshot) -> bool:
    """The address answers "gone" from now on; words go at once, files as soon as the transaction is through."""
    files = [snapshot.card.name, *snapshot.photos.values_list("file", flat=True)]
    snapshot.photos.all().delete()
    PublicSnapshot.objects.filter(pk=snapshot.pk).update(
        withdrawn_at=timezone.now(), title="", summary="", text="", author_name="", author_role="", card=""
    )
    transaction.on_commit(lambda: delete_files(files), robust=True)
    return True


def delete_files(names: list[str]) -> None:
    """Delete stored pictures of copies; one that can't be deleted now is left to ``delete_leftover_files``."""
    for name in filter(None, names):
        try:
            default_storage.delete(name)
        except OSError:
            logger.warning("The picture %s of a public copy couldn't be deleted yet.", name)


def delete_leftover_files(now: datetime) -> int:
    """Delete pictures that belong to no copy (any more): a transaction was rolled back, a server died; returns how many."""
    try:
        _folders, found = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    used = {
        *SnapshotPhoto.objects.values_list("file", flat=True),
        *PublicSnapshot.objects.values_list("card", flat=True),
    }
    old = [
        name
        for name in (f"{FOLDER}{file}" for file in found)
        if name not in used and default_storage.get_modified_time(name) < now - LEFTOVER_AFTER
    ]
    delete_files(old)
    return len(old)
