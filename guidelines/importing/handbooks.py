"""Importing a folder: plan the pages, make those that are missing, fill in what changed."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page

from base.indexing import defer_indexing
from base.translation import defer_aliases, mirror_later_or_now

from .anchors import Anchors
from .blocks import BlockMaker
from .documents import Document, read_document
from .errors import ImportRefused
from .files import TEXT_SUFFIXES, Folder, read_folder
from .linking import Linker
from .lock import Turn, turn
from .media import Media
from .nodes import read_nodes
from .outline import Branch, plan_pages, title_of
from .planting import create_pages
from .records import ImportedFile
from .report import ImportReport
from .targets import Targets
from .writing import Content, content_digest, find_parent, known_files, write_page

# Raise it when the conversion changes, so that the next import looks at every file again.
VERSION = 1
MAX_PREFIX = 100
Progress = Callable[[list[Branch]], Iterable[Branch]]


def import_handbook(
    *,
    folder: Path,
    locale: str,
    parent_id: int | None = None,
    prefix: str = "",
    dry_run: bool = False,
    user=None,
    progress: Progress = lambda branches: branches,
    suffixes: tuple[str, ...] = TEXT_SUFFIXES,
) -> ImportReport:
    """Turn the Markdown files below ``folder`` into manual pages in the language ``locale``.

    The page of the folder hangs below page ``parent_id``, else below the handbook of that language. ``prefix`` names
    the import: a page keeps ``prefix/path/in/folder.md``, and the next import of that name finds it again. Each file is
    written in a transaction of its own. ``progress`` wraps the pages as they are done.

    Raises ImportRefused where nothing can be imported: no such folder, language or parent, or one already going on.
    """
    language = Locale.objects.filter(language_code=locale).first()
    if language is None:
        codes = ", ".join(Locale.objects.values_list("language_code", flat=True))
        raise ImportRefused(
            _("There is no language %(code)s here; choose from %(codes)s.") % {"code": locale, "codes": codes}
        )
    prefix = (prefix or folder.resolve().name).strip().strip("/")[:MAX_PREFIX]
    if not prefix:
        raise ImportRefused(_("Give the import a name."))
    report = ImportReport(prefix=prefix, dry_run=dry_run)
    files = read_folder(folder, report, suffixes)
    parent = find_parent(language, parent_id)
    run = _Run(files, language, prefix, report, user, dry_run)
    if dry_run:
        run.go(parent, None, progress)
        return report
    with turn(prefix, language) as mine, defer_indexing(), defer_aliases():
        run.go(parent, mine, progress)
    return report


class _Run:
    """One import under way."""

    def __init__(self, files: Folder, locale: Locale, prefix: str, report: ImportReport, user, dry_run: bool):
        self.files, self.locale, self.prefix, self.report, self.user = files, locale, prefix, report, user
        self.dry_run = dry_run
        self.root = plan_pages(files, prefix, report)
        self.root.slug = slugify(self.root.facts.slug or prefix, allow_unicode=True)[:200] or "handboek"
        self.branches = list(self.root)
        self.fingerprint = files.fingerprint()
        self._documents: dict[str, Document | None] = {}
        self._names = {branch.key: branch.title or branch.name for branch in self.branches}

    def go(self, parent: Page, mine: Turn | None, progress: Progress) -> None:
        """Make, fill and report."""
        known = known_files(self.prefix, self.locale)
        stale = [branch for branch in self.branches if self._is_stale(branch, known.get(branch.key))]
        page_ids = {key: row.page_id for key, row in known.items() if key in self._names}
        missing = {branch.key for branch in self.branches if branch.key not in known}
        # An import that broke off leaves pages without text.
        fresh = missing | {key for key, row in known.items() if not row.output_digest}
        if self.dry_run:
            page_ids |= {key: -1 - number for number, key in enumerate(sorted(missing))}
        else:
            self._create(parent, known, missing, mine)
            page_ids = {branch.key: known[branch.key].page_id for branch in self.branches}
        self.report.root_page_id = None if self.dry_run else page_ids[self.root.key]
        linker = self._linker(page_ids)
        done = {branch.key for branch in stale}
        self.report.unchanged += [branch.key for branch in self.branches if branch.key not in done]
        for branch in progress(stale):
            if mine:
                mine.renew()
            self._fill(branch, known.get(branch.key), linker, is_new=branch.key in fresh)
        self.report.vanished += sorted(key for key in known if key not in self._names)
        for key in self.report.vanished:
            self.report.add(key or self.prefix, 0, _("the file is gone; its page is left as it is"))
        if mine and not mine.handbook.finished:
            # The last import broke off, perhaps before its pages were shown in the other languages.
            for page in Page.objects.filter(pk__in=page_ids.values(), live=True).order_by("path"):
                mirror_later_or_now(page)

    def _input_digest(self, branch: Branch) -> str:
        try:
            own = branch.file.digest if branch.file else ""
        except OSError:
            own = "unreadable"
        facts = f"{VERSION}\n{own}\n{self.fingerprint}\n{branch.title}\n{branch.key}"
        return hashlib.sha256(facts.encode()).hexdigest()

    def _is_stale(self, branch: Branch, row: ImportedFile | None) -> bool:
        return row is None or not row.output_digest or row.input_digest != self._input_digest(branch)

    def _document(self, key: str) -> Document | None:
        if key not in self._documents:
            file = self.files.texts.get(key)
            self._documents[key] = (
                read_document(file, self.report, name=self._names.get(key, file.stem)) if file else None
            )
        return self._documents[key]

    def _anchors(self, key: str) -> Anchors | None:
        document = self._document(key)
        return document.anchors if document else None

    def _linker(self, page_ids: dict[str, int]) -> Linker:
        aliases = {address: branch.key for branch in self.branches for address in branch.facts.addresses if branch.file}
        targets = Targets(self.files, set(page_ids), aliases, self._anchors)
        return Linker(targets, Media(self.files, self.prefix, self.report, self.dry_run), page_ids, self.report)

    def _create(self, parent: Page, known: dict[str, ImportedFile], missing: set[str], mine: Turn) -> None:
        """The missing pages, as drafts without text, so that links can point at them."""
        wanted = [branch for branch in self.branches if branch.key in missing]
        titles = {}
        for branch in wanted:
            document = self._document(branch.key)
            titles[branch.key] = document.title if document else title_of(branch)
            mine.renew()
        if wanted:
            known |= create_pages(
                handbook=mine.handbook,
                branches=wanted,
                titles=titles,
                source_paths={branch.key: self._source_path(branch) for branch in wanted},
                root_parent=parent,
                known=known,
                locale=self.locale,
                user=self.user,
            )

    def _source_path(self, branch: Branch) -> str:
        return f"{self.prefix}/{branch.key}".rstrip("/")[:500]

    def _fill(self, branch: Branch, row: ImportedFile | None, linker: Linker, *, is_new: bool) -> None:
        content = self._content(branch, linker)
        if content is None:
            # Unreadable: a page that was there keeps its text, a new one stays a draft.
            (self.report.created if is_new else self.report.unchanged).append(branch.key)
            return
        output = content_digest(content)
        if row and row.output_digest == output:
            if not self.dry_run:
                ImportedFile.objects.filter(pk=row.pk).update(input_digest=self._input_digest(branch))
            self.report.unchanged.append(branch.key)
            return
        (self.report.created if is_new else self.report.updated).append(branch.key)
        if not self.dry_run:
            write_page(
                row=row,
                content=content,
                digests=(self._input_digest(branch), output),
                user=self.user,
                report=self.report,
                path=branch.key,
            )

    def _content(self, branch: Branch, linker: Linker) -> Content | None:
        if branch.file is None:
            return Content(title=title_of(branch), blocks=[], facts=branch.facts, source_path=self._source_path(branch))
        document = self._document(branch.key)
        if document is None:
            return None
        nodes = read_nodes(document.html)
        linker.link(nodes, branch.key)
        with translation.override(self.locale.language_code):
            blocks = BlockMaker(branch.key, self.report).make(nodes)
        return Content(title=document.title, blocks=blocks, facts=document.facts, source_path=self._source_path(branch))
