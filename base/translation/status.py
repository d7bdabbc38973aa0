"""Whether a page's translation is equal to it, behind or missing; wagtail-localize itself doesn't say."""

from django.conf import settings
from django.db import models
from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation


class State(models.TextChoices):
    """How a translation stands to its original."""

    EQUAL = "equal", _("equal")
    BEHIND = "behind", _("behind")
    MISSING = "missing", _("missing")


def translation_states(pages=None):
    """Live originals, or those among ``pages``, annotated with what their page in the other language is.

    ``state`` (a ``State``), ``twin_id`` (None where there is none), ``synced_at`` (when the translation last took over
    the original's text; None for a page translated by hand) and ``translation_source_id`` (None likewise).

    Behind is: published since the translation took over the text, texts taken over but not translated, or translated
    but not published. A page translated by hand is behind when its original was published later than it was.
    """
    pages = Page.objects.all() if pages is None else pages
    twins = Page.objects.filter(translation_key=OuterRef("translation_key")).exclude(locale=OuterRef("locale"))
    own = Cast(F("live_revision__object_id"), BigIntegerField())
    published_twins = twins.filter(live_revision__isnull=False, pk=own)
    translations = Translation.objects.filter(
        source__object_id=OuterRef("translation_key"), source__locale=OuterRef("locale"), enabled=True
    )
    return (
        originals(pages)
        .annotate(
            twin_id=Subquery(twins.values("pk")[:1]),
            twin_alias=Subquery(twins.values("alias_of")[:1]),
            twin_live=Subquery(twins.values("live")[:1]),
            twin_published_at=Subquery(twins.values("last_published_at")[:1]),
            twin_revision_at=Subquery(published_twins.values("live_revision__created_at")[:1]),
            synced_at=Subquery(translations.values("source__last_updated_at")[:1]),
            translation_source_id=Subquery(translations.values("source_id")[:1]),
            untranslated=Exists(_untranslated()),
        )
        .annotate(
            state=Case(
                When(
                    Q(twin_id__isnull=True)
                    | Q(twin_alias__isnull=False)
                    | Q(twin_live=False)
                    | Q(synced_at__isnull=False, twin_revision_at__isnull=True),
                    then=Value(State.MISSING.value),
                ),
                When(
                    Q(synced_at__isnull=False)
                    & (
                        Q(last_published_at__gt=F("synced_at"))
                        | Q(twin_revision_at__lt=F("synced_at"))
                        | Q(untranslated=True)
                    ),
                    then=Value(State.BEHIND.value),
                ),
                When(
                    Q(synced_at__isnull=True, last_published_at__gt=F("twin_published_at")),
                    then=Value(State.BEHIND.value),
                ),
                default=Value(State.EQUAL.value),
            )
        )
    )


def originals(pages):
    """The live pages that others are translations of: not an alias, not made by translating, and of two pages written
    by hand the one in the source language."""
    made_by_translating = Translation.objects.filter(
        source__object_id=OuterRef("translation_key"), target_locale=OuterRef("locale"), enabled=True
    )
    translated_from_here = Translation.objects.filter(
        source__object_id=OuterRef("translation_key"), source__locale=OuterRef("locale"), enabled=True
    )
    by_hand_from_source = Page.objects.filter(
        translation_key=OuterRef("translation_key"),
        locale__language_code=settings.LANGUAGE_CODE,
        alias_of__isnull=True,
    )
    return (
        pages.live()
        .filter(depth__gte=2, alias_of__isnull=True)
        .exclude(Exists(made_by_translating))
        .filter(
            Q(locale__language_code=settings.LANGUAGE_CODE)
            | Exists(translated_from_here)
            | ~Exists(by_hand_from_source)
        )
    )


def _untranslated():
    """Segments of the page's text that have no translation without errors."""
    done = StringTranslation.objects.filter(
        translation_of_id=OuterRef("string_id"),
        context_id=OuterRef("context_id"),
        has_error=False,
    ).exclude(locale=OuterRef("source__locale"))
    return StringSegment.objects.filter(
        source__object_id=OuterRef("translation_key"), source__locale=OuterRef("locale")
    ).exclude(Exists(done))
