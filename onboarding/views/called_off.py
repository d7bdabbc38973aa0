"""A meeting that was called off when its step left the path: its page is gone, and it is still in calendars."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from notifications.models import Message

from ..meetings import calendar_file as make_file
from ..meetings import onboarding_in_words
from ..models import Meeting
from ..services.meeting import CANCELLED


@require_safe
def calendar_file(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The file that takes it out of the calendar of who was told that it is off; 404 for others."""
    meetings = Meeting.objects.select_related("with_whom", "progress__enrolment__user")
    meeting = meetings.filter(uid=uid, cancelled_at__isnull=False).first()
    told = Message.objects.of(request.user).filter(kind=CANCELLED, key__startswith=f"{uid}:")
    if meeting is None or not told.exists():
        raise Http404(uid)
    url = request.build_absolute_uri(reverse("onboarding:mine"))
    content = make_file(meeting, request.user, title=onboarding_in_words(meeting, request.user), url=url)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response
