"""Ticking off what one read for a competency, and putting it on one's own path; each address states what it does."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from base.access import visible_pages
from base.returning import place_to_return

from ..material_reading import one_material, place_named, running_paths
from ..models import CompetencyMaterial
from ..own_paths import Wanted, known_paths
from ..services.material import mark_read, unmark_read


@require_POST
def read(request: HttpRequest, page_key: UUID) -> HttpResponse:
    """Tick it off as read; 404 for a page that isn't there for this reader, or helps with nothing."""
    anchor = _anchor_of(request, page_key)
    mark_read(user=request.user, page_key=page_key, anchor=anchor)
    return _answer(request, page_key, anchor)


@require_POST
def unread(request: HttpRequest, page_key: UUID) -> HttpResponse:
    """Take the tick back; 404 as above."""
    anchor = _anchor_of(request, page_key)
    unmark_read(user=request.user, page_key=page_key, anchor=anchor)
    return _answer(request, page_key, anchor)


@require_POST
def add_to_path(request: HttpRequest) -> HttpResponse:
    """Put what was chosen for a competency on the path that was chosen, and go back to where the reader was.

    404 where no app has paths, for a competency that isn't one, and where nothing of what was chosen is there for this reader.
    """
    paths = known_paths()
    if paths is None:
        raise Http404
    wanted = _wanted(request)
    try:
        count = paths.put(request.user, request.POST.get("path", ""), wanted)
    except LookupError:
        messages.error(request, _("That path doesn’t run any more, so nothing was put on it."))
    else:
        if count:
            words = ngettext("%(count)d step was put on your path.", "%(count)d steps were put on your path.", count)
            messages.success(request, words % {"count": count})
        else:
            messages.info(request, _("That is on your path already."))
    return _back(request)


def _anchor_of(request: HttpRequest, page_key: UUID) -> str:
    anchor = request.POST.get("anchor", "")
    if "\0" in anchor or not CompetencyMaterial.objects.at(page_key, anchor).exists():
        raise Http404(str(page_key))
    if not visible_pages(request.user).filter(translation_key=page_key).exists():
        raise Http404(str(page_key))
    return anchor


def _wanted(request: HttpRequest) -> list[Wanted]:
    """What was chosen, without what isn't there for this reader (any more). Raises Http404 where nothing is left."""
    try:
        competency_key = UUID(request.POST.get("competency", ""))
        chosen = {place_named(name) for name in request.POST.getlist("material")}
    except ValueError as error:
        raise Http404 from error
    helping = CompetencyMaterial.objects.for_competencies([competency_key]).order_by("from_level", "to_level", "pk")
    rows = [row for row in helping if (row.page_key, row.anchor) in chosen]
    open_pages = visible_pages(request.user).filter(translation_key__in=[row.page_key for row in rows])
    there = set(open_pages.values_list("translation_key", flat=True))
    wanted = [Wanted(row.page_key, row.anchor, competency_key) for row in rows if row.page_key in there]
    if not wanted:
        raise Http404(str(competency_key))
    return wanted


def _answer(request: HttpRequest, page_key: UUID, anchor: str) -> HttpResponse:
    """The row as it is now for htmx; for others back to where they were."""
    if not request.htmx:
        return _back(request)
    try:
        competency_key = UUID(request.POST.get("competency", ""))
    except ValueError as error:
        raise Http404 from error
    material = one_material(request.user, get_language(), competency_key, page_key, anchor)
    if material is None:
        raise Http404(str(page_key))
    context = {
        "material": material,
        "paths": running_paths(request.user),
        "back": request.POST.get("next", ""),
        "is_answer": True,
    }
    return render(request, "competencies/_material_row.html", context)


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(place_to_return(request, otherwise=reverse("competencies:mine")))
