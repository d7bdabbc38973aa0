"""The invitation to a pulse."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Content, Kind, register

from ..models import PulseInvitation


def _pulse(payload: dict, recipient) -> Content | None:
    rows = PulseInvitation.objects.filter(enrolment__user=recipient, enrolment__ended_on=None, answered_on=None)
    invitation = rows.filter(pk=payload["invitation"]).first()
    if invitation is None:
        return None
    return Content(
        title=_("You have been here for %(day)s days. How is it going?") % {"day": invitation.day},
        url=reverse("onboarding:pulse", args=[invitation.pk]),
        text=_("Three questions, without your name."),
        action=_("Answer in one minute"),
    )


register(Kind("onboarding.pulse", gettext_lazy("How your first months go"), _pulse, daily=True, asks=True))
