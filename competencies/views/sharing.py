"""An assessment that a colleague shared: scoring it, seeing both, and settling the outcome together."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..assessment_reading import AssessmentReading
from ..forms import OutcomeForm
from ..models import Rating, Sharing
from ..plan_reading import plan_for_assessor
from ..services.assessing import Unanswered
from ..services.sharing import (
    AgreedAlready,
    NotScoredYet,
    NotShared,
    OutcomeChanged,
    rate_colleague,
    settle_outcome,
    submit_scores,
)
from ..visibility import Viewer, viewer_of
from . import scoring


@require_safe
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """For the assessor the list to score, then for both the scores beside each other and the outcome."""
    sharing, viewer = _find(request, key)
    reading = AssessmentReading(sharing.assessment, get_language(), viewer, sharing)
    if sharing.submitted_at is None:
        if viewer == Viewer.PERSON:
            return redirect("competencies:assessment", sharing.assessment.key)
        return render(request, "competencies/sharing/scoring.html", {"reading": reading, "sharing": sharing})
    return _show_outcome(request, reading)


def _show_outcome(request: HttpRequest, reading: AssessmentReading, form: OutcomeForm | None = None, **more):
    sharing, is_person = reading.sharing, reading.viewer == Viewer.PERSON
    is_over = sharing.agreed_at is not None or sharing.ended_at is not None
    # Who left, or no longer leads the person, settles nothing any more: who sees it as an assessor was asked already.
    is_open = not is_over and (
        not is_person or Sharing.objects.open_to(sharing.assessor).filter(pk=sharing.pk).exists()
    )
    other = sharing.assessor if is_person else sharing.assessment.user
    context = {
        "reading": reading,
        "sharing": sharing,
        "is_person": is_person,
        "other": other,
        "form": (form or OutcomeForm(reading=reading)) if is_open else None,
        "plan": None if is_person else plan_for_assessor(sharing, get_language()),
        "agreed_here": sharing.person_agreed_at if is_person else sharing.assessor_agreed_at,
        "agreed_there": sharing.assessor_agreed_at if is_person else sharing.person_agreed_at,
        **more,
    }
    return render(request, "competencies/sharing/outcome.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, key: UUID, competency_key: UUID) -> HttpResponse:
    """Score a colleague on one competency."""
    sharing = _to_score(request, key)
    if sharing.submitted_at is not None:
        return redirect(_url(sharing))
    return scoring.rate(request, _scoring(request, sharing), competency_key)


@require_http_methods(["GET", "HEAD", "POST"])
def autosave(request: HttpRequest, key: UUID, competency_key: UUID) -> HttpResponse:
    """Keep what is being typed; see ``scoring.autosave``."""
    return scoring.autosave(request, _scoring(request, _to_score(request, key)), competency_key)


def _scoring(request: HttpRequest, sharing: Sharing) -> scoring.Scoring:
    return scoring.Scoring(
        # Also after the scores are in, nothing of the other's shows on the pages where they are given.
        reading=AssessmentReading(sharing.assessment, get_language(), Viewer.SCORING, sharing),
        by=Rating.By.ASSESSOR,
        keep=partial(rate_colleague, sharing=sharing, by=request.user),
        url=lambda key: reverse("competencies:rate_shared", args=[sharing.key, key]),
        keep_url=lambda key: reverse("competencies:rate_shared_keep", args=[sharing.key, key]),
        list_url=_url(sharing),
    )


@require_POST
def submit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hand the scores in; without all of them the page says which are missing."""
    sharing = _to_score(request, key)
    try:
        submit_scores(sharing=sharing, by=request.user)
    except NotShared as error:
        raise Http404(str(key)) from error
    except Unanswered as error:
        reading = AssessmentReading(sharing.assessment, get_language(), Viewer.SCORING, sharing)
        context = {"reading": reading, "sharing": sharing, "missing": [reading.row(key) for key in error.keys]}
        request.address_for_languages = _url(sharing)
        return render(request, "competencies/sharing/scoring.html", context)
    return redirect(_url(sharing))


