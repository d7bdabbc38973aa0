"""Calls for stories in templates."""

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from base.access import cache_key_for
from base.stamp import remembered

from ..models import StoryCall
from ..services import calling

register = template.Library()


@register.simple_tag(takes_context=True)
def open_calls(context) -> list[dict]:
    """Calls that this reader can answer today: ``[{"pk", "title", "url", "summary", "days", "ends_on", "lang"}, ...]``.

    Kept for all readers of one audience; a new day is a new list.
    """
    user, language, today = context["request"].user, get_language(), timezone.localdate()
    key = f"open-calls:{language}:{today.isoformat()}:{cache_key_for(user)}"
    return remembered(key, lambda: _load(user, language, today))


def _load(user, language: str, today) -> list[dict]:
    calls = StoryCall.objects.for_list(user, language).open_on(today)
    return [
        {
            "pk": call.pk,
            "title": call.title,
            "url": call.get_url(),
            "summary": call.summary,
            "days": call.days_left(today),
            "ends_on": call.ends_on,
            "lang": call.other_language,
        }
        for call in calls
    ]


@register.filter
def may_open_calls(user) -> bool:
    """Whether this reader opens and ends calls from the portal; asks once for a user object."""
    if not hasattr(user, "_may_call"):
        user._may_call = calling.may_call(user)
    return user._may_call


@register.simple_tag(takes_context=True)
def invitation(context, call: StoryCall) -> str:
    """What this reader was asked: "" not at all, "asked", "declined". Theirs alone, never in a shared fragment."""
    user = context["request"].user
    if not calling.is_asked(call, user):
        return ""
    return "declined" if calling.has_declined(call, user) else "asked"
