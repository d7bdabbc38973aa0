"""The bell, the choices and the way out."""

import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from notifications.jobs import register_job, run_jobs
from notifications.models import Message, Preference, QuietHours
from notifications.sending import send_due
from notifications.services import WAIT_FOR_BELL, notify
from notifications.unsubscribing import unsubscribe_url


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
    from notifications.kinds import all_kinds

    choices = {kind.name: "weekly" for kind in all_kinds()}
    response = as_user(user).post("/nl/messages/preferences/", {"starts": "08:00", "ends": "17:00", **choices})
    assert response.status_code == 302
    assert QuietHours.objects.get(user=user).starts.hour == 8
    assert Preference.objects.get(user=user, kind="greeting").cadence == "weekly"


def test_an_end_before_the_beginning_is_said_beside_its_field(as_user, user, greeting):
    response = as_user(user).post("/nl/messages/preferences/", {"starts": "19:00", "ends": "07:00", "greeting": "now"})
    assert response.status_code == 422
    assert 'value="19:00"' in response.content.decode()
    assert not QuietHours.objects.exists()


def test_the_way_out_needs_no_sign_in_and_changes_nothing_on_get(client, user, greeting):
    path = unsubscribe_url(user, "greeting").removeprefix("http://localhost:8000")
    assert client.get(path).status_code == 200
    assert not Preference.objects.exists()
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Preference.objects.get().cadence == "never"


@pytest.mark.parametrize("token", ["nonsense", "a:b:c"])
def test_a_forged_way_out_is_a_404(client, db, token):
    assert client.post(reverse("notifications:unsubscribe", args=[token])).status_code == 404


def test_every_mail_carries_the_way_out(message, wednesday):
    send_due(now=wednesday + WAIT_FOR_BELL)
    headers = outbox.outbox[0].extra_headers
    assert headers["List-Unsubscribe"].startswith("<http")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_failing_job_keeps_no_other_from_running(monkeypatch):
    from notifications import jobs

    monkeypatch.setattr(jobs, "_jobs", {})
    register_job("broken", lambda now: 1 / 0)
    register_job("whole", lambda now: 2)
    assert run_jobs(now=timezone.now()) == {"broken": None, "whole": 2}
