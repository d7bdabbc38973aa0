"""One's own plan: goals and the evidence beside them. Another's is a 404."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.typed import storable

from ..assessment_reading import AssessmentReading, Row
from ..models import Assessment, CompetencyPage, Goal, Sharing
from ..plan_forms import GoalForm, NewGoalForm, asked_for
from ..plan_reading import PlanReading, offers_for
from ..services.planning import (
    GoalChanged,
    GoalGone,
    GoalOpen,
    NotOffered,
    add_evidence,
    add_goal,
    change_goal,
    remove_evidence,
    remove_goal,
    set_goal_done,
)
from ..visibility import Viewer


@require_safe
def show_plan(request: HttpRequest) -> HttpResponse:
    """The reader's goals: open ones first, by date."""
    return render(request, "competencies/plan/plan.html", {"plan": PlanReading(request.user, get_language())})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Set a goal; the address may name a ``competency``, and the ``assessment`` whose levels are filled in."""
    pages = _choices(request)
    if request.method != "POST":
        initial = asked_for(request.GET, pages, _gap(request))
        return _show_form(request, NewGoalForm(user=request.user, pages=pages, initial=initial))
    form, standing = NewGoalForm(request.POST, user=request.user, pages=pages), None
    if form.is_valid():
        try:
            goal = add_goal(
                user=request.user,
                key=form.cleaned_data["key"],
                competency_key=UUID(form.cleaned_data["competency"]),
                aim=form.aim,
            )
        except GoalOpen as error:
            standing = error.goal
            form.add_error(
                "competency",
                _(
                    "You have an open goal for this already; it is below. Change that one, or say first that it is done."
                ),
            )
        except NotOffered:
            form.add_error("competency", _("This competency isn’t there, or not for you. Choose one of these."))
        else:
            messages.success(request, _("Your goal is in your plan."))
            return _to(goal)
    return _show_form(request, form, now=standing)


def _gap(request: HttpRequest) -> Row | None:
    """The competency in the assessment that the address names; None where that isn't the reader's, or isn't finished."""
    try:
        key, competency = UUID(request.GET.get("assessment", "")), UUID(request.GET.get("competency", ""))
    except ValueError:
        return None
    assessment = Assessment.objects.of(request.user).finished().filter(key=key).first()
    if assessment is None:
        return None
    sharing, outcome = Sharing.objects.shown_to_person(assessment)
    return AssessmentReading(assessment, get_language(), Viewer.PERSON, sharing, outcome).row(competency)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a goal; what somebody typed stays before them, whatever became of the goal meanwhile."""
    if request.method == "POST" and not Goal.objects.filter(user=request.user, key=key).exists():
        return _offer_anew(request)
    goal, now = _find(request, key), None
    pages = {str(page.translation_key): page for page in _pages(request).filter(translation_key=goal.competency_key)}
    form = GoalForm(request.POST if request.method == "POST" else None, user=request.user, goal=goal, pages=pages)
    if request.method == "POST" and form.is_valid():
        try:
            change_goal(goal=goal, aim=form.aim, seen=form.cleaned_data["version"])
        except GoalChanged as error:
            now = error.goal
            form.add_error(
                "action", _("You changed this in another window. Below is what it says now; save again to keep this.")
            )
            # The next time counts for what is shown now.
            form.data = {**form.data.dict(), "version": now.version}
        except GoalGone:
            form.add_error("action", _("You removed this goal in another window. Copy your words to a new one."))
        else:
            messages.success(request, _("Your goal is changed."))
            return _to(goal)
    return _show_form(request, form, goal=goal, now=now)


@require_POST
def set_done(request: HttpRequest, key: UUID) -> HttpResponse:
    """The goal is done (``done=true``) or open again (``false``), whatever it was."""
    done = {"true": True, "false": False}.get(request.POST.get("done", ""))
    if done is None:
        return HttpResponseBadRequest()
    goal = _find(request, key)
    try:
        set_goal_done(goal=goal, done=done)
    except GoalOpen:
        messages.error(request, _("You set another goal for this competency since. Say first that that one is done."))
    except GoalGone:
        messages.warning(request, _("You removed this goal in another window, so nothing was changed."))
    else:
        messages.success(request, _("This goal is done.") if done else _("This goal is open again."))
    return _to(goal)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask whether to throw a goal away with its evidence, then do so."""
    if request.method == "POST" and not Goal.objects.filter(user=request.user, key=key).exists():
        # The second of two clicks: what was asked is so.
        return redirect("competencies:plan")
    goal = _find(request, key)
    if request.method == "POST":
        remove_goal(goal=goal)
        messages.success(request, _("The goal is removed from your plan."))
        return redirect("competencies:plan")
    row = PlanReading(request.user, get_language()).row(goal)
    return render(request, "competencies/plan/remove.html", {"row": row})


