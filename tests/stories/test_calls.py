"""Calls for stories: opened by community managers, answered together, declined in silence."""

from datetime import date, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.template import engines
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from base.stamp import touch_content
from notifications.kinds import get_kind
from notifications.models import Message
from stories.models import CallInvitation, CallRefusal, StoryCall, StoryIndexPage, StoryTheme
from stories.services import approve_story
from stories.services.calling import NotAllowedError, decline_call, end_call, save_call
from tests.factories import StoryFactory

TODAY = timezone.localdate


@pytest.fixture
def community(make_user):
    """Who keeps the conversation alive, from the portal."""
    return make_user(groups=["Community managers"])


@pytest.fixture
def call(community):
    """``call(days=4, people=[...], **values)``: an open call in Dutch."""

    def make(*, days=4, **values):
        values = {"title": "Je eerste week", "summary": "Hoe was het?"} | values
        return save_call(by=community, ends_on=TODAY() + timedelta(days=days), **values)

    return make


def soup(client, url) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def twin(call, language="en") -> StoryCall:
    return StoryCall.objects.get(translation_key=call.translation_key, locale__language_code=language)


def asked(person) -> list[Message]:
    return list(Message.objects.filter(recipient=person, kind="call.asked"))


def says(message):
    with translation.override("nl"):
        return get_kind(message.kind).resolve(message.payload, message.recipient)


def answers(**values) -> dict:
    day = (TODAY() + timedelta(days=9)).isoformat()
    return {"title": "Je eerste week", "summary": "Hoe was het?", "ends_on": day, "example": "", "people": ""} | values


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_community_manager_opens_a_call_that_stands_in_both_languages(community, as_user, language, make_user):
    theme = StoryTheme.objects.create(name="Begin", name_en="Start")
    client = as_user(community)
    assert client.get(f"/{language}/stories/calls/new/").status_code == 200
    response = client.post(f"/{language}/stories/calls/new/", answers(theme=theme.pk, example="Bij ons\nbegon het"))
    call = StoryCall.objects.get(locale__language_code=language)
    assert call.live
    assert response["Location"].endswith(call.url)
    other = twin(call, "en" if language == "nl" else "nl")
    for page in (call, other):
        shown = soup(as_user(make_user()), page.url)
        assert shown.h1.get_text() == "Je eerste week"
        assert "begon het" in shown.get_text()


@pytest.mark.parametrize("role", [None, "Moderators", "Editors", "Managers"])
def test_others_open_change_and_end_nothing(call, make_user, as_user, role):
    page = call()
    client = as_user(make_user(groups=[role] if role else []))
    assert client.get(reverse("stories:new_call")).status_code == 404
    assert client.post(reverse("stories:new_call"), answers()).status_code == 404
    assert client.get(reverse("stories:edit_call", args=[page.pk])).status_code == 404
    assert client.post(reverse("stories:edit_call", args=[page.pk]), answers()).status_code == 404
    assert client.post(reverse("stories:end_call", args=[page.pk])).status_code == 404
    assert "calls/" not in str(soup(client, page.url).main)
    with pytest.raises(NotAllowedError):
        end_call(call=page, by=make_user())


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": ""}, "Give the call a title."),
        ({"title": "x" * 121}, "120"),
        ({"summary": " "}, "Say what you ask."),
        ({"ends_on": ""}, "Choose the last day."),
        ({"ends_on": "morgen"}, "2026-12-31"),
        ({"ends_on": "2020-01-01"}, "This day is over."),
        ({"theme": "999"}, ""),
        ({"people": "Niemand Zomaar"}, "There is no colleague “Niemand Zomaar”."),
        ({"people": "Jan Jansen"}, "There is more than one “Jan Jansen”."),
        ({"people": "a\n" * 51}, "50"),
    ],
)
def test_bad_input_is_told_and_kept(community, make_user, as_user, values, words):
    for _twice in range(2):
        make_user(first_name="Jan", last_name="Jansen")
    response = as_user(community).post("/en/stories/calls/new/", answers(**values))
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one(".error-summary") is not None
    assert words in page.get_text()
    assert values.get("title", "Je eerste week") in str(page.select_one("#id_title"))
    assert not StoryCall.objects.exists()


