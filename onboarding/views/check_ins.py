"""The agenda and the notes of a check-in, for the newcomer and the one it is with."""

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

    ``{"check_in": CheckIn, "sections": [{"part", "title", "nothing", "action", "rows": [{"point", "form"}], "form"}]}``.
    A row has a form where the point is the reader's own. ``wrong_form`` is a new point that was refused.
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
                "rows": [{"point": point, "form": _form_of(check_in, point)} for point in points],
                "form": (refused or PointForm(part=part.value)) if check_in.may_write else None,
            }
        )
    return {"check_in": check_in, "sections": sections, "step": step, "enrolment": enrolment}


@require_POST
def add(request: HttpRequest, enrolment_id: int, step_key: UUID, part: str) -> HttpResponse:
    """Put a point on the agenda or among the notes."""
    if part not in Part.values:
        raise Http404(part)
    enrolment = Enrolment.objects.select_related("user__manager").filter(pk=enrolment_id).first()
    check_in, step, meeting = _find(request, enrolment, step_key)
    if not step.is_check_in:
        raise Http404(step_key)
    form = PointForm(request.POST, part=part)
    if form.is_valid() and not is_within(f"check-in:{request.user.pk}", POINTS_AN_HOUR, 60 * 60):
        form.add_error("text", _("That is a lot in one hour. Wait a while, or bring the rest to the meeting."))
    if not form.is_valid():
        return _again(request, enrolment, step, meeting, form)
    try:
        point = add_point(
            enrolment=enrolment,
            step_key=step_key,
            part=part,
            text=form.cleaned_data["text"],
            writer=request.user,
            other=check_in.other,
            point_id=form.cleaned_data["point"],
        )
    except (EnrolmentEnded, StepNotOnPath):
        return _ended(request, check_in, step, meeting)
    except NotYoursToDo:
        return HttpResponseBadRequest()
    return _to(point, check_in_url(request.user, enrolment, step, meeting))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """Give a point of one's own another text; what somebody typed stays, whatever became of the point meanwhile."""
    point, check_in, step, meeting = _find_point(request, point_id, own=True)
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
            return _gone(request, check_in, step, meeting)
        except (EnrolmentEnded, StepNotOnPath):
            return _ended(request, check_in, step, meeting)
        else:
            return _to(point, check_in_url(request.user, check_in.enrolment, step, meeting))
    back = check_in_url(request.user, check_in.enrolment, step, meeting)
    context = {"form": form, "point": point, "now": now, "step": step, "back": back, "check_in": check_in}
    return render(request, "onboarding/check_in_point.html", context)


@require_POST
def remove(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """Take a point of one's own back."""
    _point, check_in, step, meeting = _find_point(request, point_id, own=True)
    try:
        remove_point(point_id=point_id, writer=request.user)
    except (EnrolmentEnded, StepNotOnPath):
        return _ended(request, check_in, step, meeting)
    messages.success(request, _("That point is taken back."))
    return redirect(check_in_url(request.user, check_in.enrolment, step, meeting))


@require_POST
def discuss(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """A point was talked about (``discussed=true``) or wasn't (``false``), whatever it was before."""
    discussed = {"true": True, "false": False}.get(request.POST.get("discussed", ""))
    if discussed is None:
        return HttpResponseBadRequest()
    point, check_in, step, meeting = _find_point(request, point_id)
    if point.part != Part.AGENDA:
        raise Http404(point_id)
    try:
        set_discussed(point_id=point_id, discussed=discussed)
    except PointGone:
        return _gone(request, check_in, step, meeting)
    except (EnrolmentEnded, StepNotOnPath):
        return _ended(request, check_in, step, meeting)
    return _to(point, check_in_url(request.user, check_in.enrolment, step, meeting))


def _form_of(check_in: CheckIn, point: CheckInPoint) -> PointChangeForm | None:
    if not check_in.may_write or point.written_by_id != check_in.reader.pk:
        return None
    return PointChangeForm(initial={"text": point.text, "version": point.version}, auto_id=f"point-{point.pk}-%s")


def _find(request: HttpRequest, enrolment: Enrolment | None, step_key: UUID) -> tuple[CheckIn, Step, Meeting | None]:
    """The check-in of a step that the reader is in and may write in; a stranger's is a 404."""
    outline = path_outline(enrolment.user, enrolment.path_key, get_language()) if enrolment else None
    step = outline.step(step_key) if outline else None
    if step is None:
        raise Http404(step_key)
    meetings = Meeting.objects.select_related("with_whom")
    meeting = meetings.filter(progress__enrolment=enrolment, progress__step_key=step_key).first()
    check_in = check_in_for(request.user, enrolment, step, meeting)
    if check_in is None:
        raise Http404(step_key)
    return check_in, step, meeting


def _find_point(
    request: HttpRequest, point_id: UUID, *, own: bool = False
) -> tuple[CheckInPoint, CheckIn, Step, Meeting | None]:
    """A point of a check-in that the reader is in, ``own``: that they wrote; 404 for others."""
    point = (
        CheckInPoint.objects.select_related("progress__enrolment__user__manager", "written_by")
        .filter(pk=point_id)
        .first()
    )
    if point is None or (own and point.written_by_id != request.user.pk):
        raise Http404(point_id)
    check_in, step, meeting = _find(request, point.progress.enrolment, point.progress.step_key)
    return point, check_in, step, meeting


def _again(request: HttpRequest, enrolment: Enrolment, step: Step, meeting: Meeting | None, form) -> HttpResponse:
    part = check_in_context(request.user, enrolment, step, meeting, form)
    back = check_in_url(request.user, enrolment, step, meeting)
    return render(request, "onboarding/check_in.html", {"part": part, "step": step, "form": form, "back": back})


def _to(point: CheckInPoint, url: str) -> HttpResponse:
    return redirect(f"{url.partition('#')[0]}#point-{point.pk}")


def _gone(request: HttpRequest, check_in: CheckIn, step: Step, meeting: Meeting | None) -> HttpResponse:
    messages.warning(request, _("That point was taken back meanwhile, so nothing was changed."))
    return redirect(check_in_url(request.user, check_in.enrolment, step, meeting))


def _ended(request: HttpRequest, check_in: CheckIn, step: Step, meeting: Meeting | None) -> HttpResponse:
    messages.error(request, _("This path was ended, so nothing was changed. Ask HR if that is not right."))
    return redirect(check_in_url(request.user, check_in.enrolment, step, meeting))
