"""What HR is told about who walks along: somebody left, and another has to be named."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Content, Kind, register

from ..models import Enrolment, Supporter
from ..visibility import HR_PERMISSION


def _left(payload: dict, recipient) -> Content | None:
    rows = (
        Supporter.objects.holders()
        .not_over()
        .filter(
            pk=payload["supporter"], colleague__is_active=False, enrolment__ended_on=None, enrolment__completed_at=None
        )
    )
    row = rows.select_related("enrolment__user", "colleague").first()
    # A colleague who is HR and on the path themselves isn't told about their own supporters.
    if row is None or row.enrolment.user_id == recipient.pk or not recipient.has_perm(HR_PERMISSION):
        return None
    words = {
        "colleague": row.colleague.get_full_name(),
        "role": row.get_role_display(),
        "name": row.enrolment.user.get_full_name(),
    }
    return Content(
        title=_("%(colleague)s left and was %(role)s of %(name)s: who takes over?") % words,
        url=reverse("onboarding:newcomer", args=[row.enrolment_id]),
        action=_("See the path"),
    )


def _manager_changed(payload: dict, recipient) -> Content | None:
    """Nothing once HR decided, or the manager is yet another one."""
    enrolment = Enrolment.objects.select_related("user__manager").filter(pk=payload["enrolment"], ended_on=None).first()
    if enrolment is None or enrolment.user_id == recipient.pk or not recipient.has_perm(HR_PERMISSION):
        return None
    if enrolment.manager_id in (None, payload["manager"]) or enrolment.user.manager_id != payload["manager"]:
        return None
    manager = enrolment.user.manager
    words = {"name": enrolment.user.get_full_name(), "manager": manager.get_full_name() if manager else _("nobody")}
    return Content(
        title=_("The manager of %(name)s is %(manager)s by now: who follows the onboarding?") % words,
        url=reverse("enrolments:action", args=[enrolment.pk, "fit"]),
        action=_("See the proposal"),
    )


register(
    Kind(
        "onboarding.manager_changed",
        gettext_lazy("A newcomer has another manager"),
        _manager_changed,
        daily=True,
        asks=True,
        concerns=lambda user: user.has_perm(HR_PERMISSION),
    )
)
register(
    Kind(
        "onboarding.supporter_left",
        gettext_lazy("Somebody who walks along left"),
        _left,
        daily=True,
        asks=True,
        concerns=lambda user: user.has_perm(HR_PERMISSION),
    )
)
