"""Who sees what, in words, beside what is asked or shown."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from base.icons import icon_html

from .. import visibility

register = template.Library()


@register.simple_tag
def who_sees(data: str) -> SafeString:
    """``{% who_sees "answers" %}``: "You, your manager and HR see this.", to the newcomer; see ``visibility.TABLE``.

    KeyError for a kind of data that isn't in the table.
    """
    return format_html('<p class="hint">{} {}</p>', icon_html("lock"), visibility.who_sees(data))


@register.simple_tag
def who_sees_others(data: str) -> SafeString:
    """The same to who isn't the newcomer: "The newcomer, the manager and HR see this."."""
    return format_html('<p class="hint">{} {}</p>', icon_html("lock"), visibility.who_sees_others(data))
