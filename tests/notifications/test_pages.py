"""The bell, the choices and the way out."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse

from notifications.kinds import all_kinds
from notifications.models import Message, Preference, QuietHours
from notifications.sending import send_due
from notifications.services import WAIT_FOR_BELL, notify
from notifications.unsubscribing import unsubscribe_url
from people.clock import zone_of


@pytest.fixture
def message(user, greeting, wednesday):
    """A message to ``user``."""
    return notify(recipient=user, kind="greeting", key="1", payload={"n": 1}, now=wednesday)


def test_messages_are_listed_in_the_language_of_the_address(as_user, user, message):
    assert "Hallo 1" in as_user(user).get("/nl/messages/").content.decode()
    assert "Hello 1" in as_user(user).get("/en/messages/").content.decode()


def test_what_no_longer_holds_is_left_out(as_user, user, message):
    Message.objects.update(payload={"gone": True})
    assert "Hallo" not in as_user(user).get("/nl/messages/").content.decode()


def test_opening_marks_as_seen_and_leads_on(as_user, user, message):
    response = as_user(user).post(f"/nl/messages/{message.pk}/open/")
    assert response["Location"] == "/nl/x/"
    assert Message.objects.get().seen_at


@pytest.mark.parametrize("path", ["open", "nonsense"])
def test_a_strangers_message_is_a_404(as_user, make_user, message, path):
    response = as_user(make_user()).post(f"/nl/messages/{message.pk}/{path}/")
    assert response.status_code == 404
    assert Message.objects.get().seen_at is None


@pytest.mark.parametrize("given", ["-1", "x", "9" * 30, ""])
def test_marking_nonsense_as_seen_harms_nothing(as_user, make_user, message, given):
    assert as_user(make_user()).post("/nl/messages/seen/", {"message": given}).status_code == 302
    assert Message.objects.get().seen_at is None


def test_choices_are_saved(as_user, user, greeting):
    choices = {kind.name: "weekly" for kind in all_kinds()}
    hours = {"starts": "08:00", "ends": "17:00", "digest_at": "16:00", "weekly_on": "4"}
    response = as_user(user).post("/nl/messages/preferences/", {**hours, **choices})
    assert response.status_code == 302
    saved = QuietHours.objects.get(user=user)
    assert (saved.starts.hour, saved.digest_at.hour, saved.weekly_on, saved.weekends) == (8, 16, 4, False)
    assert Preference.objects.get(user=user, kind="greeting").cadence == "weekly"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends": "07:00"}, "ends"),
        ({"starts": "later"}, "starts"),
        ({"digest_at": "20:00"}, "digest_at"),
        ({"weekly_on": "7"}, "weekly_on"),
        ({"greeting": "hourly"}, "greeting"),
    ],
)
def test_a_wrong_choice_is_said_beside_its_field_and_nothing_is_lost(as_user, user, greeting, wrong, field):
    choices = {kind.name: "daily" for kind in all_kinds()}
    data = {"starts": "08:15", "ends": "17:00", "digest_at": "", "weekly_on": "0", **choices, **wrong}
    response = as_user(user).post("/nl/messages/preferences/", data)
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 422
    assert page.find(id=f"id_{field}_error")
    assert page.select_one(".error-summary a")["href"] == f"#id_{field}"
    assert page.select_one("[name=starts]")["value"] == data["starts"]
    assert page.select_one('[name="story.published"] [selected]')["value"] == "daily"
    assert not QuietHours.objects.exists() and not Preference.objects.exists()


def test_nobody_chooses_about_what_never_concerns_them(as_user, make_user, greeting):
    for groups, named in (([], False), (["Moderators"], True)):
        page = BeautifulSoup(as_user(make_user(groups=groups)).get("/nl/messages/preferences/").content, "html.parser")
        assert bool(page.select('[name="story.to_review"]')) is named
        assert page.select('[name="greeting"]')


def test_a_new_rhythm_counts_for_what_waits(as_user, user, message, greeting, wednesday):
    data = {"starts": "08:00", "ends": "17:00", "digest_at": "16:00", "weekly_on": "4"}
    as_user(user).post("/nl/messages/preferences/", {**data, **{kind.name: "weekly" for kind in all_kinds()}})
    due = Message.objects.get().due_at.astimezone(zone_of(user))
    assert (due.weekday(), due.hour) == (4, 16)


def test_the_way_out_needs_no_sign_in_and_changes_nothing_on_get(client, user, greeting):
    path = unsubscribe_url(user, "greeting").removeprefix("http://localhost:8000")
    assert client.get(path).status_code == 200
    assert not Preference.objects.exists()
    assert client.head(path).status_code == 200
    assert not Preference.objects.exists()
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Preference.objects.get().cadence == "never"


@pytest.mark.parametrize(("asked", "kept"), [("weekly", "weekly"), ("daily", "daily"), ("now", "now"), ("x", "never")])
def test_less_often_is_one_click_as_well(client, user, greeting, asked, kept):
    path = unsubscribe_url(user, "greeting").removeprefix("http://localhost:8000")
    assert client.post(path, {"cadence": asked}).status_code == 200
    assert Preference.objects.get().cadence == kept


def test_the_way_out_is_open_to_who_left_and_covers_every_kind_of_a_mixed_mail(make_user, greeting):
    left = make_user(is_active=False)
    path = unsubscribe_url(left, "").removeprefix("http://localhost:8000")
    assert Client(enforce_csrf_checks=True).post(path).status_code == 200
    assert Preference.objects.filter(user=left, cadence="never").count() == len(all_kinds())


@pytest.mark.parametrize("token", ["nonsense", "a:b:c"])
def test_a_forged_way_out_is_a_404(client, db, token):
    assert client.post(reverse("notifications:unsubscribe", args=[token])).status_code == 404


def test_every_mail_carries_the_way_out(message, wednesday):
    send_due(now=wednesday + WAIT_FOR_BELL)
    headers = outbox.outbox[0].extra_headers
    assert headers["List-Unsubscribe"].startswith("<http")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_mail_leads_to_the_choices(message, wednesday):
    send_due(now=wednesday + WAIT_FOR_BELL)
    mail = outbox.outbox[0]
    for part in (mail.body, mail.alternatives[0].content):
        assert "http://localhost:8000/nl/messages/preferences/" in part
        assert "http://localhost:8000/nl/messages/unsubscribe/" in part


def bell_of(response) -> str:
    """What the bell in the header says aloud."""
    page = BeautifulSoup(response.content, "html.parser")
    return page.select_one('.site-header a[href$="/messages/"] .visually-hidden').text


def test_the_bell_counts_what_is_new_for_its_reader_alone(as_user, user, make_user, greeting, wednesday):
    for number in range(3):
        notify(recipient=user, kind="greeting", key=str(number), now=wednesday)
    client = as_user(user)
    assert bell_of(client.get("/en/settings/")) == "Messages, 3 new"
    page = BeautifulSoup(client.get("/nl/").content, "html.parser")
    assert page.select_one(".badge").text == "3"
    assert page.select_one('#menu a[href="/nl/messages/"] .tag').text.startswith("3")
    assert not BeautifulSoup(as_user(make_user()).get("/nl/").content, "html.parser").select(".badge")
    client = as_user(user)
    client.post("/nl/messages/seen/")
    assert bell_of(client.get("/en/settings/")) == "Messages"


def test_the_bell_never_says_more_than_nine(as_user, user, greeting, wednesday):
    for number in range(12):
        notify(recipient=user, kind="greeting", key=str(number), now=wednesday)
    page = BeautifulSoup(as_user(user).get("/nl/").content, "html.parser")
    assert page.select_one(".badge").text == "9+"


def test_the_bell_costs_no_query_of_its_own(as_user, user, greeting, wednesday, django_assert_num_queries):
    client = as_user(user)
    client.get("/nl/settings/")
    for number in range(20):
        notify(recipient=user, kind="greeting", key=str(number), now=wednesday)
    with django_assert_num_queries(3 + 2):
        client.get("/nl/settings/")


def test_what_no_longer_holds_is_not_counted_once_the_list_was_open(as_user, user, greeting, wednesday):
    notify(recipient=user, kind="greeting", key="1", payload={"gone": True}, now=wednesday)
    notify(recipient=user, kind="greeting", key="2", now=wednesday)
    response = as_user(user).get("/en/messages/")
    assert bell_of(response) == "Messages, 1 new"
    assert Message.objects.get(key="2").seen_at is None
    assert Message.objects.get(key="1").mail == Message.Mail.LAPSED


def test_the_list_is_kept_by_day_in_the_readers_own_zone(as_user, make_user, greeting, wednesday):
    traveller = make_user(time_zone="America/Paramaribo", locale="en")
    for key, hours in (("1", 0), ("2", 18), ("3", 20)):
        message = notify(recipient=traveller, kind="greeting", key=key, now=wednesday)
        Message.objects.filter(pk=message.pk).update(created_at=wednesday + timedelta(hours=hours))
    page = BeautifulSoup(as_user(traveller).get("/en/messages/").content, "html.parser")
    # 8:00 UTC is 5:00 there, and four in the morning in UTC still the evening before.
    assert [day.text for day in page.select(".section-head h2")] == ["Thursday 8 October", "Wednesday 7 October"]
    assert [moment.text for moment in page.select(".rows time")] == ["01:00", "23:00", "05:00"]


def test_a_thread_is_one_line_and_opens_as_one(as_user, user, answers, wednesday):
    rows = [answers(user, name, name, wednesday) for name in ("Anna", "Bram", "Chris")]
    client = as_user(user)
    page = BeautifulSoup(client.get("/en/messages/").content, "html.parser")
    (line,) = page.select(".rows li")
    assert "Chris and 2 others answered" in line.text and "unread" in line["class"]
    client.post(f"/nl/messages/{rows[-1].pk}/open/")
    assert not Message.objects.unseen().exists()


def test_a_long_list_has_pages_and_no_more_queries(as_user, user, greeting, wednesday, django_assert_num_queries):
    client = as_user(user)
    client.get("/nl/messages/")

    def fill(up_to):
        for number in range(up_to):
            notify(recipient=user, kind="greeting", key=str(number), now=wednesday)

    fill(10)
    # Session, person with bell, stamp; count, page of messages, other new ones, quiet hours.
    with django_assert_num_queries(7):
        client.get("/nl/messages/")
    fill(100)
    with django_assert_num_queries(7):
        response = client.get("/nl/messages/")
    page = BeautifulSoup(response.content, "html.parser")
    assert len(page.select(".rows li")) == 30
    assert page.select_one('.pagination a[rel="next"]')["href"] == "?page=2"


def test_nothing_yet_says_what_will_be_here(as_user, user):
    page = BeautifulSoup(as_user(user).get("/en/messages/").content, "html.parser")
    assert page.select_one(".empty h2").text == "Nothing new"
    assert not page.select('form[action$="/seen/"]')


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing_that_holds(as_user, user, message, method):
    client = as_user(user)
    getattr(client, method)("/nl/messages/")
    assert client.get(f"/nl/messages/{message.pk}/open/").status_code == 405
    assert client.get("/nl/messages/seen/").status_code == 405
    assert Message.objects.get().seen_at is None
