"""What changed in a text: for its page, and two versions beside each other."""

from dataclasses import dataclass, field

from django.utils.functional import cached_property
from django.utils.html import strip_tags
from wagtail.fields import StreamField
from wagtail.models import Revision

from base.difference import Piece, opcodes, pieces
from base.stamp import remembered

from ..models.changes import PageChange, Size

# A list on a page ends somewhere; two older versions can still be compared.
MOST_SHOWN = 50
# So many paragraphs that stayed are shown around a change; the others fold.
AROUND = 1


def source_id(page) -> int:
    """The page whose text this one shows: itself, or the original where it only stands in for it."""
    return page.alias_of_id or page.pk


def edition_of(page) -> int:
    """The number of large changes that the text had, as this page shows it; worked out once per content stamp."""
    key, language = page.translation_key, page.content_language
    return remembered(f"edition:{key}:{language}", lambda: PageChange.objects.edition_of(key, language))


@dataclass(frozen=True)
class Shown:
    """A change as readers see it; ``since`` is the version before it that it can be compared with (None: gone, or first)."""

    change: PageChange
    since: int | None

    @property
    def line_lang(self) -> str:
        """For a ``lang`` attribute: that of the words where it isn't that of the page."""
        return "" if self.change.line_language in ("", self.change.language) else self.change.line_language


class ChangesReading:
    """The published versions of the text that a page shows, the newest first; one query."""

    def __init__(self, page):
        self.page = page

    @cached_property
    def versions(self) -> list[PageChange]:
        """All that are shown, the first version among them."""
        # A page that was never saved (a preview of a new one) has none.
        rows = PageChange.objects.of_page(source_id(self.page)) if self.page.pk else PageChange.objects.none()
        return list(rows[:MOST_SHOWN])

    @property
    def newest(self) -> int | None:
        """The revision that readers see now."""
        return self.versions[0].revision_id if self.versions else None

    @property
    def oldest(self) -> int | None:
        """The revision of the oldest of these, which need not be a change."""
        return self.versions[-1].revision_id if self.versions else None

    @cached_property
    def shown(self) -> list[Shown]:
        """The changes after the first version."""
        earlier = [row.revision_id for row in self.versions[1:]] + [None]
        rows = zip(self.versions, earlier, strict=False)
        return [Shown(row, since) for row, since in rows if row.size != Size.FIRST]

    @property
    def large(self) -> list[Shown]:
        """What readers have to know."""
        return [row for row in self.shown if row.change.is_large]

    @property
    def small(self) -> list[Shown]:
        """What they don't."""
        return [row for row in self.shown if not row.change.is_large]


@dataclass(frozen=True)
class Row:
    """One paragraph in both versions; ``before`` and ``after`` are empty where it isn't there."""

    kind: str
    before: list[Piece] = field(default_factory=list)
    after: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """Rows that are shown, or (``is_folded``) paragraphs that are the same and fold away."""

    rows: list[Row]
    is_folded: bool = False


def paragraphs_of(revision: Revision, model: type) -> list[str]:
    """What readers see of a version, as plain text: title, summary and text, paragraph by paragraph.

    Read from what is stored, not by making a page of it, which looks up all that hangs on one.
    """
    texts = [revision.content.get("title", ""), revision.content.get("summary", "")]
    for model_field in model._meta.get_fields():
        if isinstance(model_field, StreamField):
            stream = model_field.to_python(revision.content.get(model_field.name) or "[]")
            texts += model_field.get_searchable_content(stream)
    # A tag ends a word and, mostly, a paragraph: two list items aren't read as one.
    plain = (strip_tags(str(text).replace("</", "\n</").replace("<br", "\n<br")) for text in texts)
    lines = (" ".join(line.split()) for text in plain for line in text.splitlines())
    return [line for line in lines if line]


def compared(before: Revision, after: Revision, model: type) -> list[Part]:
    """Two versions of a page of type ``model``, paragraph beside paragraph, words that went and came marked; empty for equal texts."""
    old, new = paragraphs_of(before, model), paragraphs_of(after, model)
    if old == new:
        return []
    parts: list[Part] = []
    codes = opcodes(old, new)
    for index, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag == "equal":
            rows = [Row("same", [Piece("same", text)], [Piece("same", text)]) for text in old[i1:i2]]
            parts += _folded(rows, is_first=index == 0, is_last=index == len(codes) - 1)
        else:
            parts.append(Part(_changed(old[i1:i2], new[j1:j2])))
    return parts


def _folded(rows: list[Row], *, is_first: bool, is_last: bool) -> list[Part]:
    """What is beside a change stays in sight."""
    start = 0 if is_first else AROUND
    end = len(rows) if is_last else max(len(rows) - AROUND, start)
    if end - start < 2:
        return [Part(rows)]
    parts = [Part(rows[:start]), Part(rows[start:end], is_folded=True), Part(rows[end:])]
    return [part for part in parts if part.rows]


def _changed(old: list[str], new: list[str]) -> list[Row]:
    """Paragraphs that were replaced by as many, word by word; the others as a whole."""
    rows = []
    for index in range(max(len(old), len(new))):
        left = old[index] if index < len(old) else ""
        right = new[index] if index < len(new) else ""
        words = pieces(left, right)
        rows.append(
            Row(
                "changed",
                [piece for piece in words if piece.kind != "new"],
                [piece for piece in words if piece.kind != "gone"],
            )
        )
    return rows
