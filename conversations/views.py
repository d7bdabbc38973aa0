"""Reacting from a page; each address states what it does."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from base.pace import paced

from .reading import reactions_to
from .services import add_reaction, remove_reaction
from .targets import find_page

REACTIONS_A_MINUTE = 60


@require_POST
@paced("reactions", REACTIONS_A_MINUTE, 60)
def add(request, key: UUID, kind: str) -> HttpResponse:
    """React to the text with this translation key; 404 for a text or kind that isn't there for this reader."""
    page = _page_or_404(request, key)
    try:
        add_reaction(user=request.user, page=page, kind=kind)
    except (LookupError, ValueError) as error:
        raise Http404(kind) from error
    return _answer(request, page)


@require_POST
@paced("reactions", REACTIONS_A_MINUTE, 60)
def remove(request, key: UUID, kind: str) -> HttpResponse:
    """Take the reader's own reaction back; 404 for a text that isn't there for this reader."""
    page = _page_or_404(request, key)
    remove_reaction(user=request.user, page=page, kind=kind)
    return _answer(request, page)


def _page_or_404(request, key: UUID):
    page = find_page(request.user, key)
    if page is None:
        raise Http404(str(key))
    return page


def _answer(request, page) -> HttpResponse:
    if request.htmx:
        return render(request, "conversations/_reactions.html", {"bar": reactions_to(page, request.user)})
    return HttpResponseRedirect(f"{page.get_url(request)}#reactions")
