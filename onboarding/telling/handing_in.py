"""What is told about what people hand in: that it waits, that it is in order, that it comes back."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from notifications.kinds import Content, Kind, register

from ..models import StepProgress
from ..outline import Step
from ..reading_outlines import path_outline
from ..step_pages import held_step
from ..walking_along import may_sign_off


def _row_and_step(payload: dict) -> tuple[StepProgress | None, Step | None]:
    rows = StepProgress.objects.select_related("enrolment__user__manager")
    row = rows.filter(pk=payload["progress"], attempt=payload["attempt"], enrolment__ended_on=None).first()
    if row is None:
        return None, None
    outline = path_outline(row.enrolment.user, row.enrolment.path_key, get_language() or settings.LANGUAGE_CODE)
    return row, held_step(row.enrolment, outline, row.step_key)


def _handed_in(payload: dict, recipient) -> Content | None:
    row, step = _row_and_step(payload)
    if step is None or row.submitted_at is None or row.completed_at is not None:
        return None
    if not may_sign_off(recipient, row.enrolment, step.signed_off_by):
        return None
    words = {"name": row.enrolment.user.get_full_name(), "step": step.title}
    return Content(
        title=_("%(name)s handed in “%(step)s”: will you look at it?") % words,
        url=reverse("onboarding:supported_step", args=[row.enrolment_id, row.step_key]),
        action=_("Look at it"),
    )


def _signed_off(payload: dict, recipient) -> Content | None:
    row, step = _row_and_step(payload)
    if step is None or row.completed_at is None or row.enrolment.user_id != recipient.pk:
        return None
    return Content(title=_("“%(step)s” is in order: done") % {"step": step.title}, url=step.url)


def _sent_back(payload: dict, recipient) -> Content | None:
    row, step = _row_and_step(payload)
    if step is None or row.completed_at or row.submitted_at or row.enrolment.user_id != recipient.pk:
        return None
    # What somebody wrote about it stands on the step, not in a mail.
    return Content(
        title=_("Please look at “%(step)s” once more") % {"step": step.title}, url=step.url, action=_("Open the step")
    )


register(
    Kind("onboarding.handed_in", gettext_lazy("A newcomer handed something in"), _handed_in, daily=True, asks=True)
)
register(Kind("onboarding.signed_off", gettext_lazy("What you handed in is in order"), _signed_off, daily=True))
register(Kind("onboarding.sent_back", gettext_lazy("What you handed in comes back"), _sent_back, daily=True, asks=True))
