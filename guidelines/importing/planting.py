"""The missing pages of a folder, made in one go: drafts without text, so that links can point at them.

Adding pages one by one costs some twenty queries each, most of them to find out what is known here already.
"""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale, Page
from wagtail.signal_handlers import disable_reference_index_auto_update

from base.reading import free_name

from .errors import ImportRefused
from .outline import Branch
from .records import Handbook, ImportedFile

MOST_LEVELS = 60


@transaction.atomic
def create_pages(
    *,
    handbook: Handbook,
    branches: Iterable[Branch],
    titles: dict[str, str],
    source_paths: dict[str, str],
    root_parent: Page,
    known: dict[str, ImportedFile],
    locale: Locale,
    user=None,
) -> dict[str, ImportedFile]:
    """Drafts for ``branches`` (parents before children), each below the page of its parent; by path of file or folder.

    ``titles`` and ``source_paths`` go by path too; ``known`` holds the pages there are. Raises ImportRefused where the
    tree would get too deep.
    """
    planter = _Planter(handbook, titles, source_paths, locale, user)
    for branch in branches:
        parent = root_parent if branch.parent is None else planter.page_of(branch.parent, known)
        if parent.depth >= MOST_LEVELS:
            raise ImportRefused(
                _("%(path)s would be more than %(limit)d levels deep.") % {"path": branch.key, "limit": MOST_LEVELS}
            )
        later = _later_sibling(branch, parent, known)
        if later is None:
            planter.append(branch, parent)
        else:
            planter.flush()
            planter.insert(branch, parent, later)
    planter.flush()
    return planter.made


def _later_sibling(branch: Branch, parent: Page, known: dict[str, ImportedFile]) -> Page | None:
    """The first page below ``parent`` that comes after ``branch`` and is there already."""
    if branch.parent is None:
        return None
    after = branch.parent.children[branch.parent.children.index(branch) + 1 :]
    for sibling in after:
        if sibling.key in known:
            page = Page.objects.get(pk=known[sibling.key].page_id)
            if page.depth == parent.depth + 1 and page.path.startswith(parent.path):
                return page
    return None


class _Planter:
    def __init__(self, handbook, titles, source_paths, locale, user):
        self.handbook, self.titles, self.source_paths = handbook, titles, source_paths
        self.locale, self.user = locale, user
        self.made: dict[str, ImportedFile] = {}
        self._waiting: list[tuple[Branch, Page, type[Page]]] = []
        self._pages: dict[str, Page] = {}
        self._next: dict[str, str] = {}
        self._slugs: dict[str, set[str]] = {}

    def page_of(self, branch: Branch, known: dict[str, ImportedFile]) -> Page:
        """The page of a branch, made here or there before."""
        if branch.key not in self._pages:
            self._pages[branch.key] = Page.objects.get(pk=known[branch.key].page_id)
        return self._pages[branch.key]

    def _new(self, branch: Branch, parent: Page) -> tuple[Page, type[Page]]:
        from ..models import ChapterPage, ManualIndexPage, ManualPage

        model = ManualPage if parent.specific_class is ManualIndexPage else ChapterPage
        title = self.titles[branch.key]
        page = Page(
            title=title,
            draft_title=title,
            locale=self.locale,
            content_type=ContentType.objects.get_for_model(model),
            live=False,
            has_unpublished_changes=True,
            owner=self.user,
        )
        return page, model

    def append(self, branch: Branch, parent: Page) -> None:
        """As the last child of ``parent``."""
        page, model = self._new(branch, parent)
        if parent.path not in self._next:
            last = Page.objects.none() if parent.pk is None else parent.get_children().order_by("path")
            rows = list(last.values_list("path", "slug")) if parent.pk else []
            self._next[parent.path] = (
                Page(path=rows[-1][0])._inc_path() if rows else Page._get_path(parent.path, parent.depth + 1, 1)
            )
            self._slugs[parent.path] = {slug for _path, slug in rows}
        page.slug = free_name(branch.slug, self._slugs[parent.path])
        page.path, page.depth = self._next[parent.path], parent.depth + 1
        page.numchild = 0
        page.url_path = f"{parent.url_path}{page.slug}/"
        self._next[parent.path] = page._inc_path()
        parent.numchild += 1
        self._pages[branch.key] = page
        self._waiting.append((branch, page, model))
        if parent.pk is not None:
            Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + 1)

    def insert(self, branch: Branch, parent: Page, later: Page) -> None:
        """Before ``later``, which moves the pages after it."""
        page, model = self._new(branch, parent)
        whole = model(title=page.title, draft_title=page.title, locale=self.locale, live=False, owner=self.user)
        whole.has_unpublished_changes, whole.slug = True, find_available_slug(parent, branch.slug)
        whole.source_path = self.source_paths[branch.key]
        with disable_reference_index_auto_update():
            later.add_sibling("left", instance=whole)
        self.made[branch.key] = ImportedFile.objects.create(
            handbook=self.handbook, page=Page.objects.get(pk=whole.pk), path=branch.key
        )
        # Paths after this one have changed.
        self._pages, self._next, self._slugs = {branch.key: self.made[branch.key].page}, {}, {}

    def flush(self) -> None:
        """Write what waits: the rows all pages have in one go, then those of their own types."""
        Page.objects.bulk_create([page for _branch, page, _model in self._waiting], batch_size=200)
        for branch, page, model in self._waiting:
            own = model(page_ptr=page, source_path=self.source_paths[branch.key], body="[]")
            own.__dict__.update(
                {
                    field.attname: getattr(page, field.attname)
                    for field in Page._meta.concrete_fields
                    if field.attname != "id"
                }
            )
            # Only the row of its own table: the other one is there.
            own.save_base(raw=True, force_insert=True)
        rows = [
            ImportedFile(handbook=self.handbook, page=page, path=branch.key) for branch, page, _model in self._waiting
        ]
        for row in ImportedFile.objects.bulk_create(rows, batch_size=200):
            self.made[row.path] = row
        self._waiting.clear()
