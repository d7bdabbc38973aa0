"""Changing what stands in stored versions of pages."""

import json

from django.db.models import QuerySet


def rewrite_revisions(revisions: QuerySet, values: dict) -> int:
    """Put ``values`` in the content of these revisions, where the fields are there; returns how many changed."""
    changed = 0
    for revision in revisions.iterator(chunk_size=200):
        if _differs(revision.content, values):
            revision.content.update({name: value for name, value in values.items() if name in revision.content})
            # Not save(): a revision that is saved becomes the latest one again.
            type(revision)._base_manager.filter(pk=revision.pk).update(content=revision.content)
            changed += 1
    return changed


def rewrite_sources(sources: QuerySet, values: dict, *, where: dict) -> int:
    """The same for the texts that translators work from, kept as JSON text; only those whose fields equal ``where``."""
    changed = 0
    for source in sources.iterator(chunk_size=200):
        content = json.loads(source.content_json)
        if all(content.get(name) == value for name, value in where.items()) and _differs(content, values):
            content.update({name: value for name, value in values.items() if name in content})
            type(source)._base_manager.filter(pk=source.pk).update(content_json=json.dumps(content))
            changed += 1
    return changed


def _differs(content: dict, values: dict) -> bool:
    return any(name in content and content[name] != value for name, value in values.items())
