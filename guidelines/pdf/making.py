"""From the reading of a manual to its PDF."""

import io
import logging
from dataclasses import dataclass
from urllib.parse import urldefrag, urlsplit

from django.core.cache import cache
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf.enums import XPos, YPos
from fpdf.errors import FPDFException

from base.access import cache_key_for
from base.house_style import pairs
from base.logo import logo_file
from base.models import HouseStyle
from base.photos import DAMAGED
from base.templatetags.portal import language_name

from .blocks import BlockWriter
from .glyphs import TITLE, showable
from .paper import MARGIN, SOFT, Look, Paper
from .paragraphs import Paragraph, Run
from .pictures import Pictures

logger = logging.getLogger(__name__)

# Of what is bigger, few would push everything else out of a small cache; it is made again instead.
MOST_KEPT = 2_000_000
SECONDS_KEPT = 60 * 60
CONTENTS_LINE = 7
BAND = 105


@dataclass
class Listed:
    """One line of the contents: the place it leads to, and its page once that is known."""

    title: str
    level: int
    link: int
    page: int = 0


def manual_pdf(reading, base_url: str) -> bytes:
    """The manual of a ``ManualReading`` with every chapter its reader may read; ``base_url`` is the portal's address.

    Made once an hour at most for readers who may see the same, in one language, as long as no content changes.
    """
    day = timezone.localdate().isoformat()
    key = f"manual-pdf:{reading.page.pk}:{get_language()}:{day}:{base_url}:{cache_key_for(reading.user)}"
    made = cache.get(key)
    if made is None:
        made = ManualPdf(reading, base_url).make()
        if len(made) <= MOST_KEPT:
            cache.set(key, made, SECONDS_KEPT)
    return made


