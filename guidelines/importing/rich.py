"""Rich text as Wagtail stores it, and whether its editor can hold a piece of HTML without losing any of it."""

import re
from functools import lru_cache
from html import escape

from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from .cleaning import clean_stored
from .nodes import SPACES, Node, attributes

LIST_INLINE = {"b", "i", "code", "a", "br"}
TEXT_INLINE = LIST_INLINE | {"sup", "sub", "s", "kbd"}
BREAK = "<br/>"
# Of a list, the items alone: what is in them is no part of its shape.
BARE = re.compile(r"<(?!/?(?:li|ul|ol)\b)[^>]*>")
KEYS = re.compile(r' data-block-key="[^"]*"')
STRUCTURE = re.compile(r"</?(?:li|ul|ol)>")


def inline_fits(node: Node, allowed: set[str]) -> bool:
    """Whether all below ``node`` is text and tags of ``allowed``, without ids."""
    return all(_inline_one_fits(child, allowed) for child in node.children)


def _inline_one_fits(node: Node, allowed: set[str]) -> bool:
    # The id of a link to a page is that of the page.
    return all(
        not part.tag or (part.tag in allowed and ("id" not in part.attrs or "linktype" in part.attrs)) for part in node
    )


def fits(node: Node, allowed: set[str], depth: int = 0) -> bool:
    """Whether the editor of running text can hold this paragraph, list, quotation or rule as it is."""
    if node.attrs.get("id"):
        return False
    if node.tag == "hr":
        return allowed is TEXT_INLINE
    if node.tag == "p":
        return inline_fits(node, allowed)
    if node.tag == "blockquote":
        return allowed is TEXT_INLINE and all(
            (not part.tag and not part.text.strip())
            or (part.tag == "p" and fits(part, allowed))
            or part.tag in allowed
            or (not part.tag)
            for part in node.children
        )
    if node.tag not in ("ul", "ol") or depth > 4:
        return False
    if node.tag == "ol" and node.attrs.get("start", "1") not in ("", "1"):
        return False
    for item in node.children:
        if not item.tag:
            if item.text.strip():
                return False
            continue
        if item.tag != "li" or item.attrs.get("id"):
            return False
        nested = False
        for part in item.children:
            if part.tag in ("ul", "ol"):
                nested = True
                if not fits(part, allowed, depth + 1):
                    return False
            elif nested and (part.tag or part.text.strip()):
                return False
            elif part.tag == "p":
                if not fits(part, allowed):
                    return False
            elif part.tag and not _inline_one_fits(part, allowed):
                return False
        if not any(not part.is_blank for part in item.children if part.tag not in ("ul", "ol")):
            # An item of nothing but a list would lose a level.
            return False
    return True


def survives_editing(html: str) -> bool:
    """Whether the editor gives this list back as it got it: one that mixes kinds at its levels may come back in pieces."""
    bare = BARE.sub("", html)
    saved = _converter().to_database_format(_converter().from_database_format(bare))
    return STRUCTURE.findall(KEYS.sub("", saved)) == STRUCTURE.findall(bare)


@lru_cache(maxsize=1)
def _converter() -> ContentstateConverter:
    return ContentstateConverter(["ol", "ul"])


def inline_html(nodes: list[Node]) -> str:
    """Text and tags inside a paragraph, with single spaces."""
    return _trim(_inline(nodes))


def _inline(nodes: list[Node]) -> str:
    parts = []
    for node in nodes:
        if not node.tag:
            parts.append(escape(SPACES.sub(" ", node.text), quote=False))
        elif node.tag == "br":
            parts.append(BREAK)
        elif node.tag == "embed":
            parts.append(_embed(node))
        elif node.tag == "span":
            parts.append(f"<span{attributes({'id': node.attrs['id']})}></span>" if node.attrs.get("id") else "")
        else:
            inner = _inline(node.children)
            if inner or node.attrs.get("id"):
                kept = node.attrs if node.tag == "a" else {}
                parts.append(f"<{node.tag}{attributes(kept)}>{inner}</{node.tag}>")
    return "".join(parts)


