"""Photos of a draft: added, described, put in order, taken away."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from base.models import PortalImage
from base.photos import clean_photo

from ...models import DraftPhoto, Portrayal, StoryDraft, StoryPhoto
from ..pictures import HELD, held_collection
from .guarding import DraftConflictError, require_open

MOST_PHOTOS = 10
WORDS = ("alt_text", "is_decorative", "caption", "nobody_recognisable")


def add_photo(*, draft: StoryDraft, author, key: UUID, file: File) -> DraftPhoto:
    """Put a photo behind the others; the same ``key`` again is the same photo.

    Raises ValidationError for what is no picture or too large and for one photo too many, NotAllowedError and StateError
    like ``save_draft``.
    """
    _locked(draft, author, lock=False)
    known = draft.photos.filter(key=key).first()
    if known is not None:
        return known
    if not file.size:
        raise ValidationError(_("This file is empty. Choose the photo once more."), code="empty")
    # Decoding takes seconds: not while others wait for the row.
    clean = clean_photo(file)
    return _keep_photo(draft, author, key, clean)


@transaction.atomic
def _keep_photo(draft: StoryDraft, author, key: UUID, clean: File) -> DraftPhoto:
    draft = _locked(draft, author)
    photos = list(draft.photos.all())
    known = next((photo for photo in photos if photo.key == key), None)
    if known is not None:
        return known
    if len(photos) >= MOST_PHOTOS:
        raise ValidationError(
            _("A story has at most %(limit)s photos. Remove one first.") % {"limit": MOST_PHOTOS}, code="too_many"
        )
    # The name of the file may say who is on it; nobody needs it.
    clean.name = f"story-{key}{clean.name[clean.name.rfind('.') :]}"
    image = PortalImage.objects.create(
        title=_("Photo in a story"), file=clean, collection=held_collection(), uploaded_by_user=author
    )
    order = max((photo.sort_order for photo in photos), default=-1) + 1
    return draft.photos.create(key=key, image=image, sort_order=order)


@transaction.atomic
def describe_photos(*, draft: StoryDraft, author, version: int, values: dict[UUID, dict]) -> StoryDraft:
    """Save what was said about photos, by their keys; photos that are gone are left out.

    Each may hold alt_text, is_decorative, caption, nobody_recognisable and people (ids). ``version`` and what is raised
    are as in ``save_draft``.
    """
    draft = _locked(draft, author)
    photos = {photo.key: photo for photo in draft.photos.prefetch_related("people")}
    changed = []
    for key, words in values.items():
        photo = photos.get(key)
        if photo is None:
            continue
        differs = [name for name in WORDS if name in words and getattr(photo, name) != words[name]]
        people = {person.pk for person in photo.people.all()}
        if differs or ("people" in words and set(words["people"]) != people):
            changed.append((photo, words))
    if not changed:
        return draft
    if version != draft.version:
        raise DraftConflictError(draft)
    for photo, words in changed:
        for name in WORDS:
            setattr(photo, name, words.get(name, getattr(photo, name)))
        photo.save()
        if "people" in words:
            photo.people.set(words["people"])
    draft.version += 1
    draft.save()
    return draft


@transaction.atomic
def place_photo(*, draft: StoryDraft, author, key: UUID, place: int) -> None:
    """Make a photo the ``place``-th, from 1; a place that isn't there is the nearest one that is."""
    draft = _locked(draft, author)
    photos = list(draft.photos.all())
    moving = next((photo for photo in photos if photo.key == key), None)
    if moving is None:
        return
    photos.remove(moving)
    photos.insert(max(0, place - 1), moving)
    for order, photo in enumerate(photos):
        photo.sort_order = order
    DraftPhoto.objects.bulk_update(photos, ["sort_order"])


@transaction.atomic
def remove_photo(*, draft: StoryDraft, author, key: UUID) -> None:
    """Take a photo away; one that is gone already is no error."""
    draft = _locked(draft, author)
    photo = draft.photos.filter(key=key).first()
    if photo is not None:
        photo.delete()
        delete_unused_pictures([photo.image_id], author)


def delete_unused_pictures(image_pks: Iterable[int], author) -> int:
    """Delete the author's own held photos that no draft and no story has, in no version; returns how many."""
    pks = set(image_pks)
    used = set(StoryPhoto.objects.filter(image__in=pks).values_list("image", flat=True))
    used |= set(DraftPhoto.objects.filter(image__in=pks).values_list("image", flat=True))
    used |= set(Portrayal.objects.filter(image__in=pks).values_list("image", flat=True))
    images = PortalImage.objects.filter(pk__in=pks - used, uploaded_by_user=author, collection__name=HELD)
    return sum(image.delete()[0] > 0 for image in images)


def _locked(draft: StoryDraft, author, *, lock: bool = True) -> StoryDraft:
    rows = StoryDraft.objects.select_for_update() if lock else StoryDraft.objects
    found = rows.get(pk=draft.pk)
    require_open(found, author)
    return found
