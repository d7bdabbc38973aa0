"""Template tags about colleagues and their accounts."""

from django import template
from django.conf import settings

from ..backends import DEMO_DOMAIN
from ..models import User

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
