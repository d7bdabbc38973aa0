"""Which HTML may come in, and which is kept where text needs more than the editor's own blocks hold."""

import re

import nh3

from base.rich_text import SCHEMES

INLINE = {"b", "strong", "i", "em", "code", "a", "br", "sup", "sub", "s", "del", "strike", "kbd"}
# Read, looked at and turned into something else; see ``nodes`` and ``blocks``.
READ = INLINE | {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "hr", "div"),
    *(
        "table",
        "caption",
        "colgroup",
        "col",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "section",
        "article",
        "aside",
    ),
    *("details", "summary", "figure", "figcaption", "picture", "img", "video", "audio", "source", "track", "iframe"),
    *("object", "embed", "input", "span", "u", "q", "ins", "mark", "small", "big", "center", "font", "abbr", "cite"),
    *("samp", "var", "tt", "dfn", "time", "address", "header", "footer", "main", "nav", "figure", "ruby", "rt", "rp"),
}
_READ_ATTRIBUTES = {
    "*": {"id", "data-line", "class"},
    "a": {"href", "name"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "pre": {"data-language"},
    "code": {"class"},
    "div": {"data-kind", "data-tone"},
    "input": {"type", "checked"},
    "object": {"data"},
    **{tag: {"src", "title"} for tag in ("video", "audio", "source", "iframe", "embed")},
}
_reader = nh3.Cleaner(
    tags=READ,
    attributes=_READ_ATTRIBUTES,
    url_schemes=SCHEMES,
    link_rel=None,
    clean_content_tags={"script", "style", "noscript", "template", "svg", "math"},
)
DROPPED_WHOLE = re.compile(r"<(script|style|noscript|template|svg|math)\b(?:[^>]*?data-line=\"(\d+)\")?", re.I)

# What a ``formatted`` block may hold, in the form it is stored in (links and pictures by id).
KEPT = INLINE | {
    *("p", "h2", "h3", "h4", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "hr", "div", "span"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary", "figure", "figcaption", "section"),
}
_SHARED = {"*": {"id"}, "ol": {"start"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}
CLASSES = {
    "div": {"callout", "callout--sun", "callout--ok", "callout--bad", "stack", "stack--s"},
    "section": {"footnotes"},
}
_stored = nh3.Cleaner(
    tags=KEPT | {"embed"},
    attributes={
        **_SHARED,
        "a": {"href", "linktype", "id", "anchor"},
        "embed": {"embedtype", "id", "alt", "format"},
        "pre": {"tabindex"},
    },
    allowed_classes=CLASSES,
    url_schemes=SCHEMES,
    link_rel=None,
)
_shown = nh3.Cleaner(
    tags=KEPT | {"img"},
    attributes={
        **_SHARED,
        "a": {"href", "rel"},
        "img": {"src", "srcset", "sizes", "alt", "width", "height", "loading"},
        "pre": {"tabindex"},
    },
    allowed_classes=CLASSES,
    url_schemes=SCHEMES,
    link_rel=None,
)
_EMBED = re.compile(r"<embed\b([^>]*?)/?>")


def clean_source(html: str) -> str:
    """HTML as it was read, well-formed and without anything that could run."""
    return _reader.clean(html)


def clean_stored(html: str) -> str:
    """HTML as a ``formatted`` block keeps it; the same again when cleaned again."""
    return _EMBED.sub(r"<embed\1/>", _stored.clean(html))


def clean_shown(html: str) -> str:
    """HTML as a reader gets it, links and pictures filled in; a table wider than the screen can be scrolled."""
    html = _shown.clean(html)
    return html.replace("<table", '<div class="scroll" tabindex="0"><table').replace("</table>", "</table></div>")