class ManualPdf:
    """One manual on paper: cover, contents, text, chapters."""

    def __init__(self, reading, base_url: str):
        self.reading, self.page, self.base_url = reading, reading.page, base_url.rstrip("/")
        self.style = HouseStyle.load()
        colours = pairs(self.style.accent, "light")
        look = Look(self.style.name, *(_rgb(colours[name]) for name in ("block", "on-block", "accent-text")))
        self.paper = Paper(self.page.title, self.page.content_language, look, self._find_link)
        # Of the text that is being drawn: its address, how deep it is, and what its anchors begin with in the reading.
        self.here, self.level, self.prefix = "", 1, ""
        self.places: dict[tuple[str, str], int] = {}
        self.drawn: set[int] = set()
        self.listed: list[Listed] = []
        self.is_used = True

    def make(self) -> bytes:
        """The finished file."""
        chapters = self.reading.whole
        texts = [(self.page, self.reading.contents), *((row["page"], row["contents"]) for row in chapters)]
        self._name_places(texts, {row["page"].pk: row for row in chapters})
        pictures = Pictures(page.body for page, _contents in texts)
        writer = BlockWriter(self.paper, self.reading.user, pictures, self._mark)
        self._cover()
        self._contents()
        if self.page.body:
            self._text(writer, self.page, self.page.title)
        for row in chapters:
            self._text(writer, row["page"], _numbered(row), row["level"])
        self._settle_links()
        return bytes(self.paper.output())

    def _name_places(self, texts, rows) -> None:
        """A number for every place that a link may lead to, before anything is on paper."""
        for page, contents in texts:
            url = page.get_url() or ""
            self.places[url, ""] = self.paper.add_link(page=1)
            if page.pk in rows:
                row = rows[page.pk]
                self.listed.append(Listed(_numbered(row), row["level"], self.places[url, ""]))
            elif page.body and rows:
                self.listed.append(Listed(page.title, 1, self.places[url, ""]))
            prefix = f"c{page.pk}-" if page.pk in rows else ""
            for entry in contents:
                self.places[url, entry.anchor.removeprefix(prefix)] = self.paper.add_link(page=1)

    def _find_link(self, href: str) -> int | str:
        """The place in this file, else the full address; an empty text for what is no address."""
        try:
            url, anchor = urldefrag(href)
            parts = urlsplit(url)
        except ValueError:
            return ""
        if parts.netloc and not parts.scheme:
            return f"https:{href}"
        if parts.scheme and parts.scheme not in ("http", "https", "mailto", "tel"):
            return ""
        if not parts.scheme:
            path = parts.path or self.here
            place = self.places.get((path, anchor)) or self.places.get((path, ""))
            if place:
                return place
            return f"{self.base_url}{path}{f'?{parts.query}' if parts.query else ''}{f'#{anchor}' if anchor else ''}"
        return href

    def _set_place(self, place: int | None) -> None:
        if place:
            self.paper.set_link(place, y=self.paper.get_y(), page=self.paper.page)
            self.drawn.add(place)

    def _settle_links(self) -> None:
        """A place that never came (a manual without words of its own) is the first page."""
        for place in self.places.values():
            if place not in self.drawn:
                self.paper.set_link(place, page=1)

    def _mark(self, anchor: str, title: str, level: int) -> None:
        self._set_place(self.places.get((self.here, anchor.removeprefix(self.prefix))))
        self.paper.start_section(title, self.level + level - 2, strict=False)

    def _text(self, writer: BlockWriter, page, title: str, level: int = 1) -> None:
        paper = self.paper
        self.here, self.level = page.get_url() or "", level
        self.prefix = f"c{page.pk}-" if page.pk != self.page.pk else ""
        if self.is_used:
            paper.add_page()
        self.is_used, paper.is_cover, paper.running_head = True, False, title
        place = self.places.get((self.here, ""))
        self._set_place(place)
        for line in self.listed:
            if line.link == place:
                line.page = paper.page_no()
        paper.start_section(title, level - 1, strict=False)
        paper.heading(title, 1)
        if page.summary and page.pk != self.page.pk:
            with paper.beside_line(paper.look.accent):
                paper.line_of(page.summary)
        if page.body:
            writer.write(page.body, self.here)

    def _contents(self) -> None:
        if not self.listed:
            return
        paper = self.paper
        paper.add_page()
        paper.is_cover, paper.running_head = False, _("Contents")
        first = int((paper.eph - 16) // CONTENTS_LINE)
        later = int(paper.eph // CONTENTS_LINE)
        pages = 1 + max(0, -(-(len(self.listed) - first) // later))
        paper.insert_toc_placeholder(lambda paper, _outline: self._draw_contents(paper, first, later), pages=pages)
        # It left us on a new page.
        self.is_used = False

    def _draw_contents(self, paper: Paper, first: int, later: int) -> None:
        paper.heading(_("Contents"), 1)
        left = first
        for line in self.listed:
            if not left:
                paper.add_page()
                left = later
            left -= 1
            indent = min(line.level - 1, 4) * 6
            paper.type(10.5, "B" if line.level == 1 else "")
            paper.set_x(MARGIN + indent)
            number_width = 14
            title = paper.fitted(line.title, paper.epw - indent - number_width)
            paper.cell(paper.epw - indent - number_width, CONTENTS_LINE, title, link=line.link)
            paper.cell(
                number_width,
                CONTENTS_LINE,
                str(line.page or ""),
                align="R",
                link=line.link,
                new_x=XPos.LMARGIN,
                new_y=YPos.NEXT,
            )
        paper.type()

    def _cover(self) -> None:
        paper, look = self.paper, self.paper.look
        paper.add_page()
        paper.set_fill_color(*look.block)
        paper.rect(0, 0, paper.w, BAND, style="F")
        paper.set_xy(MARGIN, 20)
        paper.type(12, "B", colour=look.on_block)
        paper.cell(0, 6, paper.fitted(look.name, paper.epw))
        paper.set_xy(MARGIN, 38)
        paper.type(30, family=TITLE, colour=look.on_block)
        title = showable(self.page.title, TITLE)
        size = next((size for size in (30, 24, 18, 13) if self._cover_height(title, size) < BAND - 45), 10)
        paper.type(size, family=TITLE, colour=look.on_block)
        paper.multi_cell(0, size * 0.42, title, align="L")
        paper.set_xy(MARGIN, BAND + 12)
        self._logo()
        if self.page.summary:
            paper.line_of(self.page.summary, size=13, gap=6)
        for label, value in self._facts():
            paper.paragraphs(_fact(label, value))
        paper.set_y(max(paper.get_y() + 6, 262))
        paper.set_auto_page_break(False)
        paper.line_of(
            _("Made on %(today)s. The latest version is always in the portal.")
            % {"today": date_format(timezone.localdate(), "j F Y")},
            size=9,
            colour=SOFT,
        )
        paper.set_auto_page_break(True, margin=MARGIN)

    def _cover_height(self, title: str, size: float) -> float:
        self.paper.type(size, family=TITLE)
        return self.paper.height_of(title, self.paper.epw)

    def _logo(self) -> None:
        logo = self.style.logo
        if logo is None or logo.hidden_at or not logo.width or not logo.height:
            return
        paper = self.paper
        height = 11
        width = min(70, height * logo.width / logo.height)
        try:
            file, _kind = logo_file(logo)
            with file:
                paper.image(
                    io.BytesIO(file.read()), x=MARGIN, y=paper.get_y(), w=width, h=height, keep_aspect_ratio=True
                )
        except (FPDFException, NotImplementedError, *DAMAGED) as error:
            logger.warning("The logo is left out of a PDF: %s", error)
            return
        paper.ln(height + 8)

    def _facts(self) -> list[tuple[str, str]]:
        governance = self.reading.governance
        facts = []
        if self.reading.applies_to:
            facts.append((_("Applies to"), self.reading.applies_to))
        if governance.owner:
            facts.append((_("Owner"), governance.owner.get_full_name()))
        if governance.reviewed_on:
            facts.append((_("Checked"), date_format(governance.reviewed_on, "j F Y")))
        if governance.review_by:
            facts.append((_("Again"), _("before %(date)s") % {"date": date_format(governance.review_by, "j F Y")}))
        facts.append((_("Language"), language_name(self.page.content_language)))
        facts.append((_("In the portal"), f"{self.base_url}{self.page.get_url() or ''}"))
        return facts


def _numbered(row: dict) -> str:
    """A chapter's title with its number, as the printed manual has it."""
    return f"{row['number']}. {row['page'].title}" if row["number"] else row["page"].title


def _fact(label: str, value: str) -> list[Paragraph]:
    link = value if value.startswith("http") else ""
    return [Paragraph([Run(f"{label}: ", bold=True), Run(value, link=link)])]


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour.lstrip("#")[start : start + 2], 16) for start in (0, 2, 4))
    return red, green, blue
