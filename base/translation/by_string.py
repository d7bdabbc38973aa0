"""A translation made by a program as a translator would have made it: string by string, through wagtail-localize."""

from collections.abc import Iterator

from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.strings import StringValue, extract_strings

from ..blocks import TableBlock


class UnpairedText(Exception):
    """A text of the original has no counterpart, or two; the message names the page and the text."""


def translate_page(page: Page, twin: Page, locale: Locale, translator) -> Page:
    """Publish the translation of ``page`` into ``locale``.

    ``twin`` is an unsaved copy that holds the translated texts in the same blocks. Raises ``UnpairedText`` where a
    string of the original has no counterpart in it.
    """
    source, _ = TranslationSource.update_or_create_from_instance(page)
    translation, _ = Translation.objects.get_or_create(source=source, target_locale=locale)
    originals = list(StringSegment.objects.filter(source=source).select_related("string", "context").order_by("order"))
    counterparts = [segment for segment in extract_segments(twin) if isinstance(segment, StringSegmentValue)]
    in_tables = table_pairs(page, twin)
    tables = tuple(in_tables)
    outside = [segment for segment in originals if not segment.context.path.startswith(tables)]
    counterparts = [segment for segment in counterparts if not segment.path.startswith(tables)]
    check_pairs(page, outside, counterparts)
    pairs = [(original, counterpart.string.data) for original, counterpart in zip(outside, counterparts, strict=True)]
    for original in originals:
        for table, texts in in_tables.items():
            if original.context.path.startswith(table):
                pairs.append((original, texts[original.string.data]))
    _store(pairs, locale, translator)
    translation.translations_last_updated_at = timezone.now()
    translation.save(update_fields=["translations_last_updated_at"])
    # As a draft and then published: the tool's own publishing waits for the end of the transaction, and would put the
    # page back at the place in the tree that it had here.
    translation.save_target(user=translator, publish=False)
    translated = translation.get_target_instance()
    translated.get_latest_revision().publish(user=translator)
    return translated


def check_pairs(page: Page, originals: list[StringSegment], counterparts: list[StringSegmentValue]) -> None:
    """Each string has a counterpart in the same place; raises ``UnpairedText`` that names the first that hasn't."""
    places = [segment.context.path for segment in originals]
    others = [segment.path for segment in counterparts]
    if places == others:
        return
    for index, original in enumerate(originals):
        if index >= len(others) or others[index] != places[index]:
            raise UnpairedText(
                f"{page.title!r}: {original.string.data!r} ({places[index]}) has no counterpart in the other language."
            )
    extra = counterparts[len(originals)]
    raise UnpairedText(f"{page.title!r}: {extra.string.data!r} is there in the other language only.")


def table_pairs(page: Page, twin: Page) -> dict[str, dict[str, str]]:
    """The texts of each table and what they are in the other language, by where the table's strings are kept.

    Strings of a table are kept by what they say, so these are paired cell by cell. Raises ``UnpairedText`` for a text
    that is translated in two ways in one table.
    """
    found: dict[str, dict[str, str]] = {}
    for block, other in zip(getattr(page, "body", ()), getattr(twin, "body", ()), strict=True):
        if not isinstance(block.block, TableBlock):
            continue
        texts: dict[str, str] = {}
        for original, counterpart in zip(_table_texts(block.value), _table_texts(other.value), strict=True):
            if texts.setdefault(original, counterpart) != counterpart:
                raise UnpairedText(f"{page.title!r}: {original!r} is translated in two ways in one table.")
        found[f"body.{block.id}."] = texts
    return found


def _table_texts(table) -> Iterator[str]:
    for plain in [table.caption, *(column["heading"] for column in table.columns)]:
        yield StringValue.from_plaintext(plain or "").data
    for row in table.row_data:
        for cell in row["values"]:
            _, strings = extract_strings(cell.source)
            yield from (string.data for string, _ in strings)


def _store(pairs: list[tuple[StringSegment, str]], locale: Locale, translator) -> None:
    found: dict[tuple[int, int], str] = {}
    for original, text in pairs:
        place = (original.string_id, original.context_id)
        if found.setdefault(place, text) != text:
            raise UnpairedText(f"{original.string.data!r} stands twice in one text but is translated in two ways.")
        # Raises ValueError for markup the tool would refuse.
        StringValue.from_translated_html(text)
    known = {
        (kept.translation_of_id, kept.context_id): kept
        for kept in StringTranslation.objects.filter(locale=locale, context_id__in={context for _, context in found})
    }
    new = []
    for (string, context), text in found.items():
        kept = known.get((string, context))
        if kept is None:
            new.append(
                StringTranslation(
                    translation_of_id=string,
                    context_id=context,
                    locale=locale,
                    data=text,
                    translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
                    last_translated_by=translator,
                )
            )
        elif kept.data != text:
            kept.data, kept.last_translated_by = text, translator
            kept.save()
    StringTranslation.objects.bulk_create(new)