@require_safe
def evidence(request: HttpRequest, key: UUID) -> HttpResponse:
    """What the reader finished, to put beside a goal."""
    goal = _find(request, key)
    context = {"row": PlanReading(request.user, get_language()).row(goal), "groups": offers_for(goal)}
    return render(request, "competencies/plan/evidence.html", context)


@require_POST
def put_evidence(request: HttpRequest, key: UUID) -> HttpResponse:
    """Something they finished (``source`` and ``key``) stands beside the goal (``beside=true``) or doesn't (``false``)."""
    beside = {"true": True, "false": False}.get(request.POST.get("beside", ""))
    if beside is None:
        return HttpResponseBadRequest()
    goal = _find(request, key)
    named = {name: storable(request.POST.get(name, "")) for name in ("source", "key")}
    try:
        if beside:
            add_evidence(goal=goal, **named)
        else:
            remove_evidence(goal=goal, **named)
    except NotOffered:
        raise Http404(named) from None
    except GoalGone:
        messages.warning(request, _("You removed this goal in another window, so nothing was changed."))
        return redirect("competencies:plan")
    messages.success(
        request, _("It stands beside your goal.") if beside else _("It no longer stands beside your goal.")
    )
    return redirect("competencies:goal_evidence", key)


def _find(request: HttpRequest, key: UUID) -> Goal:
    """A goal of the reader; 404 for every other one."""
    goal = Goal.objects.of(request.user).select_related("user").filter(key=key).first()
    if goal is None:
        raise Http404(key)
    return goal


def _pages(request: HttpRequest):
    return CompetencyPage.objects.for_reader(request.user, get_language()).select_related("alias_of__locale")


def _choices(request: HttpRequest) -> dict[str, CompetencyPage]:
    """Every competency the reader may see, by key, in the order editors gave."""
    return {str(page.translation_key): page for page in _pages(request)}


def _offer_anew(request: HttpRequest) -> HttpResponse:
    """A 404 with the words that were typed, as a new goal: it was removed in another window, or never was theirs."""
    pages = _choices(request)
    typed = {
        name: request.POST[name] for name in ("from_level", "to_level", "action", "due_on") if name in request.POST
    }
    form = NewGoalForm(user=request.user, pages=pages, initial=typed)
    messages.warning(request, _("This goal isn’t there any more. Your words are below: save them as a new goal."))
    return _show_form(request, form, status=404)


def _show_form(
    request: HttpRequest, form: GoalForm, *, goal: Goal | None = None, now: Goal | None = None, status: int = 200
) -> HttpResponse:
    plan = PlanReading(request.user, get_language())
    context = {
        "form": form,
        "row": plan.row(goal) if goal else None,
        "now": plan.row(now) if now else None,
        "has_competencies": bool(form.pages) or goal is not None,
    }
    return render(request, "competencies/plan/form.html", context, status=status)


def _to(goal: Goal) -> HttpResponse:
    return redirect(f"{reverse('competencies:plan')}#goal-{goal.key}")
