"""Clean HTML as paragraphs of styled text: all that is needed to put it on paper."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

BOLD, ITALIC = {"b", "strong", "th", "dt", "summary"}, {"i", "em"}
BLOCKS = {"p", "div", "li", "blockquote", "pre", "dd", "dt", "summary", "details", "figcaption", "section", "figure"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
LISTS = {"ul", "ol", "dl"}
DEEPEST = 8


@dataclass(frozen=True)
class Run:
    """Some text in one style; ``link`` is an address as it stands in the source, empty for none."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""


@dataclass
class Paragraph:
    """``kind`` is "text", "heading", "quote", "code" or "rule"; ``indent`` is in steps; ``marker`` is a list's bullet or
    number."""

    runs: list[Run] = field(default_factory=list)
    kind: str = "text"
    indent: int = 0
    marker: str = ""

    @property
    def text(self) -> str:
        """Its words alone."""
        return "".join(run.text for run in self.runs)


@dataclass
class Grid:
    """A table: rows of cells, each a paragraph; the first row may be headings."""

    rows: list[list[Paragraph]] = field(default_factory=list)
    has_headings: bool = False


def paragraphs_of(html: str) -> list[Paragraph | Grid]:
    """The paragraphs, headings, list items and tables of clean HTML, in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_paragraph()
    reader.end_grid()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found: list[Paragraph | Grid] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.counts: list[int | None] = []
        self.now = Paragraph()
        self.grid: Grid | None = None

    def handle_starttag(self, tag, attrs):
        """Begins a paragraph, list, table or style."""
        given = dict(attrs)
        if tag == "br":
            self.now.runs.append(Run("\n"))
            return
        if tag == "img":
            return
        if tag == "hr":
            self.end_paragraph()
            self.found.append(Paragraph(kind="rule"))
            return
        self.open.append(tag)
        if tag == "a":
            self.links.append(given.get("href") or "")
        elif tag == "table":
            self.end_paragraph()
            self.end_grid()
            self.grid = Grid()
        elif tag == "tr" and self.grid is not None:
            self.grid.rows.append([])
        elif tag in ("td", "th") and self.grid is not None:
            self._begin_cell(tag)
        elif tag in LISTS:
            self.end_paragraph()
            start = given.get("start") or "1"
            number = int(start) if start.isdigit() and len(start) < 7 else 1
            self.counts.append(number if tag == "ol" else None)
        elif tag == "li":
            self.end_paragraph()
            self.now.marker = self._next_marker()
        elif tag in BLOCKS or tag in HEADINGS:
            self.end_paragraph()
            self._set_kind()

    def handle_endtag(self, tag):
        """Ends what ``tag`` began; one that was never begun is nothing."""
        if tag not in self.open:
            return
        while self.open:
            closed = self.open[-1]
            if closed in BLOCKS or closed in HEADINGS or closed in LISTS:
                self.end_paragraph()
            self.open.pop()
            if closed == "a" and self.links:
                self.links.pop()
            elif closed in LISTS and self.counts:
                self.counts.pop()
            elif closed == "table":
                self.end_grid()
            if closed == tag:
                return

    def handle_data(self, data):
        """Words, in the style of the tags around them."""
        if "pre" not in self.open:
            data = _collapsed(data, self.now.text)
        if data:
            self.now.runs.append(
                Run(
                    data,
                    bold=any(tag in BOLD for tag in self.open),
                    italic=any(tag in ITALIC for tag in self.open),
                    link=self.links[-1] if self.links else "",
                )
            )

    def end_paragraph(self):
        """What was gathered is a paragraph now; inside a table it goes on in the cell."""
        if self.grid is not None:
            if self.now.text.strip():
                self.now.runs.append(Run("\n"))
            return
        if self.now.text.strip():
            self.now.indent = self.now.indent or min(len(self.counts), DEEPEST)
            self._set_kind()
            self.found.append(self.now)
            # Whatever else stands in the same list item is below its bullet.
        marker = "" if self.now.text.strip() else self.now.marker
        self.now = Paragraph(marker=marker)

    def end_grid(self):
        """The table is complete."""
        if self.grid is not None:
            rows = [row for row in self.grid.rows if row]
            if rows:
                self.found.append(Grid(rows, self.grid.has_headings))
            self.grid, self.now = None, Paragraph()

    def _begin_cell(self, tag: str):
        if not self.grid.rows:
            self.grid.rows.append([])
        if tag == "th" and len(self.grid.rows) == 1:
            self.grid.has_headings = True
        self.now = Paragraph()
        self.grid.rows[-1].append(self.now)

    def _set_kind(self):
        if any(tag in HEADINGS for tag in self.open):
            self.now.kind = "heading"
        elif "pre" in self.open:
            self.now.kind = "code"
        elif "blockquote" in self.open:
            self.now.kind = "quote"

    def _next_marker(self) -> str:
        if not self.counts or self.counts[-1] is None:
            return "•"
        self.counts[-1] += 1
        return f"{self.counts[-1] - 1}."


def _collapsed(data: str, before: str) -> str:
    """White space as a browser shows it: one space, none at the start of a line."""
    words = " ".join(data.split())
    lead = " " if data[:1].isspace() and before and not before[-1].isspace() else ""
    trail = " " if words and data[-1:].isspace() else ""
    return f"{lead}{words}{trail}"
