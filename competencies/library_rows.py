"""The library as rows of a file, in the columns that ``library_csv`` reads in again."""

from collections.abc import Iterator

from .levels import Level
from .models import CompetencyPage, CompetencyProfilePage
from .reading import asked_by


def competency_rows() -> Iterator[list]:
    """The library as rows below ``COMPETENCY_COLUMNS``; what isn't translated has no English."""
    pages = list(CompetencyPage.objects.filter(locale__language_code="nl", alias_of=None).order_by("path"))
    twins = _in_english(CompetencyPage, pages)
    for page in pages:
        twin = twins.get(page.translation_key)
        texts = [page.title, _of(twin, "title"), page.summary, _of(twin, "summary"), page.why, _of(twin, "why")]
        english = {block.id: block.value for level in Level for block in getattr(twin, level.field_name, ())}
        rows = [
            (level.value, block.value, english.get(block.id))
            for level in Level
            for block in getattr(page, level.field_name)
        ]
        for row in rows or [("", "", "")]:
            yield [*texts, *row]
            texts = [texts[0], *[""] * 5]


def profile_rows() -> Iterator[list]:
    """The profiles as rows below ``PROFILE_COLUMNS``."""
    pages = list(
        CompetencyProfilePage.objects.live().filter(locale__language_code="nl", alias_of=None).order_by("path")
    )
    twins = _in_english(CompetencyProfilePage, pages)
    competencies = {
        page.translation_key: page for page in CompetencyPage.objects.filter(locale__language_code="nl", alias_of=None)
    }
    asked = asked_by([page.translation_key for page in pages], competencies)
    for page in pages:
        twin = twins.get(page.translation_key)
        texts = [page.title, _of(twin, "title"), page.summary, _of(twin, "summary")]
        for row in asked[page.translation_key]:
            yield [*texts, row.competency.title, row.level.value, "ja" if row.is_core else "nee"]
            texts = [texts[0], "", "", ""]


def _in_english(model, pages) -> dict:
    keys = [page.translation_key for page in pages]
    twins = model.objects.filter(locale__language_code="en", alias_of=None, translation_key__in=keys)
    return {page.translation_key: page for page in twins}


def _of(page, name: str) -> str:
    return getattr(page, name) if page else ""
