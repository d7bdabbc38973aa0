"""Where the photos of stories are kept: open once a story shows them, closed before, and closed again when hidden.

A file is as private as its collection (``base.files``), so a photo changes collection with its story. Only photos that
employees uploaded move; a picture that an editor keeps in a collection of the organisation's own stays where it is.
"""

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from wagtail.models import Collection, CollectionViewRestriction

from base.models import PortalImage

from ..judges import COMMUNITY_MANAGERS, MODERATORS
from ..models import DraftPhoto, Portrayal, StoryPage, StoryPhoto

HELD, OPEN = "Photos not shown yet", "Photos in stories"
READERS_OF_HELD = (MODERATORS, COMMUNITY_MANAGERS)


def held_collection() -> Collection:
    """The collection of photos that no story shows (yet), closed to all but moderators; made where it isn't there."""
    return Collection.objects.filter(name=HELD).order_by("path").first() or _make(HELD)


def open_collection() -> Collection:
    """The collection of photos in published stories; made where it isn't there."""
    return Collection.objects.filter(name=OPEN).order_by("path").first() or _make(OPEN)


@transaction.atomic
def _make(name: str) -> Collection:
    # Two at once wait for each other here: names of collections are not unique.
    root = Collection.objects.select_for_update().get(depth=1)
    found = Collection.objects.filter(name=name).order_by("path").first()
    if found is not None:
        return found
    made = root.add_child(instance=Collection(name=name))
    if name == HELD:
        restriction = CollectionViewRestriction.objects.create(
            collection=made, restriction_type=CollectionViewRestriction.GROUPS
        )
        restriction.groups.set([Group.objects.get_or_create(name=group)[0] for group in READERS_OF_HELD])
    return made


@transaction.atomic
def hold_pictures(image_pks: Iterable[int], *, story: StoryPage | None = None) -> int:
    """Close these photos, except those that a live story still shows; returns how many moved.

    ``story`` is the one they are taken from: what it shows itself, in any language, doesn't count. A photo whose
    ``Portrayal`` says "hidden", or that stands in a story hidden after reports, isn't shown there, so save that first.
    """
    pks = set(image_pks)
    pks -= set(_shown_uses(pks, besides=story).values_list("image_id", flat=True))
    # Photos from before there were collections for them lie in the root.
    ours = Q(collection__name=OPEN) | Q(collection__depth=1)
    return PortalImage.objects.filter(ours, pk__in=pks).update(collection=held_collection()) if pks else 0


@transaction.atomic
def free_pictures(image_pks: Iterable[int]) -> int:
    """Open these photos to all colleagues; returns how many moved. Others than held ones stay where they are."""
    held = PortalImage.objects.filter(pk__in=set(image_pks), collection__name=HELD)
    return held.update(collection=open_collection()) if held.exists() else 0


def settle_pictures_of(story: StoryPage) -> None:
    """Open the photos that this story shows and close those that it doesn't (any more).

    After it was published, changed, withdrawn or put back. A photo that somebody asked to hide stays closed.
    """
    in_story = StoryPhoto.objects.filter(page__translation_key=story.translation_key)
    in_drafts = DraftPhoto.objects.filter(draft__story__translation_key=story.translation_key)
    pks = set(in_story.values_list("image_id", flat=True)) | set(in_drafts.values_list("image_id", flat=True))
    if pks:
        hold_pictures(pks)
        free_pictures(_shown_uses(pks).values_list("image_id", flat=True))


def _shown_uses(image_pks: Iterable[int], *, besides: StoryPage | None = None):
    """Photos of live stories with one of these images that readers get to see."""
    asked_to_hide = Portrayal.objects.filter(
        story__translation_key=OuterRef("page__translation_key"),
        image=OuterRef("image"),
        answer=Portrayal.Answer.HIDDEN,
    )
    hidden = StoryPage.objects.filter(
        translation_key=OuterRef("page__translation_key"), submission__hidden_at__isnull=False
    )
    uses = StoryPhoto.objects.filter(~Exists(asked_to_hide), ~Exists(hidden), image__in=image_pks, page__live=True)
    return uses.exclude(page__translation_key=besides.translation_key) if besides else uses


def may_open_held(image_pk: int, user) -> bool:
    """Whether a held photo is open to this colleague: they uploaded it, wrote the story, or can be recognised on it.

    For ``base.files.admit``; one query.
    """
    theirs = (
        Q(uploaded_by_user=user)
        | Exists(DraftPhoto.objects.filter(image=OuterRef("pk"), draft__author=user))
        | Exists(StoryPhoto.objects.filter(image=OuterRef("pk"), page__author=user))
        | Exists(Portrayal.objects.filter(image=OuterRef("pk"), person=user))
    )
    return PortalImage.objects.filter(theirs, pk=image_pk, collection__name=HELD).exists()
