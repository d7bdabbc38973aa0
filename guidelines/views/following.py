"""Following a manual; each address states what it sets."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from base.returning import place_to_return

from ..models import Feedback
from ..reading.feedback import ReceivedFeedback, followed_by, given_by
from ..reading.manuals import manual_above
from ..services.following import follow_manual, unfollow_manual
from .pages import text_page_or_404


@require_POST
def follow(request: HttpRequest, page_id: int) -> HttpResponse:
    """Follow the manual that this page is or is in; 404 for a page that isn't there for this reader."""
    page, manual = _manual_or_404(request, page_id)
    if follow_manual(user=request.user, manual_key=manual.translation_key):
        messages.success(request, _("You follow “%(title)s”. You hear of large changes.") % {"title": manual.title})
    return _back(request, page)


@require_POST
def unfollow(request: HttpRequest, page_id: int) -> HttpResponse:
    """Follow it no longer; 404 as above."""
    page, manual = _manual_or_404(request, page_id)
    if unfollow_manual(user=request.user, manual_key=manual.translation_key):
        messages.success(request, _("You no longer follow “%(title)s”.") % {"title": manual.title})
    return _back(request, page)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the reader follows, and what became of what they wrote."""
    context = {
        "manuals": followed_by(request.user),
        "given": given_by(request.user),
        "received": ReceivedFeedback(request.user).rows(Feedback.Status.OPEN).count(),
    }
    return render(request, "guidelines/mine.html", context)


def _manual_or_404(request: HttpRequest, page_id: int):
    page = text_page_or_404(request.user, page_id)
    manual = manual_above(page)
    if manual is None:
        raise Http404(str(page_id))
    return page, manual


def _back(request: HttpRequest, page) -> HttpResponse:
    return redirect(place_to_return(request, otherwise=f"{page.get_url(request)}#follow"))
