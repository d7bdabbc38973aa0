"""Making aliases by the hundred."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F
from wagtail.coreutils import find_available_slug
from wagtail.models import COMMENTS_RELATION_NAME, Locale, Page
from wagtail.models.copying import _copy, _copy_m2m_relations

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


@dataclass
class Slot:
    """A page that gets aliases below it: the path of its last child and, where it began empty, their slugs."""

    parent: Page
    last: str | None
    slugs: set[str] | None = None
    added: int = 0

    @property
    def began_empty(self) -> bool:
        """Whether all its children were made by this batch, in order."""
        return self.slugs is not None

    def next_path(self) -> str:
        """The path for one more child at the end."""
        parent = self.parent
        self.last = (
            Page(path=self.last, depth=parent.depth + 1)._inc_path()
            if self.last
            else Page._get_path(parent.path, parent.depth + 1, 1)
        )
        return self.last

    def free_slug(self, wanted: str) -> str:
        """``wanted``, with a number where a page below has it already."""
        if self.slugs is None:
            return find_available_slug(self.parent, wanted)
        slug, number = wanted, 0
        while slug in self.slugs:
            number += 1
            slug = f"{wanted}-{number}"
        self.slugs.add(slug)
        return slug


@dataclass
class AliasBatch:
    """Aliases made one after another, parents first and siblings in order; ``flush`` before the tree is moved about.

    Wagtail's own action validates, logs and indexes each alias by itself and copies view restrictions, which
    ``base.access`` spreads anyway: too dear by hundreds, and a copied restriction would stay closed when the original
    opens.
    """

    made: set[tuple[UUID, int]] = field(default_factory=set)
    slots: dict[tuple[str, int], Slot] = field(default_factory=dict)

    def make(self, page: Page, locale: Locale) -> bool:
        """An alias of the specific ``page`` at the end of its parent's twin in ``locale``.

        True where it may have to move to stand in the order of the originals.
        """
        slot = self._slot_for(page, locale)
        parent = slot.parent
        alias, children = _copy(
            page,
            exclude_fields=NOT_COPIED,
            update_attrs={
                "alias_of_id": page.pk,
                "locale": locale,
                "slug": slot.free_slug(page.slug if parent.depth > 1 else f"{page.slug}-{locale.language_code}"),
                "draft_title": page.title,
                "has_unpublished_changes": not page.live,
            },
        )
        for child in children.values():
            if hasattr(child, "translation_key"):
                child.locale = locale
        alias.path, alias.depth, alias.numchild = slot.next_path(), parent.depth + 1, 0
        alias.save(clean=False)
        _copy_m2m_relations(page, alias, exclude_fields=NOT_COPIED)
        slot.added += 1
        self.made.add((page.translation_key, locale.pk))
        # Nothing can be below a page that was made just now.
        self.slots[page.path, locale.pk] = Slot(alias, last=None, slugs=set())
        return not slot.began_empty

    def flush(self) -> None:
        """Write down how many children each parent has got, and forget where they stand."""
        for slot in self.slots.values():
            if slot.added:
                Page.objects.filter(pk=slot.parent.pk).update(numchild=F("numchild") + slot.added)
        self.slots.clear()

    def _slot_for(self, page: Page, locale: Locale) -> Slot:
        above = page.path[: -Page.steplen]
        slot = self.slots.get((above, locale.pk))
        if slot is None:
            parent = self.parent_in(page, locale)
            slot = self.slots.get((above, locale.pk))
            if slot is None:
                last = parent.get_last_child()
                slot = Slot(parent, last.path if last else None, None if last else set())
                self.slots[above, locale.pk] = slot
        return slot

    def parent_in(self, page: Page, locale: Locale) -> Page:
        """The twin in ``locale`` of the page's parent; made as an alias where it's missing."""
        parent = Page.objects.get(path=page.path[: -Page.steplen])
        if parent.depth == 1:
            return parent
        # Two who publish at once wait for each other: for a place in the tree, and for a slug.
        twins = Page.objects.select_for_update().filter(translation_key=parent.translation_key, locale=locale)
        twin = twins.first()
        if twin is None:
            self.make(parent.specific, locale)
            twin = twins.get()
        return twin
