"""One step of the reader's own path: its page, and what they do there."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from ..groups import row_of
from ..last_published import as_last_published
from ..models import StepPage
from ..outline import Outline, Step
from ..reading import names_around, people_html, standing_with_step
from ..reading_outlines import outline_of_step
from ..reasons import audience_words
from ..services import NotYoursToDo, complete_step, record_opening, reopen_step
from ..services.ticking import ItemGone, NothingToConfirm, NotTicked, complete_checklist, confirm_step, set_tick
from ..standing import Standing, StepState
from .listening import useful_context
from .meetings import meeting_context
from .own import REFUSED, own_step, page_of, refuse
from .parts import last_words, step_part
from .questions import ask_context

Kind = StepPage.Kind


def show_step_page(request: HttpRequest, page: StepPage) -> HttpResponse:
    """A step, with the reader's own state and form if they are on its path; readable for everybody else.

    Raises Http404 for a step that isn't published, for who hasn't it in their plan any more.
    """
    key = page.translation_key
    outline = outline_of_step(request.user, key, get_language())
    standing = standing_with_step(request.user, key, outline, get_language())
    if standing is not None and standing.whole is not None and standing.whole.step(key):
        outline = standing.whole
    if not page.live:
        if standing is None or outline is not standing.whole:
            raise Http404(page.pk)
        page = as_last_published([page])[0]
    context = {"page": page, "outline": outline}
    if outline is not None:
        if standing is not None:
            standing.enrolment.user = request.user
        context.update(step_context(request, page, outline, key, standing))
        context["people"] = people_html(request.user, standing, get_language()) if standing else ""
        _record_opening(request, standing, key)
    return render(request, "onboarding/step_page.html", context)


@require_POST
def complete(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The step is done, or waits to be signed off, whatever it was before; what its kind asks has to be there."""
    standing, step = own_step(request, enrolment_id, step_key)
    if step.kind == Kind.CONFIRM and request.POST.get("understood") != "on":
        return _not_yet(request, standing, step, _("Tick that you have read and understood it. Then confirm."))
    try:
        after = _write_of(step)(enrolment=standing.enrolment, step_key=step_key)
    except NotTicked as error:
        words = ngettext(
            "%(missing)s thing is not ticked yet. Tick it first, then complete the step.",
            "%(missing)s things are not ticked yet. Tick them first, then complete the step.",
            error.missing,
        )
        return _not_yet(request, standing, step, words % {"missing": error.missing})
    except NothingToConfirm:
        words = _(
            "The page to read is being updated, so there is nothing to confirm just now. Go on with another step."
        )
        return _not_yet(request, standing, step, words)
    except REFUSED as error:
        return _refuse(request, standing, step, error)
    done = _("Step %(number)s is done.")
    if step.signed_off_by:
        done = _("Step %(number)s waits to be signed off now. You need not do anything.")
    return _after(request, standing, step, after, done)