def test_people_are_asked_by_name_or_address_once(community, make_user, as_user):
    first = make_user(first_name="Sanne", last_name="Bos")
    second, gone = make_user(), make_user(is_active=False)
    url = reverse("stories:new_call")
    lines = f"sanne bos\n{second.email.upper()}\nSanne Bos"
    assert "error-summary" in as_user(community).post(url, answers(people=gone.email)).content.decode()
    as_user(community).post(url, answers(people=lines))
    call = StoryCall.objects.get(locale__language_code="nl")
    assert {row.person for row in call.invitations.all()} == {first, second}
    assert len(asked(first)) == len(asked(second)) == 1
    assert says(asked(first)[0]).url == call.url
    third = make_user()
    edit = reverse("stories:edit_call", args=[call.pk])
    shown = soup(as_user(community), edit)
    assert second.email in shown.select_one("#id_people").get_text()
    as_user(community).post(edit, answers(people=f"{first.email}\n{second.email}\n{third.email}", title="Anders"))
    call = StoryCall.objects.get(pk=call.pk)
    assert call.title == "Anders"
    assert twin(call).title == "Anders"
    assert [len(asked(person)) for person in (first, second, third)] == [1, 1, 1]


def test_an_editor_asks_in_the_admin_and_each_is_told_once(make_user, trunk, call):
    page = call()
    person = make_user()
    page.invitations.add(CallInvitation(person=person))
    for _again in range(3):
        page.save_revision().publish()
    assert len(asked(person)) == 1
    assert CallInvitation.objects.filter(call=page).count() == 1


