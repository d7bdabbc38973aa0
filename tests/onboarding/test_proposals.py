"""HR's list of what the portal proposes: found for everybody at once, decided on for one or many."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.models import Message
from onboarding.models import Enrolment, OnboardingEvent, StepProgress
from onboarding.proposals import open_proposals
from onboarding.proposed_steps import misfits_of_many
from onboarding.services import enrol, propose_steps
from people.models import Location, Team, User
from tests.factories import StepFactory

from .conftest import publish
from .hr import confirm, preview, words_of

pytestmark = pytest.mark.django_db
LIST = "/admin/enrolments/proposals/"
MANY = "/admin/enrolments/many/"


@pytest.fixture
def team(db):
    return Team.objects.create(name="Laboratorium")


@pytest.fixture
def for_team(path, phases, team):
    step = StepFactory(parent=phases[0], title="Veilig in het lab")
    step.audience_teams = [team]
    return publish(step)


@pytest.fixture
def move(path, for_team, team, make_user):
    """``move()``: somebody on the path who came to the team afterwards."""

    def moved(**fields) -> Enrolment:
        person = make_user(**fields)
        enrolment = enrol(user=person, path=path, start_date=date(2026, 11, 2))
        User.objects.filter(pk=person.pk).update(team=team)
        enrolment.user.refresh_from_db()
        return enrolment

    return moved


def planned(step) -> set[int]:
    return set(
        StepProgress.objects.filter(step_key=step.translation_key, in_plan=True).values_list("enrolment", flat=True)
    )


def test_who_is_alone_in_the_list_is_the_only_one(client, move, of_hr):
    move()
    client.force_login(of_hr)
    page = client.get(LIST).content.decode()
    assert "the only one in this list" in page and "all 1 of" not in page


def test_the_list_finds_what_each_page_finds_and_leaves_out_the_rest(move, path, for_team, team, make_user, of_hr):
    moved, ended, finished, begun = move(), move(), move(), move()
    Enrolment.objects.filter(pk=ended.pk).update(ended_on=date(2026, 11, 3))
    Enrolment.objects.filter(pk=finished.pk).update(completed_at="2026-11-03T09:00Z")
    StepProgress.objects.create(enrolment=begun, step_key=for_team.translation_key, in_plan=True)
    left = enrol(user=make_user(team=team), path=path, start_date=date(2026, 11, 2))
    User.objects.filter(pk=left.user_id).update(team=None)
    fits = enrol(user=make_user(team=team), path=path, start_date=date(2026, 11, 2))
    found = misfits_of_many(Enrolment.objects.all())
    assert {pk: ([s.key for s in add], [s.key for s in off]) for pk, (_who, add, off) in found.items()} == {
        moved.pk: ([for_team.translation_key], []),
        left.pk: ([], [for_team.translation_key]),
    }
    for enrolment in Enrolment.objects.select_related("user"):
        proposal = propose_steps(enrolment=enrolment)
        assert proposal.is_nothing is (enrolment.pk not in found), enrolment.pk
    assert fits.pk not in found
    words = {pk: proposals[0].sentences for pk, proposals in open_proposals(of_hr).items()}
    assert all("Veilig in het lab" in sentence for each in words.values() for sentence in each) and len(words) == 2


def test_hr_sees_the_list_with_a_count_narrows_it_and_finds_the_page_to_choose(hr, move, team, make_path, path):
    moved = move(first_name="Noor", location=Location.objects.create(name="Noord"))
    other = move(first_name="Bas")
    index = hr.get("/admin/enrolments/").content.decode()
    assert LIST in index and "2 " in index
    page = hr.get(LIST)
    assert page.status_code == 200
    words = page.content.decode()
    assert "Noor" in words and "Bas" in words and "Veilig in het lab" in words
    assert reverse("enrolments:action", args=[moved.pk, "fit"]) in words

    def names(query: str) -> set[str]:
        return {row.user.first_name for row in hr.get(f"{LIST}?{query}").context["object_list"]}

    assert names("q=noor") == {"Noor"}
    assert names(f"location={moved.user.location_id}") == {"Noor"}
    assert names(f"team={team.pk}") == names(f"path_key={path.translation_key}") == {"Noor", "Bas"}
    assert names("proposal=steps") == names("proposal=any") == {"Noor", "Bas"}
    empty = make_path(title="Leeg pad")
    assert names(f"path_key={empty.translation_key}") == set()
    # Nonsense narrows nothing, and costs nothing but a word.
    assert hr.get(f"{LIST}?proposal=nonsense&location=x&p=99&ordering=zz").status_code == 200
    assert {row.pk for row in hr.get("/admin/enrolments/?proposal=steps").context["object_list"]} == {
        moved.pk,
        other.pk,
    }
    assert "Noor" in hr.get("/admin/enrolments/proposals/results/?q=noor").content.decode()


def test_hr_accepts_many_after_seeing_each(hr, move, for_team):
    moved = [move(first_name=name) for name in ("Noor", "Bas", "Els")]
    enrolled = Enrolment.objects.count()
    ids = [each.pk for each in moved[:2]]
    form = hr.post(MANY, {"id": ids, "action": "fit-all"})
    assert form.status_code == 200 and form.context["here"].endswith("/many/fit-all/")
    where, data = form.context["here"], {"id": ids}
    words = words_of(preview(hr, where, data).context["outlook"])
    assert words.count("Veilig in het lab") >= 2 and "Noor" in words and "Els" not in words
    assert planned(for_team) == set() and not OnboardingEvent.objects.filter(kind="changed").exists()
    told = Message.objects.count()
    assert confirm(hr, where, data).headers["Location"] == LIST
    assert planned(for_team) == set(ids) and Message.objects.count() > told
    assert [row.pk for row in hr.get(LIST).context["object_list"]] == [moved[2].pk]
    # A second click: nothing is left to do for them, and nothing is done.
    again = hr.post(where, data)
    assert not again.context["outlook"].may_confirm
    assert Enrolment.objects.count() == enrolled


def test_declining_all_of_the_list_changes_no_plan_and_is_not_proposed_again(hr, move, for_team, path, make_user):
    moved = [move() for _each in range(2)]
    untouched = enrol(user=make_user(), path=path, start_date=date(2026, 11, 2))
    before = list(StepProgress.objects.order_by("pk").values())
    data = {"all": "1", "narrowed_by": hr.get(LIST).context["narrowed_by"]}
    assert {row.pk for row in hr.post(MANY, {**data, "action": "fit-none"}).context["enrolments"]} == {
        each.pk for each in moved
    }
    confirm(hr, "/admin/enrolments/many/fit-none/", data)
    assert list(StepProgress.objects.order_by("pk").values()) == before
    events = OnboardingEvent.objects.filter(kind=OnboardingEvent.Kind.DECLINED)
    assert {event.enrolment_id for event in events} == {each.pk for each in moved} and untouched.pk not in events
    assert not hr.get(LIST).context["object_list"]
    User.objects.filter(pk=moved[0].user_id).update(locale="en")
    assert [row.pk for row in hr.get(LIST).context["object_list"]] == [moved[0].pk]


def test_another_manager_stands_in_the_same_list_and_is_decided_on_apart(hr, move, make_user, path, for_team):
    old, new = make_user(first_name="Ouda"), make_user(first_name="Nieuwa")
    both, kept = move(manager=old, first_name="Noor"), move(manager=old, first_name="Bas")
    User.objects.filter(pk__in=[both.user_id, kept.user_id]).update(manager=new)
    page = hr.get(f"{LIST}?proposal=manager")
    assert {row.pk for row in page.context["object_list"]} == {both.pk, kept.pk}
    assert "Ouda" in page.content.decode() and "Nieuwa" in page.content.decode()
    assert {slug for slug, _label in page.context["bulk_actions"]} == {
        "fit-all",
        "fit-none",
        "manager-all",
        "manager-none",
    }
    seen = preview(hr, f"{MANY}manager-all/", {"id": [both.pk]}).context["outlook"]
    assert "Nieuwa" in words_of(seen) and "Veilig in het lab" not in words_of(seen)
    confirm(hr, f"{MANY}manager-all/", {"id": [both.pk]})
    confirm(hr, f"{MANY}manager-none/", {"id": [kept.pk]})
    assert list(Enrolment.objects.order_by("pk").values_list("manager", flat=True)) == [new.pk, old.pk]
    # The steps still wait, for both.
    assert planned(for_team) == set()
    assert not hr.get(f"{LIST}?proposal=manager").context["object_list"]
    assert len(hr.get(LIST).context["object_list"]) == 2


@pytest.mark.parametrize("role", ["Editors", "Managers", "Employees"])
def test_others_than_hr_see_and_decide_nothing(client, make_user, move, for_team, role):
    moved = move(first_name="Noor")
    client.force_login(make_user(groups=[role]))
    assert client.get(LIST).status_code in (302, 403)
    assert "Noor" not in client.get(LIST, follow=True).content.decode()
    client.post("/admin/enrolments/many/fit-all/", {"id": [moved.pk]})
    assert planned(for_team) == set()


def test_the_list_costs_the_same_for_any_number(hr, move):
    def count() -> int:
        hr.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            assert hr.get(LIST).status_code == 200
        return len(queries)

    move()
    few = count()
    for _each in range(6):
        move()
    assert count() == few
