"""The front page: one reader's own, zone by zone."""

import logging
import socket
from datetime import date

import pytest
import time_machine
from wagtail.models import PageViewRestriction

from guidelines.models import ManualIndexPage
from home import front_page
from home.front_page import FrontPage, count_working_days
from home.models import CompanyStoryPage, HomePage, NewsIndexPage
from stories.models import StoryIndexPage
from tests.factories import ManualFactory, NewsFactory, StoryChapterFactory, StoryFactory

TEXT = [("rich_text", "<p>Woorden die ertoe doen.</p>")]
# What each zone shows when it is filled.
MARKS = {
    "quick_links": "Snelweg",
    "news": "Nieuws van vandaag",
    "stories": "Mijn eerste week",
    "company_story": 'id="company-story"',
    "handbook": "Verlof en verzuim",
}


@pytest.fixture
def filled(trunk):
    """Something in every zone of the Dutch front page."""
    news = NewsFactory(parent=trunk(NewsIndexPage), title="Nieuws van vandaag", body=TEXT)
    story = StoryFactory(parent=trunk(StoryIndexPage), title="Mijn eerste week")
    manual = ManualFactory(parent=trunk(ManualIndexPage), title="Verlof en verzuim", body=TEXT)
    chapter = StoryChapterFactory(parent=trunk(CompanyStoryPage), title="Het begon met één bron", body=TEXT)
    home = trunk(HomePage)
    home.quick_links = [("link", {"page": manual, "text": "Snelweg"})]
    home.save_revision().publish()
    return {"news": news, "stories": story, "handbook": manual, "chapter": chapter, "home": home}


def content(client, url="/nl/") -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("moment", "greeting"),
    [
        ("2026-11-20 04:30+01:00", "Good evening"),
        ("2026-11-20 05:00+01:00", "Good morning"),
        ("2026-11-20 11:59+01:00", "Good morning"),
        ("2026-11-20 12:00+01:00", "Good afternoon"),
        ("2026-11-20 18:00+01:00", "Good evening"),
    ],
)
def test_the_greeting_follows_the_time_of_day(as_user, make_user, moment, greeting):
    with time_machine.travel(moment, tick=False):
        assert f"{greeting}, Noor" in content(as_user(make_user(first_name="Noor")), "/en/")


@time_machine.travel("2026-11-20 23:30+00:00", tick=False)
def test_time_and_date_are_those_where_the_reader_is(as_user, make_user):
    page = content(as_user(make_user(first_name="Noor", time_zone="America/Curacao")), "/en/")
    assert "Good evening, Noor" in page
    assert "Friday 20 November" in page


def test_an_unknown_time_zone_falls_back_on_the_portals(as_user, make_user):
    assert content(as_user(make_user(time_zone="Not/AZone")))


@pytest.mark.parametrize(
    ("start", "shown"),
    [
        (date(2026, 10, 1), "Your working day 10 at Portal"),
        (date(2026, 10, 14), "Your working day 1 at Portal"),
        (date(2026, 10, 15), "1 day to go until you start at Portal"),
        (date(2026, 10, 20), "6 days to go until you start at Portal"),
    ],
)
@time_machine.travel("2026-10-14 10:00+02:00", tick=False)
def test_the_dateline_counts_the_readers_own_working_days(as_user, make_user, start, shown):
    assert shown in content(as_user(make_user(start_date=start)), "/en/")


@time_machine.travel("2026-10-14 10:00+02:00", tick=False)
@pytest.mark.parametrize("start", [None, date(2019, 3, 1)])
def test_who_has_been_here_for_years_reads_no_day_number(as_user, make_user, start):
    assert "Your working day" not in content(as_user(make_user(start_date=start)), "/en/")


@pytest.mark.parametrize(
    ("first", "last", "weekdays", "expected"),
    [
        (date(2026, 10, 1), date(2026, 10, 14), [0, 1, 2, 3, 4], 10),
        (date(2026, 10, 1), date(2026, 10, 14), [0, 1], 4),
        (date(2026, 10, 3), date(2026, 10, 4), [0, 1, 2, 3, 4], 0),
        (date(2026, 10, 1), date(2026, 10, 1), [], 0),
        (date(2026, 10, 1), date(2027, 9, 30), [0, 1, 2, 3, 4, 5, 6, 9], 365),
    ],
)
def test_working_days_are_counted_by_the_persons_own_pattern(first, last, weekdays, expected):
    assert count_working_days(first, last, weekdays) == expected