def _embed(node: Node) -> str:
    return f"<embed{attributes({key: node.attrs[key] for key in ('alt', 'embedtype', 'format', 'id')})}/>"


def _trim(html: str) -> str:
    html = html.strip()
    while html.startswith(BREAK):
        html = html[len(BREAK) :].lstrip()
    while html.endswith(BREAK):
        html = html[: -len(BREAK)].rstrip()
    return html.replace(f" {BREAK}", BREAK).replace(f"{BREAK} ", BREAK)


def rich_html(node: Node) -> str:
    """A node that ``fits``, as the database stores it."""
    if node.tag == "hr":
        return "<hr/>"
    if node.tag == "p":
        inner = inline_html(node.children)
        return f"<p>{inner}</p>" if inner else ""
    if node.tag == "blockquote":
        return f"<blockquote>{_paragraphs(node.children)}</blockquote>"
    items = []
    for item in node.children:
        if item.tag == "li":
            lists = [part for part in item.children if part.tag in ("ul", "ol")]
            words = _paragraphs([part for part in item.children if part.tag not in ("ul", "ol")])
            items.append(f"<li>{words}{''.join(rich_html(part) for part in lists)}</li>")
    return f"<{node.tag}>{''.join(items)}</{node.tag}>" if items else ""


def _paragraphs(nodes: list[Node]) -> str:
    """Paragraphs in a place that holds only one: with an empty line between them."""
    groups: list[list[Node]] = [[]]
    for node in nodes:
        if node.tag == "p":
            groups += [node.children, []]
        else:
            groups[-1].append(node)
    texts = [inline_html(group) for group in groups]
    return (BREAK * 2).join(text for text in texts if text)


# What may be more than the editor's blocks hold ------------------------------------------------------------------
_AS_THEY_ARE = {
    *("p", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "caption", "thead", "tbody", "tr", "th", "td", "summary"),
    *("details", "figure", "figcaption", "table"),
}
_BLOCKS = _AS_THEY_ARE | {"div", "section", "aside", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "tfoot"}


def formatted_html(nodes: list[Node]) -> str:
    """HTML for a ``formatted`` block: structure kept, everything unknown gone, links and pictures by id."""
    return clean_stored(_formatted(nodes)).strip()


def _formatted(nodes: list[Node]) -> str:
    parts: list[str] = []
    run: list[Node] = []
    for node in [*nodes, Node("end")]:
        if node.tag not in _BLOCKS and node.tag != "end":
            run.append(node)
            continue
        if run:
            html = _trim(_inline(run)) if node.tag != "end" or parts else _inline(run)
            parts.append(html)
            run = []
        if node.tag != "end":
            parts.append(_formatted_one(node))
    return "".join(parts)


def _formatted_one(node: Node) -> str:
    identity = {"id": node.attrs["id"]} if node.attrs.get("id") else {}
    if node.tag == "hr":
        return "<hr/>"
    if node.tag == "pre":
        return f'<pre tabindex="0"><code>{escape(node.raw.rstrip(chr(10)), quote=False)}</code></pre>'
    if node.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        return f"<p{attributes(identity)}><b>{inline_html(node.children)}</b></p>"
    if node.tag == "tfoot":
        return f"<tbody>{_formatted(node.children)}</tbody>"
    inner = _formatted(node.children)
    if node.tag == "div" and "data-kind" in node.attrs:
        tone = node.attrs.get("data-tone", "tip")
        kind = "callout" if tone == "tip" else f"callout callout--{tone}"
        return f'<div class="{kind}"><div class="stack stack--s">{inner}</div></div>'
    if node.tag in ("div", "aside"):
        return f"<div{attributes(identity)}>{inner}</div>" if identity else inner
    if node.tag == "section":
        return f'<section class="footnotes">{inner}</section>'
    kept = {key: node.attrs[key] for key in ("start", "colspan", "rowspan", "scope") if node.attrs.get(key)}
    return f"<{node.tag}{attributes({**identity, **kept})}>{inner}</{node.tag}>"
