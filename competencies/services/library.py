"""Writes of competencies and profiles."""

import json
from uuid import uuid4

from django.db import transaction
from django.utils.text import slugify
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale, Page

from base.translation import defer_aliases
from base.translation.by_string import translate_page

from ..levels import Level
from ..library_csv import CompetencyRecord, LibraryReading, ProfileRecord, Words
from ..models import CompetencyIndexPage, CompetencyPage, CompetencyProfilePage, ProfileRequirement

OTHER = "en"


@transaction.atomic
def import_library(*, reading: LibraryReading, actor) -> int:
    """Write and publish what a file says, whole; returns how many pages were made or changed.

    A competency or profile that is there already gets exactly what the file says of it; what the file doesn't name stays
    as it is. A page that says the same already is left alone. Indicators that stay keep their identity.
    """
    index = CompetencyIndexPage.objects.get(locale__language_code="nl")
    count = 0
    with defer_aliases():
        for record in reading.records:
            write = _write_competency if isinstance(record, CompetencyRecord) else _write_profile
            count += write(record, index, actor)
    return count


def _write_competency(record: CompetencyRecord, index: Page, actor) -> bool:
    page = record.page or CompetencyPage(title=record.title.nl, locale=index.locale, owner=actor)
    if not is_changed(record):
        return False
    page.summary, page.why = record.summary.nl, record.why.nl
    ids: dict[tuple[Level, str], str] = {}
    for level in Level:
        words = record.levels.get(level, [])
        kept = {str(block.value): block.id for block in getattr(page, level.field_name)}
        for text in words:
            ids[level, text.nl] = kept.get(text.nl) or str(uuid4())
        setattr(page, level.field_name, _stream(level, words, ids, "nl"))
    _publish(page, index, actor)
    if record.title.en:
        twin = CompetencyPage(title=record.title.en, summary=record.summary.en, why=record.why.en)
        for level in Level:
            setattr(twin, level.field_name, _stream(level, record.levels.get(level, []), ids, OTHER))
        _translate(page, twin, actor)
    return True


def _write_profile(record: ProfileRecord, index: Page, actor) -> bool:
    page = record.page or CompetencyProfilePage(title=record.title.nl, locale=index.locale, owner=actor)
    if not is_changed(record):
        return False
    page.summary = record.summary.nl
    page.requirements = [
        ProfileRequirement(competency=ask.competency, level=ask.level, is_core=ask.is_core, sort_order=order)
        for order, ask in enumerate(record.asks)
    ]
    _publish(page, index, actor)
    if record.title.en:
        twin = CompetencyProfilePage(title=record.title.en, summary=record.summary.en, body=_other_body(page))
        _translate(page, twin, actor)
    return True


def is_changed(record: CompetencyRecord | ProfileRecord) -> bool:
    """Whether writing it would change anything."""
    page = record.page
    if page is None or not page.live:
        return True
    twin = page.get_translations().filter(alias_of=None, locale__language_code=OTHER).specific().first()
    sides = [("nl", page)] + ([(OTHER, twin)] if record.title.en else [])
    return any(side is None or _says(record, language) != _said(side) for language, side in sides) or (
        isinstance(record, ProfileRecord)
        and [(ask.competency.translation_key, ask.level, ask.is_core) for ask in record.asks]
        != [(row.competency.translation_key, row.level, row.is_core) for row in page.requirements.all()]
    )


def _says(record, language: str) -> list:
    texts = [record.title.say(language), record.summary.say(language)]
    if isinstance(record, ProfileRecord):
        return texts
    levels = [[words.say(language) for words in record.levels.get(level, [])] for level in Level]
    return [*texts, record.why.say(language), *levels]


def _said(page) -> list:
    texts = [page.title, page.summary]
    if isinstance(page, CompetencyProfilePage):
        return texts
    return [*texts, page.why, *(page.indicators(level) for level in Level)]


def _stream(level: Level, words: list[Words], ids: dict, language: str) -> str:
    return json.dumps([{"type": "indicator", "value": text.say(language), "id": ids[level, text.nl]} for text in words])


def _publish(page: Page, index: Page, actor) -> None:
    if page.pk is None:
        page.slug = ""
        page.live = False
        index.add_child(instance=page)
        index.refresh_from_db()
    page.save_revision(user=actor).publish(user=actor)
    page.refresh_from_db()


def _other_body(page: CompetencyProfilePage):
    """The text of the translation there is: a file doesn't hold it."""
    twin = page.get_translations().filter(alias_of=None, locale__language_code=OTHER).specific().first()
    return twin.body if twin else page.body


def _translate(page: Page, twin: Page, actor) -> None:
    locale = Locale.objects.get(language_code=OTHER)
    standing = page.get_translation_or_none(locale)
    above = page.get_parent().get_translation(locale)
    is_own = standing is not None and standing.alias_of_id is None
    twin.slug = standing.slug if is_own else find_available_slug(above, _slug(twin.title))
    translate_page(page, twin, locale, actor)


def _slug(title: str) -> str:
    return slugify(title)[:80].strip("-") or "competency"
