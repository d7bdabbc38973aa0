"""Writes of promotions; each counts for the next question in every process."""

from datetime import date
from uuid import UUID

from django.db import transaction
from wagtail.log_actions import log

from base.stamp import touch_content

from .models import Promotion

SAVED, REMOVED = "search.promotion_saved", "search.promotion_removed"


@transaction.atomic
def save_promotion(
    *,
    promotion: Promotion | None = None,
    words: str,
    match: str,
    language: str,
    page_key: UUID,
    kind: str,
    owner,
    ends_on: date,
    note: str,
    actor,
) -> Promotion:
    """Put a page first for words, or leave it out; ``words`` are normalised. Raises IntegrityError for the same once more."""
    promotion = promotion or Promotion()
    promotion.words, promotion.match, promotion.language = words, match, language
    promotion.page_key, promotion.kind = page_key, kind
    promotion.owner, promotion.ends_on, promotion.note = owner, ends_on, note
    promotion.save()
    log(instance=promotion, action=SAVED, user=actor)
    touch_content()
    return promotion


@transaction.atomic
def remove_promotion(*, promotion: Promotion, actor) -> None:
    """Take it away; the results are as they are without it."""
    log(instance=promotion, action=REMOVED, user=actor)
    promotion.delete()
    touch_content()
