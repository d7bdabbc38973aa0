"""What HR is told where somebody else put a colleague on a path."""

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from notifications.kinds import Content, Kind, register
from notifications.services import Telling, notify_many
from people.models import User

from ..models import Enrolment
from ..periods import full_date
from ..preloading import enrolment_of, preload_enrolments
from ..reading_outlines import path_outline
from ..roles import Who
from ..supporting import fetched
from ..visibility import HR_PERMISSION
from ..walking_along import colleagues_for, hr_colleagues

KIND = "onboarding.enrolled_by_manager"


def tell_hr_enrolled(*, enrolment: Enrolment, manager: User) -> None:
    """Tell all of HR that ``manager`` put somebody on a path; once, and not who did it."""
    enrolment = fetched(Enrolment.objects.filter(pk=enrolment.pk)).get()
    payload = {"enrolment": enrolment.pk}
    people = colleagues_for(enrolment, Who.HR, hr_colleagues())
    tellings = [
        Telling(person, str(enrolment.pk), payload, f"onboarding-{enrolment.pk}")
        for person in people
        if person.pk != manager.pk
    ]
    notify_many(kind=KIND, tellings=tellings)


def _enrolled(payload: dict, recipient) -> Content | None:
    enrolment = enrolment_of(payload)
    if enrolment is None or enrolment.ended_on or enrolment.enrolled_by is None or enrolment.user_id == recipient.pk:
        return None
    path = path_outline(enrolment.user, enrolment.path_key, get_language())
    if path is None or not recipient.has_perm(HR_PERMISSION):
        return None
    names = {"manager": enrolment.enrolled_by.get_full_name(), "name": enrolment.user.get_full_name()}
    return Content(
        title=_("%(manager)s put %(name)s on “%(path)s”") % {**names, "path": path.title},
        url=reverse("onboarding:newcomer", args=[enrolment.pk]),
        text=_("Day 1 is %(date)s.") % {"date": full_date(enrolment.first_day)},
        action=_("See the plan"),
    )


register(
    Kind(
        KIND,
        gettext_lazy("A manager put somebody on a path"),
        _enrolled,
        daily=True,
        preload=preload_enrolments,
        concerns=lambda user: user.has_perm(HR_PERMISSION),
    )
)
