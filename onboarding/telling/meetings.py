"""What is told about meetings: to both, with the file for their calendars."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from notifications.kinds import Content, Kind, register

from ..meetings import onboarding_in_words, when_in_words
from ..models import Meeting
from ..outline import Step
from ..reading_outlines import path_outline
from ..services.meeting import CANCELLED, SET
from ..step_pages import held_step


def _meeting(payload: dict, recipient) -> Meeting | None:
    """The meeting as it was when this was told; nothing once it changed again."""
    meetings = Meeting.objects.select_related("progress__enrolment__user", "with_whom")
    meeting = meetings.filter(pk=payload["meeting"]).first()
    return meeting if meeting is not None and meeting.sequence == payload["sequence"] else None


def _step(meeting: Meeting) -> Step | None:
    enrolment = meeting.progress.enrolment
    outline = path_outline(enrolment.user, enrolment.path_key, get_language() or settings.LANGUAGE_CODE)
    return held_step(enrolment, outline, meeting.progress.step_key)


def _words(meeting: Meeting, step: Step | None, recipient) -> dict:
    enrolment = meeting.progress.enrolment
    other = meeting.with_whom if recipient.pk == enrolment.user_id else enrolment.user
    return {
        "step": step.title if step else onboarding_in_words(meeting, recipient),
        "who": other.get_full_name() if other else "",
        "when": when_in_words(meeting, recipient),
    }


def _set(payload: dict, recipient) -> Content | None:
    meeting = _meeting(payload, recipient)
    if meeting is None or meeting.cancelled_at or recipient.pk not in _parties(meeting):
        return None
    words = _words(meeting, _step(meeting), recipient)
    title = _("Agreed: %(step)s, %(when)s") if not meeting.sequence else _("Changed: %(step)s, now %(when)s")
    return Content(
        title=title % words,
        url=reverse("onboarding:meeting", args=[meeting.uid]),
        text=", ".join(filter(None, [words["who"], meeting.place])),
        action=_("Put it in your calendar"),
    )


def _cancelled(payload: dict, recipient) -> Content | None:
    meeting = _meeting(payload, recipient)
    if meeting is None:
        return None
    is_in_it = recipient.pk in _parties(meeting)
    if meeting.cancelled_at is None and is_in_it:
        return None
    step = _step(meeting)
    # Who isn't in it any more gets the file that takes it out of their calendar, not the page about it; and so does
    # everybody once its step is off the path, and the page with it.
    name = "onboarding:meeting" if is_in_it and step is not None else "onboarding:meeting_file"
    return Content(
        title=_("Called off: %(step)s, %(when)s") % _words(meeting, step, recipient),
        url=reverse(name, args=[meeting.uid]),
        action=_("Take it out of your calendar"),
    )


def _parties(meeting: Meeting) -> set[int]:
    return {pk for pk in (meeting.progress.enrolment.user_id, meeting.with_whom_id) if pk}


register(Kind(SET, gettext_lazy("A meeting of an onboarding path is agreed or changed"), _set, urgent=True))
register(Kind(CANCELLED, gettext_lazy("A meeting of an onboarding path is called off"), _cancelled, urgent=True))
