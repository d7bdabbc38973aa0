"""A small library: two competencies and a profile that asks both."""

from types import SimpleNamespace

import pytest

from competencies.levels import Level
from competencies.models import CompetencyIndexPage
from tests.factories import CompetencyFactory, ProfileFactory


@pytest.fixture
def library(trunk):
    """``index``, ``safe`` (all four levels), ``telling`` (no expert), and ``profile``, which asks both."""
    index = trunk(CompetencyIndexPage)
    safe = CompetencyFactory(
        parent=index,
        title="Veilig werken",
        summary="Je werkt veilig.",
        basic=["stoppen als iets niet klopt."],
        independent=["de risico's doorlopen."],
        advanced=["een ander aanspreken."],
        expert=["uitzoeken waarom het kon gebeuren."],
    )
    telling = CompetencyFactory(
        parent=index,
        title="Verhalen vertellen",
        basic=["kort vertellen."],
        independent=["een verhaal opbouwen.", "schrappen."],
    )
    profile = ProfileFactory(
        parent=index,
        title="Monteur",
        summary="Herstelt leidingen.",
        asks=[(safe, Level.ADVANCED, True), (telling, Level.INDEPENDENT, False)],
    )
    for page in (safe, telling, profile):
        # As an editor does, so that each stands in the English tree as well.
        page.save_revision().publish()
    return SimpleNamespace(index=index, safe=safe, telling=telling, profile=profile)
