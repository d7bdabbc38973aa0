"""Another manager than a plan knows, for everybody at once; of one person see ``services.changing_manager``."""

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import User

from .models import Enrolment, OnboardingEvent
from .proposals import ProposalKind, register


def managers_of_many(enrolments: QuerySet[Enrolment]) -> list[Enrolment]:
    """Those whose person has another manager by now, with both; not what HR declined. Two queries for any number."""
    changed = enrolments.not_ended().filter(manager__isnull=False).exclude(manager=F("user__manager"))
    events = OnboardingEvent.objects.filter(enrolment__in=changed.values("pk"), data__has_key="declined_manager")
    declined = {
        pk: data["declined_manager"] for pk, data in events.order_by("at", "pk").values_list("enrolment_id", "data")
    }
    found = changed.select_related("manager", "user__manager")
    return [each for each in found if declined.get(each.pk) != (each.user.manager_id or 0)]


def proposed_words(enrolments: QuerySet[Enrolment], reader: User) -> dict[int, list[str]]:
    """From whom to whom, in words."""
    return {
        each.pk: [
            _("Manager: from %(old)s to %(new)s.")
            % {
                "old": each.manager.get_full_name(),
                "new": each.user.manager.get_full_name() if each.user.manager else _("nobody"),
            }
        ]
        for each in managers_of_many(enrolments)
    }


MANAGER = register(
    ProposalKind(
        name="manager",
        label=gettext_lazy("Another manager"),
        find=proposed_words,
        look="fit",
        accept="manager-all",
        decline="manager-none",
    )
)
