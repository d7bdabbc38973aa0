"""The scorecard in the portal: for who keeps an eye on all manuals, and for owners of theirs."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .cells import cells_of
from .scorecard import Scorecard


@require_safe
def show_scorecard(request: HttpRequest) -> HttpResponse:
    """Raises PermissionDenied for who answers for nothing."""
    scorecard = Scorecard(request.user)
    if not scorecard.is_open:
        raise PermissionDenied
    rows = [(score, cells_of(score, request.user)) for score in scorecard.scores]
    return render(request, "insight/scorecard.html", {"scorecard": scorecard, "rows": rows})
