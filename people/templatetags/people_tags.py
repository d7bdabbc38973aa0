"""Template tags about colleagues and their accounts."""

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..backends import DEMO_DOMAIN, may_use_password
from ..models import User
from ..second_factor import asked_of

register = template.Library()
DEMO_ROLES = ("newcomer", "employee", "buddy", "manager", "moderator", "editor", "hr", "community", "admin")


@register.simple_tag
def demo_accounts() -> list[str]:
    """The e-mail addresses of the demo's accounts, in the order of their roles; empty outside demo mode."""
    if not settings.DEMO:
        return []
    wanted = [f"{role}{DEMO_DOMAIN}" for role in DEMO_ROLES]
    found = set(User.objects.active().filter(email__in=wanted).values_list("email", flat=True))
    return [email for email in wanted if email in found]


@register.simple_tag
def personal_value(value, labels) -> dict:
    """A value of ``people.personal_data`` to show: ``{"pairs": [...]}``, ``{"entries": [...]}`` or ``{"text": ...}``."""
    if isinstance(value, dict) and value:
        return {"pairs": [(capfirst(labels.get(key, key.replace("_", " "))), entry) for key, entry in value.items()]}
    if isinstance(value, list) and value:
        return {"entries": value}
    if isinstance(value, bool):
        return {"text": _("yes") if value else _("no")}
    if value in (None, "", [], {}):
        return {"text": "–"}
    return {"text": _moment(value) if isinstance(value, str) else str(value)}


def _moment(text: str) -> str:
    """A date or moment in words; any other text as it is."""
    try:
        if len(text) == 10 and (day := parse_date(text)):
            return date_format(day, "DATE_FORMAT")
        if len(text) > 15 and text[10:11] == "T" and (moment := parse_datetime(text)):
            return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    except ValueError:
        pass
    return text


@register.filter
def has_a_password(user) -> bool:
    """Whether this person signs in with a password of the portal's own."""
    return user.has_usable_password() and may_use_password(user)


@register.filter
def must_have_codes(user) -> bool:
    """Whether signing in with a password always takes a code of this person."""
    return asked_of(user)


BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@register.filter
def device(user_agent: str) -> str:
    """What a browser says it is, as people call it: ``Firefox, Android``."""
    found = [next((name for sign, name in kinds if sign in user_agent), "") for kinds in (BROWSERS, DEVICES)]
    return ", ".join(filter(None, found)) or _("Another device")