def test_a_person_is_asked_once_for_a_call(call, make_user):
    page, person = call(), make_user()
    CallInvitation.objects.create(call=page, person=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        CallInvitation.objects.create(call=page, person=person)


def test_saying_no_is_silent(call, make_user, as_user, community):
    person = make_user(first_name="Kanarie", last_name="Stil")
    page = call(people=[person])
    before = Message.objects.count()
    shown = soup(as_user(person), page.url)
    form = shown.select_one(f"form[action='{reverse('stories:decline_call', args=[page.pk])}']")
    for _twice in range(2):
        assert as_user(person).post(form["action"]).status_code == 302
    assert CallRefusal.objects.count() == 1
    assert Message.objects.count() == before
    assert says(asked(person)[0]) is None
    assert soup(as_user(person), twin(page).url).select_one("form[action$='/reconsider/']") is not None
    for other in (community, make_user(), make_user(is_superuser=True)):
        assert "Kanarie" not in soup(as_user(other), page.url).main.get_text()
    admin = as_user(make_user(is_superuser=True))
    html = admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "declined" not in html.lower()
    # A new version of the call keeps the no.
    page = StoryCall.objects.get(pk=page.pk)
    page.save_revision().publish()
    assert CallRefusal.objects.filter(person=person).exists()
    as_user(person).post(reverse("stories:reconsider_call", args=[page.pk]))
    assert not CallRefusal.objects.exists()
    assert says(asked(person)[0]) is not None


def test_who_wasnt_asked_has_nothing_to_decline(call, make_user, as_user):
    page, person = call(), make_user()
    assert as_user(person).post(reverse("stories:decline_call", args=[page.pk])).status_code == 404
    assert as_user(person).post(reverse("stories:decline_call", args=[page.pk + 99])).status_code == 404
    assert as_user(person).get(reverse("stories:decline_call", args=[page.pk])).status_code == 405
    with pytest.raises(NotAllowedError):
        decline_call(call=page, person=person)


def test_a_question_lapses_when_the_call_ends_or_is_answered(call, make_user, community, write, moderator):
    person, other = make_user(), make_user()
    page = call(people=[person, other])
    from stories.services import send_story

    approve_story(submission=send_story(draft=write(person, call=page), author=person), moderator=moderator)
    assert says(asked(person)[0]) is None
    assert says(asked(other)[0]) is not None
    end_call(call=page, by=community)
    assert says(asked(other)[0]) is None


@pytest.mark.parametrize(
    ("days", "nl", "en"),
    [(4, "4", "4 more days"), (1, "1", "1 more day"), (0, "", "Last day today"), (-1, "", "Ended on")],
)
def test_the_page_says_how_long_it_lasts(call, as_user, user, days, nl, en):
    page = call(days=days)
    assert en in soup(as_user(user), twin(page).url).get_text()
    write = f"/en/stories/new/?call={twin(page).pk}"
    links = [link["href"] for link in soup(as_user(user), twin(page).url).select("main a[href*='?call=']")]
    assert links == ([write] if days >= 0 else [])


def test_tomorrow_the_page_counts_again(call, as_user, user):
    page = call(days=1)
    assert "1 more day" in soup(as_user(user), twin(page).url).get_text()
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert "Last day today" in soup(as_user(user), twin(page).url).get_text()


def test_stories_that_answer_are_grouped_newest_first_in_both_languages(call, as_user, user, trunk):
    page = call()
    channel = trunk(StoryIndexPage)
    for number in range(14):
        story = StoryFactory(parent=channel, title=f"Antwoord {number:02}", call=page)
        story.save_revision().publish()
    StoryFactory(parent=channel, title="Iets anders")
    hidden = StoryFactory(parent=channel, title="Weg", call=page)
    hidden.unpublish()
    for shown in (page, twin(page)):
        found = soup(as_user(user), shown.url)
        titles = [link.get_text(strip=True) for link in found.select(".story h3 a")]
        assert titles == [f"Antwoord {number:02}" for number in range(13, 1, -1)]
        found = soup(as_user(user), f"{shown.url}?page=2")
        assert [link.get_text(strip=True) for link in found.select(".story h3 a")] == ["Antwoord 01", "Antwoord 00"]
    assert "14 stories answer this call" in soup(as_user(user), twin(page).url).get_text()


def test_ending_a_call_twice_keeps_its_day(call, community, as_user, user):
    page = call()
    for _twice in range(2):
        as_user(community).post(reverse("stories:end_call", args=[twin(page).pk]))
    page.refresh_from_db()
    assert page.ends_on == TODAY() - timedelta(days=1)
    assert "?call=" not in str(soup(as_user(user), page.url).main)
    # Changing the words of an ended call asks for no new day; a new day opens it again.
    url = reverse("stories:edit_call", args=[page.pk])
    assert as_user(community).post(url, answers(ends_on=page.ends_on.isoformat())).status_code == 302
    assert as_user(community).post(url, answers()).status_code == 302
    page.refresh_from_db()
    assert page.is_open


def test_the_opener_shows_open_calls_soonest_first(call, make_user, community, rf):
    call(title="Later", days=9)
    call(title="Eerder", days=2)
    call(title="Voorbij", days=-2)

    def opener(user, language="nl"):
        request = rf.get("/")
        request.user = user
        with translation.override(language):
            template = engines["django"].get_template("stories/calls/open_calls.html")
            return BeautifulSoup(template.render({"user": user}, request), "html.parser")

    shown = opener(make_user())
    assert [link.get_text() for link in shown.select("h3 a")] == ["Eerder", "Later"]
    assert "2 more days" in opener(make_user(), "en").get_text()
    assert shown.select("a[href*='calls/new']") == []
    assert len(opener(community).select("a[href*='calls/new']")) == 1
    StoryCall.objects.all().update(ends_on=date(2020, 1, 1))
    touch_content()
    assert opener(make_user()).get_text(strip=True) == ""


def test_the_page_costs_the_same_with_ten_times_the_stories(call, as_user, make_user, trunk):
    page = call(people=[make_user() for _ in range(2)])
    client = as_user(make_user())

    def count() -> int:
        client.get(page.url)
        touch_content()
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.get(page.url)
        return len(queries)

    def add(number: int) -> None:
        for _ in range(number):
            StoryFactory(parent=trunk(StoryIndexPage), call=page, author=make_user())

    add(1)
    few = count()
    add(10)
    assert count() == few


def test_scripts_in_a_call_are_shown_as_text(community, as_user, user):
    payload = "<script>alert('kanarie')</script>"
    as_user(community).post(reverse("stories:new_call"), answers(title=payload, summary=payload, example=payload))
    html = as_user(user).get(StoryCall.objects.get(locale__language_code="nl").url).content.decode()
    assert "<script>alert(" not in html
    assert "&lt;script&gt;alert(" in html
