"""What the reader put on their own path: done, not done, or off it again. Each endpoint states what it sets."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..models import OwnStep
from ..services import EnrolmentEnded
from ..services.own_steps import remove_own_step, set_own_step


@require_POST
def complete(request: HttpRequest, enrolment_id: int, own_id: int) -> HttpResponse:
    """It was read, whatever it was before."""
    return _write(request, enrolment_id, own_id, lambda step: set_own_step(own_step=step, is_done=True))


@require_POST
def reopen(request: HttpRequest, enrolment_id: int, own_id: int) -> HttpResponse:
    """It wasn't read, whatever it was before."""
    return _write(request, enrolment_id, own_id, lambda step: set_own_step(own_step=step, is_done=False))


@require_POST
def remove(request: HttpRequest, enrolment_id: int, own_id: int) -> HttpResponse:
    """It is off the path. Removed before is a 404, as what never was there."""
    return _write(request, enrolment_id, own_id, lambda step: remove_own_step(own_step=step))


def _write(request: HttpRequest, enrolment_id: int, own_id: int, write: Callable[[OwnStep], None]) -> HttpResponse:
    """Do it, and back to the list; 404 for what stands on anybody else's path."""
    rows = OwnStep.objects.select_related("enrolment").filter(enrolment__user=request.user)
    step = rows.filter(pk=own_id).first()
    # Compared here: a number that no database can hold is simply another one.
    if step is None or step.enrolment_id != enrolment_id:
        raise Http404(own_id)
    try:
        write(step)
    except EnrolmentEnded:
        messages.error(request, _("This path was ended, so nothing was changed. Ask HR if that is not right."))
    return redirect(f"{reverse('onboarding:enrolment', args=[enrolment_id])}#own-steps")
