"""Template tags of the frame: icons and small things every template needs."""

from functools import lru_cache

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@lru_cache(maxsize=256)
def _icon(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>', static("portal/icons.svg"), name
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """One icon of the sprite ``portal/icons.svg``; always beside a word, so hidden from screen readers."""
    return _icon(name)


@register.filter
def language_name(code: str) -> str:
    """A language's name in that language, for the switch: ``nl`` gives Nederlands."""
    return dict(settings.WAGTAILADMIN_PERMITTED_LANGUAGES).get(code, code)