def test_every_zone_is_there_once_it_is_filled(as_user, user, filled):
    page = content(as_user(user))
    assert [zone for zone, mark in MARKS.items() if mark not in page] == []


@pytest.mark.parametrize("zone", MARKS)
def test_a_zone_that_fails_is_left_out_and_logged(as_user, user, filled, monkeypatch, caplog, zone):
    def fail(self):
        raise RuntimeError("the database of this zone is away")

    monkeypatch.setattr(FrontPage, f"_load_{zone}", fail)
    with caplog.at_level(logging.ERROR, logger="home.front_page"):
        page = content(as_user(user))
    assert MARKS[zone] not in page
    assert [other for other, mark in MARKS.items() if other != zone and mark not in page] == []
    assert f"The zone {zone} of the front page failed." in caplog.text
    monkeypatch.undo()
    assert MARKS[zone] in content(as_user(user)), "what failed must not have been kept"


def test_a_failing_onboarding_panel_is_left_out_and_logged(as_user, user, filled, monkeypatch, caplog):
    def fail(*args):
        raise RuntimeError("no panel today")

    monkeypatch.setattr(front_page, "front_page_panel", fail)
    page = content(as_user(user))
    assert MARKS["news"] in page
    assert "duo--front" not in page
    assert "The zone onboarding of the front page failed." in caplog.text


def test_empty_zones_take_no_room(as_user, user, trunk):
    page = content(as_user(user))
    for mark in ('id="news"', 'id="stories"', 'id="company-story"', 'id="handbook"', "duo--front"):
        assert mark not in page


def test_the_front_page_makes_no_network_call(as_user, user, filled, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the front page called somebody")

    client = as_user(user)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert MARKS["news"] in content(client)


def test_drafts_are_on_nobodys_front_page(as_user, make_user, filled):
    for zone in ("news", "stories", "handbook", "chapter"):
        filled[zone].unpublish()
    page = content(as_user(make_user(is_superuser=True)))
    for mark in ("Nieuws van vandaag", "Mijn eerste week", "Verlof en verzuim", "Snelweg", "Het begon met één bron"):
        assert mark not in page


@pytest.mark.parametrize("zone", ["news", "stories", "handbook", "chapter"])
def test_what_is_restricted_is_shown_to_its_group_only(as_user, make_user, filled, zone):
    member = make_user(groups=["Insiders"])
    restriction = PageViewRestriction.objects.create(page=filled[zone], restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.set(member.groups.all())
    title = filled[zone].title
    assert title not in content(as_user(make_user()))
    assert title in content(as_user(member))
    assert title not in content(as_user(make_user())), "one audience must not be served the other's zones"


def test_a_quick_link_leads_to_the_page_in_the_readers_language(as_user, user, filled):
    filled["handbook"].save_revision().publish()
    english = filled["handbook"].get_translations().get()
    home = HomePage.objects.get(locale__language_code="en")
    home.quick_links = [("link", {"page": filled["handbook"], "text": ""})]
    home.save_revision().publish()
    assert f'class="chip" href="{english.url}"' in content(as_user(user), "/en/")


def test_a_deleted_page_leaves_no_dead_quick_link(as_user, user, filled):
    filled["handbook"].delete()
    assert "Snelweg" not in content(as_user(user))


def test_an_untranslated_item_is_marked_with_its_language(as_user, user, filled):
    filled["news"].save_revision().publish()
    page = content(as_user(user), "/en/")
    assert "Nieuws van vandaag" in page
    assert '<article class="story story--flex" lang="nl">' in page
    assert "in Dutch" in page


def test_a_warm_front_page_costs_the_same_with_ten_times_the_data(
    as_user, user, filled, trunk, django_assert_num_queries
):
    client = as_user(user)
    client.get("/nl/")
    with django_assert_num_queries(QUERIES):
        client.get("/nl/")
    for _ in range(10):
        NewsFactory(parent=trunk(NewsIndexPage), body=TEXT)
        StoryFactory(parent=trunk(StoryIndexPage))
        ManualFactory(parent=trunk(ManualIndexPage))
        StoryChapterFactory(parent=trunk(CompanyStoryPage), body=TEXT)
    client.get("/nl/")
    with django_assert_num_queries(QUERIES):
        client.get("/nl/")


# Session, reader, content stamp, and the reader's enrolments.
QUERIES = 4
