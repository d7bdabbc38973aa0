"""The structure of a path as JSON, to tell what a publication changed."""

from ..outline import Outline, Step
from .making import rule_of


def structure_of(outline: Outline) -> dict[str, dict]:
    """``{step key: {"title", "phase", "is_required", "assignee", "rule"}}``: what plans copy, plus words to name it."""
    return {str(step.key): _entry(step) for step in outline.steps}


def _entry(step: Step) -> dict:
    return {
        "title": step.title,
        "phase": step.phase,
        "is_required": step.is_required,
        "assignee": step.assignee,
        "rule": rule_of(step),
    }


def changes_between(before: dict[str, dict], after: dict[str, dict]) -> list[dict]:
    """``[{"kind": "added" | "removed" | "changed", "step", "title", "before", "after"}, ...]`` in the order of ``after``.

    Title and place are no structure: they flow through at once.
    """
    structural = ("is_required", "assignee", "rule")
    changes = []
    for key, entry in after.items():
        old = before.get(key)
        if old is None:
            changes.append({"kind": "added", "step": key, "title": entry["title"], "before": None, "after": entry})
        elif any(old[name] != entry[name] for name in structural):
            changes.append({"kind": "changed", "step": key, "title": entry["title"], "before": old, "after": entry})
    for key, entry in before.items():
        if key not in after:
            changes.append({"kind": "removed", "step": key, "title": entry["title"], "before": entry, "after": None})
    return changes
