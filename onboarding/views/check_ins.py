"""The agenda and the notes of a check-in, for the newcomer and the one it is with."""

from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from base.pace import is_within
from people.models import User

from ..check_ins import CheckIn, check_in_for, check_in_url
from ..forms.check_in import PointChangeForm, PointForm
from ..models import CheckInPoint, Enrolment, Meeting
from ..outline import Step
from ..reading_outlines import path_outline
from ..services import EnrolmentEnded, NotYoursToDo, StepNotOnPath
from ..services.check_in import PointChanged, PointGone, add_point, change_point, remove_point, set_discussed
from ..step_pages import held_step
from .own import stands_at

Part = CheckInPoint.Part
POINTS_AN_HOUR = 60
SECTIONS = {
    Part.AGENDA: (
        gettext_lazy("Agenda"),
        gettext_lazy("Nothing on it yet."),
        gettext_lazy("Put something on the agenda"),
    ),
    Part.NOTES: (
        gettext_lazy("Notes"),
        gettext_lazy("Nothing written down yet."),
        gettext_lazy("Write something down"),
    ),
}


def check_in_context(
    reader: User, enrolment: Enrolment, step: Step, meeting: Meeting | None, wrong_form: PointForm | None = None
) -> dict | None:
    """What ``onboarding/steps/_check_in.html`` needs; None where there is no check-in, or not for this reader.

    ``{"check_in": CheckIn, "sections": [{"part", "title", "nothing", "action", "points", "form"}], "step", "enrolment",
    "reader"}``. ``wrong_form`` is a new point that was refused.
    """
    check_in = check_in_for(reader, enrolment, step, meeting)
    if check_in is None:
        return None
    sections = []
    for part, points in ((Part.AGENDA, check_in.agenda), (Part.NOTES, check_in.notes)):
        title, nothing, action = SECTIONS[part]
        refused = wrong_form if wrong_form is not None and wrong_form.part == part else None
        sections.append(
            {
                "part": part.value,
                "title": title,
                "nothing": nothing,
                "action": action,
                "points": points,
                "form": (refused or PointForm(part=part.value)) if check_in.may_write or refused else None,
            }
        )
    return {"check_in": check_in, "sections": sections, "step": step, "enrolment": enrolment, "reader": reader}


@require_POST
def add(request: HttpRequest, enrolment_id: int, step_key: UUID, part: str) -> HttpResponse:
    """Put a point on the agenda or among the notes."""
    if part not in Part.values:
        raise Http404(part)
    enrolment = Enrolment.objects.select_related("user__manager").filter(pk=enrolment_id).first()
    place = _find(request, enrolment, step_key)
    form = PointForm(request.POST, part=part)
    if form.is_valid() and not is_within(f"check-in:{request.user.pk}", POINTS_AN_HOUR, 60 * 60):
        form.add_error("text", _("That is a lot in one hour. Wait a while, or bring the rest to the meeting."))
    if form.is_valid():
        try:
            point = add_point(
                enrolment=enrolment,
                step_key=step_key,
                part=part,
                text=form.cleaned_data["text"],
                writer=request.user,
                others=place.check_in.others,
                point_id=form.cleaned_data["point"],
            )
        except (EnrolmentEnded, StepNotOnPath):
            form.add_error("text", ended_words())
        except NotYoursToDo:
            return HttpResponseBadRequest()
        else:
            return _to(point, place.url)
    part = check_in_context(request.user, enrolment, place.step, place.meeting, form)
    stands_at(request, enrolment, place.step, place.url)
    context = {"part": part, "step": place.step, "form": form, "back": place.url}
    return render(request, "onboarding/check_in.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """Give a point of one's own another text; what somebody typed stays before them, whatever became of the point."""
    point, place = _find_point(request, point_id, own=True)
    if request.method != "POST" and not place.check_in.may_write:
        return redirect(place.url)
    initial = {"text": point.text, "version": point.version}
    form = PointChangeForm(request.POST if request.method == "POST" else None, initial=initial)
    now = None
    if request.method == "POST" and form.is_valid():
        try:
            point = change_point(point_id=point_id, writer=request.user, **form.cleaned_data)
        except PointChanged as error:
            now = error.args[0]
            form.add_error(
                "text", _("You changed this in another window. Below is what it says now; save again to keep this.")
            )
            # The next time counts for the text that is shown now.
            form.data = {**form.data.dict(), "version": now.version}
        except PointGone:
            form.add_error("text", _("You took this point back in another window. Copy your words to a new one."))
        except (EnrolmentEnded, StepNotOnPath):
            form.add_error("text", ended_words())
        else:
            return _to(point, place.url)
    context = {"form": form, "point": point, "now": now, "step": place.step, "back": place.url}
    return render(request, "onboarding/check_in_point.html", {**context, "check_in": place.check_in})


@require_POST
def remove(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """Take a point of one's own back."""
    _point, place = _find_point(request, point_id, own=True)
    try:
        remove_point(point_id=point_id, writer=request.user)
    except (EnrolmentEnded, StepNotOnPath):
        messages.error(request, ended_words())
    else:
        messages.success(request, _("That point is taken back."))
    return redirect(place.url)


@require_POST
def discuss(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """A point was talked about (``discussed=true``) or wasn't (``false``), whatever it was before."""
    discussed = {"true": True, "false": False}.get(request.POST.get("discussed", ""))
    if discussed is None:
        return HttpResponseBadRequest()
    point, place = _find_point(request, point_id)
    if point.part != Part.AGENDA:
        raise Http404(point_id)
    try:
        set_discussed(point_id=point_id, discussed=discussed)
    except PointGone:
        messages.warning(request, _("That point was taken back meanwhile, so nothing was changed."))
    except (EnrolmentEnded, StepNotOnPath):
        messages.error(request, ended_words())
    return _to(point, place.url)


def ended_words() -> str:
    """Why nothing can be written any more."""
    return _("This path was ended, so nothing was changed. Ask HR if that is not right.")


class _Place(NamedTuple):
    """Where a point stands; ``url`` is where the reader reads it."""

    check_in: CheckIn
    step: Step
    meeting: Meeting | None
    url: str


def _find(request: HttpRequest, enrolment: Enrolment | None, step_key: UUID) -> _Place:
    """The check-in of a step that the reader is in; a stranger's is a 404, as is what isn't one now."""
    outline = path_outline(enrolment.user, enrolment.path_key, get_language()) if enrolment else None
    step = held_step(enrolment, outline, step_key) if enrolment else None
    if step is None or not step.is_check_in:
        raise Http404(step_key)
    meeting = Meeting.objects.of_step(enrolment, step_key).select_related("with_whom").first()
    check_in = check_in_for(request.user, enrolment, step, meeting)
    if check_in is None:
        raise Http404(step_key)
    return _Place(check_in, step, meeting, check_in_url(request.user, enrolment, step, meeting))


def _find_point(request: HttpRequest, point_id: UUID, *, own: bool = False) -> tuple[CheckInPoint, _Place]:
    """A point of a check-in that the reader is in, ``own``: that they wrote; 404 for others."""
    points = CheckInPoint.objects.select_related("progress__enrolment__user__manager", "written_by")
    point = points.filter(pk=point_id).first()
    if point is None or (own and point.written_by_id != request.user.pk):
        raise Http404(point_id)
    return point, _find(request, point.progress.enrolment, point.progress.step_key)


def _to(point: CheckInPoint, url: str) -> HttpResponse:
    return redirect(f"{url.partition('#')[0]}#point-{point.pk}")
