"""Evidence beside a goal: chosen from what the person finished, and never more than something to talk about."""

from datetime import date
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from competencies import evidence as registry
from competencies.evidence import Finished, Source, register
from competencies.models import Evidence, Goal, Rating
from competencies.plan_reading import PlanReading
from competencies.services.planning import Aim, NotOffered, add_evidence, add_goal


@pytest.fixture
def person(make_user):
    return make_user(locale="en")


@pytest.fixture
def offers(monkeypatch, person):
    """``offers["quiz"]`` and ``offers["story"]``: what the sources of these names offer the person, and nobody else."""
    monkeypatch.setattr(registry, "_sources", {})
    found = {
        "quiz": [Finished("q1", "Safe on the street", date(2026, 9, 1), "/en/quiz/1/")],
        "story": [Finished("s1", "How I got here", date(2026, 8, 1), "/en/story/1/")],
    }
    for name, label in (("quiz", "Quiz that you passed"), ("story", "Story that you wrote")):
        register(Source(name, label, lambda user, name=name: found[name] if user.pk == person.pk else []))
    return found


@pytest.fixture
def goal(person, library):
    return add_goal(
        user=person,
        key=uuid4(),
        competency_key=library.safe.translation_key,
        aim=Aim(from_level=1, to_level=2, action="Walk along.", due_on=None),
    )


@pytest.fixture
def reader(client, person):
    client.force_login(person)
    return client


def page_url(goal) -> str:
    with override("en"):
        return reverse("competencies:goal_evidence", args=[goal.key])


def put(client, goal, source: str, key: str, beside: str = "true"):
    url = reverse("competencies:put_evidence", args=[goal.key])
    return client.post(url, {"source": source, "key": key, "beside": beside})


def main(client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").main


def test_what_somebody_finished_is_offered_by_source(reader, goal, offers):
    page = main(reader, page_url(goal))
    assert [heading.text for heading in page.find_all("h2")] == ["Quiz that you passed", "Story that you wrote"]
    assert page.find("a", href="/en/quiz/1/").text == "Safe on the street"
    assert "it never changes a level by itself" in page.text


def test_without_anything_finished_the_page_says_what_can_come(reader, goal, offers):
    offers["quiz"], offers["story"] = [], []
    assert main(reader, page_url(goal)).find(class_="empty")


def test_adding_and_taking_away_say_what_they_set(reader, goal, offers):
    for _time in range(2):
        assert put(reader, goal, "quiz", "q1").status_code == 302
    row = Evidence.objects.get()
    assert (row.title, row.happened_on) == ("Safe on the street", date(2026, 9, 1))
    page = main(reader, page_url(goal))
    assert page.find("section", attrs={"aria-labelledby": "beside"}).find("a")["href"] == "/en/quiz/1/"
    assert "beside this goal" in page.find("section", attrs={"aria-labelledby": "source-1"}).text
    for _time in range(2):
        assert put(reader, goal, "quiz", "q1", "false").status_code == 302
    assert not Evidence.objects.exists()
    assert put(reader, goal, "quiz", "q1", "maybe").status_code == 400


@pytest.mark.parametrize(
    ("source", "key"), [("quiz", "q2"), ("quiz", "s1"), ("gone", "q1"), ("", ""), ("quiz", "\0"), ("quiz", "q" * 999)]
)
def test_what_is_not_offered_is_not_there(reader, goal, offers, source, key):
    assert put(reader, goal, source, key).status_code == 404
    assert not Evidence.objects.exists()


def test_what_another_finished_is_not_theirs_to_choose(client, make_user, library, offers):
    other = make_user()
    theirs = add_goal(
        user=other,
        key=uuid4(),
        competency_key=library.safe.translation_key,
        aim=Aim(from_level=None, to_level=1, action="Begin.", due_on=None),
    )
    client.force_login(other)
    assert put(client, theirs, "quiz", "q1").status_code == 404
    with pytest.raises(NotOffered):
        add_evidence(goal=theirs, source="quiz", key="q1")


def test_the_title_is_the_source_s_and_not_the_form_s(reader, goal, offers):
    url = reverse("competencies:put_evidence", args=[goal.key])
    reader.post(url, {"source": "quiz", "key": "q1", "beside": "true", "title": "Doctor", "happened_on": "1900-01-01"})
    assert Evidence.objects.get().title == "Safe on the street"


def test_a_long_title_is_kept_as_far_as_it_fits(reader, goal, offers):
    offers["quiz"] = [Finished("q1", "a" * 900, date(2026, 9, 1))]
    assert put(reader, goal, "quiz", "q1").status_code == 302
    assert len(Evidence.objects.get().title) == 300


@pytest.mark.parametrize("what", ["taken back", "source gone"])
def test_it_survives_what_it_was_and_leads_nowhere_then(reader, goal, offers, person, monkeypatch, what):
    put(reader, goal, "quiz", "q1")
    assert main(reader, "/en/development/plan/").find("a", href="/en/quiz/1/")
    if what == "taken back":
        offers["quiz"] = []
    else:
        monkeypatch.setattr(registry, "_sources", {})
    page = main(reader, "/en/development/plan/")
    assert "Safe on the street" in page.text
    assert not page.find("a", href="/en/quiz/1/")
    # It can still be taken away.
    assert put(reader, goal, "quiz", "q1", "false").status_code == 302
    assert not Evidence.objects.exists()


def test_no_level_changes_by_it(reader, goal, offers):
    put(reader, goal, "quiz", "q1")
    goal.refresh_from_db()
    assert (goal.from_level, goal.done_at) == (1, None)
    assert not Rating.objects.exists()


def test_who_reads_along_sees_titles_and_no_links(reader, goal, offers, person, make_user):
    put(reader, goal, "quiz", "q1")
    rows = PlanReading(person, "en", reader=make_user()).open
    assert [(item.evidence.title, item.url) for item in rows[0].evidence] == [("Safe on the street", "")]


def test_it_stands_once_beside_a_goal_and_goes_with_it(reader, goal, offers):
    put(reader, goal, "quiz", "q1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.create(goal=goal, source="quiz", key="q1", title="Twice", happened_on=date(2026, 1, 1))
    Goal.objects.all().delete()
    assert not Evidence.objects.exists()


def test_the_page_costs_the_same_with_ten_times_as_much(reader, goal, offers):
    def cost() -> int:
        main(reader, page_url(goal))
        with CaptureQueriesContext(connection) as queries:
            main(reader, page_url(goal))
        return len(queries)

    put(reader, goal, "quiz", "q1")
    few = cost()
    offers["quiz"] += [Finished(f"more{number}", f"More {number}", date(2026, 7, 1)) for number in range(20)]
    for number in range(10):
        put(reader, goal, "quiz", f"more{number}")
    assert cost() <= few
