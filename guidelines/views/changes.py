"""Two published versions of a text beside each other."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from base.reading import number_in

from ..models import PageChange
from ..reading.changes import compared, source_id
from .pages import text_page_or_404


@require_safe
def compare(request: HttpRequest, page_id: int) -> HttpResponse:
    """``?before=`` and ``?after=`` are ids of published revisions of this page; without them the last two.

    404 for a page that isn't there for this reader, and for a revision that is a draft's or another page's.
    """
    page = text_page_or_404(request.user, page_id)
    request.page_for_languages = page
    versions = list(PageChange.objects.of_page(source_id(page)).comparable())
    after = _chosen(request, "after", versions) or (versions[0] if versions else None)
    before = _chosen(request, "before", versions) or _one_before(after, versions)
    if before and after and (before.published_at, before.pk) > (after.published_at, after.pk):
        before, after = after, before
    context = {"page": page, "versions": versions, "before": before, "after": after}
    if before and after:
        context["parts"] = compared(before.revision, after.revision, type(page))
        context["line"] = after.line if before == _one_before(after, versions) else ""
    return render(request, "guidelines/compare.html", context)


def _chosen(request: HttpRequest, name: str, versions: list[PageChange]) -> PageChange | None:
    asked = request.GET.get(name)
    if not asked:
        return None
    found = next((version for version in versions if version.revision_id == number_in(asked)), None)
    if found is None:
        raise Http404(asked)
    return found


def _one_before(after: PageChange | None, versions: list[PageChange]) -> PageChange | None:
    if after is None:
        return None
    place = next(index for index, version in enumerate(versions) if version.pk == after.pk)
    return versions[place + 1] if place + 1 < len(versions) else None
