"""Saying whether a step was useful, and how the first months go."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..forms.listening import PulseForm, UsefulForm
from ..models import PulseInvitation, StepProgress
from ..outline import Step
from ..services.feedback import NotDoneYet, answer_pulse, say_useful
from ..standing import Standing
from .own import own_step


def useful_context(standing: Standing, step: Step, form: UsefulForm | None = None) -> dict | None:
    """What ``onboarding/_useful.html`` needs of a step that is done; None where nothing is asked. At most one query.

    ``{"form", "step", "enrolment", "is_said"}``.
    """
    row = standing.row(step)
    if standing.is_ended or not (row.completed_at or row.submitted_at):
        return None
    said = StepProgress.objects.filter(
        enrolment=standing.enrolment, step_key=step.key, asked_useful_at__isnull=False
    ).exists()
    return {
        "form": form or UsefulForm(auto_id="useful-%s"),
        "step": step,
        "enrolment": standing.enrolment,
        "is_said": said,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def useful(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """Say once whether a step of one's own was useful."""
    standing, step = own_step(request, enrolment_id, step_key)
    form = UsefulForm(request.POST if request.method == "POST" else None, auto_id="useful-%s")
    context = useful_context(standing, step, form)
    if context is None:
        return redirect(f"{step.url}#state")
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            said = say_useful(
                enrolment=standing.enrolment,
                step_key=step_key,
                is_useful=values["useful"],
                comment=values["comment"],
                by_name=values["named"],
            )
        except NotDoneYet:
            return redirect(f"{step.url}#state")
        if said:
            messages.success(request, _("Thank you. It helps who comes after you."))
        else:
            messages.success(request, _("You said so before. That still counts."))
        return redirect(f"{step.url}#state")
    return render(request, "onboarding/questions/useful.html", {"useful": context})


@require_http_methods(["GET", "HEAD", "POST"])
def pulse(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """The pulse at 30, 60 or 90 days; 404 for an invitation of somebody else."""
    rows = PulseInvitation.objects.select_related("enrolment")
    invitation = rows.filter(pk=invitation_id, enrolment__user=request.user).first()
    if invitation is None:
        raise Http404(invitation_id)
    form = PulseForm(request.POST if request.method == "POST" else None, auto_id="pulse-%s")
    if request.method == "POST" and not invitation.answered_on and form.is_valid():
        answer_pulse(invitation=invitation, **form.cleaned_data)
        return redirect("onboarding:pulse", invitation.pk)
    return render(request, "onboarding/pulse/pulse.html", {"invitation": invitation, "form": form})
