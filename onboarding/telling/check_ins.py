"""What is told about check-ins: that the other put something on the agenda or wrote something down."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from notifications.kinds import Content, Kind, register

from ..check_ins import check_in_url, is_in_check_in
from ..models import CheckInPoint, StepProgress
from ..reading_outlines import path_outline
from ..services.check_in import POINT
from ..step_pages import held_step


def _written(payload: dict, recipient) -> Content | None:
    """Nothing once it was all taken back, or for who isn't in it any more. The words themselves aren't in a mail."""
    rows = StepProgress.objects.select_related("enrolment__user", "meeting__with_whom")
    row = rows.filter(pk=payload["progress"]).first()
    if row is None:
        return None
    enrolment, meeting = row.enrolment, getattr(row, "meeting", None)
    outline = path_outline(enrolment.user, enrolment.path_key, get_language() or settings.LANGUAGE_CODE)
    step = held_step(enrolment, outline, row.step_key)
    is_off = enrolment.planned_at is not None and not row.in_plan
    if step is None or is_off or enrolment.ended_on is not None:
        return None
    if not is_in_check_in(recipient, enrolment, meeting, row.assignee):
        return None
    since = datetime.fromisoformat(payload["since"])
    points = row.check_in_points.filter(written_at__gte=since).exclude(written_by=recipient)
    last = points.select_related("written_by").order_by("written_at").last()
    if last is None:
        return None
    name = last.written_by.get_full_name() if last.written_by else _("A colleague")
    if last.part == CheckInPoint.Part.AGENDA:
        title = _("%(name)s put something on the agenda of “%(step)s”")
    else:
        title = _("%(name)s wrote down what you agreed in “%(step)s”")
    return Content(
        title=title % {"name": name, "step": step.title},
        url=check_in_url(recipient, enrolment, step, meeting),
        action=_("Read it"),
        who=name,
    )


register(Kind(POINT, gettext_lazy("Somebody wrote something for a check-in with you"), _written, daily=True))
