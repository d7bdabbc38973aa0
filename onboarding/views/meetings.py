"""Meetings of a path: agreed by the newcomer or whoever walks along, for both to put in their calendars."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notifications.models import Message
from people.models import User

from ..check_ins import may_agree
from ..forms.meeting import MeetingForm
from ..meetings import calendar_file as make_file
from ..meetings import may_need_another_day, onboarding_in_words, starts_for, when_in_words, zone_of
from ..models import CheckInPoint, Enrolment, Meeting, StepPage
from ..outline import Step
from ..reading import people_around
from ..reading_outlines import path_outline
from ..services import EnrolmentEnded, StepNotOnPath
from ..services.meeting import CANCELLED, agree_meeting, cancel_meeting, keep_meeting
from ..standing import Standing
from ..step_pages import held_step
from ..visibility import Data, may_see
from .check_ins import check_in_context
from .own import stands_at
from .parts import part_of

MINUTES = 30


@part_of(StepPage.Kind.MEET)
def meeting_part(request: HttpRequest, page: StepPage, standing: Standing, step: Step) -> dict:
    """The meeting that was agreed, or the form to agree on one, and the check-in. That it took place is a button.

    Up to five queries, and those of ``check_ins.check_in_for``.
    """
    may_change = standing.is_open(step) and not standing.is_ended
    part = meeting_context(request.user, standing.enrolment, step, may_change=may_change)
    return {**part, "has_button": True, "says_who_sees": may_change}


def meeting_context(
    reader: User, enrolment: Enrolment, step: Step, *, may_change: bool, form: MeetingForm | None = None
) -> dict:
    """What ``onboarding/steps/_meeting.html`` needs, for the newcomer as well as for whoever walks along.

    ``form`` is one that was filled in wrongly. The enrolment has its ``user``.
    """
    meeting = _of_step(enrolment, step.key)
    may_change = may_change and may_agree(reader, enrolment, step, meeting)
    is_on = meeting is not None and meeting.cancelled_at is None
    return {
        "template": "onboarding/steps/_meeting.html",
        "enrolment": enrolment,
        "is_own": reader.pk == enrolment.user_id,
        "step": step,
        "meeting": meeting,
        "when": when_in_words(meeting, reader) if meeting else "",
        "is_on": is_on,
        "asks_again": may_need_another_day(meeting, enrolment),
        "may_change": may_change,
        "other": _other(meeting, reader) if meeting else None,
        "check_in": check_in_context(reader, enrolment, step, meeting),
        "form": form or (_form(reader, enrolment, step, meeting) if may_change else None),
    }


@require_POST
def agree(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The meeting is at this time and place."""
    enrolment, step = _find(request, enrolment_id, step_key)
    meeting = _of_step(enrolment, step.key)
    if not may_agree(request.user, enrolment, step, meeting):
        raise Http404(step_key)
    people = _people(request.user, enrolment, step, meeting)
    form = MeetingForm(request.POST, zone=zone_of(request.user), people=people)
    if not form.is_valid():
        may_change = enrolment.ended_on is None
        part = meeting_context(request.user, enrolment, step, may_change=may_change, form=form)
        stands_at(request, enrolment, step)
        return render(request, "onboarding/meeting.html", {"part": part, "step": step, "form": form})
    values = {name: form.cleaned_data.get(name) for name in ("starts_at", "minutes", "place", "with_whom")}
    try:
        meeting = agree_meeting(enrolment=enrolment, step_key=step_key, actor=request.user, **values)
    except (EnrolmentEnded, StepNotOnPath):
        return _ended(request, enrolment, step)
    words = _("Agreed: %(when)s. Both of you get a message.")
    messages.success(request, words % {"when": when_in_words(meeting, request.user)})
    return _back(request, enrolment, step)


