"""A newcomer's path: where they stand, the steps, and ticking them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from .models import Enrolment, PathIndexPage, PathPage, PhasePage, StepPage
from .outline import Outline, Step, outline_of_step, path_outline
from .reading import (
    index_words,
    own_standing,
    path_parts,
    people_html,
    route_rows,
    standing_on_path,
    standings_of,
    who_enrols,
)
from .services import EnrolmentEnded, StepNotOnPath, complete_step, record_opening, reopen_step
from .standing import Standing, StepState


@require_safe
def show_mine(request: HttpRequest) -> HttpResponse:
    """The reader's own path; a choice where several run, an explanation where there is none."""
    language = get_language()
    standings = standings_of(request.user, language)
    current = [standing for standing in standings if not standing.is_ended]
    running = [standing for standing in current if not standing.is_finished]
    chosen = running or current
    if len(chosen) == 1:
        return _render_path(request, chosen[0], [other for other in standings if other is not chosen[0]])
    context = {**_context(request), "standings": chosen, "others": [s for s in standings if s not in chosen]}
    if chosen:
        return render(request, "onboarding/choose.html", context)
    return render(request, "onboarding/no_path.html", {**context, "people": who_enrols(request.user)})


@require_safe
def show_enrolment(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """One of the reader's own paths; a stranger's is as unknown as one that doesn't exist (404)."""
    return _render_path(request, _own(request, enrolment_id), [])


@require_POST
def complete(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The step is done, whatever it was before."""
    return _set_step(request, enrolment_id, step_key, complete_step, _("Step %(number)s is done."))


@require_POST
def reopen(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The step is not done, whatever it was before."""
    return _set_step(request, enrolment_id, step_key, reopen_step, _("Step %(number)s is open again."))


def show_index_page(request: HttpRequest, page: PathIndexPage) -> HttpResponse:
    """The onboarding page shows the reader's own path, also where an editor changed its address."""
    return redirect("onboarding:mine")


def show_path_page(request: HttpRequest, page: PathPage) -> HttpResponse:
    """A path's own address: who is on it goes to their progress, others read what it holds."""
    language = get_language()
    outline = path_outline(request.user, page.translation_key, language)
    if outline is None:
        raise Http404(page.pk)
    standing = standing_on_path(request.user, outline)
    if standing is not None:
        return redirect("onboarding:enrolment", standing.enrolment.pk)
    rows = route_rows(request.user, outline, language)
    phases = [
        {"phase": phase, "steps": [rows[step.key, StepState.TODO] for step in phase.steps]} for phase in outline.phases
    ]
    return render(request, "onboarding/path_page.html", {"page": page, "outline": outline, "phases": phases})


def show_phase_page(request: HttpRequest, page: PhasePage) -> HttpResponse:
    """A phase is shown as a part of its path."""
    path = page.get_parent()
    if not path.live:
        raise Http404(page.pk)
    return redirect(f"{path.get_url()}#{page.translation_key}")


def show_step_page(request: HttpRequest, page: StepPage) -> HttpResponse:
    """A step, with the reader's own state and form if they are on its path; readable for everybody else."""
    language = get_language()
    outline = outline_of_step(request.user, page.translation_key, language)
    context = {"page": page, "outline": outline}
    if outline is not None:
        standing = standing_on_path(request.user, outline)
        context.update(_step_context(outline, outline.step(page.translation_key), standing))
        context["people"] = people_html(request.user, standing, language) if standing else ""
        _record_opening(request, standing, page.translation_key)
    return render(request, "onboarding/step_page.html", context)


def _record_opening(request: HttpRequest, standing: Standing | None, step_key: UUID) -> None:
    """The one write in a GET: a fact about the reading itself, kept once per step and never on a later visit.

    A browser that only looks ahead (prefetch, HEAD) opens nothing.
    """
    if standing is None or standing.is_ended or request.method != "GET" or "Sec-Purpose" in request.headers:
        return
    row = standing.progress.get(step_key)
    if row is None or row.opened_at is None:
        record_opening(enrolment=standing.enrolment, step_key=step_key)


def _step_context(outline: Outline, step: Step, standing: Standing | None) -> dict:
    """What ``onboarding/step_page.html`` needs of the path around the step."""
    phase = outline.phases[step.phase - 1]
    place = outline.steps.index(step)
    states = [standing.state_of(other) if standing else StepState.TODO for other in phase.steps]
    return {
        "outline": outline,
        "step": step,
        "phase": phase,
        "standing": standing,
        "state": states[phase.steps.index(step)],
        "completed_at": standing.completed_at(step) if standing else None,
        "previous": outline.steps[place - 1] if place else None,
        "following": outline.steps[place + 1] if place + 1 < len(outline.steps) else None,
        "phase_steps": [{"step": other, "state": state} for other, state in zip(phase.steps, states, strict=True)],
        "phase_states": " ".join(states),
    }


def _set_step(request: HttpRequest, enrolment_id: int, step_key: UUID, write, done: str) -> HttpResponse:
    mine = _own(request, enrolment_id)
    step = mine.outline.step(step_key) if mine.outline else None
    if step is None:
        raise Http404(step_key)
    try:
        after = write(enrolment=mine.enrolment, step_key=step_key)
    except StepNotOnPath as error:
        raise Http404(step_key) from error
    except EnrolmentEnded:
        messages.error(request, _("This path was ended, so nothing was changed. Ask HR if that is not right."))
        return _go(request, reverse("onboarding:enrolment", args=[enrolment_id]))
    standing = Standing(after.enrolment, mine.outline, after.progress)
    message = done % {"number": step.number}
    if standing.is_finished and not mine.is_finished:
        messages.success(request, _("That was the last one. You have finished your path."))
        return _go(request, reverse("onboarding:enrolment", args=[enrolment_id]))
    if not request.htmx:
        messages.success(request, message)
        return redirect(f"{step.url}#state")
    context = {**_step_context(mine.outline, step, standing), "message": message, "swapped": True}
    return render(request, "onboarding/_step_swap.html", context)


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """To ``url``, by the browser itself or by htmx."""
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _own(request: HttpRequest, enrolment_id: int) -> Standing:
    try:
        return own_standing(request.user, enrolment_id, get_language())
    except Enrolment.DoesNotExist as error:
        raise Http404(enrolment_id) from error


def _context(request: HttpRequest) -> dict:
    return {"index": index_words(request.user, get_language()), "language": get_language()}


def _render_path(request: HttpRequest, standing: Standing, others: list[Standing]) -> HttpResponse:
    context = {**_context(request), "standing": standing, "others": others}
    if standing.outline is None or not standing.outline.steps:
        return render(request, "onboarding/path_gone.html", context)
    context["parts"] = path_parts(request.user, standing, get_language())
    context["people"] = people_html(request.user, standing, get_language())
    return render(request, "onboarding/my_path.html", context)
