"""Mirroring: aliases made, moved and deleted with the pages they stand for."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from asgiref.local import Local
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from wagtail.coreutils import find_available_slug
from wagtail.models import COMMENTS_RELATION_NAME, Locale, Page
from wagtail.models.copying import _copy, _copy_m2m_relations

from ..stamp import touch_content
from .unpublished import refresh_unpublished_translations

_state = Local()
# As in Wagtail's own alias action; live_revision too, so that an alias never seems to have one of its own.
NOT_COPIED = [
    "id",
    "path",
    "depth",
    "numchild",
    "url_path",
    "index_entries",
    "postgres_index_entries",
    "latest_revision",
    "live_revision",
    COMMENTS_RELATION_NAME,
]


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
    made = 0
    locales = {locale.pk: locale for locale in Locale.objects.all()}
    with _mirroring():
        for key, leader, twins in _in_tree_order(changes):
            if not leader.alias_of_id and leader.live:
                for locale_id in locales.keys() - {twin.locale_id for twin in twins} - {leader.locale_id}:
                    made += _make_alias(leader, locales[locale_id])
                refresh_unpublished_translations(leader, twins)
            if changes[key].placed:
                for twin in twins:
                    _place(twin, leader)
    if made:
        touch_content()
    return made


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


def _parent_in(page: Page, locale: Locale) -> Page:
    """The twin in ``locale`` of the page's parent; made as an alias where it's missing."""
    parent = Page.objects.get(path=page.path[: -Page.steplen])
    if parent.depth == 1:
        return parent
    twins = Page.objects.filter(translation_key=parent.translation_key, locale=locale)
    twin = twins.first()
    if twin is None:
        _make_alias(parent, locale)
        twin = twins.get()
    return twin


def _make_alias(page: Page, locale: Locale) -> int:
    """An alias of ``page`` at its own place in the tree of ``locale``.

    Wagtail's own action validates, logs and indexes each alias and copies view restrictions (which ``base.access``
    spreads anyway): too dear by hundreds, and a copied restriction would stay closed when the original opens.
    """
    parent = _parent_in(page, locale)
    specific = page.specific
    slug = page.slug if parent.depth > 1 else f"{page.slug}-{locale.language_code}"
    alias, children = _copy(
        specific,
        exclude_fields=NOT_COPIED,
        update_attrs={
            "alias_of": page,
            "locale": locale,
            "slug": find_available_slug(parent, slug),
            "draft_title": page.title,
            "has_unpublished_changes": not page.live,
        },
    )
    for child in children.values():
        if hasattr(child, "translation_key"):
            child.locale = locale
    last = parent.get_last_child()
    alias.path = last._inc_path() if last else Page._get_path(parent.path, parent.depth + 1, 1)
    alias.depth, alias.numchild = parent.depth + 1, 0
    alias.save(clean=False)
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + 1)
    _copy_m2m_relations(specific, alias, exclude_fields=NOT_COPIED)
    _place(Page.objects.get(pk=alias.pk), page)
    return 1


def _place(twin: Page, leader: Page) -> None:
    """Put ``twin`` below the twin of the leader's parent, in the order of the leader's siblings."""
    parent = _parent_in(leader, twin.locale)
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
                alias.delete()


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