@require_POST
def cancel(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The meeting is off."""
    enrolment, step = _find(request, enrolment_id, step_key)
    try:
        cancel_meeting(enrolment=enrolment, step_key=step_key, actor=request.user)
    except (EnrolmentEnded, StepNotOnPath):
        return _ended(request, enrolment, step)
    messages.success(request, _("The meeting is called off. Both of you get a message."))
    return _back(request, enrolment, step)


@require_POST
def keep(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The meeting stands, though the start date moved."""
    enrolment, step = _find(request, enrolment_id, step_key)
    try:
        keep_meeting(enrolment=enrolment, step_key=step_key)
    except (EnrolmentEnded, StepNotOnPath):
        return _ended(request, enrolment, step)
    messages.success(request, _("The meeting stays as it is."))
    return _back(request, enrolment, step)


@require_safe
def show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One meeting, for who is in it or may see it: when, where, with whom, the file, and the form to change it."""
    meeting = _seen(request, uid)
    enrolment = meeting.progress.enrolment
    step = _step(enrolment, meeting.progress.step_key)
    if step is None:
        raise Http404(uid)
    may_change = enrolment.ended_on is None and may_see(request.user, enrolment, Data.MEETINGS)
    part = meeting_context(request.user, enrolment, step, may_change=may_change)
    return render(request, "onboarding/meeting.html", {"part": part, "step": step})


@require_safe
def calendar_file(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The file for the reader's calendar; who was in it and was told that they aren't any more takes it out with it."""
    meeting = _seen(request, uid, or_told=CANCELLED)
    step = _step(meeting.progress.enrolment, meeting.progress.step_key)
    if step is None and meeting.cancelled_at is None:
        raise Http404(uid)
    # Off the path, a step has no page about its meeting any more, and the meeting is still in calendars.
    page = reverse("onboarding:meeting", args=[uid]) if step else reverse("onboarding:mine")
    url = request.build_absolute_uri(page)
    other = _other(meeting, request.user)
    title = step.title if step else onboarding_in_words(meeting, request.user)
    title = f"{title} ({other.get_full_name()})" if step and other else title
    response = HttpResponse(
        make_file(meeting, request.user, title=title, url=url), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response


def _of_step(enrolment: Enrolment, step_key: UUID) -> Meeting | None:
    meetings = Meeting.objects.of_step(enrolment, step_key)
    return meetings.select_related("with_whom", "progress__enrolment__user").first()


def _people(reader: User, enrolment: Enrolment, step: Step, meeting: Meeting | None) -> list[User]:
    """With whom the newcomer can meet, who does the step first; who fills it in for them is among them.

    Where something was written for a check-in, only the newcomer lets somebody else in to it: the other stays.
    """
    of_meeting = meeting.with_whom if meeting is not None else None
    if reader.pk != enrolment.user_id and CheckInPoint.objects.of_step(enrolment, step.key).exists():
        return [of_meeting if of_meeting is not None and meeting.cancelled_at is None else reader]
    rows = people_around(enrolment.user, Standing(enrolment, None))
    people = [row["colleague"] for row in sorted(rows, key=lambda row: row["role"] != step.assignee)]
    if reader.pk != enrolment.user_id:
        people.append(reader)
    if of_meeting is not None:
        people.append(of_meeting)
    return list(dict.fromkeys(people))


def _form(reader: User, enrolment: Enrolment, step: Step, meeting: Meeting | None) -> MeetingForm:
    people = _people(reader, enrolment, step, meeting)
    if meeting is not None:
        moment = starts_for(meeting, reader)
        initial = {"day": moment.date(), "time": moment.time(), "minutes": meeting.minutes, "place": meeting.place}
        initial["with_whom"] = meeting.with_whom_id
    else:
        first = reader if reader.pk != enrolment.user_id else next(iter(people), None)
        initial = {"minutes": step.minutes or MINUTES, "with_whom": first.pk if first else None}
    return MeetingForm(initial=initial, zone=zone_of(reader), people=people)


def _other(meeting: Meeting, reader: User) -> User | None:
    newcomer = meeting.progress.enrolment.user
    return meeting.with_whom if reader == newcomer else newcomer


def _find(request: HttpRequest, enrolment_id: int, step_key: UUID) -> tuple[Enrolment, Step]:
    """The step of an enrolment whose meetings the reader sees; a stranger's is a 404."""
    seen = Enrolment.objects.seen_by(request.user, Data.MEETINGS).select_related("user__manager")
    enrolment = seen.filter(pk=enrolment_id).first()
    step = _step(enrolment, step_key) if enrolment else None
    if step is None or step.kind != StepPage.Kind.MEET:
        raise Http404(step_key)
    return enrolment, step


def _step(enrolment: Enrolment, step_key: UUID) -> Step | None:
    outline = path_outline(enrolment.user, enrolment.path_key, get_language())
    return held_step(enrolment, outline, step_key)


def _seen(request: HttpRequest, uid: UUID, *, or_told: str = "") -> Meeting:
    """The meeting, for who is in it, may see it, or got a message of this kind about it; 404 for others."""
    meetings = Meeting.objects.select_related("with_whom", "progress__enrolment__user__manager")
    meeting = meetings.filter(uid=uid).first()
    if meeting is None:
        raise Http404(uid)
    enrolment = meeting.progress.enrolment
    is_in_it = request.user.pk in (enrolment.user_id, meeting.with_whom_id)
    if not is_in_it and not may_see(request.user, enrolment, Data.MEETINGS):
        told = Message.objects.of(request.user).filter(kind=or_told, key__startswith=f"{uid}:")
        if not or_told or not told.exists():
            raise Http404(uid)
    return meeting


def _back(request: HttpRequest, enrolment: Enrolment, step: Step) -> HttpResponse:
    if request.user.pk == enrolment.user_id:
        return redirect(f"{step.url}#meeting")
    return redirect("onboarding:supported_step", enrolment.pk, step.key)


def _ended(request: HttpRequest, enrolment: Enrolment, step: Step) -> HttpResponse:
    messages.error(request, _("This path was ended, so nothing was changed. Ask HR if that is not right."))
    return _back(request, enrolment, step)
