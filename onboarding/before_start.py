"""Who hasn't started, for HR: how far they are, whether the link reached them, and which account may be theirs."""

from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import User

from .models import PreboardingInvitation
from .periods import full_date

Mail = PreboardingInvitation.Mail
MOST_PROPOSALS = 5


def preboarders() -> QuerySet:
    """Everybody without a work account, who doesn't come included until they are erased: first to start first.

    Each with ``link_mail``, ``link_sent``, ``link_expires`` and ``link_used`` of their latest invitation.
    """
    latest = PreboardingInvitation.objects.filter(user=OuterRef("pk")).order_by("-sent_at", "-pk")
    fields = {"link_mail": "mail", "link_sent": "sent_at", "link_expires": "expires_at", "link_used": "used_at"}
    found = User.objects.filter(is_preboarder=True, forgotten_at=None)
    return (
        found.annotate(**{name: Subquery(latest.values(field)[:1]) for name, field in fields.items()})
        .select_related("manager", "team")
        .order_by("start_date", "first_name", "pk")
    )


def link_words(person) -> str:
    """How it stands with the latest link of one of ``preboarders()``."""
    if not person.is_active:
        return _("closed: doesn't come")
    if person.link_mail is None:
        return _("no link yet")
    if person.link_mail == Mail.FAILED:
        return _("the mail could not be sent")
    if person.link_mail == Mail.WAITING:
        return _("a new link is being sent")
    if person.link_used:
        return _("came in on %(date)s") % {"date": full_date(timezone.localtime(person.link_used))}
    if person.link_expires <= timezone.now():
        return _("not used, no longer opens")
    return _("sent, opens until %(date)s") % {"date": full_date(timezone.localtime(person.link_expires))}


def proposals_for(person: User) -> list[User]:
    """Accounts of colleagues that may be this person's: the same name, or the same last name and first day.

    Only proposals: HR says which it is. The address says nothing, as it was the personal one.
    """
    same_name = models.Q(first_name__iexact=person.first_name, last_name__iexact=person.last_name)
    if person.start_date and person.last_name:
        same_name |= models.Q(last_name__iexact=person.last_name, start_date=person.start_date)
    return list(User.objects.active().filter(same_name).select_related("team").order_by("pk")[:MOST_PROPOSALS])
