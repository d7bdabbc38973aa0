"""One file, read: its title, its facts, its anchors, and its text as clean HTML."""

import re
from dataclasses import dataclass, field
from html import unescape

from django.utils.translation import gettext as _

from .anchors import Anchors, slug_of
from .cleaning import DROPPED_WHOLE, clean_source
from .files import FolderFile, read_text
from .frontmatter import FrontMatter, split_front_matter
from .markdown import to_html
from .mdx import to_markdown
from .report import ImportReport

HEADING = re.compile(r"<h([1-6])\b([^>]*)>(.*?)</h\1>", re.S)
WITH_ID = re.compile(r"<(h[1-6]|[a-z]+)\b([^>]*?)\s(?:id|name)=\"([^\"]*)\"([^>]*)>")
TAGS = re.compile(r"<[^>]+>")
LINE = re.compile(r'data-line="(\d+)"')
ORDER = re.compile(r"^\d+[\s._-]+(?=\S)")


@dataclass
class Document:
    """A page to be, before its links are looked up. ``html`` is clean and carries final ids and ``data-line``."""

    path: str
    title: str
    facts: FrontMatter
    html: str
    anchors: Anchors = field(default_factory=Anchors)


def plain(html: str) -> str:
    """The words of a piece of HTML."""
    return " ".join(unescape(TAGS.sub("", html)).split())


def title_from_name(name: str) -> str:
    """``02-leave_and-holidays`` gives ``Leave and holidays``."""
    words = re.sub(r"[-_\s]+", " ", ORDER.sub("", name)).strip()
    return words[:1].upper() + words[1:] if words else name


def read_document(file: FolderFile, report: ImportReport, *, name: str) -> Document | None:
    """The document in ``file``; None where it can't be read. ``name`` titles it where its text has no title."""
    text = read_text(file, report)
    if text is None:
        return None
    facts, text = split_front_matter(text, file.path, report)
    if file.suffix == ".html":
        html = text
    else:
        try:
            markdown, with_components = to_markdown(text, file.path, report, facts.lines)
            html = to_html(markdown, first_line=facts.lines, with_components=with_components or file.suffix == ".mdx")
        except RecursionError:
            report.add(file.path, 0, _("nested too deeply to be read; skipped"))
            return None
    for match in DROPPED_WHOLE.finditer(html):
        report.add(
            file.path, int(match.group(2) or 0), _("left out: %(what)s") % {"what": f"<{match.group(1).lower()}>"}
        )
    html = clean_source(html)
    title, html = _take_title(html, facts, file.path, report)
    document = Document(path=file.path, title=(title or title_from_name(name))[:255], facts=facts, html="")
    document.html = _number_anchors(html, document.anchors)
    return document


def _take_title(html: str, facts: FrontMatter, path: str, report: ImportReport) -> tuple[str, str]:
    """The title, and the text without the heading it came from.

    A first heading that says something else than the front matter's title stays in the text.
    """
    first = HEADING.search(html)
    heading = plain(first.group(3)) if first and first.group(1) == "1" else ""
    if facts.title and plain(facts.title) != heading:
        return plain(facts.title), html
    if not heading:
        return plain(facts.title), html
    if "<a " in first.group(3) and "href=" in first.group(3):
        line = LINE.search(first.group(0))
        report.add(path, int(line.group(1)) if line else 0, _("link in the title left out"))
    return heading, html[: first.start()] + _extras(first.group(3)) + html[first.end() :]


def _extras(inner: str) -> str:
    """Pictures in the title's heading stay, in the text below it."""
    pictures = re.findall(r"<img\b[^>]*>", inner)
    return f"<p>{''.join(pictures)}</p>" if pictures else ""


def _number_anchors(html: str, anchors: Anchors) -> str:
    def heading(match: re.Match) -> str:
        given = re.search(r'\sid="([^"]*)"', match.group(2))
        inside = re.search(r'<a\b[^>]*?\s(?:id|name)="([^"]*)"', match.group(3))
        rest = re.sub(r'\sid="[^"]*"', "", match.group(2))
        inner = re.sub(r'\s(?:id|name)="[^"]*"', "", match.group(3))
        text = plain(match.group(3))
        identity = anchors.add(text, (given or inside).group(1) if (given or inside) else "")
        if given or inside:
            # Links made from the heading's words keep working beside the one given by hand.
            anchors.by_source.setdefault(slug := slug_of(text), anchors.by_source.get(slug, identity))
        return f'<h{match.group(1)}{rest} id="\0{identity}">{inner}</h{match.group(1)}>'

    def other(match: re.Match) -> str:
        tag, before, identity, after = match.groups()
        if identity.startswith("\0"):
            return match.group(0).replace("\0", "")
        if identity.startswith("fn-") and tag == "li":
            anchors.by_source[identity] = identity
            return match.group(0)
        if not identity or tag == "pre":
            return f"<{tag}{before}{after}>"
        return f'<{tag}{before} id="{anchors.add("", identity)}"{after}>'

    return WITH_ID.sub(other, HEADING.sub(heading, html))
