"""Where I stand: beginning, scoring oneself, what comes of it, and throwing it away."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.models import User
from people.retention import current_periods

from ..assessment_reading import AssessmentReading
from ..forms import ShareForm
from ..material_reading import material_for, running_paths
from ..models import Assessment, CompetencyProfilePage, Rating, Sharing
from ..over_time import over_time
from ..overview import Overview
from ..services.assessing import (
    AlreadyFinished,
    AssessmentGone,
    SharedAlready,
    Unanswered,
    delete_assessment,
    finish_assessment,
    go_on_with_assessment,
    rate_oneself,
    start_assessment,
    take_over_profile,
)
from ..services.retention import KIND as RETAINED
from ..services.sharing import NotFinished, NotLeading, NotShared, SharedWithAnother, end_sharing, share_assessment
from ..services.versions import ProfileGone
from ..visibility import TABLE, Data, Viewer
from . import scoring


def _if_there(view: Callable) -> Callable:
    """404 too where the assessment is thrown away in another tab while this view is at it."""

    @wraps(view)
    def guarded(*args, **kwargs) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except AssessmentGone as error:
            raise Http404(str(error)) from error

    return guarded


@require_safe
def show_mine(request: HttpRequest) -> HttpResponse:
    """Everything of the reader's own, and what colleagues ask of them."""
    return render(request, "competencies/assessing/mine.html", {"overview": Overview(request.user, get_language())})


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, profile_key: UUID) -> HttpResponse:
    """What it is and who sees it, before beginning; POST begins, or goes on with what was begun. 404 for no profile."""
    if request.method == "POST":
        try:
            return redirect(_url(start_assessment(user=request.user, profile_key=profile_key)))
        except ProfileGone as error:
            raise Http404(str(profile_key)) from error
    pages = CompetencyProfilePage.objects.visible_to(request.user).filter(translation_key=profile_key)
    page = pages.in_language(get_language()).select_related("locale", "alias_of__locale").first()
    if page is None:
        raise Http404(str(profile_key))
    own = Assessment.objects.of(request.user).filter(profile_key=profile_key)
    context = {"page": page, "running": own.running().first(), "last": own.finished().first()}
    return render(request, "competencies/assessing/start.html", context)


@require_safe
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """The list to score while it runs; what came of it once it is finished."""
    assessment = _own(request, key)
    if assessment.finished_at is None:
        reading = AssessmentReading(assessment, get_language(), Viewer.PERSON)
        return render(request, "competencies/assessing/running.html", {"reading": reading})
    return _show_result(request, assessment)


