"""What views of a newcomer's own step share: whose it is, and what to say where nothing can be done."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..models import Enrolment, StepPage
from ..outline import Step
from ..reading import own_standing
from ..services import EnrolmentEnded, NotYoursToDo, StepLocked, StepNotOnPath
from ..standing import Standing
from ..step_pages import shown_step

REFUSED = (EnrolmentEnded, NotYoursToDo, StepLocked, StepNotOnPath)


def own_step(request: HttpRequest, enrolment_id: int, step_key: UUID, kind: str = "") -> tuple[Standing, Step]:
    """The reader's own path and the step on it; 404 for anybody else's, and for a step of another kind."""
    try:
        standing = own_standing(request.user, enrolment_id, get_language())
    except Enrolment.DoesNotExist as error:
        raise Http404(enrolment_id) from error
    # The rows of a list don't fetch whose they are; here it is the reader.
    standing.enrolment.user = request.user
    step = standing.outline.step(step_key) if standing.outline else None
    if step is None or (kind and step.kind != kind):
        raise Http404(step_key)
    return standing, step


def page_of(standing: Standing, step: Step) -> StepPage:
    """The page of the step in the reader's language; 404 where it was taken away just now."""
    shown = shown_step(standing.enrolment, step.key, get_language())
    if shown is None:
        raise Http404(step.key)
    return shown[0]


def stands_at(request: HttpRequest, enrolment: Enrolment, step: Step, url: str = "") -> None:
    """Say where what answers a form stands, for who changes the language there; ``url`` for who isn't the newcomer."""
    if request.user.pk == enrolment.user_id:
        request.page_for_languages = StepPage.objects.filter(pk=step.page_id).first()
    else:
        request.address_for_languages = url or reverse("onboarding:supported_step", args=[enrolment.pk, step.key])


def refuse(request: HttpRequest, standing: Standing, step: Step, error: Exception) -> HttpResponse:
    """Say why nothing was changed, on the step; a step that was taken away is a 404."""
    if isinstance(error, StepNotOnPath):
        raise Http404(step.key) from error
    if isinstance(error, EnrolmentEnded):
        words = _("This path was ended, so nothing was changed. Ask HR if that is not right.")
    elif isinstance(error, StepLocked):
        words = _("Another step has to be done first, so nothing was changed.")
    else:
        words = _("This is done in another way now, so nothing was changed.")
    messages.error(request, words)
    return redirect(f"{step.url}#state")
