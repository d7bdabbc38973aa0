"""The structure of a path as JSON, to tell what a publication changed."""

from ..outline import Outline, Step
from .making import rule_of


def structure_of(outline: Outline) -> dict[str, dict]:
    """``{step key: {"title", "phase", "is_required", "assignee", "rule", "for_all"}}``.

    What plans copy, plus words to name it, and whether the step is for everybody on the path.
    """
    return {str(step.key): _entry(step) for step in outline.steps}


def _entry(step: Step) -> dict:
    return {
        "title": step.title,
        "phase": step.phase,
        "is_required": step.is_required,
        "assignee": step.assignee,
        "rule": rule_of(step),
        "for_all": step.audience.is_everybody,
    }


def changes_between(before: dict[str, dict], after: dict[str, dict]) -> list[dict]:
    """``[{"kind": "added" | "removed" | "changed", "step", "title", "before", "after"}, ...]`` in the order of ``after``.

    Title and place are no structure: they flow through at once. For whom a step is, is a proposal per person (see
    ``services.fitting``), but for one that becomes everybody's: that is a change of the path.
    """
    structural = ("is_required", "assignee", "rule")
    changes = []
    for key, entry in after.items():
        old = before.get(key)
        if old is None:
            changes.append({"kind": "added", "step": key, "title": entry["title"], "before": None, "after": entry})
        elif any(old[name] != entry[name] for name in structural) or is_widened(old, entry):
            changes.append({"kind": "changed", "step": key, "title": entry["title"], "before": old, "after": entry})
    for key, entry in before.items():
        if key not in after:
            changes.append({"kind": "removed", "step": key, "title": entry["title"], "before": entry, "after": None})
    return changes


def is_widened(before: dict | None, after: dict | None) -> bool:
    """Whether a step that was for some is everybody's now. What was kept before this was asked says nothing of it."""
    return bool(before and after and after.get("for_all") and before.get("for_all") is False)
