"""Limited Markdown to clean HTML: what employees type is never trusted.

The text is cleaned when it is saved and the HTML when it is shown; HTML is not stored, so nothing that once slipped past
the cleaner can lie in the database. An 800-word story takes about 4 ms, once per content stamp: pages keep the result in
a template fragment.
"""

import re
from collections.abc import Callable
from html import unescape

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

ALLOWED_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "h2", "h3"}
ALLOWED_ATTRIBUTES = {"a": {"href"}, "*": set()}
ALLOWED_SCHEMES = {"http", "https", "mailto"}
# A page elsewhere, an e-mail address, a page here or a place on this page; not //host, which is elsewhere in disguise.
_LINK = re.compile(r"https?://|mailto:|/(?![/\\])|#", re.IGNORECASE)
# The title of the page is the only h1, and a story is not long enough for more than two levels below it.
HEADINGS = {"h1": "h2", "h2": "h2"}

# Control characters, and the marks that make text read in another order than it was written.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "code", "fence", "hr", "html_block", "html_inline", "reference"]
)


def clean_markdown(text: str) -> str:
    """The text as it is kept: without control characters, with one kind of line end, without blank ends."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def render_markdown(text: str, *, keep_link: Callable[[str], bool] | None = None) -> SafeString:
    """Paragraphs, emphasis, lists, quotes, small headings and links; anything else is shown as typed or dropped.

    With ``keep_link(address)`` the links for which it says no become plain words.
    """
    tokens = _markdown.parse(clean_markdown(text))
    if keep_link is not None:
        _unlink(tokens, keep_link)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = HEADINGS.get(token.tag, "h3")
    html = nh3.clean(
        _markdown.renderer.render(tokens, _markdown.options, {}),
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        attribute_filter=_keep_attribute,
        url_schemes=ALLOWED_SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )
    return mark_safe(html)  # noqa: S308 - cleaned in the line above


def _unlink(tokens: list[Token], keep_link: Callable[[str], bool]) -> None:
    for inline in tokens:
        # Links don't nest, so what closes belongs to what opened last.
        kept, keeps = [], True
        for token in inline.children or []:
            if token.type == "link_open":
                keeps = keep_link(str(token.attrGet("href") or ""))
            if keeps or token.type not in ("link_open", "link_close"):
                kept.append(token)
        inline.children = kept


def plain_words(text: str, length: int) -> str:
    """The beginning of a story for a list: its words without marks, at most ``length`` characters, cut between words."""
    # Long enough for what is kept, short enough to cost nothing on a page of twelve.
    return beginning_of(render_markdown(text[: 3 * length]), length)


def beginning_of(html: str, length: int) -> str:
    """The first words of a rendered story, as one reads them: at most ``length`` characters and an ellipsis."""
    plain = " ".join(unescape(strip_tags(html.replace("<", " <"))).split())
    return plain if len(plain) <= length else plain[:length].rsplit(" ", 1)[0] + " …"


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    return value if name != "href" or _LINK.match(value) else None
