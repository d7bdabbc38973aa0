"""What is late, today or this week of a plan is so where its person is, whoever looks and wherever the server stands."""

from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from onboarding.models import Enrolment, Pause, Supporter
from onboarding.overview import State, for_overview, in_state, late_steps, state_of
from onboarding.reading import add_standings
from onboarding.services import enrol
from onboarding.waiting import waiting_for
from people.clock import today_for, today_in
from people.models import User

pytestmark = pytest.mark.django_db
# A Wednesday; past midnight in Auckland, morning in New York.
DUE, PAST_MIDNIGHT = date(2026, 10, 14), datetime(2026, 10, 14, 12, 30, tzinfo=UTC)
# Past midnight in Amsterdam, evening in New York.
AT_NIGHT = datetime(2026, 10, 15, 1, 0, tzinfo=UTC)
ZONES = {"Aroha": "Pacific/Auckland", "Anna": "Europe/Amsterdam", "Nora": "America/New_York"}


@pytest.fixture
def people(make_user, path, steps, time_machine):
    """``{first name: enrolment}`` of three people with the same plan: one own step and one of their buddy, due that day."""
    time_machine.move_to(datetime(2026, 10, 1, 9, tzinfo=UTC), tick=False)
    buddy, found = make_user(first_name="Bas", locale="en"), {}
    for name, zone in ZONES.items():
        found[name] = enrol(user=make_user(first_name=name, time_zone=zone, locale="nl"), path=path, start_date=DUE)
        found[name].progress.update(due_on=None)
        found[name].progress.filter(step_key=steps[0].translation_key).update(due_on=DUE)
        found[name].progress.filter(step_key=steps[1].translation_key).update(due_on=DUE, assignee="buddy")
        Supporter.objects.create(enrolment=found[name], colleague=buddy, role="buddy")
    return found


@pytest.mark.parametrize(("moment", "late"), [(PAST_MIDNIGHT, {"Aroha"}), (AT_NIGHT, {"Aroha", "Anna"})])
def test_a_step_is_late_after_midnight_where_its_person_is(people, of_hr, client, time_machine, moment, late):
    time_machine.move_to(moment, tick=False)
    for name, enrolment in people.items():
        client.force_login(enrolment.user)
        page = BeautifulSoup(client.get("/en/onboarding/").content, "html.parser").get_text(" ")
        shown = "was planned for 14 October" in page, "Planned for earlier" in page, "This week" in page
        assert shown == (name in late, name in late, name not in late), name
    rows = list(for_overview(Enrolment.objects.all()))
    add_standings(of_hr, rows, "en")
    # Somebody of HR, a buddy, and a filter of the list say the same.
    assert {row.user.first_name for row in rows if late_steps(row.standing) == 2} == late
    waiting = waiting_for(User.objects.get(first_name="Bas"), "en")
    assert {row.enrolment.user.first_name for row in waiting.overdue} == late
    assert {row.enrolment.user.first_name for row in waiting.this_week} == set(people) - late
    for state in (State.BEFORE, State.UNDER_WAY, State.OVERDUE, State.PAUSED):
        listed = set(in_state(Enrolment.objects.all(), state).values_list("user__first_name", flat=True))
        shown = {row.user.first_name for row in rows if state_of(row.standing) == state}
        assert listed == (shown | late if state == State.UNDER_WAY else shown), state
    client.force_login(of_hr)
    found = client.get("/admin/enrolments/", {"state": "overdue"}).context["object_list"]
    assert {row.user.first_name for row in found} == late


def test_a_start_and_a_pause_come_with_the_persons_own_morning(people, time_machine):
    Enrolment.objects.update(start_date=date(2026, 10, 15), day_one=date(2026, 10, 15))
    Enrolment.objects.get(pk=people["Nora"].pk).progress.update(due_on=None)
    time_machine.move_to(PAST_MIDNIGHT, tick=False)
    started = in_state(Enrolment.objects.all(), State.UNDER_WAY).values_list("user__first_name", flat=True)
    assert set(started) == {"Aroha"}
    for enrolment in people.values():
        Pause.objects.create(enrolment=enrolment, starts_on=date(2026, 10, 15), ends_on=date(2026, 10, 16))
    for moment, away in (
        (PAST_MIDNIGHT, {"Aroha"}),
        (AT_NIGHT, {"Aroha", "Anna"}),
        (AT_NIGHT + timedelta(hours=11), {"Anna", "Nora"}),
    ):
        time_machine.move_to(moment, tick=False)
        paused = Enrolment.objects.with_pause().filter(paused_since__isnull=False)
        assert set(paused.values_list("user__first_name", flat=True)) == away, moment


def test_the_database_and_the_pages_agree_on_the_day_at_every_hour(make_user):
    zones = [*ZONES.values(), "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Mars/Olympus"]
    people = [make_user(time_zone=zone) for zone in zones]
    for minutes in range(0, 24 * 60, 45):
        now = datetime(2026, 3, 28, 12, 5, tzinfo=UTC) + timedelta(minutes=minutes)
        days = dict(User.objects.annotate(day=today_in("time_zone", now)).values_list("pk", "day"))
        assert {person.pk: today_for(person, now) for person in people} == {p.pk: days[p.pk] for p in people}, now