@require_POST
def reopen(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The step is not done, whatever it was before."""
    standing, step = own_step(request, enrolment_id, step_key)
    try:
        after = reopen_step(enrolment=standing.enrolment, step_key=step_key, actor=request.user)
    except REFUSED as error:
        return _refuse(request, standing, step, error)
    return _after(request, standing, step, after, _("Step %(number)s is open again."))


@require_POST
def tick(request: HttpRequest, enrolment_id: int, step_key: UUID, item: UUID) -> HttpResponse:
    """One thing of a checklist is done (``ticked=true``) or isn't (``false``), whatever it was before."""
    standing, step = own_step(request, enrolment_id, step_key, Kind.DO)
    ticked = {"true": True, "false": False}.get(request.POST.get("ticked", ""))
    if ticked is None:
        return HttpResponseBadRequest()
    try:
        set_tick(enrolment=standing.enrolment, step_key=step_key, item=item, ticked=ticked)
    except ItemGone:
        messages.error(request, _("The list was changed meanwhile, so nothing was ticked. Here it is as it is now."))
        return _go(request, f"{step.url}#doing")
    except REFUSED as error:
        return _refuse(request, standing, step, error)
    if not request.htmx:
        return redirect(f"{step.url}#item-{item}")
    part = step_part(request, page_of(standing, step), standing, step)
    return render(request, part["template"], {"part": part, "said": True})


def _write_of(step: Step):
    match step.kind:
        case Kind.DO:
            return complete_checklist
        case Kind.CONFIRM:
            return confirm_step
        case Kind.QUIZ | Kind.SUBMIT | Kind.ASSESS:
            return _done_elsewhere
    return complete_step


def _done_elsewhere(*, enrolment, step_key: UUID):
    """A quiz is passed, an answer handed in, an assessment finished: a button alone doesn't do it."""
    raise NotYoursToDo(step_key)


def _record_opening(request: HttpRequest, standing: Standing | None, step_key: UUID) -> None:
    """The one write in a GET: a fact about the reading itself, kept once per step and never on a later visit.

    A browser that only looks ahead (prefetch, HEAD) opens nothing.
    """
    if standing is None or standing.is_ended or request.method != "GET" or "Sec-Purpose" in request.headers:
        return
    row = standing.progress.get(step_key)
    if row is None or row.opened_at is None:
        record_opening(enrolment=standing.enrolment, step_key=step_key)


def step_context(
    request: HttpRequest, page: StepPage, whole: Outline, step_key: UUID, standing: Standing | None
) -> dict:
    """What ``onboarding/step_page.html`` and ``_step_swap.html`` need of the path around the step.

    Who is on the path sees it by the numbers of their own plan; a step that isn't theirs to do has no place in it.
    """
    own = standing.outline.step(step_key) if standing and standing.outline else None
    outline = standing.outline if own else whole
    step = own or whole.step(step_key)
    phase = outline.phases[step.phase - 1]
    place = outline.steps.index(step)
    shown = standing if own else None
    states = [shown.state_of(other) if shown else StepState.TODO for other in phase.steps]
    context = {
        "outline": outline,
        "step": step,
        "phase": phase,
        "standing": standing,
        "is_own": own is not None,
        "state": states[phase.steps.index(step)],
        "completed_at": standing.completed_at(step) if standing else None,
        "previous": outline.steps[place - 1] if place else None,
        "following": outline.steps[place + 1] if place + 1 < len(outline.steps) else None,
        "phase_steps": [{"step": other, "state": state} for other, state in zip(phase.steps, states, strict=True)],
        "phase_states": " ".join(states),
    }
    if own:
        names = names_around(request.user, standing, get_language())
        context["row"] = row_of(standing, step, names)
        context["part"] = step_part(request, page, standing, step)
        context["sent_back"] = last_words(standing, step)
        context["audience"] = audience_words(step.audience)
        context["ask"] = ask_context(request, standing, step)
        context["useful"] = useful_context(standing, step)
    elif standing:
        context["other"] = _done_by_others(request, standing, step)
    return context


def _done_by_others(request: HttpRequest, standing: Standing, step: Step) -> dict:
    """Who does a step of this plan that isn't the person's own; without ``who`` it isn't in the plan at all."""
    if step not in standing.by_others:
        return {}
    names = names_around(request.user, standing, get_language())
    row = row_of(standing, step, names)
    found = {"who": names.get(standing.row(step).assignee, ""), "due": row.due, "completed_at": row.completed_at}
    if step.kind == Kind.MEET:
        # Somebody else sees to it, and yet it is with the newcomer.
        may_change = standing.is_open(step) and not standing.is_ended
        found["meeting"] = meeting_context(request.user, standing.enrolment, step, may_change=may_change)
    return found


def _not_yet(request: HttpRequest, standing: Standing, step: Step, error: str) -> HttpResponse:
    """Nothing was changed: ``error`` says what is missing, beside the button it is about."""
    page = page_of(standing, step)
    context = step_context(request, page, standing.whole, step.key, standing)
    if request.htmx:
        return render(request, "onboarding/_step_swap.html", {**context, "error": error, "swapped": True})
    people = people_html(request.user, standing, get_language())
    request.page_for_languages = page
    return render(request, "onboarding/step_page.html", {**context, "page": page, "people": people, "error": error})


def _refuse(request: HttpRequest, standing: Standing, step: Step, error: Exception) -> HttpResponse:
    response = refuse(request, standing, step, error)
    return HttpResponseClientRedirect(response.url) if request.htmx else response


def _after(request: HttpRequest, before: Standing, step: Step, after: Standing, done: str) -> HttpResponse:
    """What the reader gets after a step was completed or opened again."""
    standing = Standing(after.enrolment, before.whole, after.progress)
    # The pause was fetched with the rows of before.
    standing.enrolment.paused_since = before.enrolment.paused_since
    message = done % {"number": step.number}
    if standing.is_finished and not before.is_finished:
        messages.success(request, _("That was the last one. You have finished your path."))
        return _go(request, reverse("onboarding:enrolment", args=[before.enrolment.pk]))
    if not request.htmx:
        messages.success(request, message)
        return redirect(f"{step.url}#state")
    context = step_context(request, page_of(before, step), standing.whole, step.key, standing)
    return render(request, "onboarding/_step_swap.html", {**context, "message": message, "swapped": True})


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """To ``url``, by the browser itself or by htmx."""
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
