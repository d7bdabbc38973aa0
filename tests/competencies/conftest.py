"""A small library (two competencies and a profile that asks both), and somebody who looks where they stand."""

from types import SimpleNamespace

import pytest

from competencies.levels import Level
from competencies.models import CompetencyIndexPage
from competencies.services.assessing import asked_keys, finish_assessment, rate_oneself, start_assessment
from competencies.services.sharing import rate_colleague, share_assessment, submit_scores
from guidelines.models import ManualIndexPage
from people.models import Team
from tests.factories import ChapterFactory, CompetencyFactory, ManualFactory, ProfileFactory

from .material import heading, paths_are, publish, tip


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


@pytest.fixture
def people(make_user):
    """``person`` with a ``manager``; ``lead`` leads the team above the person's; ``stranger`` has nothing to do with them."""
    manager = make_user(first_name="Mara", last_name="Bos", locale="en")
    lead = make_user(first_name="Leo", last_name="Top", locale="en")
    division = Team.objects.create(name="Divisie")
    division.leads.add(lead)
    team = Team.objects.create(name="Team", parent=division)
    person = make_user(first_name="Pien", last_name="Jong", locale="en", manager=manager, team=team)
    stranger = make_user(first_name="Sam", last_name="Ander", locale="en")
    return SimpleNamespace(person=person, manager=manager, lead=lead, stranger=stranger, team=team, division=division)


@pytest.fixture
def score():
    """``score(assessment, level, ...)``: the person's own scores, in the order of the profile; None is "don't know"."""

    def give(assessment, *levels, example=""):
        for key, level in zip(asked_keys(assessment), levels, strict=True):
            rate_oneself(
                assessment=assessment,
                competency_key=key,
                level=level,
                is_unknown=level is None,
                example=example,
                seen=0,
            )

    return give


@pytest.fixture
def finished(library, people, score):
    """Pien's finished assessment by the profile: independent where advanced is asked, and don't know."""
    assessment = start_assessment(user=people.person, profile_key=library.profile.translation_key)
    score(assessment, 2, None, example="Toen lekte het.")
    return finish_assessment(assessment=assessment)


@pytest.fixture
def shared(finished, people):
    """The same, shared with the manager."""
    return share_assessment(assessment=finished, assessor=people.manager)


@pytest.fixture
def scored(shared, people):
    """The same, with the manager's scores in: advanced and basic."""
    for key, level in zip(asked_keys(shared.assessment), (3, 1), strict=True):
        rate_colleague(
            sharing=shared,
            by=people.manager,
            competency_key=key,
            level=level,
            is_unknown=False,
            example="Ik zag het.",
            seen=0,
        )
    return submit_scores(sharing=shared, by=people.manager)


@pytest.fixture
def no_paths():
    """No app has paths here but what a test says."""
    with paths_are(None):
        yield


@pytest.fixture
def manual(trunk):
    return publish(ManualFactory(parent=trunk(ManualIndexPage), title="Veilig"))


@pytest.fixture
def chapter(manual):
    body = [heading("Begin"), tip("Stop is stop", "stop"), heading("Verder", "3"), tip("Kijk om"), tip("Kijk om")]
    return publish(ChapterFactory(parent=manual, title="Voor je begint", body=body))
