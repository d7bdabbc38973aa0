"""The blocks of a text, each as it is put on paper."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.rich_text import expand_db_html

from base.blocks.links import target_of
from base.rich_text import render_prose

from ..importing.cleaning import clean_shown
from .paper import SOFT, Paper
from .paragraphs import Grid, Paragraph, Run, paragraphs_of
from .pictures import Pictures

SUN, BAD, OK = (143, 106, 0), (163, 30, 30), (20, 102, 60)
TONES = {"sun": SUN, "bad": BAD, "ok": OK}


class BlockWriter:
    """Puts blocks on paper for ``user``; ``mark`` is told the anchor of every heading and tip as it is reached, with its
    title and level, and ``page_url`` is where the text stands in the portal."""

    def __init__(self, paper: Paper, user, pictures: Pictures, mark: Callable[[str, str, int], None]):
        self.paper, self.user, self.pictures, self.mark = paper, user, pictures, mark
        self.page_url = ""

    def write(self, body, page_url: str) -> None:
        """A whole text; a kind of block that isn't known here is left out."""
        self.page_url = page_url
        for block in body:
            method = getattr(self, f"_{block.block_type}", None)
            if method is not None:
                method(block.value)

    def _prose(self, value) -> None:
        self.paper.paragraphs(paragraphs_of(render_prose(value)))

    def _labelled(self, label: str, value, colour) -> None:
        if value and value.source:
            self.paper.room(16)
            self.paper.line_of(label, style="B", colour=colour, gap=0.5)
            self._prose(value)

    def _rich_text(self, value) -> None:
        self._prose(value)

    def _formatted(self, value) -> None:
        self.paper.paragraphs(paragraphs_of(clean_shown(expand_db_html(value.source))))

    def _heading(self, value) -> None:
        level = int(value["level"])
        self.paper.room(24)
        self.mark(value["anchor"], value["text"], level)
        self.paper.heading(value["text"], level)

    def _tip(self, value) -> None:
        self.paper.room(40)
        self.mark(value["anchor"], value["title"], 2)
        words = _("Tip %(number)s: %(title)s") % {"number": value.number, "title": value["title"]}
        self.paper.heading(words, 3)
        with self.paper.beside_line(self.paper.look.accent):
            self._prose(value["text"])
            self._labelled(pgettext("advice", "Do"), value["do"], OK)
            self._labelled(_("Rather not"), value["dont"], BAD)
            self._labelled(_("For instance"), value["example"], SOFT)
            self._labelled(_("Why this tip?"), value["why"], SOFT)

    def _callout(self, value) -> None:
        self.paper.room(20)
        with self.paper.beside_line(TONES.get(value["tone"], self.paper.look.accent)):
            if value["title"]:
                self.paper.line_of(value["title"], style="B", gap=0.5)
            self._prose(value["text"])

    def _steps(self, value) -> None:
        if value["title"]:
            self.paper.heading(value["title"], 4)
        for number, step in enumerate(value["steps"], 1):
            self.paper.room(14)
            self.paper.paragraphs([Paragraph([Run(step["title"], bold=True)], indent=1, marker=f"{number}.")])
            with self.paper.indented(6):
                self._prose(step["text"])
        self.paper.ln(2)

    def _quote(self, value) -> None:
        runs = [Run(f"“{value['text']}”", italic=True)]
        if value["who"]:
            runs.append(Run(f"\n{value['who']}"))
        self.paper.paragraphs([Paragraph(runs, kind="quote")])

    def _code(self, value) -> None:
        self.paper.paragraphs([Paragraph([Run(value["code"])], kind="code", indent=1)])

    def _table(self, value) -> None:
        if value.caption:
            self.paper.room(20)
            self.paper.line_of(value.caption, style="B")
        headings = [Paragraph([Run(column["heading"] or "", bold=True)]) for column in value.columns]
        rows = [[_cell(cell) for cell in row["values"]] for row in value.row_data]
        has_headings = any(heading.text for heading in headings)
        if rows or has_headings:
            self.paper.grid(Grid([headings, *rows] if has_headings else rows, has_headings))

    def _image(self, value) -> None:
        image = value["image"]
        if image is None:
            return
        alt = "" if image.decorative else image.contextual_alt_text or ""
        if not self.pictures.put(self.paper, image, alt):
            words = _("There is a picture here that is only shown in the portal.")
            self._link_line(words, self.page_url, alt)
        if value["caption"]:
            self.paper.line_of(value["caption"], size=9, colour=SOFT, gap=3)

    def _video(self, value) -> None:
        title = _("Video: %(title)s") % {"title": value["title"]}
        self._link_line(title, self.page_url, _("Watch it in the portal."))
        self._labelled(_("What is said"), value["transcript"], SOFT)

    def _document(self, value) -> None:
        document = value["document"]
        if document is not None:
            self._link_line(value["text"] or document.title, document.url, document.file_extension.upper())

    def _page(self, value) -> None:
        target = target_of(value["page"], self.user)
        if target:
            self._link_line(target["title"], target["url"], value["text"] or "")

    def _people(self, value) -> None:
        if value["title"]:
            self.paper.line_of(value["title"], style="B")
        for person in value["people"]:
            if person and person.is_active:
                known = (person.get_full_name(), person.job_title, person.phone, person.email)
                self.paper.paragraphs([Paragraph([Run(", ".join(filter(None, known)))], indent=1, marker="•")])

    def _link_line(self, words: str, url: str, remark: str = "") -> None:
        runs = [Run(words, link=url)]
        if remark:
            runs.append(Run(f"\n{remark}"))
        self.paper.paragraphs([Paragraph(runs)])


def _cell(value) -> Paragraph:
    runs: list[Run] = []
    for one in paragraphs_of(render_prose(value)):
        if isinstance(one, Paragraph) and one.text:
            lead = [Run("\n")] if runs else []
            runs += [*lead, *([Run(f"{one.marker} ")] if one.marker else []), *one.runs]
    return Paragraph(runs)
