"""What supporters and HR do with a step of somebody's path. Each endpoint states what it sets, so twice is once."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..forms.supporting import ReopenForm, WaiveForm
from ..newcomers import Newcomer
from ..outline import Step
from ..services import (
    EnrolmentEnded,
    NotYoursToDo,
    StepLocked,
    StepNotOnPath,
    complete_step,
    reopen_step,
    unwaive_step,
    waive_step,
)
from ..waiting import forget_waiting
from .supporters import find_step, render_step


@require_POST
def complete(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The reader has done this step of theirs; 404 for a step that is somebody else's."""
    newcomer, step = find_step(request, enrolment_id, step_key)
    if not newcomer.acts_for(step):
        raise Http404(step_key)

    def write() -> None:
        role = newcomer.standing.row(step).assignee
        complete_step(enrolment=newcomer.enrolment, step_key=step_key, actor=request.user, as_role=role)

    return _do(request, newcomer, step, write, _("“%(step)s” is done."), to=newcomer.url)


@require_POST
def reopen(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The step is not done: one's own, or by the manager and HR with a note to who does it."""
    newcomer, step = find_step(request, enrolment_id, step_key)
    acts = newcomer.acts_for(step)
    if not (acts or newcomer.may_steer):
        raise Http404(step_key)
    form = ReopenForm(request.POST)
    # Who opens their own step again owes nobody a word.
    if not acts and not form.is_valid():
        return render_step(request, newcomer, step, status=422, reopen_form=form)
    note = "" if acts else form.cleaned_data["note"]

    def write() -> None:
        reopen_step(enrolment=newcomer.enrolment, step_key=step_key, actor=request.user, note=note)

    return _do(request, newcomer, step, write, _("“%(step)s” is open again."))


@require_POST
def waive(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The newcomer need not do this step, for a reason; 404 for who is neither their manager nor HR."""
    newcomer, step = _steered(request, enrolment_id, step_key)
    form = WaiveForm(request.POST)
    if not form.is_valid():
        return render_step(request, newcomer, step, status=422, waive_form=form)

    def write() -> None:
        reason = form.cleaned_data["reason"]
        waive_step(enrolment=newcomer.enrolment, step_key=step_key, actor=request.user, reason=reason)

    return _do(request, newcomer, step, write, _("“%(step)s” need not be done."))


@require_POST
def unwaive(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The step counts again; 404 for who is neither their manager nor HR."""
    newcomer, step = _steered(request, enrolment_id, step_key)

    def write() -> None:
        unwaive_step(enrolment=newcomer.enrolment, step_key=step_key, actor=request.user)

    return _do(request, newcomer, step, write, _("“%(step)s” counts again."))


def _steered(request: HttpRequest, enrolment_id: int, step_key: UUID) -> tuple[Newcomer, Step]:
    newcomer, step = find_step(request, enrolment_id, step_key)
    if not newcomer.may_steer:
        raise Http404(step_key)
    return newcomer, step


def _do(
    request: HttpRequest, newcomer: Newcomer, step: Step, write: Callable[[], None], done: str, to: str = ""
) -> HttpResponse:
    """Do it and say so, or say why nothing was changed; then to the step, or to ``to``."""
    back = reverse("onboarding:supported_step", args=[newcomer.enrolment.pk, step.key])
    try:
        write()
    except StepNotOnPath as error:
        raise Http404(step.key) from error
    except EnrolmentEnded:
        messages.error(request, _("This path was ended, so nothing was changed. Ask HR if that is not right."))
        return redirect(newcomer.url)
    except StepLocked:
        messages.error(request, _("Another step has to be done first, so nothing was changed."))
        return redirect(back)
    except NotYoursToDo:
        messages.error(request, _("This is done in another way now, so nothing was changed."))
        return redirect(back)
    forget_waiting(request.user.pk)
    messages.success(request, done % {"step": step.title})
    return redirect(to or back)
