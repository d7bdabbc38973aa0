"""The page of a colleague."""

from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import PageViewRestriction

from people.models import Team, User
from stories.models import StoryIndexPage, StoryPage
from tests.factories import StoryFactory


@pytest.fixture
def person(make_user):
    lead = make_user(first_name="Ingrid", last_name="Postma")
    team = Team.objects.create(name="Zuivering", name_en="Treatment")
    team.leads.add(lead)
    return make_user(
        first_name="Sem", last_name="de Wit", job_title="Procesoperator", job_title_en="Process operator", team=team
    )


def address(person, language: str = "nl") -> str:
    return f"/{language}/people/{person.key}/"


def soup(client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_a_colleague_is_shown_in_the_readers_language(as_user, user, person):
    client = as_user(user)
    for language, words in (("nl", ["Procesoperator", "Zuivering"]), ("en", ["Process operator", "Treatment"])):
        page = soup(client, address(person, language))
        assert page.h1.get_text() == "Sem de Wit"
        for word in [*words, "Ingrid Postma", person.email]:
            assert word in page.main.get_text()


def test_nothing_private_is_shown(as_user, make_user, user):
    # The name is given: one that the factory numbers can contain the hours.
    person = make_user(
        first_name="Sem",
        email="sem@example.org",
        staff_number="KANARIE-1",
        time_zone="Pacific/Chatham",
        hours_per_week=13,
    )
    text = soup(as_user(user), address(person)).main.get_text()
    for secret in ("KANARIE", "Chatham", "13"):
        assert secret not in text


def test_who_left_and_who_never_was_are_not_there(as_user, user, person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    client = as_user(user)
    gone, unknown = client.get(address(person)), client.get(f"/nl/people/{uuid4()}/")
    assert gone.status_code == unknown.status_code == 404
    assert client.get(f"/nl/people/{person.pk}/").status_code == 404


def test_who_is_not_signed_in_sees_nobody(client, person):
    assert client.get(address(person)).status_code == 302


def test_the_stories_of_a_colleague_are_listed_as_the_reader_may_see_them(as_user, user, person, make_user, trunk):
    channel = trunk(StoryIndexPage)
    StoryFactory(parent=channel, author=person, title="Van mij")
    StoryFactory(parent=channel, author=make_user(), title="Van een ander")
    closed = StoryFactory(parent=channel, author=person, title="Dicht")
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.GROUPS)
    StoryFactory(parent=channel, author=person, title="Concept", live=False)
    section = soup(as_user(user), address(person)).select_one("section[aria-labelledby=stories-by]")
    assert [link.get_text(strip=True) for link in section.select("h3 a")] == ["Van mij"]


def test_many_stories_come_in_pages(as_user, user, person, trunk):
    for number in range(13):
        StoryFactory(parent=trunk(StoryIndexPage), author=person, title=f"Verhaal {number:02}")
    client = as_user(user)
    assert len(soup(client, address(person)).select("h3 a")) == 12
    second = soup(client, f"{address(person)}?page=2").select("h3 a")
    assert [link.get_text(strip=True) for link in second] == ["Verhaal 00"]
    assert len(soup(client, f"{address(person)}?page=x").select("h3 a")) == 12


def test_the_page_costs_the_same_with_ten_times_the_stories(
    as_user, user, person, trunk, django_assert_max_num_queries
):
    client = as_user(user)

    def count() -> int:
        client.get(address(person))
        with django_assert_max_num_queries(15) as queries:
            client.get(address(person))
        return len(queries)

    StoryFactory(parent=trunk(StoryIndexPage), author=person)
    first = count()
    for _ in range(10):
        StoryFactory(parent=trunk(StoryIndexPage), author=person)
    assert count() == first


def test_a_byline_leads_to_a_colleague_and_not_to_who_left(as_user, user, person, trunk):
    page = StoryFactory(parent=trunk(StoryIndexPage), author=person)
    client = as_user(user)
    shown = soup(client, page.url)
    links = [link["href"] for link in shown.main.select("a") if link.get_text(strip=True) == "Sem de Wit"]
    assert links == [address(person)] * 2
    person.is_active = False
    person.save()
    shown = soup(client, StoryPage.objects.get(pk=page.pk).url)
    assert "Sem de Wit" in shown.main.get_text()
    assert "Procesoperator" in shown.main.get_text()
    assert address(person) not in str(shown)


def test_my_own_page_is_at_one_address(as_user, person):
    client = as_user(person)
    assert client.get("/nl/people/me/")["Location"] == address(person)
    assert reverse("people:settings") in str(soup(client, address(person)).main)
    assert "/people/me/" in str(soup(client, reverse("people:settings")))


def test_everybody_has_a_key_of_their_own(make_user):
    keys = [make_user().key for _ in range(5)]
    assert len(set(keys)) == 5
