"""Reports in templates."""

from django import template

from ..judges import judges_as
from ..portrayals import count_to_settle

register = template.Library()


@register.simple_tag(takes_context=True)
def reports_to_settle(context) -> int | None:
    """How many reported stories and photos, and hidden photos, wait for a moderator; None for who is none."""
    user = context["request"].user
    return count_to_settle(user) if judges_as(user) == "all" else None
