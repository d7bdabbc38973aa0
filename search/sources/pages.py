"""Pages as they are found."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from ..documents import Collection, Document
from ..extraction import documents_for, page_version, paths_down_to
from ..planner import Plan
from ..results import results_for
from ..scope import scope_for
from . import Source, register


def indexed_pages():
    """Every page that has a place in the index: live, and not a stand-in for a page in another language."""
    return Page.objects.live().filter(alias_of=None, depth__gt=1).select_related("locale", "content_type")


def page_versions() -> dict[int, int]:
    """``{pk: version}`` of all that should be in the index."""
    known = {path: (pk, title) for path, pk, title in Page.objects.order_by().values_list("path", "pk", "title")}
    return {
        pk: page_version(published, [known[above] for above in paths_down_to(path)[:-1] if above in known])
        for pk, path, published in indexed_pages().order_by().values_list("pk", "path", "last_published_at")
    }


def page_documents(pks: Iterable[int]) -> Iterator[Document]:
    """Those of these pages that have a place in the index."""
    yield from documents_for(indexed_pages().filter(pk__in=pks).specific())


def page_results(pks: Sequence[int], plan: Plan, user) -> list:
    """The rows shown, after asking once more who may see them."""
    return results_for(pks, plan, user)


register(
    Source(
        collection=Collection.PAGES,
        label=_("Pages"),
        icon="book",
        template="search/_result.html",
        versions=page_versions,
        documents=page_documents,
        scope=scope_for,
        results=page_results,
    )
)
