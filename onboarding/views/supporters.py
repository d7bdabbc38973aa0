"""The supporters' pages: what waits for them, their newcomers, one newcomer, one step of theirs.

Whom somebody doesn't walk along with is as unknown as who doesn't exist: a 404.
"""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from people.models import User
from people.retention import current_periods

from ..forms.supporting import ReopenForm, SendBackForm, WaiveForm
from ..models import Enrolment, StepPage
from ..newcomers import Newcomer, StepRow, in_list, newcomer_for, newcomers_of
from ..outline import Step
from ..roles import Who
from ..standing import StepState
from ..step_pages import page_of_step
from ..visibility import TABLE, THIRD_PERSON, Data, Viewer
from ..waiting import remember_waiting, waiting_for
from ..waivers import reason_in_words
from .parts import last_words
from .supported_parts import handed_in_part, meeting_part, own_part, sign_off_part

PER_PAGE = 25


@require_safe
def show_waiting(request: HttpRequest) -> HttpResponse:
    """All that waits for the reader, over all newcomers."""
    waiting = waiting_for(request.user, get_language())
    walks_along = not waiting.is_empty or Enrolment.objects.supported_by(request.user).exists()
    if walks_along:
        remember_waiting(request.user, waiting)
    may_enrol = not walks_along and User.objects.led_by(request.user).exists()
    context = {"waiting": waiting, "walks_along": walks_along, "may_enrol": may_enrol}
    return render(request, "onboarding/supporting/waiting.html", context)


@require_safe
def show_newcomers(request: HttpRequest) -> HttpResponse:
    """Those the reader walks along with: ``?page=``."""
    language = get_language()
    page = Paginator(newcomers_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    newcomers = in_list(request.user, list(page), language, waiting_for(request.user, language))
    may_enrol = User.objects.led_by(request.user).exists()
    context = {"page_obj": page, "newcomers": newcomers, "may_enrol": may_enrol}
    return render(request, "onboarding/supporting/newcomers.html", context)


@require_safe
def show_newcomer(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """One newcomer; one's own path is shown as one's own."""
    newcomer = find_newcomer(request, enrolment_id)
    if newcomer.colleague == request.user:
        return redirect("onboarding:enrolment", enrolment_id)
    waiting = waiting_for(request.user, get_language(), enrolment=newcomer.enrolment)
    notes = list(newcomer.enrolment.hand_over_notes.seen_by(request.user).with_names())
    context = {"newcomer": newcomer, "waiting": waiting, "notes": notes}
    return render(request, "onboarding/supporting/newcomer.html", context)


@require_safe
def show_step(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """One step of somebody else's path: to do for who does it, else where it stands."""
    newcomer, step = find_step(request, enrolment_id, step_key)
    return render_step(request, newcomer, step)


@require_safe
def show_who_sees_what(request: HttpRequest) -> HttpResponse:
    """The table of who sees what, and how long it is kept, to read and to print."""
    viewers = list(Viewer)
    rows = [
        {
            "data": Data(data).label,
            "cells": [{"label": THIRD_PERSON[viewer], "sees": viewer in TABLE[data]} for viewer in viewers],
        }
        for data in Data
    ]
    periods = current_periods()
    context = {
        "columns": [THIRD_PERSON[viewer] for viewer in viewers],
        "rows": rows,
        "periods": periods,
        "kept": [(periods.label(kind), periods.in_words(kind), periods.counted_from(kind)) for kind in periods.KINDS],
    }
    return render(request, "onboarding/supporting/who_sees_what.html", context)


def find_newcomer(request: HttpRequest, enrolment_id: int) -> Newcomer:
    """The enrolment as the reader may see it; a stranger's is a 404."""
    try:
        return newcomer_for(request.user, enrolment_id, get_language())
    except Enrolment.DoesNotExist as error:
        raise Http404(enrolment_id) from error


def find_step(request: HttpRequest, enrolment_id: int, step_key: UUID) -> tuple[Newcomer, Step]:
    """A step of somebody else's plan; 404 for a stranger's, for one's own, and for a step that isn't in the plan."""
    newcomer = find_newcomer(request, enrolment_id)
    step = newcomer.step(step_key)
    if step is None or newcomer.colleague == request.user:
        raise Http404(step_key)
    return newcomer, step


def render_step(request: HttpRequest, newcomer: Newcomer, step: Step, status: int = 200, **forms) -> HttpResponse:
    """The page of one step.

    ``forms`` (``waive_form``, ``reopen_form``, ``send_back_form``, ``own_form``) are those that were filled in wrongly.
    """
    row = newcomer.row(step)
    is_running = not newcomer.standing.is_ended
    acts = newcomer.acts_for(step) and is_running
    page = page_of_step(step, request.user)
    context = {
        "newcomer": newcomer,
        "step": step,
        "row": row,
        "phase": newcomer.standing.whole.phases[step.phase - 1],
        "page": page,
        "who": newcomer.who_does(step),
        "acts": acts,
        "own": own_part(newcomer, page, step, forms.get("own_form")) if acts and row.state == StepState.TODO else {},
        "meeting": meeting_part(request, newcomer, step),
        "handed_in": handed_in_part(request, newcomer, step),
        "sign_off": sign_off_part(request, newcomer, step),
        "sent_back": last_words(newcomer.standing, step) if acts else None,
        "waiver_reason": (
            reason_in_words(newcomer.standing.row(step).waiver_reason) if newcomer.sees(Data.WAIVERS) else ""
        ),
        "wrong_form": next(iter(forms.values()), None),
        **_may(newcomer, step, row, acts),
        "waive_form": forms.get("waive_form") or WaiveForm(),
        "reopen_form": forms.get("reopen_form") or ReopenForm(),
        "send_back_form": forms.get("send_back_form") or SendBackForm(),
    }
    request.address_for_languages = reverse("onboarding:supported_step", args=[newcomer.enrolment.pk, step.key])
    return render(request, "onboarding/supporting/step.html", context, status=status)


def _may(newcomer: Newcomer, step: Step, row: StepRow, acts: bool) -> dict:
    """What the reader may do with the step besides doing it, and what it waits for."""
    is_running = not newcomer.standing.is_ended
    steers = newcomer.may_steer and is_running
    is_open = row.state in (StepState.TODO, StepState.LOCKED)
    waits_for = newcomer.standing.waits_for(step) if is_open else ()
    is_quiz = step.kind == StepPage.Kind.QUIZ
    own = newcomer.standing.row(step).assignee == Who.NEWCOMER
    return {
        "waits_for": waits_for,
        "may_waive": steers and is_open,
        "may_unwaive": steers and row.state == StepState.WAIVED,
        "may_reopen": (steers or acts) and row.state == StepState.DONE,
        # Where it says whether attempts are used up, and to whom it is open: see quizzes.more_attempts.
        "may_give_attempts": is_running and is_open and is_quiz and own and newcomer.sees(Data.ANSWERS),
        # Refused when publishing, but older plans may have one: see checks.content_problems.
        "is_quiz_by_mistake": is_open and acts and is_quiz,
        "is_assessment_of_newcomer": step.kind == StepPage.Kind.ASSESS and own,
        "may_nudge": is_running and is_open and not acts and not waits_for and not newcomer.standing.is_paused,
    }
