"""One's own plan: setting, changing, finishing and removing goals, and who sees them."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import PageViewRestriction

from competencies.levels import Level
from competencies.models import Evidence, Goal, Sharing
from competencies.plan_reading import plan_for_assessor
from competencies.services.assessing import finish_assessment, rate_oneself, start_assessment
from competencies.services.planning import Aim, GoalOpen, add_goal, change_goal
from people.clock import today_for
from people.forgetting import forget_person
from people.personal_data import all_parts
from tests.factories import CompetencyFactory

ADD = "/en/development/plan/add/"
PLAN = "/en/development/plan/"


@pytest.fixture
def person(make_user):
    return make_user(locale="en", first_name="Noor")


@pytest.fixture
def client_of(client, person):
    client.force_login(person)
    return client


def page_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser").main


def words(response) -> str:
    return " ".join(page_of(response).get_text(" ", strip=True).split())


def filled(client, url: str = ADD, **changes) -> dict:
    """What a browser sends of the form at ``url``, with these changes."""
    form = page_of(client.get(url)).find("form", attrs={"method": "post"})
    data = {}
    for field in form.find_all(["input", "textarea", "select"]):
        if field.name == "select":
            option = field.find("option", selected=True) or field.find("option")
            data[field["name"]] = option["value"]
        else:
            data[field["name"]] = field.text.strip() if field.name == "textarea" else field.get("value", "")
    return data | changes


def aim(**changes) -> Aim:
    return Aim(**{"from_level": 1, "to_level": 2, "action": "Walk along twice.", "due_on": None, **changes})


def goal_of(person, competency, **changes) -> Goal:
    return add_goal(user=person, key=uuid4(), competency_key=competency.translation_key, aim=aim(**changes))


def test_an_empty_plan_offers_the_first_goal(client_of, library):
    page = page_of(client_of.get(PLAN))
    assert page.find(class_="empty").find("a")["href"] == ADD


def test_a_gap_fills_in_the_form_and_the_goal_is_in_the_plan(client_of, person, library, score):
    assessment = start_assessment(user=person, profile_key=library.profile.translation_key)
    score(assessment, 1, 2)
    finish_assessment(assessment=assessment)
    # No level stands in the address: browsers and servers keep those.
    url = f"{ADD}?competency={library.safe.translation_key}&assessment={assessment.key}"
    data = filled(client_of, url, action="Walk along\nwith the night shift.", due_on="")
    assert (data["competency"], data["from_level"], data["to_level"]) == (str(library.safe.translation_key), "1", "3")
    response = client_of.post(url, data, follow=True)
    goal = Goal.objects.get()
    assert (goal.user, goal.from_level, goal.to_level, goal.due_on) == (person, 1, 3, None)
    assert response.redirect_chain[-1][0] == f"{PLAN}#goal-{goal.key}"
    assert set(goal.competency_titles) >= {"nl"}
    assert "Veilig werken from basic to advanced Walk along with the night shift." in words(response)


def test_an_assessment_of_somebody_else_fills_in_no_level(client_of, finished, library):
    data = filled(client_of, f"{ADD}?competency={library.safe.translation_key}&assessment={finished.key}")
    assert (data["competency"], data["from_level"], data["to_level"]) == (
        str(library.safe.translation_key),
        "unknown",
        "",
    )


@pytest.mark.parametrize(
    "query",
    ["competency=nonsense&assessment=x", "competency=&assessment=", "assessment=00000000-0000-4000-8000-000000000000"],
)
def test_nonsense_in_the_address_fills_in_nothing(client_of, library, query):
    data = filled(client_of, f"{ADD}?{query}")
    assert (data["competency"], data["from_level"], data["to_level"]) == ("", "unknown", "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"competency": ""}, "competency"),
        ({"competency": str(uuid4())}, "competency"),
        ({"to_level": ""}, "to_level"),
        ({"to_level": "7"}, "to_level"),
        ({"from_level": "3", "to_level": "2"}, "to_level"),
        ({"from_level": "2", "to_level": "2"}, "to_level"),
        ({"from_level": "x"}, "from_level"),
        ({"action": "  "}, "action"),
        ({"action": "a" * 601}, "action"),
        ({"due_on": "31-31-2026"}, "due_on"),
        ({"due_on": "yesterday"}, "due_on"),
        ({"due_on": "2400-01-01"}, "due_on"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(client_of, person, library, changes, field):
    if changes.get("due_on") == "yesterday":
        changes = {"due_on": (today_for(person) - timedelta(days=1)).isoformat()}
    sent = {"competency": str(library.safe.translation_key), "from_level": "0", "to_level": "2", "action": "Typed."}
    data = filled(client_of, **{**sent, **changes})
    page = page_of(client_of.post(ADD, data))
    assert page.find(id=f"id_{field}_error"), page.find(class_="error-summary")
    assert page.find("textarea").text.strip() == data["action"].strip()
    assert page.find("input", attrs={"name": "due_on"}).get("value", "") == data["due_on"]
    assert page.find("a", href=f"#id_{field}")
    assert not Goal.objects.exists()


def test_a_level_that_nobody_wrote_can_not_be_aimed_at(client_of, library):
    data = filled(client_of, competency=str(library.telling.translation_key), to_level="4", action="Tell.")
    assert page_of(client_of.post(ADD, data)).find(id="id_to_level_error")
    assert not Goal.objects.exists()


def test_without_the_hidden_key_nothing_breaks(client_of, library):
    data = filled(client_of, competency=str(library.safe.translation_key), to_level="2", action="Typed.")
    for key in ("", "nonsense"):
        assert client_of.post(ADD, data | {"key": key}).status_code == 200
    assert not Goal.objects.exists()


def test_two_clicks_set_one_goal(client_of, library):
    data = filled(client_of, competency=str(library.safe.translation_key), to_level="2", action="Typed.")
    first, second = (client_of.post(ADD, data) for _time in range(2))
    assert first.url == second.url
    assert Goal.objects.count() == 1


def test_the_same_form_sent_late_does_not_open_what_is_done(client_of, library):
    data = filled(client_of, competency=str(library.safe.translation_key), to_level="2", action="Typed.")
    client_of.post(ADD, data)
    Goal.objects.update(done_at=timezone.now())
    client_of.post(ADD, data)
    assert Goal.objects.get().done_at


def test_a_second_open_goal_for_a_competency_is_refused_with_the_first_beside_it(client_of, person, library):
    goal = goal_of(person, library.safe)
    data = filled(client_of, competency=str(library.safe.translation_key), to_level="4", action="Something else.")
    page = page_of(client_of.post(ADD, data))
    assert page.find(id="id_competency_error")
    assert page.find("textarea").text.strip() == "Something else."
    assert page.find("a", href=f"{PLAN}{goal.key}/")
    assert Goal.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Goal.objects.create(user=person, competency_key=goal.competency_key, to_level=2, action="Twice.")


def test_the_key_of_another_sets_a_goal_of_ones_own(person, make_user, library):
    theirs = goal_of(make_user(), library.safe)
    mine = add_goal(user=person, key=theirs.key, competency_key=library.safe.translation_key, aim=aim())
    assert mine.key != theirs.key
    assert mine.user == person


def test_a_competency_that_is_closed_to_somebody_is_not_offered(client_of, library):
    rule = PageViewRestriction.objects.create(page=library.safe, restriction_type=PageViewRestriction.GROUPS)
    rule.groups.add(Group.objects.create(name="Board"))
    page = page_of(client_of.get(ADD))
    assert "Veilig werken" not in page.text
    assert "Verhalen vertellen" in page.text
    data = filled(client_of, competency=str(library.safe.translation_key), to_level="2", action="Typed.")
    assert page_of(client_of.post(ADD, data)).find(id="id_competency_error")


@pytest.mark.parametrize("aims", [{"to_level": 0}, {"to_level": 5}, {"from_level": 2}, {"action": " \0 "}])
def test_the_service_refuses_what_makes_no_goal(person, library, aims):
    with pytest.raises(ValueError, match=r".*"):
        goal_of(person, library.safe, **aims)


def test_changing_a_goal_keeps_the_rest(client_of, person, library):
    goal = goal_of(person, library.safe, due_on=today_for(person) - timedelta(days=3))
    url = f"{PLAN}{goal.key}/"
    data = filled(client_of, url, action="Something else.")
    # A day that has passed may stay, another one in the past is refused.
    assert client_of.post(url, data).status_code == 302
    goal.refresh_from_db()
    assert (goal.action, goal.version, goal.due_on) == ("Something else.", 2, today_for(person) - timedelta(days=3))
    data = filled(client_of, url, due_on=(today_for(person) - timedelta(days=1)).isoformat())
    assert page_of(client_of.post(url, data)).find(id="id_due_on_error")


def test_two_tabs_do_not_overwrite_each_other(client_of, person, library):
    goal = goal_of(person, library.safe)
    url = f"{PLAN}{goal.key}/"
    old = filled(client_of, url, action="From the old tab.")
    change_goal(goal=goal, aim=aim(action="From the new tab."), seen=1)
    page = page_of(client_of.post(url, old))
    assert page.find("textarea").text.strip() == "From the old tab."
    assert "From the new tab." in page.find(class_="panel", string=None).parent.text
    assert Goal.objects.get().action == "From the new tab."
    # Saving once more counts for what is shown now.
    again = {
        field["name"]: field.get("value", "") for field in page.find("form", attrs={"method": "post"}).find_all("input")
    }
    client_of.post(url, old | again)
    assert Goal.objects.get().action == "From the old tab."


def test_words_for_a_goal_that_was_removed_meanwhile_are_kept(client_of, person, library):
    goal = goal_of(person, library.safe)
    data = filled(client_of, f"{PLAN}{goal.key}/", action="Typed for a while.")
    goal.delete()
    response = client_of.post(f"{PLAN}{goal.key}/", data)
    assert response.status_code == 404
    assert page_of(response).find("textarea").text.strip() == "Typed for a while."
    assert not Goal.objects.exists()


def test_done_and_open_again_say_what_they_set(client_of, person, library):
    goal = goal_of(person, library.safe)
    url = reverse("competencies:set_goal_done", args=[goal.key])
    for done in (True, True, False, False):
        client_of.post(url, {"done": str(done).lower()})
        goal.refresh_from_db()
        assert (goal.done_at is not None) == done
    assert client_of.post(url, {"done": "perhaps"}).status_code == 400
    assert client_of.get(url).status_code == 405


def test_a_goal_is_done_by_the_form_as_a_browser_sends_it(person, library):
    goal = goal_of(person, library.safe)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    with translation.override("en"):
        url = reverse("competencies:set_goal_done", args=[goal.key])
    form = page_of(browser.get(PLAN)).find("form", action=url)
    data = {field["name"]: field["value"] for field in form.find_all("input")}
    assert browser.post(url, data).status_code == 302
    goal.refresh_from_db()
    assert goal.done_at


def test_a_goal_stays_done_while_another_is_open_for_it(client_of, person, library):
    goal = goal_of(person, library.safe)
    url = reverse("competencies:set_goal_done", args=[goal.key])
    client_of.post(url, {"done": "true"})
    goal_of(person, library.safe, action="A new one.")
    response = client_of.post(url, {"done": "false"}, follow=True)
    assert response.status_code == 200
    goal.refresh_from_db()
    assert goal.done_at
    assert page_of(response).find("details").find(id=f"goal-{goal.key}")


def test_open_goals_come_by_date_and_done_ones_are_folded(client_of, person, library):
    for number, days in enumerate((None, 9, 2)):
        page = CompetencyFactory(parent=library.index, title=f"C{number}", basic=["a."], independent=["b."])
        page.save_revision().publish()
        goal_of(person, page, due_on=days and today_for(person) + timedelta(days=days))
    client_of.post(reverse("competencies:set_goal_done", args=[goal_of(person, library.safe).key]), {"done": "true"})
    page = page_of(client_of.get(PLAN))
    assert [heading.text.strip() for heading in page.section.find_all("h3")] == ["C2", "C1", "C0"]
    assert [heading.text.strip() for heading in page.details.find_all("h3")] == ["Veilig werken"]


def test_a_day_that_passed_is_said_calmly(client_of, person, library):
    goal = goal_of(person, library.safe)
    Goal.objects.update(due_on="2026-03-03")
    found = words(client_of.get(PLAN))
    assert "was for 3 March 2026" in found
    Goal.objects.filter(pk=goal.pk).update(due_on=today_for(person))
    assert "was for" not in words(client_of.get(PLAN))


def test_removing_asks_first_and_twice_is_once(client_of, person, library):
    goal = goal_of(person, library.safe)
    url = reverse("competencies:remove_goal", args=[goal.key])
    assert "Veilig werken" in words(client_of.get(url))
    assert Goal.objects.exists()
    for _time in range(2):
        assert client_of.post(url).url.endswith("/development/plan/")
    assert not Goal.objects.exists()


def test_a_competency_that_is_gone_keeps_its_name_in_the_plan(client_of, person, library):
    goal_of(person, library.telling)
    library.profile.delete()
    library.telling.delete()
    page = page_of(client_of.get(PLAN))
    heading = page.section.find("h3")
    assert heading.text.strip() == "Verhalen vertellen"
    assert heading.find("a") is None
    goal = Goal.objects.get()
    url = f"{PLAN}{goal.key}/"
    assert client_of.post(url, filled(client_of, url, action="Go on.")).status_code == 302


@pytest.mark.parametrize("role", ["stranger", "lead", "manager", "HR", "Administrators"])
def test_nobody_else_finds_a_goal(client, make_user, library, role):
    from people.models import Team

    team = Team.objects.create(name="North")
    other = make_user(locale="en", groups=[role] if role in ("HR", "Administrators") else [])
    other.is_superuser = role == "Administrators"
    other.save()
    owner = make_user(team=team, manager=other if role == "manager" else None)
    if role == "lead":
        team.leads.add(other)
    goal = goal_of(owner, library.safe)
    client.force_login(other)
    data = {"action": "Mine now.", "from_level": "1", "to_level": "2", "version": "1", "done": "true", "beside": "true"}
    for name in ("change_goal", "remove_goal", "goal_evidence"):
        assert client.get(reverse(f"competencies:{name}", args=[goal.key])).status_code == 404, name
    for name in ("change_goal", "set_goal_done", "put_evidence"):
        assert client.post(reverse(f"competencies:{name}", args=[goal.key]), data).status_code == 404, name
    client.post(reverse("competencies:remove_goal", args=[goal.key]))
    assert "Walk along" not in client.get(PLAN).content.decode()
    goal.refresh_from_db()
    assert (goal.action, goal.done_at) == ("Walk along twice.", None)


@pytest.fixture
def shared(person, make_user, library):
    """A finished assessment, and a colleague who leads the person, with their scores in."""
    lead = make_user(locale="en")
    person.manager = lead
    person.save()
    assessment = start_assessment(user=person, profile_key=library.profile.translation_key)
    for page in (library.safe, library.telling):
        rate_oneself(
            assessment=assessment,
            competency_key=page.translation_key,
            level=1,
            is_unknown=False,
            example="",
            seen=0,
        )
    assessment = finish_assessment(assessment=assessment)
    now = timezone.now()
    sharing = Sharing.objects.create(
        assessment=assessment, assessor=lead, with_plan=True, shared_at=now, submitted_at=now
    )
    return SimpleNamespace(lead=lead, sharing=sharing, goal=goal_of(person, library.safe))


def test_the_assessor_reads_the_plan_that_is_shared_and_can_do_nothing_with_it(shared, rf):
    from django.template.loader import render_to_string

    plan = plan_for_assessor(shared.sharing, "en")
    with translation.override("en"):
        page = BeautifulSoup(render_to_string("competencies/plan/_shared.html", {"plan": plan}), "html.parser")
    assert "Walk along twice." in page.text
    assert "What Noor wants to learn" in page.text
    assert not page.find(["form", "button"])


@pytest.mark.parametrize("what", ["not the plan", "not scored", "taken back", "leads no more", "left"])
def test_the_plan_is_not_shared_when(shared, person, what):
    sharing = shared.sharing
    if what == "not the plan":
        Sharing.objects.update(with_plan=False)
        # Ticked off since the page's sharing was fetched.
        assert plan_for_assessor(sharing, "en") is None
        sharing.refresh_from_db()
    elif what == "not scored":
        sharing.submitted_at = None
        sharing.save()
    elif what == "taken back":
        sharing.ended_at = timezone.now()
        sharing.save()
    elif what == "leads no more":
        person.manager = None
        person.save()
    else:
        person.is_active = False
        person.save()
    assert plan_for_assessor(sharing, "en") is None


def test_the_plan_costs_the_same_with_ten_times_as_many_goals(client_of, person, library):
    def cost() -> int:
        client_of.get(PLAN)
        with CaptureQueriesContext(connection) as queries:
            assert client_of.get(PLAN).status_code == 200
        return len(queries)

    goal_of(person, library.safe)
    Evidence.objects.create(
        goal=Goal.objects.get(), source="gone", key="1", title="Kept", happened_on=today_for(person)
    )
    few = cost()
    for number in range(10):
        page = CompetencyFactory(parent=library.index, title=f"C{number}", basic=["a."], independent=["b."])
        page.save_revision().publish()
        goal = goal_of(person, page)
        Evidence.objects.create(goal=goal, source="gone", key="1", title="Kept", happened_on=today_for(person))
    assert cost() <= few


def test_the_plan_is_taken_along_and_forgotten(person, make_user, library):
    goal = goal_of(person, library.safe)
    Evidence.objects.create(goal=goal, source="quiz", key="1", title="Quiz passed", happened_on=today_for(person))
    others = goal_of(make_user(), library.safe)
    part = next(part for part in all_parts() if part.name == "development_plan")
    found = part.collect(person)
    assert [row["action"] for row in found] == ["Walk along twice."]
    assert found[0]["evidence"][0]["title"] == "Quiz passed"
    assert "Veilig werken" in found[0]["competency"]
    for _time in range(2):
        forget_person(person=person, by=None)
    assert list(Goal.objects.all()) == [others]
    assert not Evidence.objects.exists()


def test_the_same_goal_again_changes_nothing(person, library):
    goal = goal_of(person, library.safe)
    assert change_goal(goal=goal, aim=aim(), seen=99).version == 1
    assert goal_of(person, library.safe).pk == goal.pk
    with pytest.raises(GoalOpen):
        goal_of(person, library.safe, to_level=Level.EXPERT)