def _show_result(request: HttpRequest, assessment: Assessment, form: ShareForm | None = None) -> HttpResponse:
    sharing, outcome = Sharing.objects.shown_to_person(assessment)
    reading = AssessmentReading(assessment, get_language(), Viewer.PERSON, sharing, outcome)
    is_shared = sharing is not None and sharing.ended_at is None
    leaders = User.objects.leading(request.user).order_by("first_name", "last_name", "pk")
    if form is None and not is_shared and leaders:
        form = ShareForm(leaders=leaders)
    gaps = reading.gaps
    found = material_for(
        request.user, get_language(), [(row.key, row.standing.level, row.required.value) for row in gaps]
    )
    context = {
        "reading": reading,
        "gaps": [{"row": row, "materials": found[row.key]} for row in gaps],
        "paths": running_paths(request.user),
        # After a form that was refused, the address of this page may only be sent to.
        "back": _url(assessment),
        "sharing": sharing,
        "is_shared": is_shared,
        # Who left, or no longer leads: sees nothing, and the person should know.
        "sees_nothing": is_shared and not any(leader.pk == sharing.assessor_id for leader in leaders),
        "form": form,
        "over_time": over_time(request.user, assessment.profile_key, get_language()),
    }
    return render(request, "competencies/assessing/result.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, key: UUID, competency_key: UUID) -> HttpResponse:
    """Score oneself on one competency."""
    assessment = _own(request, key)
    if assessment.finished_at is not None:
        return redirect(_url(assessment))
    return scoring.rate(request, _scoring(assessment), competency_key)


@require_http_methods(["GET", "HEAD", "POST"])
def autosave(request: HttpRequest, key: UUID, competency_key: UUID) -> HttpResponse:
    """Keep what is being typed; see ``scoring.autosave``."""
    return scoring.autosave(request, _scoring(_own(request, key)), competency_key)


def _scoring(assessment: Assessment) -> scoring.Scoring:
    return scoring.Scoring(
        reading=AssessmentReading(assessment, get_language(), Viewer.PERSON),
        by=Rating.By.SELF,
        keep=partial(rate_oneself, assessment=assessment),
        url=lambda key: reverse("competencies:rate", args=[assessment.key, key]),
        keep_url=lambda key: reverse("competencies:rate_keep", args=[assessment.key, key]),
        list_url=_url(assessment),
    )


@require_POST
@_if_there
def finish(request: HttpRequest, key: UUID) -> HttpResponse:
    """Finish it; without all scores the page says which are missing."""
    assessment = _own(request, key)
    try:
        finish_assessment(assessment=assessment)
    except Unanswered as error:
        reading = AssessmentReading(assessment, get_language(), Viewer.PERSON)
        context = {"reading": reading, "missing": [reading.row(key) for key in error.keys]}
        request.address_for_languages = _url(assessment)
        return render(request, "competencies/assessing/running.html", context)
    return redirect(_url(assessment))


@require_POST
@_if_there
def go_on(request: HttpRequest, key: UUID) -> HttpResponse:
    """Open it once more, to mend a score."""
    assessment = _own(request, key)
    try:
        return redirect(_url(go_on_with_assessment(assessment=assessment)))
    except SharedAlready:
        messages.info(request, _("A colleague has seen this one, so it stays as it is. You can begin a new one."))
    return redirect(_url(assessment))


@require_POST
@_if_there
def take_over(request: HttpRequest, key: UUID) -> HttpResponse:
    """Go on by the profile as it is now."""
    assessment = _own(request, key)
    try:
        take_over_profile(assessment=assessment)
    except (AlreadyFinished, ProfileGone):
        pass
    else:
        messages.success(request, _("You go on by the profile as it is now. What you scored is kept."))
    return redirect(_url(assessment))


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, key: UUID) -> HttpResponse:
    """Throw it away, after asking."""
    assessment = _own(request, key)
    if request.method == "POST":
        delete_assessment(assessment=assessment)
        messages.success(request, _("It is gone."))
        return redirect("competencies:mine")
    reading = AssessmentReading(assessment, get_language(), Viewer.PERSON)
    context = {"reading": reading, "was_scored": assessment.sharings.filter(submitted_at__isnull=False).exists()}
    return render(request, "competencies/assessing/delete.html", context)


@require_POST
@_if_there
def share(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let who leads the reader see it."""
    assessment = _own(request, key)
    if assessment.finished_at is None:
        return redirect(_url(assessment))
    form = ShareForm(request.POST, leaders=User.objects.leading(request.user).order_by("first_name", "pk"))
    if not form.is_valid():
        request.address_for_languages = _url(assessment)
        return _show_result(request, assessment, form)
    try:
        sharing = share_assessment(assessment=assessment, **form.cleaned_data)
    except (NotFinished, NotLeading):
        return redirect(_url(assessment))
    except SharedWithAnother as error:
        name = error.sharing.assessor.get_full_name()
        messages.error(request, _("You share it with %(name)s now. Take that back first.") % {"name": name})
    else:
        name = sharing.assessor.get_full_name()
        messages.success(request, _("%(name)s can see it now, after giving scores of their own.") % {"name": name})
    return redirect(f"{_url(assessment)}#sharing")


@require_POST
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Stop sharing; the colleague sees nothing of it any more."""
    assessment = _own(request, key)
    sharing = assessment.sharings.active().select_related("assessor").first()
    if sharing is not None:
        with suppress(NotShared):
            end_sharing(sharing=sharing)
        name = sharing.assessor.get_full_name()
        messages.success(request, _("Taken back: %(name)s sees nothing of it any more.") % {"name": name})
    return redirect(f"{_url(assessment)}#sharing")


@require_safe
def show_who_sees_what(request: HttpRequest) -> HttpResponse:
    """The table of ``competencies.visibility``, to read and to print."""
    rows = [
        {"data": data.label, "cells": [{"label": viewer.label, "sees": viewer in TABLE[data]} for viewer in Viewer]}
        for data in Data
    ]
    periods = current_periods()
    kept = f"{periods.in_words(RETAINED)}, {periods.counted_from(RETAINED)}"
    context = {"columns": [viewer.label for viewer in Viewer], "rows": rows, "periods": periods, "kept": kept}
    return render(request, "competencies/assessing/who_sees_what.html", context)


def _own(request: HttpRequest, key: UUID) -> Assessment:
    """The reader's own assessment; 404 for anybody else's."""
    assessment = Assessment.objects.of(request.user).filter(key=key).first()
    if assessment is None:
        raise Http404(str(key))
    # Known already: saves a query wherever the person is asked for.
    assessment.user = request.user
    return assessment


def _url(assessment: Assessment) -> str:
    return reverse("competencies:assessment", args=[assessment.key])
