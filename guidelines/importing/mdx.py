"""MDX, Jekyll and kramdown markup turned into plain Markdown, line for line, so that line numbers stay true.

Imports, exports and components go; the text they hold stays, also where it is in an attribute.
"""

import html
import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from .report import ImportReport

FENCE = re.compile(r"^[ \t]*(?:>[ \t]*|[-*+][ \t]+|\d+[.)][ \t]+)*(`{3,}(?=[^`]*$)|~{3,})(.*)$")
IMPORT = re.compile(
    # One or more on a line, as formatters leave them.
    r"^[ \t]*(?:import\s+(?:[\w*{][^;\"'`]{0,2000}?\s+from\s+)?[\"'][^\"'\n]+[\"'](?:;[ \t]*|[ \t]*$))+",
    re.M,
)
EXPORT = re.compile(r"^export\s+(?:const|let|default|function|async)\b.*?(?=\n[ \t]*\n|\Z)", re.M | re.S)
JSX_COMMENT = re.compile(r"\{\s*/\*.*?\*/\s*\}", re.S)
JSX_STRING = re.compile(r"\{\s*([\"'`])([^\"'`{}\n]*)\1\s*\}")
LIQUID = re.compile(r"\{%-?\s*(\w+)[^%\n]*-?%\}")
LIQUID_COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}", re.S)
KRAMDOWN = re.compile(r"\{::?/?(?:nomarkdown|comment|options[^}\n]*)?/?\}|^[ \t]*\{:(?!:)[^}\n]*\}[ \t]*$", re.M)
TAG = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))|<(?P<close>/?)(?P<name>[A-Za-z][\w.]*)(?=[\s/>])", re.S
)
ATTRIBUTE = re.compile(r"([A-Za-z_:][\w:.-]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{))?", re.S)
_HTML = """
a abbr address article aside audio b base bdi bdo big blockquote body br button canvas caption center cite code col
colgroup data dd del details dfn dialog div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6
head header hgroup hr html i iframe img input ins kbd label legend li link main map mark math menu meta meter nav
noscript object ol optgroup option output p param picture pre progress q rp rt ruby s samp script section select small
source span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track
tt u ul var video wbr path circle rect g line polyline polygon defs use
"""
HTML_NAMES = frozenset(_HTML.split())
LINKS = {"Link", "NavLink", "ButtonLink", "LinkButton", "Button"}
PICTURES = {"Image", "ThemedImage", "Img", "Figure"}
QUOTES = {"Blockquote", "BlockQuote", "Quote"}
REMARKS = {
    "Alert": "", "Admonition": "", "Callout": "", "Aside": "", "Note": "NOTE", "Tip": "TIP", "Info": "NOTE",
    "Warning": "WARNING", "Caution": "CAUTION", "Danger": "CAUTION",
}  # fmt: skip
TEXT_ATTRIBUTES = ("heading", "title", "label", "summary", "description", "caption", "subtitle", "text", "name")
TONES = {"info": "NOTE", "note": "NOTE", "tip": "TIP", "success": "TIP", "ok": "TIP", "warning": "WARNING",
         "danger": "CAUTION", "error": "CAUTION", "caution": "CAUTION", "important": "IMPORTANT"}  # fmt: skip


def to_markdown(text: str, path: str, report: ImportReport, first_line: int = 0) -> tuple[str, bool]:
    """Plain Markdown with as many lines as ``text``, and whether the file uses components.

    ``first_line`` is the number of lines above ``text`` in the file.
    """
    parts: list[str] = []
    plain: list[str] = []
    mark, start, with_components, unwrapped = "", 0, False, False
    lines = text.split("\n")

    def flush(until: int) -> None:
        nonlocal with_components
        if plain:
            converted, found = _convert("\n".join(plain), path, report, first_line + start)
            parts.extend(converted.split("\n"))
            with_components = with_components or found
            plain.clear()

    for number, line in enumerate(lines):
        fence = FENCE.match(line)
        if mark:
            if (
                fence
                and fence.group(1)[0] == mark[0]
                and len(fence.group(1)) >= len(mark)
                and not fence.group(2).strip()
            ):
                mark = ""
                if unwrapped:
                    unwrapped = False
                    plain.append("")
                    continue
            (plain if unwrapped else parts).append(line)
        elif fence:
            mark = fence.group(1)
            if fence.group(2).strip() == "mdx-code-block":
                unwrapped, with_components = True, True
                plain.append("")
                continue
            flush(number)
            parts.append(line)
        else:
            if not plain:
                start = number
            plain.append(line)
    flush(len(lines))
    return "\n".join(parts), with_components


def _blank(match: re.Match) -> str:
    return "\n" * match.group(0).count("\n")


def _convert(text: str, path: str, report: ImportReport, offset: int) -> tuple[str, bool]:
    if "<" not in text and "{" not in text and "import" not in text and "export" not in text:
        return text, False

    def noted(message: str) -> Callable[[re.Match], str]:
        def replace(match: re.Match) -> str:
            line = offset + text.count("\n", 0, match.start()) + 1
            report.add(path, line, message % {"what": " ".join(match.group(0).split())[:80]})
            return _blank(match)

        return replace

    before = text
    text = IMPORT.sub(_blank, text)
    with_components = text != before
    text = EXPORT.sub(noted(_("code left out: %(what)s")), text)
    text = JSX_COMMENT.sub(_blank, text)
    text = LIQUID_COMMENT.sub(_blank, text)
    text = LIQUID.sub(
        lambda m: "" if m.group(1) in ("raw", "endraw") else noted(_("template code left out: %(what)s"))(m), text
    )
    text = KRAMDOWN.sub(_blank, text)
    text, found = _replace_tags(text, path, report, offset)
    if found:
        text = JSX_STRING.sub(lambda m: m.group(2), text)
    return text, with_components or found


