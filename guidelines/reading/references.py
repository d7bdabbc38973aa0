"""What a text refers to, read from how it is stored: no picture, document or page is fetched, and what is gone is still named."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from django.db.models import Model
from django.utils.html import strip_tags
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.coreutils import resolve_model_string
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.models import Page

from base.reading import places_in

PAGE, DOCUMENT, PICTURE, OUTSIDE, HERE = "page", "document", "picture", "outside", "here"
LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL | re.IGNORECASE)
EMBED = re.compile(r"<embed\b([^>]*?)/?>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*\"([^\"]*)\"")
IDENTIFIED = re.compile(r"\sid=\"([^\"]+)\"")


@dataclass(frozen=True)
class Reference:
    """One thing a text leads to or shows: what kind, which (an id or an address), where on it, by which words."""

    kind: str
    target: str
    anchor: str = ""
    words: str = ""


def references_of(page: Page) -> Iterator[Reference]:
    """Everything in the texts of this specific page, in order."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield from _in_stream(field.stream_block, list(getattr(page, field.name).raw_data))
        elif isinstance(field, RichTextField):
            yield from in_html(getattr(page, field.name) or "")


def references_in_content(model: type[Page], content: dict) -> Iterator[Reference]:
    """The same of a version that is kept but not shown; ``content`` as a revision has it."""
    for field in model._meta.get_fields():
        value = content.get(field.name)
        if isinstance(field, StreamField) and value:
            yield from _in_stream(field.stream_block, json.loads(value) if isinstance(value, str) else value)
        elif isinstance(field, RichTextField):
            yield from in_html(value or "")


def anchors_of(page: Page) -> frozenset[str] | None:
    """Every place of this specific page that a link may lead to; None for a page whose places aren't known."""
    body = getattr(page, "body", None)
    if body is None or not hasattr(body, "raw_data"):
        return None
    anchors = {place.anchor for place in places_in(body)}
    return frozenset(anchors | {found for html in _texts(list(body.raw_data)) for found in IDENTIFIED.findall(html)})


def _texts(raw) -> Iterator[str]:
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, dict):
        for value in raw.values():
            yield from _texts(value)
    elif isinstance(raw, list | tuple):
        for value in raw:
            yield from _texts(value)


def _in_stream(block: blocks.StreamBlock, raw) -> Iterator[Reference]:
    for child in raw or []:
        kind = child.get("type")
        if kind in block.child_blocks:
            yield from _in_block(block.child_blocks[kind], child.get("value"))


def _in_block(block, value) -> Iterator[Reference]:
    if value is None or value == "":
        return
    if isinstance(block, blocks.StreamBlock):
        yield from _in_stream(block, value)
    elif isinstance(block, TypedTableBlock):
        yield from _in_table(block, value)
    elif isinstance(block, blocks.StructBlock):
        # A picture block was only the id once.
        values = value if isinstance(value, dict) else {"image": value}
        for name, child in block.child_blocks.items():
            yield from _in_block(child, values.get(name))
    elif isinstance(block, blocks.ListBlock):
        for item in value if isinstance(value, list) else []:
            is_item = isinstance(item, dict) and item.get("type") == "item"
            yield from _in_block(block.child_block, item.get("value") if is_item else item)
    elif isinstance(block, blocks.ChooserBlock):
        if (kind := _kind_of(block.target_model)) is not None:
            yield Reference(kind, str(value))
    elif isinstance(block, blocks.RichTextBlock):
        yield from in_html(str(value))
    elif isinstance(block, blocks.URLBlock):
        yield Reference(OUTSIDE, str(value))


def _in_table(block: TypedTableBlock, value) -> Iterator[Reference]:
    columns = [block.child_blocks.get(column.get("type")) for column in value.get("columns", [])]
    for row in value.get("rows", []):
        for column, cell in zip(columns, row.get("values", []), strict=False):
            if column is not None:
                yield from _in_block(column, cell)


def _kind_of(model: type[Model] | str) -> str | None:
    # Some choosers name theirs.
    model = resolve_model_string(model)
    if issubclass(model, Page):
        return PAGE
    if issubclass(model, get_document_model()):
        return DOCUMENT
    return PICTURE if issubclass(model, get_image_model()) else None


def in_html(html: str) -> Iterator[Reference]:
    """Links and pictures of a text with layout, as it is stored."""
    for tag, inner in LINK.findall(html):
        attrs = {name.lower(): unescape(value) for name, value in ATTRIBUTE.findall(tag)}
        words = " ".join(unescape(strip_tags(inner)).split())[:200]
        kind, address = attrs.get("linktype"), attrs.get("href", "")
        if kind in (PAGE, DOCUMENT) and attrs.get("id"):
            yield Reference(kind, attrs["id"], attrs.get("anchor", ""), words)
        elif address.startswith("#") and len(address) > 1:
            yield Reference(HERE, "", address[1:], words)
        elif address.startswith(("http://", "https://")):
            yield Reference(OUTSIDE, address, "", words)
    for tag in EMBED.findall(html):
        attrs = {name.lower(): unescape(value) for name, value in ATTRIBUTE.findall(tag)}
        if attrs.get("embedtype") == "image" and attrs.get("id"):
            yield Reference(PICTURE, attrs["id"], "", attrs.get("alt", "")[:200])
