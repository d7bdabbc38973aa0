"""What is told about who stands in for a supporter: to both, and to the newcomer."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Content, Kind, register
from notifications.services import Telling, notify_many

from ..models import Supporter
from ..periods import dates_in_words
from ..roles import in_sentence

KIND = "onboarding.stand_in"


def tell_stand_in(*, row: Supporter, has_note: bool = False) -> None:
    """Tell the stand-in, the supporter and the newcomer; once for this row."""
    people = {
        person.pk: person for person in (row.colleague, row.stands_in_for, row.enrolment.user) if person.is_active
    }
    payload = {"supporter": row.pk, "note": has_note}
    thread = f"onboarding-{row.enrolment_id}"
    tellings = [Telling(person, f"{row.enrolment_id}:{row.pk}", payload, thread) for person in people.values()]
    notify_many(kind=KIND, tellings=tellings)


def _stand_in(payload: dict, recipient) -> Content | None:
    """Nothing once it is over or was taken back."""
    rows = Supporter.objects.stand_ins().not_over().filter(pk=payload["supporter"], enrolment__ended_on=None)
    row = rows.select_related("enrolment__user", "colleague", "stands_in_for").first()
    if row is None:
        return None
    words = {
        "stand_in": row.colleague.get_full_name(),
        "supporter": row.stands_in_for.get_full_name(),
        "name": row.enrolment.user.get_full_name(),
        "role": in_sentence(row.role),
    }
    page = reverse("onboarding:newcomer", args=[row.enrolment_id])
    text = [dates_in_words(row.starts_on, row.ends_on)]
    if recipient.pk == row.enrolment.user_id:
        title = _("%(stand_in)s stands in for %(supporter)s, your %(role)s")
        page = reverse("onboarding:enrolment", args=[row.enrolment_id])
    elif recipient.pk == row.colleague_id:
        title = _("You stand in for %(supporter)s as %(role)s of %(name)s")
        if not row.walks_on(timezone.localdate()):
            # Until then there is nothing of it to see.
            page = reverse("onboarding:newcomers")
        if payload.get("note"):
            text.append(_("A note was left for you: it stands on the page."))
    elif recipient.pk == row.stands_in_for_id:
        title = _("%(stand_in)s stands in for you as %(role)s of %(name)s")
        text.append(_("You go on seeing everything and can do it as well."))
    else:
        return None
    return Content(title % words, page, text=" ".join(text), action=_("See the path"))


register(Kind(KIND, gettext_lazy("Somebody stands in for who walks along"), _stand_in, daily=True))
