"""Translations that are begun but not published: until then readers see the text of the original."""

from collections.abc import Iterable

from django.db.models import BigIntegerField, Exists, F, OuterRef, Subquery
from django.db.models.functions import Cast
from wagtail.models import Page
from wagtail_localize.models import Translation

from ..stamp import remembered


def refresh_unpublished_translations(source: Page, twins: list[Page]) -> None:
    """Let a page whose translation is begun but was never published go on showing the source's text.

    Submitting an alias for translation makes a page of its own of it, which stays live with the text it had then;
    Wagtail's own update of aliases skips it from that moment.
    """
    for twin in unpublished_translations().filter(pk__in=[twin.pk for twin in twins]):
        draft = {name: getattr(twin, name) for name in ("draft_title", "latest_revision_created_at")}
        pages = Page.objects.filter(pk=twin.pk)
        pages.update(alias_of=source)
        source.specific.update_aliases()
        pages.update(alias_of=None, has_unpublished_changes=True, live_revision=None, **draft)


def unpublished_translations():
    """Live pages that show the text of another language until the translation made of them is published."""
    begun = Translation.objects.filter(
        source__object_id=OuterRef("translation_key"), target_locale=OuterRef("locale"), enabled=True
    )
    own = Cast(F("live_revision__object_id"), BigIntegerField())
    return (
        Page.objects.live()
        .filter(alias_of__isnull=True)
        .exclude(live_revision__isnull=False, pk=own)
        .filter(Exists(begun))
    )


def unpublished_among(pages: Iterable[int]) -> set[int]:
    """Those of these pages (ids) that are ``unpublished_translations``; one query, none for no pages."""
    return set(unpublished_translations().filter(pk__in=list(pages)).values_list("pk", flat=True))


def fallback_language(page: Page) -> str:
    """The language code of the page's text where that isn't the language of its address; empty where it is.

    That is so for an alias of a page in the other language, and for a page whose translation isn't published yet.
    """
    if page.alias_of_id:
        code = remembered(f"alias-language:{page.pk}", lambda: _language_of(page.alias_of_id) or "-")
    else:
        code = remembered("unpublished-translations", _languages_of_unpublished_translations).get(page.pk, "")
    return code if code not in ("-", page.locale.language_code) else ""


def languages_of(pages: list[Page]) -> dict[int, str]:
    """The language each page's text is in, by id, for many pages at once: come with ``locale`` and ``alias_of__locale``."""
    borrowed = remembered("unpublished-translations", _languages_of_unpublished_translations)
    return {
        page.pk: page.alias_of.locale.language_code
        if page.alias_of_id
        else borrowed.get(page.pk, page.locale.language_code)
        for page in pages
    }


def _language_of(page_id: int) -> str | None:
    return Page.objects.values_list("locale__language_code", flat=True).filter(pk=page_id).first()


def _languages_of_unpublished_translations() -> dict[int, str]:
    source = Translation.objects.filter(
        source__object_id=OuterRef("translation_key"), target_locale=OuterRef("locale"), enabled=True
    ).values("source__locale__language_code")[:1]
    return dict(unpublished_translations().values_list("pk", Subquery(source)))
