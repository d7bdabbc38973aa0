"""Who sees what, in words, beside what is asked or shown."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.models import Page

from base.icons import icon_html

from .. import visibility
from ..reading import token_values
from ..tokens import fill_tokens
from ..unpublishing import words_before_unpublishing

register = template.Library()


@register.tag
def own_words(parser, token):
    """``{% own_words %}...{% endown_words %}``: fills in the reader's tokens, after anything cached in between.

    Without a token in the text nothing is asked. Somebody without a place on the path gets words that fit everybody.
    """
    inner = parser.parse(("endown_words",))
    parser.delete_first_token()
    return OwnWordsNode(inner)


class OwnWordsNode(template.Node):
    """The part of a template in which tokens are filled in."""

    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context) -> SafeString:
        """The same text, with what is the reader's own."""
        html = self.nodelist.render(context)
        if "{{" not in html:
            return html
        return fill_tokens(html, token_values(context.get("standing"), context.get("LANGUAGE_CODE", "")))


@register.simple_tag
def who_sees(data: str, about: str = "") -> SafeString:
    """``{% who_sees "answers" %}``: "You, your manager and HR see this.", to the newcomer; see ``visibility.TABLE``.

    With ``about`` the sentence begins with what it is about: "Your answers: only you see this.". KeyError for a kind of data
    that isn't in the table.
    """
    words = visibility.who_sees(data)
    if about:
        words = f"{about}: {words[:1].lower()}{words[1:]}"
    return format_html('<p class="hint">{} {}</p>', icon_html("lock"), words)


@register.simple_tag
def who_sees_others(data: str) -> SafeString:
    """The same to who isn't the newcomer: "The newcomer, the manager and HR see this."."""
    return format_html('<p class="hint">{} {}</p>', icon_html("lock"), visibility.who_sees_others(data))


@register.simple_tag
def unpublish_words(page: Page) -> str:
    """What unpublishing this page means for who is under way; empty where it concerns nobody."""
    return words_before_unpublishing(page)
