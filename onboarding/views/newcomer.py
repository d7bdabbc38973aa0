"""A newcomer's path: where they stand, what is next, and the pages of a path; its steps are in ``steps``."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from people.models import User

from ..models import Enrolment, PathIndexPage, PathPage, PhasePage
from ..own_steps import own_rows
from ..reading import (
    change_words,
    index_words,
    own_standing,
    path_parts,
    people_html,
    route_rows,
    standing_on_path,
    standings_of,
    who_enrols,
)
from ..reading_outlines import path_outline
from ..standing import Standing, StepState


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
    may_enrol = User.objects.led_by(request.user).exists()
    context |= {"people": who_enrols(request.user), "may_enrol": may_enrol}
    return render(request, "onboarding/no_path.html", context)


@require_safe
def show_enrolment(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """One of the reader's own paths; a stranger's is as unknown as one that doesn't exist (404). ``?by=phase``."""
    return _render_path(request, _own(request, enrolment_id), [])


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
    outline = outline.published()
    if outline is None:
        raise Http404(page.pk)
    rows = route_rows(request.user, outline, language)
    phases = [
        {"phase": phase, "steps": [rows[step.key, StepState.TODO] for step in phase.steps]} for phase in outline.phases
    ]
    return render(request, "onboarding/path_page.html", {"page": page, "outline": outline, "phases": phases})


def show_phase_page(request: HttpRequest, page: PhasePage) -> HttpResponse:
    """A phase is shown as a part of its path."""
    path = page.get_parent()
    outline = path_outline(request.user, path.translation_key, get_language())
    standing = standing_on_path(request.user, outline) if outline else None
    if standing is not None:
        address = reverse("onboarding:enrolment", args=[standing.enrolment.pk])
        return redirect(f"{address}?by=phase#{page.translation_key}")
    if not (path.live and page.live):
        raise Http404(page.pk)
    return redirect(f"{path.get_url()}#{page.translation_key}")


def _own(request: HttpRequest, enrolment_id: int) -> Standing:
    try:
        return own_standing(request.user, enrolment_id, get_language())
    except Enrolment.DoesNotExist as error:
        raise Http404(enrolment_id) from error


def _context(request: HttpRequest) -> dict:
    return {"index": index_words(request.user, get_language()), "language": get_language()}


def _render_path(request: HttpRequest, standing: Standing, others: list[Standing]) -> HttpResponse:
    context = {**_context(request), "standing": standing, "others": others}
    context["own_rows"] = own_rows(request.user, standing.enrolment, context["language"])
    if standing.outline is None or not standing.outline.steps:
        return render(request, "onboarding/path_gone.html", context)
    by = "phase" if request.GET.get("by") == "phase" else "date"
    context["parts"] = path_parts(request.user, standing, get_language(), by)
    context["change_words"] = change_words(standing)
    context["people"] = people_html(request.user, standing, get_language())
    return render(request, "onboarding/my_path.html", context)
