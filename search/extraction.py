"""From pages to what is indexed of them: sections under their anchors, as plain text."""

import html
import logging
import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import translation
from django.utils.html import strip_tags
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from base.reading import table_of_contents
from guidelines.querysets import paths_above
from onboarding.tokens import fill_tokens

from .documents import Document, Section
from .kinds import kind_of

logger = logging.getLogger(__name__)

# What separates words on the page but is no space in its source.
_BLOCK_END = re.compile(r"<(?:br\s*/?|/(?:p|h[1-6]|li|td|th|tr|blockquote|pre|div|dt|dd|figcaption))>", re.IGNORECASE)
_CAPTION_LINE = re.compile(r"^(?:WEBVTT.*|NOTE.*|STYLE.*|\d+|.*-->.*)$")
# Front page and sections such as the handbook stand above everything: their titles tell nothing.
FIRST_TOLD_DEPTH = 4


def plain_text(source: str) -> str:
    """HTML as text, with a line for each block."""
    text = html.unescape(strip_tags(_BLOCK_END.sub("\n", source)))
    return "\n".join(line for line in (" ".join(part.split()) for part in text.split("\n")) if line)


def documents_for(pages: Iterable[Page]) -> Iterator[Document]:
    """The documents of these pages (of their own types), which have to be live and no aliases.

    A page that can't be read is logged and left out: one broken page must not keep the others from being found.
    """
    pages = list(pages)
    paths = {path for page in pages for path in paths_down_to(page.path)}
    known = {
        path: (pk, title) for path, pk, title in Page.objects.filter(path__in=paths).values_list("path", "pk", "title")
    }
    for page in pages:
        try:
            yield document_of(page, known)
        except Exception:  # whatever a block raises, the other pages go on
            logger.exception("Page %s could not be read for search", page.pk)


def document_of(page: Page, known: dict[str, tuple[int, str]]) -> Document:
    """One page; ``known`` is ``{tree path: (primary key, title)}`` of the pages above it and itself."""
    language = page.locale.language_code
    above = [known[path] for path in paths_down_to(page.path) if path in known]
    told = [known[path] for path in paths_down_to(page.path)[FIRST_TOLD_DEPTH - 1 : -1] if path in known]
    words = [_clean(getattr(page, name, "")) for name in ("keywords", "byline_name")]
    # The address keeps an older title, or what the file of an imported page was called.
    words.append(page.slug.replace("-", " "))
    return Document(
        pk=page.pk,
        language=language,
        title=_clean(page.title),
        summary=_clean(getattr(page, "summary", "")),
        keywords=" ".join(word for word in words if word),
        crumbs=tuple(_clean(title) for _pk, title in told),
        sections=tuple(_sections(page, language)),
        source_path=getattr(page, "source_path", ""),
        version=page_version(page.last_published_at, above[:-1]),
        above=tuple(pk for pk, _title in above),
        kind=kind_of(page.content_type.app_label, page.content_type.model).key,
    )


def paths_down_to(path: str) -> list[str]:
    """The tree paths of all pages above the one at ``path``, from the root, and its own."""
    return [*paths_above(path), path]


def page_version(published: datetime | None, above: list[tuple[int, str]]) -> int:
    """A number of 63 bits: when it was published, and which pages by which titles stand ``above`` it."""
    milliseconds = int(published.timestamp() * 1000) if published else 0
    place = zlib.crc32(repr(above).encode("utf-8", "replace")) & 0xFFFFF
    return milliseconds << 20 | place


def _clean(text: str) -> str:
    return str(text or "").replace("\x00", "")


def _sections(page: Page, language: str) -> Iterator[Section]:
    """Each heading and each tip starts a section; what comes before is the first one, without an anchor.

    Words that are somebody's own, such as ``{{buddy}}``, are those for who hasn't any.
    """
    for section in _written_sections(page, language):
        with translation.override(language):
            filled = Section(section.anchor, fill_tokens(section.heading, {}), fill_tokens(section.text, {}))
        yield filled


def _written_sections(page: Page, language: str) -> Iterator[Section]:
    if isinstance(getattr(page, "html", None), str):
        yield Section("", "", _clean(plain_text(page.html)))
        yield from _captions_of_photos(page)
        return
    anchor, heading, texts = "", "", []
    for field in page.get_search_fields():
        if not isinstance(field, index.SearchField) or field.field_name in ("title", "summary", "keywords"):
            continue
        value = getattr(page, field.field_name, None)
        if not isinstance(value, StreamValue):
            if isinstance(value, str) and value.strip():
                texts.append(plain_text(value))
            continue
        table_of_contents(value)
        for block in value:
            if block.block_type == "heading":
                yield _section(anchor, heading, texts)
                anchor, heading, texts = block.value["anchor"], block.value["text"], []
            elif block.block_type == "tip":
                yield _section(anchor, heading, texts)
                yield _section(block.value["anchor"], block.value["title"], _tip_texts(block.value))
                # What follows a tip is no part of it, and no link points there.
                anchor, heading, texts = "", "", []
            else:
                texts.extend(_texts(block, language))
    texts.extend(_other_texts(page))
    yield _section(anchor, heading, texts)


def _section(anchor: str, heading: str, texts: Iterable[str]) -> Section:
    return Section(_clean(anchor), _clean(heading), _clean("\n".join(text for text in texts if text.strip())))


def _tip_texts(value) -> list[str]:
    parts = (value.get(name) for name in ("text", "do", "dont", "why", "example"))
    return [plain_text(part.source) for part in parts if part]


def _texts(block, language: str) -> list[str]:
    """The text of one block; names of choices (the tone of a callout) are no text."""
    if block.block_type == "rich_text":
        return [plain_text(block.value.source)]
    if block.block_type == "video":
        value = block.value
        transcript = value.get("transcript")
        spoken = plain_text(transcript.source) if transcript else ""
        return [value.get("title") or "", spoken or _spoken_in(value.get("video"), language)]
    if block.block_type == "code":
        return [block.value.get("code") or ""]
    if block.block_type == "document":
        document = block.value.get("document")
        return [block.value.get("text") or "", document.title if document else ""]
    if block.block_type == "callout":
        text = block.value.get("text")
        return [block.value.get("title") or "", plain_text(text.source) if text else ""]
    return [plain_text(str(text)) for text in block.block.get_searchable_content(block.value)]


def _spoken_in(video, language: str) -> str:
    """What the captions of an uploaded video say, in the page's language or else in the other."""
    if video is None:
        return ""
    files = [getattr(video, f"captions_{code}", None) for code in sorted(("nl", "en"), key=lambda c: c != language)]
    for file in filter(None, files):
        try:
            with file.open("rb") as handle:
                lines = handle.read().decode("utf-8", "replace").lstrip("\ufeff").splitlines()
        except OSError:
            logger.warning("Captions %s can't be read", file.name)
            continue
        return plain_text(" ".join(line for line in lines if not _CAPTION_LINE.match(line.strip())))
    return ""


def _captions_of_photos(page: Page) -> Iterator[Section]:
    photos = getattr(page, "photos", None)
    if photos is not None:
        yield _section("", "", [text for photo in photos.all() for text in (photo.caption, photo.alt_text) if text])


def _other_texts(page: Page) -> list[str]:
    """Text fields of the page type that Wagtail's own search doesn't know, such as the closing words of a path."""
    known = {field.field_name for field in page.get_search_fields()}
    names = [
        field.name
        for field in type(page)._meta.local_fields
        if field.get_internal_type() == "TextField" and not isinstance(field, StreamField) and field.name not in known
    ]
    return [str(getattr(page, name) or "") for name in names]
