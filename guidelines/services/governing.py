"""Writing who answers for a text and when it is checked: in every language at once, and in drafts that wait."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Model, Q
from wagtail.models import Page, Revision
from wagtail_localize.models import TranslationSource

from base.stamp import touch_content
from base.translation.status import State, translation_states
from people.pages_json import rewrite_revisions, rewrite_sources

from ..models import ChapterPage, ManualPage
from ..signals import governance_changed

MODELS = (ManualPage, ChapterPage)


@transaction.atomic
def write_governance(
    *, key: UUID, values: dict, only_where: dict | None = None, leave_out: Iterable[int] = ()
) -> list[int]:
    """Set these fields on the text with this translation key, on its translations and on whatever stands in for it.

    Drafts and versions that wait to be published get them as well, without being published; older versions stay as they
    were. ``only_where`` ({field: value}) leaves alone what has another value by now, in drafts too; ``leave_out`` are ids of pages.
    Returns the ids of the pages that changed. What others may have changed is locked first.
    """
    where, changed = only_where or {}, []
    for model in MODELS:
        pages = (
            model.objects.select_for_update(of=("self",)).filter(translation_key=key).exclude(pk__in=list(leave_out))
        )
        found = dict(pages.values_list("pk", "latest_revision"))
        changed += pages.filter(**where).values_list("pk", flat=True)
        if not found:
            continue
        model.objects.filter(pk__in=found, **where).update(**values)
        waiting = Revision.page_revisions.filter(object_id__in=[str(pk) for pk in found]).filter(
            Q(pk__in=[pk for pk in found.values() if pk]) | Q(approved_go_live_at__isnull=False)
        )
        waiting = waiting.filter(**{f"content__{name}": _stored(value) for name, value in where.items()})
        stored = {name: _stored(value) for name, value in values.items()}
        rewrite_revisions(waiting, stored)
        sources = TranslationSource.objects.filter(object_id=key)
        rewrite_sources(sources, stored, where={name: _stored(value) for name, value in where.items()})
    if changed:
        touch_content()
        governance_changed.send(sender=Page, page_ids=changed)
    return changed


def lock_text(key: UUID) -> None:
    """Wait for whoever changes this text, and have others wait until the end of the transaction."""
    for model in MODELS:
        # Evaluated for the lock alone.
        list(model.objects.select_for_update(of=("self",)).filter(translation_key=key).values_list("pk", flat=True))


def behind_translations(key: UUID) -> list[int]:
    """The ids of its translations that lag behind it: a check of the original says nothing about their words."""
    states = translation_states(Page.objects.filter(translation_key=key))
    return list(states.filter(state=State.BEHIND).values_list("twin_id", flat=True))


def _stored(value):
    """As a version keeps it."""
    if isinstance(value, Model):
        return value.pk
    return value.isoformat() if isinstance(value, date) else value