@require_POST
def settle(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write the outcome down; with ``agree`` the sender agrees to it as well."""
    sharing, viewer = _find(request, key)
    if sharing.submitted_at is None:
        raise Http404(str(key))
    reading = AssessmentReading(sharing.assessment, get_language(), viewer, sharing)
    form = OutcomeForm(request.POST, reading=reading)
    request.address_for_languages = _url(sharing)
    if not form.is_valid():
        return _show_outcome(request, reading, form)
    outcome = {
        "sharing": sharing,
        "by": request.user,
        "levels": form.levels,
        "seen": form.cleaned_data["version"],
    }
    agrees, missing = "agree" in request.POST, []
    try:
        try:
            settled = settle_outcome(**outcome, agrees=agrees)
        except Unanswered as error:
            # What was settled so far is kept all the same.
            settled, missing = settle_outcome(**outcome), error.keys
    except (NotShared, NotScoredYet) as error:
        if viewer != Viewer.PERSON:
            raise Http404(str(key)) from error
        # The page says why there is nothing to settle any more.
        return redirect(_url(sharing))
    except AgreedAlready:
        messages.info(request, _("You both agreed already, so it stays as it is."))
    except OutcomeChanged as error:
        return _show_changed(request, error.sharing, viewer, form)
    else:
        if missing:
            fresh = AssessmentReading(sharing.assessment, get_language(), viewer, _as_it_is(settled, sharing))
            return _show_outcome(request, fresh, missing=[fresh.row(key) for key in missing])
        if settled.agreed_at:
            messages.success(request, _("You both agree. This is the outcome, and it stays as it is."))
        elif agrees:
            messages.success(request, _("You agree. It counts as soon as your colleague does too."))
        else:
            messages.success(request, _("Kept."))
    return redirect(_url(sharing))


def _as_it_is(stored: Sharing, known: Sharing) -> Sharing:
    """The row as it is stored by now, with the people that were known already."""
    stored.assessment, stored.assessor = known.assessment, known.assessor
    return stored


def _show_changed(request: HttpRequest, sharing: Sharing, viewer: str, form: OutcomeForm) -> HttpResponse:
    """The other changed it meanwhile: what was chosen stays in the form, what stands is said beside it."""
    reading = AssessmentReading(
        form.reading.assessment, get_language(), viewer, _as_it_is(sharing, form.reading.sharing)
    )
    again = OutcomeForm({**form.data.dict(), "version": sharing.outcome_version}, reading=reading)
    stands = []
    for name, key in again.keys.items():
        rating = reading.rating(Rating.By.JOINT, key)
        stored = again.fields[name].initial
        if rating is not None and form.data.get(name, "") != stored:
            stands.append({"row": reading.row(key), "words": dict(again.fields[name].choices)[stored]})
    return _show_outcome(request, reading, again, stands=stands, is_changed=True)


def _find(request: HttpRequest, key: UUID) -> tuple[Sharing, str]:
    """What is shared, and in which part the reader looks; 404 for who has none, or has it no longer."""
    related = ("assessment__version", "assessment__user", "assessor")
    own = Q(assessment__user=request.user) | Q(assessor=request.user)
    sharing = Sharing.objects.filter(own, key=key).select_related(*related).first()
    viewer = viewer_of(sharing, request.user) if sharing else Viewer.OTHERS
    if viewer not in (Viewer.PERSON, Viewer.SCORING, Viewer.SCORED):
        raise Http404(str(key))
    return sharing, viewer


def _to_score(request: HttpRequest, key: UUID) -> Sharing:
    """What the reader is asked to score; 404 for everybody else, the person too."""
    sharing, viewer = _find(request, key)
    if viewer == Viewer.PERSON:
        raise Http404(str(key))
    return sharing


def _url(sharing: Sharing) -> str:
    return reverse("competencies:sharing", args=[sharing.key])
