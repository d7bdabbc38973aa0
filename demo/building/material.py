"""Which pages of the demo help with which competency."""

from collections import defaultdict

from wagtail.models import Page

from competencies.material_places import facts_of
from competencies.models import CompetencyMaterial
from competencies.services.material import Helps, set_material
from people.models import User

from .content import load
from .errors import ContentError
from .registry import Registry, key_of


def add_material(registry: Registry, editor: User) -> int:
    """Say so for what was never said before, and return for how many; what an editor took away stays away.

    Raises ``ContentError`` for a tip or heading that its page doesn't have.
    """
    new = defaultdict(list)
    for row in load("competencies")["material"]:
        name = f"material/{row['competency']}/{row['page']}#{row.get('anchor', '')}"
        if registry.is_new(name):
            new[row["page"]].append((name, row))
    count = 0
    for page_name, rows in new.items():
        page = Page.objects.filter(translation_key=key_of(page_name), alias_of=None).order_by("pk").first()
        if page is None and not registry.is_new(page_name):
            # Somebody threw it away.
            continue
        page = page or Page.objects.get(pk=registry.page(page_name))
        anchors = {"", *(place.anchor for place in facts_of([page])[page.pk].places)}
        for name, row in rows:
            if row.get("anchor", "") not in anchors:
                raise ContentError(f"{name}: the page has no such tip or heading.")
        set_material(page=page, helps=_helps(page, [row for _name, row in rows]), seen=[], actor=editor)
        for name, _row in rows:
            registry.note(name)
        count += len(rows)
    return count


def _helps(page: Page, rows: list[dict]) -> list[Helps]:
    """What the rows say, except of a place of which an editor said something else already."""
    said = set(CompetencyMaterial.objects.of_page(page.translation_key).values_list("competency_key", "anchor"))
    helps = [
        Helps(key_of(f"competency/{row['competency']}"), row.get("anchor", ""), row["from"], row["to"]) for row in rows
    ]
    return [each for each in helps if (each.competency_key, each.anchor) not in said]