def _replace_tags(text: str, path: str, report: ImportReport, offset: int) -> tuple[str, bool]:
    out: list[str] = []
    position, found = 0, False
    for match in TAG.finditer(text):
        if match.start() < position or match.group("code"):
            continue
        name, closing = match.group("name"), bool(match.group("close"))
        # <Blockquote> is a component, <BLOCKQUOTE> and <blockquote> are not.
        is_html = name in HTML_NAMES or (name.isupper() and name.lower() in HTML_NAMES)
        if is_html and "{" not in text[match.end() : match.end() + 600]:
            continue
        end, attributes = _scan(text, match.end())
        if end is None:
            continue
        source = text[match.start() : end]
        if is_html:
            new = re.sub(r"\s+[\w:.-]+=\{(?:[^{}]|\{[^{}]*\})*\}", _blank, source)
        elif name[0].isupper() and (
            closing or attributes or source.endswith("/>") or f"</{name}>" in text or name in REMARKS or name in QUOTES
        ):
            found = True
            line = offset + text.count("\n", 0, match.start()) + 1
            if not closing and name not in LINKS | PICTURES | QUOTES and name not in REMARKS:
                report.add(path, line, _("component left out, its text is kept: %(name)s") % {"name": name})
            if not closing and (name in QUOTES or name in REMARKS) and (close := text.find(f"</{name}>", end)) > 0:
                inner, close_end = text[end:close], close + len(name) + 3
                out.append(text[position : match.start()].rstrip(" \t"))
                out.append(_quoted(name, attributes, source, inner))
                position = close_end
                continue
            new = _component(name, attributes, closing, source)
        else:
            continue
        out.append(text[position : match.start()])
        if not is_html and out[-1].rpartition("\n")[2].strip() == "":
            # A line of nothing but components: its indent would make code of the text after it.
            out[-1] = out[-1].rstrip(" \t")
        new += "\n" * (source.count("\n") - new.count("\n"))
        out.append(new)
        position = end
    out.append(text[position:])
    return "".join(out), found


def _scan(text: str, position: int) -> tuple[int | None, dict[str, str]]:
    """The place after the tag's ``>`` and its attributes with text values; None where the tag doesn't end."""
    attributes: dict[str, str] = {}
    limit = min(len(text), position + 5000)
    while position < limit:
        character = text[position]
        if character == ">":
            return position + 1, attributes
        match = ATTRIBUTE.match(text, position)
        if match is None:
            position += 1
            continue
        position = match.end()
        value = match.group(2) if match.group(2) is not None else match.group(3)
        if value is None and match.group(0).endswith("{"):
            depth, start = 1, position
            while position < limit and depth:
                depth += {"{": 1, "}": -1}.get(text[position], 0)
                position += 1
            inner = text[start : position - 1].strip()
            value = inner[1:-1] if len(inner) > 1 and inner[0] in "\"'`" and inner[-1] == inner[0] else None
        if value is not None:
            attributes[match.group(1)] = html.unescape(value)
        else:
            attributes.setdefault(match.group(1), "")
    return None, {}


def _component(name: str, attributes: dict[str, str], closing: bool, source: str) -> str:
    target = attributes.get("href") or attributes.get("to") or ""
    if name in LINKS and (closing or not source.endswith("/>")):
        return "</a>" if closing else f'<a href="{html.escape(target)}">'
    if closing:
        return ""
    if name in PICTURES or (attributes.get("src") and not target):
        return f"![{attributes.get('alt', '')}]({attributes.get('src', '')})"
    texts = [" ".join(attributes[key].split()) for key in TEXT_ATTRIBUTES if attributes.get(key, "").strip()]
    if not texts and name == "TabItem":
        texts = [attributes.get("value", "")]
    if not texts and not target:
        return ""
    words = f"**{texts[0]}** " + " ".join(texts[1:]) if texts else ""
    if target:
        words += f" [{attributes.get('linkLabel') or attributes.get('label') or (texts or [target])[0]}]({target})"
    return f"{words.strip()} "


def _quoted(name: str, attributes: dict[str, str], source: str, inner: str) -> str:
    """A quotation or remark with every line behind ``>``; the lines of the opening tag stay lines."""
    head = "\n" * source.count("\n")
    if name in REMARKS:
        tone = REMARKS[name] or TONES.get((attributes.get("type") or attributes.get("variant") or "").lower(), "NOTE")
        title = attributes.get("heading") or attributes.get("title") or ""
        inner = f"[!{tone}] " + (f"**{title}** " if title else "") + inner.lstrip(" \t")
    rows = inner.split("\n")
    while len(rows) > 1 and not rows[0].strip() and name in QUOTES:
        head, rows = head + "\n", rows[1:]
    credit = " ".join((attributes.get("attribution") or attributes.get("author") or "").split())
    if credit:
        rows[-1] = f"{rows[-1].strip()} {credit}" if rows[-1].strip() else credit
    return head + "\n".join(f"> {row.strip()}" if not row.startswith("    ") else f"> {row}" for row in rows)
