"""Unpublished pages as they last were published: what plans that still hold them show."""

from collections.abc import Iterable

from django.db.models import Max
from wagtail.models import Page, PageLogEntry, Revision

PUBLISHED = ("wagtail.publish", "wagtail.revert")


def as_last_published(pages: list[Page]) -> list[Page]:
    """These pages, those that aren't published now as readers last saw them; no query unless one was edited since.

    What an editor saves on an unpublished page stands in its row at once, and is no reader's business.
    """
    edited = {page.pk: page for page in pages if _was_edited(page)}
    if not edited:
        return pages
    latest = _latest(edited)
    revisions = Revision.objects.in_bulk(latest.values())
    return [_as_of(page, revisions.get(latest.get(page.pk))) for page in pages]


def last_published_revision(page_id: int) -> int | None:
    """The revision that readers of this unpublished page last saw; None where that isn't known."""
    original = Page.objects.filter(pk=page_id).values_list("alias_of", flat=True).first() or page_id
    return _latest([original]).get(original)


def _latest(page_ids: Iterable[int]) -> dict[int, int]:
    entries = PageLogEntry.objects.filter(page__in=list(page_ids), action__in=PUBLISHED, revision__isnull=False)
    return dict(entries.order_by().values_list("page").annotate(latest=Max("revision")))


def _was_edited(page: Page) -> bool:
    # An alias follows its original, which is all that is ever written there.
    if page.live or page.alias_of_id or not (page.last_published_at and page.latest_revision_created_at):
        return False
    return page.latest_revision_created_at > page.last_published_at


def _as_of(page: Page, revision: Revision | None) -> Page:
    if revision is None:
        return page
    shown = page.with_content_json(revision.content)
    # The address it would be asked for at is the one it has by now.
    shown.slug, shown.url_path = page.slug, page.url_path
    return shown
