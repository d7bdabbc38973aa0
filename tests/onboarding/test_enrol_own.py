"""A manager puts one of their own people on a path: from the portal, with the plan shown first."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from notifications.models import Message
from notifications.resolving import resolve
from onboarding.models import Enrolment, OnboardingEvent, Supporter
from onboarding.services.enrolling_own import NotTheirs, enrol_own
from people.models import Team, User

from .hr import confirm, errors_of, preview, words_of

pytestmark = pytest.mark.django_db
ADDRESS = "/en/onboarding/for/enrol/"
LIST = "/en/onboarding/for/"


@pytest.fixture
def manager(make_user):
    return make_user(first_name="Mo", locale="en")


@pytest.fixture
def report(make_user, manager):
    return make_user(first_name="Noor", last_name="Smit", manager=manager)


def filled(person, path, **fields) -> dict:
    return {"user": person.pk, "path": str(path.translation_key), "start_date": "2026-12-01", **fields}


def told(kind: str) -> set:
    return set(Message.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_an_empty_form_says_of_each_field_what_to_fill_in(as_user, manager, report, path):
    assert errors_of(as_user(manager).post(ADDRESS, {})) == {"user": "Choose a colleague.", "path": "Choose a path."}


def test_a_manager_sees_the_plan_and_puts_their_own_on_the_path(as_user, manager, report, path, steps, make_user):
    hr, buddy = (
        make_user(groups=["HR"], locale="en"),
        make_user(first_name="Bo", last_name="Bos", email="bo@example.org"),
    )
    client = as_user(manager)
    assert ADDRESS in client.get(LIST).content.decode()
    assert "Noor Smit" in client.get(ADDRESS).content.decode()
    data = filled(report, path, buddy="bo BOS")
    seen = preview(client, ADDRESS, data)
    words = words_of(seen.context["outlook"])
    assert all(step.title in words for step in steps) and "1 December 2026" in words and hr.get_full_name() in words
    page = BeautifulSoup(seen.content, "html.parser")
    # On a phone each row is a list: every cell says which column it is of.
    assert all(cell.get("data-label") for cell in page.select("table td")) and page.select("table th[scope=row]")
    assert not Enrolment.objects.exists() and not Message.objects.exists()

    response = confirm(client, ADDRESS, data)
    enrolment = Enrolment.objects.get()
    assert response.headers["Location"] == f"{LIST}{enrolment.pk}/"
    assert (enrolment.user, enrolment.start_date, enrolment.enrolled_by) == (report, date(2026, 12, 1), manager)
    assert enrolment.progress.count() == len(steps)
    assert [(row.role, row.colleague) for row in enrolment.supporters.all()] == [(Supporter.Role.BUDDY, buddy)]
    event = OnboardingEvent.objects.get(kind=OnboardingEvent.Kind.ENROLLED)
    assert (event.enrolment, event.actor) == (enrolment, manager)
    assert told("onboarding.enrolled_by_manager") == {hr.pk} and told("onboarding.enrolled") == {report.pk}
    # Who did it needn't be told.
    assert manager.pk not in told("onboarding.role_changed")
    for language, words in (("en", "Mo de Vries put Noor Smit on “Jong talent”"), ("nl", "Noor Smit")):
        with override(language):
            assert words in resolve(Message.objects.get(kind="onboarding.enrolled_by_manager")).title
    assert not Message.objects.filter(kind="onboarding.enrolled_by_manager").exclude(recipient=hr)


def test_a_second_click_and_a_second_tab_change_nothing(as_user, manager, report, path, make_user):
    hr = make_user(groups=["HR"])
    client = as_user(manager)
    data = filled(report, path)
    confirm(client, ADDRESS, data)
    assert errors_of(client.post(ADDRESS, data)) == {"path": "This colleague is already on this path."}
    enrol_own(user=report, path=path, start_date=date(2026, 12, 1), actor=manager)
    assert Enrolment.objects.count() == 1
    assert Message.objects.filter(kind="onboarding.enrolled_by_manager", recipient=hr).count() == 1


def test_what_hr_put_somebody_on_is_not_told_as_the_managers_doing(manager, report, path, make_user, enrolment):
    make_user(groups=["HR"])
    User.objects.filter(pk=enrolment.user_id).update(manager=manager)
    enrol_own(user=enrolment.user, path=path, start_date=date(2026, 12, 1), actor=manager)
    assert not told("onboarding.enrolled_by_manager")


def test_who_leads_nobody_finds_no_such_page(as_user, make_user, report, path):
    buddy = make_user()
    client = as_user(buddy)
    for answer in (client.get(ADDRESS), client.post(ADDRESS, filled(report, path))):
        assert answer.status_code == 404
    for page in (LIST, "/en/onboarding/", "/en/onboarding/for-me/"):
        assert ADDRESS not in client.get(page).content.decode()
    with pytest.raises(NotTheirs):
        enrol_own(user=report, path=path, start_date=date(2026, 12, 1), actor=buddy)
    assert not Enrolment.objects.exists()


def test_others_people_who_left_and_made_up_ones_are_refused(as_user, manager, report, path, make_user):
    client = as_user(manager)
    left = make_user(manager=manager, is_active=False)
    before = make_user(manager=manager, is_preboarder=True)
    words = "Choose one of your own people who works here."
    for who in (make_user().pk, left.pk, before.pk, manager.pk, 999999, "x"):
        assert errors_of(client.post(ADDRESS, {**filled(report, path), "user": who})) == {"user": words}
    assert "user" in errors_of(client.post(ADDRESS, {**filled(report, path), "user": "1\0"}))
    for page in (LIST, "/en/onboarding/", "/en/onboarding/for-me/"):
        assert ADDRESS in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"start_date": "31-02-2026"}, "start_date", "date"),
        ({"start_date": "2062-12-01"}, "start_date", "more than five years"),
        ({"start_date": ""}, "start_date", "no first day is known"),
        ({"path": "00000000-0000-4000-8000-000000000000"}, "path", "published"),
        ({"path": "x"}, "path", "published"),
        ({"buddy": "Nobody Here"}, "buddy", "No colleague"),
        ({"buddy": "Noor Smit"}, "buddy", "nobody walks along with themselves"),
        ({"buddy": "Two Alike"}, "buddy", "Several colleagues"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(as_user, manager, report, path, make_user, wrong, field, words):
    for _each in range(2):
        make_user(first_name="Two", last_name="Alike")
    found = errors_of(as_user(manager).post(ADDRESS, {**filled(report, path), **wrong}))
    assert list(found) == [field] and words in found[field]


def test_a_path_that_was_unpublished_after_it_was_seen_is_refused(as_user, manager, report, path):
    client = as_user(manager)
    outlook = preview(client, ADDRESS, filled(report, path)).context["outlook"]
    path.unpublish()
    assert "path" in errors_of(client.post(ADDRESS, {**filled(report, path), "seen": outlook.fingerprint}))
    assert not Enrolment.objects.exists()


def test_a_lead_puts_the_team_and_those_below_it_on_a_path(as_user, manager, path, make_user):
    """Somebody without a manager gets the lead; somebody else's report keeps theirs, and the lead goes to the list."""
    above = Team.objects.create(name="Techniek")
    below = Team.objects.create(name="Meters", parent=above)
    above.leads.add(manager)
    own, elsewhere = make_user(team=below), make_user(team=below, manager=make_user())
    client = as_user(manager)
    response = confirm(client, ADDRESS, filled(own, path))
    enrolment = Enrolment.objects.get(user=own)
    assert response.headers["Location"] == f"{LIST}{enrolment.pk}/"
    assert client.get(f"{LIST}{enrolment.pk}/").status_code == 200
    assert confirm(client, ADDRESS, filled(elsewhere, path)).headers["Location"] == LIST
    assert not Enrolment.objects.get(user=elsewhere).supporters.exists()


def test_the_form_reads_dutch_and_costs_the_same_for_any_number_of_people(as_user, manager, report, path, make_user):
    client = as_user(manager)
    address = ADDRESS.replace("/en/", "/nl/")

    def count() -> int:
        # Names and teams are in the content stamp: what hangs on it is made anew once.
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    few = count()
    team = Team.objects.create(name="Techniek")
    for _each in range(5):
        make_user(manager=manager, team=team)
    assert count() == few
