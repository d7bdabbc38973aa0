"""Mirroring: aliases made, moved and deleted with the pages they stand for."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from asgiref.local import Local
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale, Page, ReferenceIndex

from ..indexing import defer_indexing
from ..stamp import touch_content
from .aliases import AliasBatch
from .unpublished import refresh_unpublished_translations, unpublished_among

_state = Local()
CHUNK = 100


@dataclass(frozen=True)
class Change:
    """What happened to a page: its twins in the other languages follow the page with this ``pk``."""

    pk: int | None
    placed: bool = False


@contextmanager
def defer_aliases() -> Iterator[None]:
    """Gather what is published, moved and deleted inside the block and mirror it in one batch at its end.

    May be nested: the outermost block does the work. After an exception nothing is mirrored; ``sync_languages`` does.
    """
    if getattr(_state, "deferred", None) is not None:
        yield
        return
    _state.deferred = {}
    try:
        yield
        changes = _state.deferred
    finally:
        _state.deferred = None
    if changes:
        mirror_pages(changes=changes)


@contextmanager
def _mirroring() -> Iterator[None]:
    """While pages are mirrored, their own signals aren't mirrored back."""
    # Late: it asks for the page model while it is imported.
    from wagtail.signal_handlers import disable_reference_index_auto_update

    before = getattr(_state, "mirroring", False)
    _state.mirroring = True
    try:
        with disable_reference_index_auto_update():
            yield
    finally:
        _state.mirroring = before


def mirror_later_or_now(page: Page, *, placed: bool = False) -> None:
    """Bring the other languages in line with a page that was published, or ``placed`` elsewhere in the tree.

    At the end of the ``defer_aliases`` block, or at once outside one.
    """
    if getattr(_state, "mirroring", False) or page.depth < 2 or (page.alias_of_id and not placed):
        return
    _note({page.translation_key: Change(page.pk, placed)})


def _note(changes: dict[UUID, Change]) -> None:
    deferred = getattr(_state, "deferred", None)
    if deferred is None:
        mirror_pages(changes=changes)
        return
    for key, change in changes.items():
        known = deferred.get(key)
        deferred[key] = Change(change.pk, change.placed or bool(known and known.placed))


@transaction.atomic
def mirror_pages(*, changes: dict[UUID, Change]) -> int:
    """Make the aliases these pages miss, and put their twins where they are themselves.

    Returns how many aliases were made. A page that is gone, a draft and a page whose twins exist cost nothing more.
    """
    batch = AliasBatch()
    locales = {locale.pk: locale for locale in Locale.objects.all()}
    with _mirroring(), defer_indexing():
        groups = _in_tree_order(changes)
        for start in range(0, len(groups), CHUNK):
            _mirror_groups(groups[start : start + CHUNK], changes, locales, batch)
        batch.flush()
    if batch.made:
        touch_content()
    return len(batch.made)


def _mirror_groups(
    groups: list[tuple[UUID, Page, list[Page]]],
    changes: dict[UUID, Change],
    locales: dict[int, Locale],
    batch: AliasBatch,
) -> None:
    missing = {
        leader.pk: locales.keys() - {twin.locale_id for twin in twins} - {leader.locale_id}
        for _, leader, twins in groups
        if leader.live and not leader.alias_of_id
    }
    wanted = [pk for pk, locale_ids in missing.items() if locale_ids]
    specific = {page.pk: page for page in Page.objects.filter(pk__in=wanted).specific()} if wanted else {}
    # Asked for all of them at once: every night this goes through every page there is.
    begun = unpublished_among(twin.pk for _, leader, twins in groups if leader.pk in missing for twin in twins)
    for key, leader, twins in groups:
        for locale_id in missing.get(leader.pk, ()):
            # It may have been made meanwhile, as the parent of another page.
            if (key, locale_id) in batch.made:
                continue
            if batch.make(specific[leader.pk], locales[locale_id]):
                batch.flush()
                _place(Page.objects.get(translation_key=key, locale=locale_id), leader, batch)
        if leader.pk in missing and any(twin.pk in begun for twin in twins):
            refresh_unpublished_translations(leader, twins)
        if changes[key].placed:
            batch.flush()
            for twin in twins:
                _place(twin, leader, batch)


