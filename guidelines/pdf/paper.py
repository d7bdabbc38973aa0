"""The paper: page size, fonts, running head and foot, and how a paragraph is set."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils.translation import gettext as _
from fpdf import FPDF, FontFace
from fpdf.enums import MethodReturnValue, TableBordersLayout, XPos, YPos
from fpdf.errors import FPDFException

from .glyphs import FILES, FOLDER, TEXT, TITLE, has_all, showable
from .paragraphs import Grid, Paragraph, Run

INK, SOFT, LINE = (20, 32, 29), (71, 84, 79), (211, 218, 214)
MARGIN, STEP, BODY_SIZE = 22, 6, 10.5
# Line height by size of the letters, in millimetres a point.
LEADING = 0.3528 * 1.4
HEADING_SIZES = {1: 22, 2: 15, 3: 12.5, 4: 11}
# What is bigger than this is no table on paper any more.
MOST_COLUMNS, MOST_IN_CELL = 6, 700


@dataclass(frozen=True)
class Look:
    """What the house style says: the organisation, its colours as red, green and blue."""

    name: str
    block: tuple[int, int, int]
    on_block: tuple[int, int, int]
    accent: tuple[int, int, int]


class Paper(FPDF):
    """An A4 document in the house style. ``find_link`` turns an address into a number of a place here, or a full address."""

    def __init__(self, title: str, language: str, look: Look, find_link: Callable[[str], int | str]):
        super().__init__(format="A4")
        self.look, self.find_link = look, find_link
        self.running_head = ""
        self.is_cover = True
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=MARGIN)
        for (family, style), file in FILES.items():
            self.add_font(family, style, FOLDER / file)
        self.set_title(title)
        self.set_lang(language)
        self.set_creator(look.name)
        self.short_title = title
        self.type()

    def footer(self):
        """At the end of a page, when its chapter is known: its running head, and its number; nothing on the cover."""
        if self.is_cover:
            return
        with self.local_context():
            self.type(8.5, colour=SOFT)
            # The margins of now may be those of something indented that goes on.
            half = self.w / 2 - MARGIN
            self.set_xy(MARGIN, 11)
            self.cell(half, 5, self.fitted(self.short_title, half - 4))
            self.cell(half, 5, self.fitted(self.running_head, half - 4), align="R")
            self.set_xy(MARGIN, -14)
            self.cell(2 * half, 5, showable(_("Page %(number)s") % {"number": self.page_no()}), align="R")

    def type(self, size: float = BODY_SIZE, style: str = "", family: str = TEXT, colour=INK) -> None:
        """Set in these letters from here on."""
        self.set_font(family, style, size)
        self.set_text_color(*colour)

    def fitted(self, text: str, width: float) -> str:
        """``text`` in the letters of now, with an ellipsis where it is wider than ``width`` millimetres."""
        text = showable(" ".join(text.split()), self.font_family, self.font_style.replace("U", ""))
        if self.get_string_width(text) <= width:
            return text
        while text and self.get_string_width(text + "…") > width:
            text = text[:-1]
        return text.rstrip() + "…"

    def room(self, height: float) -> None:
        """A new page where less than ``height`` millimetres are left on this one."""
        if self.will_page_break(height) and self.get_y() > MARGIN + 1:
            self.add_page()

    def heading(self, text: str, level: int) -> None:
        """A heading that never stands at the foot of a page."""
        size = HEADING_SIZES.get(level, HEADING_SIZES[4])
        height = size * 0.3528 * 1.2
        self.room(height * 2 + 14)
        self.ln(0 if level == 1 else 3)
        self.type(size, family=TITLE)
        self.set_x(self.l_margin)
        self.multi_cell(0, height, showable(text, TITLE), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2)
        self.type()

    def line_of(self, text: str, *, style: str = "", size: float = BODY_SIZE, colour=INK, gap: float = 1.5) -> None:
        """One paragraph in one style."""
        self.type(size, style, colour=colour)
        self.set_x(self.l_margin)
        words = showable(text, TEXT, style if has_all(text, TEXT, style) else "")
        if not has_all(words, TEXT, style):
            self.set_font(TEXT, style.replace("I", ""), size)
        self.multi_cell(0, size * LEADING, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(gap)
        self.type()

    def paragraphs(self, found: list[Paragraph | Grid]) -> None:
        """What ``paragraphs_of`` found."""
        for one in found:
            if isinstance(one, Grid):
                self.grid(one)
            elif one.kind == "rule":
                self.ln(2)
            elif one.kind == "heading":
                self.heading(one.text, 4)
            else:
                self._paragraph(one)

    def _paragraph(self, paragraph: Paragraph) -> None:
        height = BODY_SIZE * LEADING
        with self.indented(paragraph.indent * STEP + (STEP if paragraph.kind == "quote" else 0)):
            self.room(height)
            if paragraph.marker:
                marker = showable(paragraph.marker)
                self.set_x(self.l_margin - self.get_string_width(marker) - 1.8)
                self.cell(0, height, marker)
            self.set_x(self.l_margin)
            self._runs(paragraph.runs, height, size=9.5 if paragraph.kind == "code" else BODY_SIZE)
            self.ln(height)
        self.ln(1 if paragraph.marker else 2)

    def _runs(self, runs: list[Run], height: float, size: float) -> None:
        for run in runs:
            style = ("B" if run.bold else "") + ("I" if run.italic else "")
            if not has_all(run.text, TEXT, style):
                # The italics know fewer letters than the upright ones.
                style = style.replace("I", "")
            link = self.find_link(run.link) if run.link else ""
            self.type(size, style + ("U" if link else ""), colour=self.look.accent if link else INK)
            self.write(height, showable(run.text, TEXT, style), link)
        self.type()

    def grid(self, grid: Grid) -> None:
        """A table; one too wide or with too much in a cell as lines under each other."""
        columns = max(len(row) for row in grid.rows)
        is_small = columns <= MOST_COLUMNS and all(len(cell.text) <= MOST_IN_CELL for row in grid.rows for cell in row)
        if not is_small or not self._table(grid, columns):
            self._rows_as_lines(grid)
        self.ln(3)

    def _table(self, grid: Grid, columns: int) -> bool:
        self.type(9)
        self.set_draw_color(*LINE)
        self.set_fill_color(255, 255, 255)
        try:
            with self.table(
                borders_layout=TableBordersLayout.HORIZONTAL_LINES,
                first_row_as_headings=grid.has_headings,
                headings_style=FontFace(emphasis="BOLD", color=INK),
                line_height=9 * LEADING,
                padding=(1, 2, 1, 0),
                text_align="LEFT",
                v_align="T",
            ) as table:
                for cells in grid.rows:
                    row = table.row()
                    for cell in [*cells, *[Paragraph()] * (columns - len(cells))]:
                        links = {run.link for run in cell.runs if run.link}
                        link = self.find_link(links.pop()) if len(links) == 1 else None
                        row.cell(showable(cell.text.strip()), link=link or None)
        except FPDFException:
            return False
        finally:
            self.type()
        return True

    def _rows_as_lines(self, grid: Grid) -> None:
        headings = [cell.text.strip() for cell in grid.rows[0]] if grid.has_headings else []
        for cells in grid.rows[1 if grid.has_headings else 0 :]:
            for index, cell in enumerate(cells):
                name = headings[index] if index < len(headings) else ""
                lead = [Run(f"{name}: ", bold=True)] if name else []
                if cell.text.strip():
                    self._paragraph(Paragraph([*lead, *cell.runs]))
            self.ln(1)

    @contextmanager
    def indented(self, width: float):
        """Everything inside starts ``width`` millimetres further to the right."""
        before = self.l_margin
        self.set_left_margin(before + width)
        self.set_x(self.l_margin)
        try:
            yield
        finally:
            self.set_left_margin(before)
            self.set_x(before)

    @contextmanager
    def beside_line(self, colour):
        """A thick line in ``colour`` left of everything inside, on every page that it takes."""
        first, top = self.page, self.get_y()
        with self.indented(STEP):
            yield
        last, bottom = self.page, self.get_y()
        x = self.l_margin + 1
        for number in range(first, last + 1):
            self.page = number
            with self.local_context():
                self.set_draw_color(*colour)
                self.set_line_width(1)
                start = top if number == first else MARGIN
                end = bottom - 2 if number == last else self.h - MARGIN
                if end > start:
                    self.line(x, start, x, end)
        self.set_xy(self.l_margin, bottom)
        self.ln(2)

    def height_of(self, text: str, width: float) -> float:
        """How many millimetres high ``text`` in the letters of now is, in a column ``width`` wide."""
        size = self.font_size_pt * LEADING
        return self.multi_cell(width, size, text, dry_run=True, output=MethodReturnValue.HEIGHT)
