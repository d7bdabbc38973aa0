"""What the demo says that helps with which competency."""

import pytest

from competencies.content_gaps import content_gaps
from competencies.material_reading import material_for
from competencies.models import CompetencyMaterial
from demo.building.content import load
from demo.building.material import add_material
from demo.building.registry import Registry, key_of
from people.models import User

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.usefixtures("demo")]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_row_is_there_to_read_in_both_languages(language):
    reader = User.objects.get(pk=Registry.read().person("kevin"))
    rows = load("competencies")["material"]
    gaps = [(key_of(f"competency/{name}"), 0, 4) for name in {row["competency"] for row in rows}]
    found = material_for(reader, language, gaps)
    assert sum(map(len, found.values())) == len(rows) == CompetencyMaterial.objects.count()
    # Translated, not lent.
    assert {row.language for some in found.values() for row in some} == {""}


def test_something_is_missing_for_the_report():
    gaps = content_gaps()
    assert any(gap.is_whole for gap in gaps)
    assert any(not gap.is_whole for gap in gaps)


def test_what_an_editor_took_away_stays_away():
    CompetencyMaterial.objects.filter(anchor="stop-is-stop").delete()
    before = CompetencyMaterial.objects.count()
    assert add_material(Registry.read(), User.objects.first()) == 0
    assert CompetencyMaterial.objects.count() == before