def _in_tree_order(changes: dict[UUID, Change]) -> list[tuple[UUID, Page, list[Page]]]:
    """``(translation_key, leading page, its twins)``, parents before children and in the order of siblings."""
    by_key: dict[UUID, list[Page]] = {}
    keys = list(changes)
    for start in range(0, len(keys), 500):
        pages = Page.objects.filter(translation_key__in=keys[start : start + 500], depth__gte=2).select_related(
            "locale"
        )
        for page in pages:
            by_key.setdefault(page.translation_key, []).append(page)
    groups = []
    for key, pages in by_key.items():
        leader = next((page for page in pages if page.pk == changes[key].pk), None) or original_of(pages)
        if leader is not None:
            groups.append((key, leader, [page for page in pages if page.locale_id != leader.locale_id]))
    return sorted(groups, key=lambda group: group[1].path)


def original_of(pages: Iterable[Page]) -> Page | None:
    """The page that the others with its translation key follow: the source language's own, else another own page."""
    own = [page for page in pages if not page.alias_of_id]
    return min(own, key=lambda page: (page.locale.language_code != settings.LANGUAGE_CODE, page.pk), default=None)


def _place(twin: Page, leader: Page, batch: AliasBatch) -> None:
    """Put ``twin`` below the twin of the leader's parent, in the order of the leader's siblings."""
    parent = batch.parent_in(leader, twin.locale)
    # Making that parent counts children; the moves below rely on their number.
    batch.flush()
    if twin.path.startswith(parent.path) and twin.depth == parent.depth + 1:
        before, after = (_neighbour(leader, parent, twin, side) for side in ("left", "right"))
        if (before is None or before.path < twin.path) and (after is None or twin.path < after.path):
            return
    elif parent.path.startswith(twin.path):
        # The leader moved below its own twin's subtree: only possible while both languages still differ.
        return
    else:
        twin.slug = find_available_slug(parent, twin.slug, ignore_page_id=twin.pk)
        Page.objects.filter(pk=twin.pk).update(slug=twin.slug)
        twin.move(parent, pos="last-child")
        twin.refresh_from_db()
        before, after = (_neighbour(leader, parent, twin, side) for side in ("left", "right"))
    if before is not None:
        twin.move(before, pos="right")
    elif after is not None:
        twin.move(after, pos="left")


def _neighbour(leader: Page, parent: Page, twin: Page, side: str) -> Page | None:
    """The child of ``parent`` whose own twin is nearest to the leader on this side ("left" or "right")."""
    first, last = Page._get_children_path_interval(leader.path[: -Page.steplen])
    beside = Q(path__gte=first, path__lt=leader.path) if side == "left" else Q(path__gt=leader.path, path__lte=last)
    children = Page.objects.filter(
        path__range=Page._get_children_path_interval(parent.path), depth=parent.depth + 1
    ).exclude(pk=twin.pk)
    nearest = (
        Page.objects.filter(beside, depth=leader.depth, translation_key__in=children.values("translation_key"))
        .order_by("-path" if side == "left" else "path")
        .values_list("translation_key", flat=True)
        .first()
    )
    return children.filter(translation_key=nearest).first() if nearest else None


def delete_aliases(page: Page) -> None:
    """Delete the aliases of a page that is being deleted; Wagtail would make independent copies of them.

    An alias with pages of its own language below it is left to become independent: deleting it would take these along.
    """
    if getattr(_state, "mirroring", False):
        return
    with _mirroring():
        for alias in Page.objects.filter(alias_of=page.pk):
            if not alias.get_descendants().filter(alias_of__isnull=True).exists():
                gone = list(alias.get_descendants(inclusive=True))
                alias.delete()
                # Mirroring leaves this index alone; what stayed in it would hold on to other pages for ever.
                for one in gone:
                    ReferenceIndex.remove_for_object(one)
                    ReferenceIndex.remove_references_to(one)


def mirror_after_delete(page: Page) -> None:
    """Once the deletion is through, show what is left in the other language where the page was."""
    if getattr(_state, "mirroring", False):
        return
    waiting = getattr(_state, "deleted", None)
    if waiting is None:
        _state.deleted = waiting = set()
    waiting.add(page.translation_key)
    # Asked for each page: what was gathered in a transaction that was rolled back waits for the next one. The first
    # call does all the work, the others find nothing.
    transaction.on_commit(_mirror_deleted)


def _mirror_deleted() -> None:
    keys, _state.deleted = getattr(_state, "deleted", None) or set(), None
    if keys:
        _note({key: Change(None) for key in keys})
