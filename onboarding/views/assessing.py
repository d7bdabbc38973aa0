"""Assessing oneself as a step: what the step shows of it, and letting an assessment of before count."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from competencies.models import Assessment

from ..assessing import assessment_of_step, can_be_assessed, usable_assessments
from ..models import StepPage
from ..outline import Step
from ..services.assessing import NothingToCount, complete_without_profile, use_assessment
from ..standing import Standing
from .own import REFUSED, own_step, refuse
from .parts import part_of

ASSESS = StepPage.Kind.ASSESS


@part_of(ASSESS)
def assess_part(request: HttpRequest, page: StepPage, standing: Standing, step: Step) -> dict:
    """Where the reader is with it: begin, go on, let one of before count, or what came of it.

    Two queries, and those of ``can_be_assessed`` where nothing was begun; one where the step is done.
    """
    part = {
        "template": "onboarding/steps/_assess.html",
        "says_who_sees": True,
        "enrolment": standing.enrolment,
        "step": step,
        "is_ended": standing.is_ended,
        "completed_at": standing.completed_at(step),
    }
    if part["completed_at"]:
        return part | {"finished": assessment_of_step(standing.enrolment, step.key)}
    if standing.is_ended:
        return part
    if standing.is_locked(step):
        return part | {"locked_by": standing.waits_for(step)}
    running = Assessment.objects.of(request.user).running().filter(profile_key=step.profile_key).first()
    usable = usable_assessments(standing.enrolment, step.profile_key) if standing.is_open(step) else None
    return part | {
        "running": running,
        "usable": usable.first() if usable is not None else None,
        "is_waived": not standing.is_open(step),
        "is_broken": running is None and not can_be_assessed(request.user, step.profile_key),
    }


@require_POST
def use(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The step is done by the assessment of ``assessment``, which the reader finished before."""
    standing, step = own_step(request, enrolment_id, step_key, ASSESS)
    try:
        key = UUID(request.POST.get("assessment", ""))
        after = use_assessment(enrolment=standing.enrolment, step_key=step_key, assessment_key=key)
    except (NothingToCount, ValueError):
        messages.error(request, _("That assessment can’t count for this step, so nothing was changed."))
        return redirect(f"{step.url}#state")
    except REFUSED as error:
        return refuse(request, standing, step, error)
    return _done(request, standing, step, after)


@require_POST
def complete_broken(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The step is done although there is nothing to assess oneself by."""
    standing, step = own_step(request, enrolment_id, step_key, ASSESS)
    try:
        after = complete_without_profile(enrolment=standing.enrolment, step_key=step_key)
    except REFUSED as error:
        return refuse(request, standing, step, error)
    return _done(request, standing, step, after)


def _done(request: HttpRequest, before: Standing, step: Step, after: Standing) -> HttpResponse:
    if after.is_finished and not before.is_finished:
        messages.success(request, _("That was the last one. You have finished your path."))
        return redirect(reverse("onboarding:enrolment", args=[before.enrolment.pk]))
    messages.success(request, _("Step %(number)s is done.") % {"number": step.number})
    return redirect(f"{step.url}#state")
