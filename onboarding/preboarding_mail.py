"""The mail with the link for who has no work account yet."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from base.chrome import house_style
from base.house_style import pairs
from people.models import User

from .periods import full_date


def subject_for(organisation: str) -> str:
    """One line in the active language; the sender's name is the organisation's."""
    return " ".join((_("Your start at %(organisation)s: have a look around") % {"organisation": organisation}).split())


def build_invitation(user: User, token: str, expires_at: datetime) -> EmailMultiAlternatives:
    """The mail in the language of who gets it: plain text and HTML, one link, never a password."""
    style = house_style()
    with override(user.locale):
        context = {
            "recipient": user,
            "organisation": style.name,
            "link": settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("preboarding:preboarding_link", args=[token]),
            "ask_url": settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("preboarding:preboarding_ask"),
            "start": full_date(user.start_date) if user.start_date else "",
            "until": full_date(timezone.localtime(expires_at).date()),
            "contact": [part for part in (style.contact_name, style.contact_phone, style.contact_email) if part],
            "colours": {name.replace("-", "_"): value for name, value in pairs(style.accent, "light").items()},
            "subject": subject_for(style.name),
        }
        mail = EmailMultiAlternatives(
            subject=context["subject"],
            body=render_to_string("onboarding/preboarding/mail.txt", context),
            to=[user.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(render_to_string("onboarding/preboarding/mail.html", context), "text/html")
    return mail
