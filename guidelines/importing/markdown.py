"""Markdown to HTML that knows its lines: every tag carries ``data-line``, counted in the file."""

import re
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from .anchors import EXPLICIT
from .mdx import HTML_NAMES

START_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9]*)(?=[\s/>])")
ANY_TAG = re.compile(r"</?([A-Za-z][\w.:-]*)[^<>]*>")
# Two blank lines and all in between end an HTML block, so these open and close around Markdown.
ADMONITION = re.compile(r"^\s*([A-Za-z]+)\s*(?:\[(.*)\]|(.*))$")
TONES = {
    "tip": "tip", "hint": "tip", "success": "ok", "check": "ok", "done": "ok", "note": "tip", "info": "tip",
    "abstract": "tip", "important": "sun", "question": "sun", "todo": "sun", "warning": "bad", "caution": "bad",
    "danger": "bad", "error": "bad", "bug": "bad", "failure": "bad", "attention": "bad",
}  # fmt: skip


@lru_cache(maxsize=2)
def parser(with_components: bool) -> MarkdownIt:
    """The Markdown reader: CommonMark, tables, task lists, footnotes, bare addresses, remarks.

    Where components are used, text that is only indented is no code, as in MDX.
    """
    markdown = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    markdown.use(footnote_plugin).use(tasklists_plugin).use(admon_plugin)
    markdown.use(container_plugin, "remark", validate=lambda info, markup: bool(ADMONITION.match(info.strip())))
    markdown.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    if with_components:
        markdown.disable("code")
    markdown.core.ruler.push("lines", _number_lines)
    rules = markdown.renderer.rules
    rules["html_inline"] = lambda tokens, i, options, env: _known_only(tokens[i].content)
    rules["html_block"] = lambda tokens, i, options, env: _numbered_block(tokens[i], env)
    rules["container_remark_open"] = _open_remark
    rules["container_remark_close"] = lambda tokens, i, options, env: "</div>\n"
    rules["admonition_open"] = _open_admonition
    rules["admonition_close"] = lambda tokens, i, options, env: "</div>\n"
    rules["admonition_title_open"] = lambda tokens, i, options, env: '<p class="remark-title">'
    rules["admonition_title_close"] = lambda tokens, i, options, env: "</p>\n"
    rules["fence"] = rules["code_block"] = _code
    rules["footnote_ref"] = _footnote_reference
    rules["footnote_block_open"] = lambda tokens, i, options, env: '<section class="footnotes"><ol>\n'
    rules["footnote_block_close"] = lambda tokens, i, options, env: "</ol></section>\n"
    rules["footnote_open"] = lambda tokens, i, options, env: f'<li id="fn-{tokens[i].meta["id"] + 1}">'
    rules["footnote_anchor"] = lambda tokens, i, options, env: ""
    return markdown


def to_html(text: str, *, first_line: int = 0, with_components: bool = False) -> str:
    """HTML, not yet cleaned, with ``data-line`` on what has a line of its own in the file."""
    return parser(with_components).render(text, {"first_line": first_line})


def _number_lines(state) -> None:
    first = state.env.get("first_line", 0)
    line = first
    for token in state.tokens:
        if token.map:
            line = first + token.map[0] + 1
            if token.nesting >= 0 and token.type != "inline":
                token.attrSet("data-line", str(line))
        token.meta.setdefault("line", line)
        if token.type == "inline":
            here = line
            for child in token.children or []:
                if child.type in ("softbreak", "hardbreak"):
                    here += 1
                elif child.type in ("link_open", "image"):
                    child.attrSet("data-line", str(here))
                    here += child.content.count("\n")
                elif child.type == "html_inline":
                    child.content = _with_lines(child.content, here)
                    here += child.content.count("\n")
    _explicit_anchors(state.tokens)


def _explicit_anchors(tokens: list[Token]) -> None:
    """``{#anchor}`` behind a heading, list item or paragraph becomes its id."""
    open_item: Token | None = None
    for index, token in enumerate(tokens):
        if token.type == "list_item_open":
            open_item = token
        elif token.type == "inline" and token.children and "{#" in token.content:
            for child in token.children:
                if child.type == "text" and (match := EXPLICIT.search(child.content)):
                    child.content = child.content[: match.start()]
                    opener = tokens[index - 1]
                    (open_item if opener.hidden and open_item else opener).attrSet("id", match.group(1))
                    break
                if child.type == "text" and (inside := re.search(r"\s*\{#([\w-]+)\}", child.content)):
                    child.content = child.content.replace(inside.group(0), "")
                    opener = tokens[index - 1]
                    (open_item if opener.hidden and open_item else opener).attrSet("id", inside.group(1))
                    break


def _with_lines(content: str, line: int) -> str:
    def number(match: re.Match) -> str:
        return f'<{match.group(1)} data-line="{line + content.count(chr(10), 0, match.start())}"'

    return START_TAG.sub(number, content)


def _known_only(content: str) -> str:
    """The tag as it is, or as visible text where it is no tag but a word between ``<`` and ``>``."""
    match = ANY_TAG.fullmatch(content)
    if match and match.group(1).lower() not in HTML_NAMES:
        return escapeHtml(re.sub(r' data-line="\d+"', "", content))
    return content


def _numbered_block(token: Token, env: dict) -> str:
    content = _with_lines(token.content, token.meta.get("line", 1))
    return ANY_TAG.sub(lambda match: _known_only(match.group(0)), content)


def _remark(kind: str, title: str, line: int, open_fold: bool = False) -> str:
    kind = kind.lower()
    if kind == "details":
        return f'<details data-line="{line}"><summary>{title or "Details"}</summary>'
    heading = f'<p class="remark-title">{title}</p>' if title else ""
    return f'<div class="remark" data-kind="{kind}" data-tone="{TONES.get(kind, "tip")}" data-line="{line}">{heading}'


def _open_remark(tokens, index, options, env):
    match = ADMONITION.match(tokens[index].info.strip())
    title = (match.group(2) or match.group(3) or "").strip() if match else ""
    return _remark(match.group(1) if match else "note", parser(False).renderInline(title), tokens[index].meta["line"])


def _open_admonition(tokens, index, options, env):
    return _remark(tokens[index].meta.get("tag", "note"), "", tokens[index].meta["line"])


def _code(tokens, index, options, env):
    token = tokens[index]
    language = token.info.strip().split()[0] if token.info.strip() else ""
    language = re.sub(r"[^\w+#.-].*$", "", language)[:40]
    return (
        f'<pre data-line="{token.meta.get("line", 0)}" data-language="{language}">{escapeHtml(token.content)}</pre>\n'
    )


def _footnote_reference(tokens, index, options, env):
    number = tokens[index].meta["id"] + 1
    return f'<sup><a href="#fn-{number}">{number}</a></sup>'
