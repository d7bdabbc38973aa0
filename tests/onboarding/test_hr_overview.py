"""HR's list: found by path, phase, cohort, team, start, state and name; what it costs is in ``test_hundreds``."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from onboarding import overview
from onboarding.models import Enrolment, OnboardingEvent
from onboarding.overview import State, last_activity
from onboarding.reading import add_standings
from onboarding.services import complete_step, enrol, record_opening
from onboarding.services.pausing import pause_enrolment
from people.models import Team

pytestmark = pytest.mark.django_db
LIST = "/admin/enrolments/"


@pytest.fixture
def everybody(path, steps, make_user):
    """Somebody in every state, by state."""
    today = timezone.localdate()
    starts = {
        State.BEFORE: 30,
        State.UNDER_WAY: 0,
        State.OVERDUE: -30,
        State.PAUSED: -30,
        State.FINISHED: -90,
        State.ENDED: -9,
    }
    found = {}
    for state, days in starts.items():
        person = make_user(first_name=state.value, start_date=today)
        found[state] = enrol(user=person, path=path, start_date=today + timedelta(days=days), cohort=state.value)
    found[State.OVERDUE].progress.update(due_on=today - timedelta(days=3))
    found[State.PAUSED].progress.update(due_on=today - timedelta(days=3))
    pause_enrolment(enrolment=found[State.PAUSED], starts_on=today - timedelta(days=10))
    for step in steps[:3]:
        complete_step(enrolment=found[State.FINISHED], step_key=step.translation_key)
    Enrolment.objects.filter(pk=found[State.ENDED].pk).update(ended_on=today)
    return found


def listed(response) -> set[str]:
    rows = BeautifulSoup(response.content, "html.parser").select("table.listing tbody tr td.title a")
    return {row.get_text(strip=True).split()[0] for row in rows}


def test_each_state_finds_its_people_and_is_what_the_row_says(hr, everybody):
    for state, enrolment in everybody.items():
        expected = {state.value} | ({"overdue"} if state == State.UNDER_WAY else set())
        assert listed(hr.get(LIST, {"state": state.value})) == expected
        row = overview.for_overview(Enrolment.objects.filter(pk=enrolment.pk)).get()
        add_standings(row.user, [row], "nl")
        assert overview.state_of(row.standing) == state


def test_path_cohort_team_start_phase_and_name_narrow_the_list(hr, everybody, make_path, path, phases, steps):
    other = make_path(steps=(1,), title="Ander pad")
    above = Team.objects.create(name="Alles")
    team = Team.objects.create(name="Sluizen", parent=above)
    person = everybody[State.UNDER_WAY].user
    person.team = team
    person.save()
    today = timezone.localdate()
    assert listed(hr.get(LIST, {"path_key": str(other.translation_key)})) == set()
    assert len(listed(hr.get(LIST, {"path_key": str(path.translation_key)}))) == 6
    assert listed(hr.get(LIST, {"cohort": "paused"})) == {"paused"}
    assert listed(hr.get(LIST, {"team": above.pk})) == {"under_way"}
    assert listed(hr.get(LIST, {"start_date_from": (today + timedelta(days=1)).isoformat()})) == {"before"}
    assert listed(hr.get(LIST, {"q": "vries PAUS"})) == {"paused"}
    first, second = (str(phase.translation_key) for phase in phases)
    for step in steps[:2]:
        complete_step(enrolment=everybody[State.UNDER_WAY], step_key=step.translation_key)
    assert listed(hr.get(LIST, {"phase": first})) == {"before", "overdue", "paused"}
    assert listed(hr.get(LIST, {"phase": second})) == {"under_way"}


@pytest.mark.parametrize(
    "query", [{"path_key": "x"}, {"team": "x"}, {"phase": "x"}, {"state": "x"}, {"start_date_from": "x"}, {"p": "x"}]
)
def test_nonsense_in_the_address_is_no_error(hr, everybody, query):
    assert hr.get(LIST, query, follow=True).status_code in (200, 404)


def test_who_finished_stays_in_the_list_with_their_progress(hr, everybody):
    text = hr.get(LIST, {"state": "finished"}).content.decode()
    assert "3" in text and "finished" in text


def test_the_record_of_a_path_names_people_to_hr_only(hr, client, everybody, path, make_user):
    address = f"/admin/onboarding/record/{path.translation_key}/"
    assert "paused" in hr.get(address).content.decode()
    assert hr.get("/admin/onboarding/record/00000000-0000-0000-0000-000000000000/", follow=True).status_code == 404
    client.force_login(make_user(groups=["Editors"]))
    assert client.get(address).status_code == 302
    assert OnboardingEvent.objects.of_path(path.translation_key).exists()


def test_that_a_step_was_opened_is_not_shown_to_hr(hr, everybody, steps):
    enrolment = everybody[State.BEFORE]
    record_opening(enrolment=enrolment, step_key=steps[0].translation_key)
    add_standings(enrolment.user, [enrolment], "nl")
    assert last_activity(enrolment.standing) is None
    step = enrolment.standing.whole.step(steps[0].translation_key)
    page = hr.get(f"{LIST}edit/{enrolment.pk}/")
    assert next(row for row in page.context["rows"] if row["step"].key == step.key)["state"] == "open"
