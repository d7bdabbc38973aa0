"""The demo's people look where they stand: what of it a visitor of the demo meets."""

import pytest

from competencies.group_reading import GroupReading
from competencies.models import Assessment, Goal, Sharing
from competencies.over_time import over_time
from competencies.plan_reading import PlanReading, plan_for_assessor
from demo.building.content import Voice
from demo.building.development import live_development
from demo.building.registry import Registry, key_of
from people.models import User
from tests.demo.standing import TODAY

pytestmark = pytest.mark.usefixtures("demo")


def person(name: str) -> User:
    return User.objects.get(pk=Registry.read().person(name))


def test_the_newcomer_has_a_plan_that_she_shares():
    plan = PlanReading(person("noor"), "nl")
    assert (len(plan.open), len(plan.done)) == (2, 1)
    assert not any(row.is_past for row in plan.open)
    sharing = Sharing.objects.get(assessment__user=person("noor"))
    assert not plan_for_assessor(sharing, "nl").is_empty
    # There is something left to talk about.
    assert sharing.agreed_at is None


def test_the_picture_of_a_group_shows_something_to_her_lead_and_to_hr():
    for name in ("ingrid", "fatima"):
        reading = GroupReading(person(name), "nl")
        profile = next(page for page in reading.profiles if page.translation_key == key_of("profile/procesoperator"))
        picture = reading.picture(profile, reading.groups[0].key)
        assert picture.is_shown, name
        assert len({(row.below, row.at) for row in picture.rows}) > 1, name


def test_one_of_them_sees_how_it_changed():
    times = over_time(person("sem"), key_of("profile/procesoperator"), "nl")
    assert len(times.newest.columns) == 2
    assert all(cell.agreed is not None for row in times.newest.rows for cell in row.cells)


def test_again_nothing_is_made_twice_and_what_was_thrown_away_stays_away():
    Goal.objects.filter(user=person("noor")).delete()
    before = Assessment.objects.count()
    assert live_development(Registry.read(), Voice("nl", TODAY)) == 0
    assert Assessment.objects.count() == before
    assert not Goal.objects.filter(user=person("noor")).exists()


def test_where_people_changed_who_leads_whom_nothing_is_forced_upon_them():
    registry = Registry.read()
    registry.seeded = {name for name in registry.seeded if not name.startswith(("assessment/", "goal/"))}
    Assessment.objects.all().delete()
    sem = person("sem")
    sem.manager, sem.team = None, None
    sem.save()
    assert live_development(_without_notes(registry), Voice("nl", TODAY)) > 0
    assert not Assessment.objects.filter(user=sem).exists()
    assert Assessment.objects.filter(user=person("lukasz")).exists()


def _without_notes(registry: Registry) -> Registry:
    """What was made is noted in the database already; here it counts as new."""
    registry.note = registry.seeded.add
    return registry
