"""A copied path, or phase: its steps wait for each other, not for the steps that they were copied from."""

from uuid import UUID

from django.db import transaction
from wagtail.models import Page

from ..models import StepPage, StepPrerequisite
from .changing import note_structure, path_keys_of


@transaction.atomic
def point_within_copy(*, original: Page, copy: Page) -> int:
    """Let the steps below ``copy`` point to each other wherever those below ``original`` do; returns how many changed.

    Called right after Wagtail copied the tree, while both still have the same pages in the same order: Wagtail gives the
    copies keys of their own and leaves what they point to. Published and draft alike, and in every language that stands
    there by now. What points to a step that wasn't copied stays; again, nothing changes.
    """
    old, new = (
        list(StepPage.objects.filter(path__startswith=page.path).order_by("path").values_list("pk", "translation_key"))
        for page in (original, copy)
    )
    if len(old) != len(new):
        return 0
    by_key = {key: twin for (_pk, key), twin in zip(old, new, strict=True) if key != twin[1]}
    pages = StepPage.objects.filter(translation_key__in=by_key)
    new_of = {pk: by_key[key] for pk, key in pages.values_list("pk", "translation_key")}
    twins = StepPage.objects.filter(translation_key__in=[key for _pk, key in by_key.values()])
    changed = sum(_point_to_copies(step, new_of) for step in twins)
    for key in path_keys_of(copy.path) if changed else ():
        note_structure(path_key=key)
    return changed


def _point_to_copies(step: StepPage, new_of: dict[int, tuple[int, UUID]]) -> bool:
    """Whether there was something to change, on the page or in its revisions; ``new_of`` is ``{old id: (new id, key)}``."""
    changed = False
    for row in StepPrerequisite.objects.filter(page=step, step__in=list(new_of)):
        StepPrerequisite.objects.filter(pk=row.pk).update(step=new_of[row.step_id][0])
        changed = True
    if step.due_step_id in new_of:
        step.due_step_id, changed = new_of[step.due_step_id][0], True
    if step.replaces_id in new_of:
        step.replaces_id, changed = new_of[step.replaces_id][0], True
    if changed:
        # Keeps the key of what it replaces and the index of what refers to what.
        step.save(clean=False)
    mended = sum(_mend_revision(revision, new_of) for revision in step.revisions.all())
    return changed or mended > 0


def _mend_revision(revision, new_of: dict[int, tuple[int, UUID]]) -> bool:
    content, changed = revision.content, False
    for holder, name in [(content, "due_step"), (content, "replaces")] + [
        (row, "step") for row in content.get("prerequisites", ())
    ]:
        if holder.get(name) in new_of:
            holder[name], key = new_of[holder[name]]
            changed = True
            if name == "replaces":
                content["replaces_key"] = str(key)
    if changed:
        # Not as an edit: the copy was made just now, and nobody has seen it yet.
        type(revision).objects.filter(pk=revision.pk).update(content=content)
    return changed
