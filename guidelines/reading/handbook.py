"""The handbook: all manuals."""

from django.utils.functional import cached_property

from ..querysets import STEP
from .governance import governance_of
from .page_types import chapter_model, manual_model


class HandbookReading:
    """All manuals, grouped by what they are."""

    def __init__(self, page, user, language: str):
        self.page, self.user, self.language = page, user, language

    @cached_property
    def groups(self) -> dict[str, list[dict]]:
        """``{"guidelines", "manuals"}``, each ``[{"page", "governance", "chapters"}, ...]``."""
        manuals = list(manual_model().objects.for_handbook(self.user, self.language))
        chapters = chapter_model().objects.visible_to(self.user)
        depth = manuals[0].depth if manuals else 0
        counts = chapters.count_by_manual(depth)
        tipped = set(manual_model().objects.visible_to(self.user).with_tips().values_list("path", flat=True))
        tipped |= {
            path[: depth * STEP] for path in chapters.filter(depth=depth + 1).with_tips().values_list("path", flat=True)
        }
        groups: dict[str, list[dict]] = {"guidelines": [], "manuals": []}
        for manual in manuals:
            row = {"page": manual, "governance": governance_of(manual), "chapters": counts[manual.path]}
            groups["guidelines" if manual.path in tipped else "manuals"].append(row)
        return groups
