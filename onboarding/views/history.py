"""What the reader did on a path, to look back and to print."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ..history import history_of
from ..models import Enrolment
from ..reading import own_standing


@require_safe
def show_history(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """Of one of the reader's own paths, also when it is finished, ended or gone; 404 for a stranger's."""
    try:
        standing = own_standing(request.user, enrolment_id, get_language())
    except Enrolment.DoesNotExist as error:
        raise Http404(enrolment_id) from error
    notes = list(standing.enrolment.hand_over_notes.seen_by(request.user).with_names())
    context = {"standing": standing, "history": history_of(standing), "notes": notes, "reader": request.user}
    return render(request, "onboarding/history.html", context)
