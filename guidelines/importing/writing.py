"""Writing pages: one transaction for each, ids kept, a revision for every change."""

import datetime
import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale, Page, ReferenceIndex, Revision
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail.signals import page_published

from base.stamp import touched_once

from .errors import ImportRefused
from .frontmatter import FrontMatter
from .records import ImportedFile
from .report import ImportReport

SUMMARY_LIMIT, WORDS_LIMIT = 400, 500


@dataclass(frozen=True)
class Content:
    """What a page is to hold."""

    title: str
    blocks: list[dict]
    facts: FrontMatter
    source_path: str


def content_digest(content: Content) -> str:
    """The same for the same page: tells whether there is anything to write."""
    facts = content.facts
    parts = [content.title, content.blocks, content.source_path, facts.summary, facts.words, facts.draft]
    parts += [str(facts.date), str(facts.reviewed_on), str(facts.review_by)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def find_parent(locale: Locale, parent_id: int | None) -> Page:
    """The page a handbook is put below. Raises ImportRefused where there is none, or it is of another kind or language."""
    from ..models import ChapterPage, ManualIndexPage, ManualPage

    if parent_id is None:
        index = ManualIndexPage.objects.filter(locale=locale, alias_of=None).first()
        index = index or ManualIndexPage.objects.filter(locale=locale).first()
        if index is None:
            raise ImportRefused(
                _("There is no handbook page in language %(code)s to put it below.") % {"code": locale.language_code}
            )
        return index
    page = Page.objects.filter(pk=parent_id).select_related("locale", "content_type").first()
    if page is None:
        raise ImportRefused(_("There is no page %(id)s.") % {"id": parent_id})
    if page.specific_class not in (ManualIndexPage, ManualPage, ChapterPage):
        raise ImportRefused(
            _("Page %(id)s (%(title)s) is no handbook, manual or chapter.") % {"id": parent_id, "title": page.title}
        )
    if page.locale_id != locale.pk:
        raise ImportRefused(
            _("Page %(id)s (%(title)s) is in language %(code)s.")
            % {"id": parent_id, "title": page.title, "code": page.locale.language_code}
        )
    if page.alias_of_id:
        raise ImportRefused(
            _("Page %(id)s (%(title)s) only mirrors a page in another language.")
            % {"id": parent_id, "title": page.title}
        )
    return page.specific


def known_files(prefix: str, locale: Locale) -> dict[str, ImportedFile]:
    """What was imported before under this name, by path; the pages with them."""
    rows = ImportedFile.objects.filter(handbook__prefix=prefix, handbook__locale=locale).select_related("page")
    return {row.path: row for row in rows}


def write_page(
    *,
    row: ImportedFile,
    content: Content,
    digests: tuple[str, str],
    user,
    report: ImportReport,
    path: str,
) -> None:
    """Fill in the page and publish it as a new revision; one that its author calls a draft stays one."""
    with transaction.atomic(), touched_once():
        page = row.page.specific
        _note_edits(page, row, report, path)
        _fill(page, content, report, path)
        if content.facts.draft:
            report.add(path, 1, _("draft; its page isn't published"))
        row.revision_id = _save_and_publish(page, user, publish=not content.facts.draft)
        row.input_digest, row.output_digest = digests
        row.save(update_fields=["input_digest", "output_digest", "revision_id"])


def _save_and_publish(page: Page, user, *, publish: bool) -> int:
    """A revision of what ``page`` holds now, and the page as it says; returns the revision's id.

    What ``save_revision().publish()`` does, in one save instead of four; validation is left out because the content was
    made to fit (the tests check that it does).
    """
    now = timezone.now()
    if publish:
        page.live, page.expired, page.last_published_at = True, False, now
        page.first_published_at = page.first_published_at or now
    revision = Revision.objects.create(
        content_object=page,
        base_content_type=page.get_base_content_type(),
        user=user,
        content=page.serializable_data(),
        object_str=str(page),
    )
    page.latest_revision, page.latest_revision_created_at = revision, revision.created_at
    page.has_unpublished_changes = not publish
    with disable_reference_index_auto_update():
        if publish:
            page.live_revision = revision
            page.save(clean=False)
            page_published.send(sender=type(page), instance=page, revision=revision)
            page.update_aliases(revision=revision, _content=revision.content)
        else:
            page.save(clean=False)
    ReferenceIndex.create_or_update_for_object(page)
    if user:
        log(instance=page, action="wagtail.publish" if publish else "wagtail.edit", user=user, revision=revision)
    return revision.pk


def _note_edits(page: Page, row: ImportedFile, report: ImportReport, path: str) -> None:
    if row.revision_id and page.latest_revision_id and page.latest_revision_id != row.revision_id:
        report.add(path, 0, _("was edited in the portal; the file replaces that text (the old one is in its history)"))


def _fill(page: Page, content: Content, report: ImportReport, path: str) -> None:
    facts = content.facts
    page.title = page.draft_title = content.title
    page.body = json.dumps(content.blocks)
    page.source_path = content.source_path[:500]
    page.summary = _short(facts.summary, SUMMARY_LIMIT, path, "summary", report)
    page.keywords = _short(", ".join(dict.fromkeys(facts.words)), WORDS_LIMIT, path, "keywords", report)
    page.reviewed_on, page.review_by = facts.reviewed_on, facts.review_by
    if facts.date and not page.first_published_at:
        moment = datetime.datetime.combine(facts.date, datetime.time(9))
        page.first_published_at = timezone.make_aware(moment)


def _short(text: str, limit: int, path: str, name: str, report: ImportReport) -> str:
    if len(text) <= limit:
        return text
    report.add(
        path,
        1,
        _("%(field)s cut off at %(limit)d characters: %(rest)s")
        % {"field": name, "limit": limit, "rest": text[limit - 1 :][:200]},
    )
    return text[: limit - 1].rstrip() + "…"
