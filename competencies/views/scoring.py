"""Giving scores, one competency at a time: the same pages for somebody's own and for those about a colleague."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from base.typed import typed_values

from ..assessment_reading import AssessmentReading
from ..forms import RatingForm
from ..models import Rating
from ..services.assessing import AlreadyFinished, AssessmentGone, ChangedElsewhere, NotAsked
from ..services.sharing import NotShared, ScoredAlready

# What was thrown away, taken back or taken over in another tab is closed as well.
CLOSED = (AlreadyFinished, AssessmentGone, NotAsked, NotShared, ScoredAlready)


@dataclass(frozen=True)
class Scoring:
    """One set of scores that is being given: ``keep(competency_key=..., level=..., ...)`` keeps one and returns its row.

    ``url(competency key)`` is where one is given, ``keep_url`` of the same kind where it is kept while typing, and
    ``list_url`` the page with all of them.
    """

    reading: AssessmentReading
    by: str
    keep: Callable[..., Rating]
    url: Callable[[UUID], str]
    keep_url: Callable[[UUID], str]
    list_url: str

    @property
    def is_own(self) -> bool:
        """Whether somebody scores themselves."""
        return self.by == Rating.By.SELF


def rate(request: HttpRequest, scoring: Scoring, competency_key: UUID) -> HttpResponse:
    """The page of one competency; what is sent is kept, and the next one without a score follows."""
    reading, row = scoring.reading, scoring.reading.row(competency_key)
    if row is None:
        raise Http404(str(competency_key))
    stored = reading.rating(scoring.by, competency_key)
    form = RatingForm(request.POST or None, row=row, rating=stored, is_own=scoring.is_own)
    changed = None
    if request.method == "POST" and form.is_valid():
        try:
            scoring.keep(competency_key=competency_key, **form.score)
        except ChangedElsewhere as error:
            changed = error.rating
            # What was typed stays; sent once more it replaces the other.
            form.data = {**form.data.dict(), "f-version": changed.version}
        except CLOSED:
            return redirect(scoring.list_url)
        else:
            return redirect(scoring.list_url if "later" in request.POST else _next_url(scoring, competency_key))
    status = 409 if changed else 200
    context = {
        "scoring": scoring,
        "reading": reading,
        "row": row,
        "form": form,
        "changed": changed,
        "before": reading.before(competency_key),
        "back_url": scoring.list_url,
        "keep_url": scoring.keep_url(competency_key),
    }
    if context["before"]:
        context["before_url"] = scoring.url(context["before"].key)
    return render(request, "competencies/assessing/rate.html", context, status=status)


def _next_url(scoring: Scoring, competency_key: UUID) -> str:
    """The next one without a score, from here on and then from the start; the list when all have one."""
    rows = scoring.reading.rows
    here = next(number for number, row in enumerate(rows) if row.key == competency_key)
    for row in (*rows[here + 1 :], *rows[:here]):
        if scoring.reading.score_of(row) is None:
            return scoring.url(row.key)
    return scoring.list_url


def autosave(request: HttpRequest, scoring: Scoring, competency_key: UUID) -> JsonResponse:
    """Keep what was chosen and typed so far: JSON ``{"values": {"level", "example", "version"}}``, see portal/keep.js.

    Answers with what to say, a fresh token and the version that stands now. 400 for something else than that, 409 where
    it can't be kept: changed in another tab, or closed.
    """
    token = {"token": get_token(request)}
    row = scoring.reading.row(competency_key)
    if row is None:
        raise Http404(str(competency_key))
    if request.method != "POST":
        return JsonResponse(token)
    values = typed_values(request)
    if values is None:
        return JsonResponse(token, status=400)
    form = RatingForm(
        {f"f-{name}": value for name, value in values.items()}, row=row, rating=None, is_own=scoring.is_own
    )
    if not form.is_valid():
        return JsonResponse({**token, "said": " ".join(sum(form.errors.values(), []))}, status=400)
    try:
        rating = scoring.keep(competency_key=competency_key, **form.score)
    except ChangedElsewhere:
        said = _("You changed this in another tab or on another device. Press the button to see both.")
        return JsonResponse({**token, "said": said}, status=409)
    except CLOSED:
        said = _("This is closed now, so what you type is not kept. Load the page again.")
        return JsonResponse({**token, "said": said}, status=409)
    said = _("Kept at %(time)s.") % {"time": localtime(rating.saved_at).strftime("%H:%M")}
    return JsonResponse({**token, "said": said, "values": {"version": str(rating.version)}})
