"""Repairing the trees of all languages at once."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from wagtail.models import Page

from ..stamp import touch_content
from .tree import Change, mirror_pages


@transaction.atomic
def sync_languages() -> dict[str, int]:
    """Repair every page's twins: missing aliases made, orphaned twins put where they belong, drafts' aliases hidden.

    Returns ``{"made": n, "placed": n, "matched": n}``; run again it changes nothing.
    """
    rows = list(
        Page.objects.filter(depth__gte=2)
        .order_by("path")
        .values_list("pk", "translation_key", "locale__language_code", "path", "alias_of__live", "live")
    )
    matched = 0
    for pk, *_, original_live, live in rows:
        if original_live is not None and original_live != live:
            Page.objects.filter(pk=pk).update(live=original_live, has_unpublished_changes=not original_live)
            matched += 1
    keys_at = {path: key for _, key, _, path, *_ in rows}
    parents: dict[UUID, set[UUID | None]] = {}
    order: dict[tuple[str, UUID | None], list[UUID]] = {}
    for _, key, code, path, *_ in rows:
        parent = keys_at.get(path[: -Page.steplen])
        parents.setdefault(key, set()).add(parent)
        order.setdefault((code, parent), []).append(key)
    astray = {key for key, found in parents.items() if len(found) > 1} | _out_of_order(order)
    made = mirror_pages(changes={key: Change(None, key in astray) for key in parents})
    if matched:
        touch_content()
    return {"made": made, "placed": len(astray), "matched": matched}


def _out_of_order(order: dict[tuple[str, UUID | None], list[UUID]]) -> set[UUID]:
    """The children whose order differs from that in the source language, per parent all or none."""
    found: set[UUID] = set()
    for (code, parent), keys in order.items():
        source = order.get((settings.LANGUAGE_CODE, parent))
        if parent is None or code == settings.LANGUAGE_CODE or source is None:
            continue
        both = set(source) & set(keys)
        if [key for key in source if key in both] != [key for key in keys if key in both]:
            found |= both
    return found
