"""Mail that fails: who hears of it, with which reason, and how it is tried again."""

from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from bs4 import BeautifulSoup
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.urls import reverse

from notifications.models import Message
from notifications.outcomes import Outcome, report_outcomes_to
from notifications.sending import MAX_ATTEMPTS, send_due
from notifications.services import WAIT_FOR_BELL, mark_seen, notify, try_again

REPORT, AGAIN = "/admin/reports/mails/", "/admin/reports/mails/again/"


def tell(user, now, key="1"):
    """A greeting to ``user``."""
    return notify(recipient=user, kind="greeting", key=key, payload={"n": key}, now=now)


@pytest.fixture
def refusing(monkeypatch):
    """``refusing(error)``: the mail server answers with this."""

    def refuse(error):
        def send_messages(self, messages):
            raise error

        monkeypatch.setattr(EmailBackend, "send_messages", send_messages)

    return refuse


@pytest.fixture
def of_hr(make_user):
    """Somebody of HR who reads English."""
    call_command("create_roles", verbosity=0)
    return make_user(groups=["HR"], locale="en")


@pytest.fixture
def failed(user, make_user, greeting, wednesday, time_machine):
    """What can go wrong, by state: given up, unsure, refused once; and one that waits, one that was seen, one who left."""
    time_machine.move_to(wednesday + timedelta(hours=4), tick=False)
    now, rows = wednesday + timedelta(hours=3), {}
    for name, fields in {
        "failed": {"mail": "failed", "attempts": 8, "error": "550 No such mailbox"},
        "unsure": {"mail": "handed_over", "mail_at": now, "error": "no answer"},
        "refused": {"mail": "waiting", "attempts": 2, "error": "451 Later", "due_at": now + timedelta(hours=5)},
        "waiting": {"mail": "waiting"},
        "seen": {"mail": "failed", "seen_at": now},
        "on its way": {"mail": "handed_over", "mail_at": now + timedelta(minutes=59)},
    }.items():
        rows[name] = tell(make_user(first_name=name.title()), wednesday, name)
        Message.objects.filter(pk=rows[name].pk).update(**fields)
    rows["left"] = tell(make_user(is_active=False), wednesday, "left")
    Message.objects.filter(pk=rows["left"].pk).update(mail="failed")
    return rows


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (SMTPDataError(554, b"No\r\nreally"), "554 No really"),
        (SMTPRecipientsRefused({"a@example.org": (550, b"Unknown")}), "550 Unknown"),
    ],
)
def test_a_refusal_is_kept_with_its_reason_until_it_is_given_up(user, greeting, wednesday, refusing, error, reason):
    heard, now = [], wednesday + WAIT_FOR_BELL
    report_outcomes_to(lambda messages, outcome, actor: heard.append((len(messages), outcome, actor)))
    refusing(error)
    message = tell(user, wednesday)
    while message.mail == Message.Mail.WAITING:
        send_due(now)
        message.refresh_from_db()
        now = max(now, message.due_at)
    assert (message.mail, message.error, message.attempts) == (Message.Mail.FAILED, reason, MAX_ATTEMPTS)
    assert heard == [(1, Outcome.FAILED, None)]


def test_a_mail_that_breaks_or_cannot_be_made_says_why(user, make_user, greeting, wednesday, refusing, monkeypatch):
    refusing(SMTPServerDisconnected("Connection lost"))
    broken = tell(user, wednesday)
    send_due(wednesday + WAIT_FOR_BELL)
    monkeypatch.setattr("notifications.sending.build_mail", lambda *args: 1 / 0)
    unmade = tell(make_user(), wednesday)
    send_due(wednesday + WAIT_FOR_BELL)
    errors = dict(Message.objects.values_list("pk", "error"))
    assert errors == {broken.pk: "Connection lost", unmade.pk: "ZeroDivisionError: division by zero"}


def test_trying_again_sends_what_failed_once_and_leaves_the_rest(failed, of_hr, wednesday):
    heard = []
    report_outcomes_to(lambda messages, outcome, actor: heard.append((len(messages), outcome, actor)))
    keys, now = [row.pk for row in failed.values()], wednesday + timedelta(hours=4)
    assert try_again(messages=keys, actor=of_hr, now=now) == 3
    # A second click, or a colleague at the same moment.
    assert try_again(messages=keys, actor=of_hr, now=now) == 0
    assert heard == [(3, Outcome.AGAIN, of_hr)]
    assert send_due(now) == 4
    assert send_due(now + timedelta(days=1)) == 0
    assert {m.to[0] for m in outbox.outbox} == {
        failed[n].recipient.email for n in ("failed", "unsure", "refused", "waiting")
    }
    assert set(Message.objects.filter(mail=Message.Mail.SENT).values_list("error", flat=True)) == {""}


def test_one_that_is_refused_once_more_is_given_up_at_once(failed, of_hr, wednesday, refusing):
    refusing(SMTPDataError(554, b"Still no"))
    try_again(messages=[failed["failed"].pk], actor=of_hr, now=wednesday + timedelta(hours=4))
    send_due(wednesday + timedelta(hours=4))
    again = Message.objects.get(pk=failed["failed"].pk)
    assert (again.mail, again.error, again.attempts) == (Message.Mail.FAILED, "554 Still no", MAX_ATTEMPTS + 1)
    mark_seen(user=again.recipient)
    assert try_again(messages=[again.pk], actor=of_hr) == 0


def test_hr_sees_what_failed_and_why_and_narrows_the_list(client, of_hr, failed, django_assert_max_num_queries):
    client.force_login(of_hr)
    panel = BeautifulSoup(client.get("/admin/").content, "html.parser").find(id="panel-failed-mail-section")
    assert (
        "2 mails were refused" in panel.parent.get_text()
        if panel
        else "2 mails were refused" in client.get("/admin/").content.decode()
    )
    client.get(REPORT)
    with django_assert_max_num_queries(16):
        page = BeautifulSoup(client.get(REPORT).content, "html.parser").get_text(" ")
    for words in ("Failed", "550 No such mailbox", "not sure that it arrived", "451 Later", "waits for its time"):
        assert words in page, words
    assert "Seen" not in page and "On Its Way" not in page
    for state, names in {"failed": ["Failed"], "unsure": ["Unsure"], "refused": ["Refused"], "x": None}.items():
        rows = client.get(REPORT, {"state": state}).context["object_list"]
        if names:
            assert [row.recipient.first_name for row in rows] == names
    found = client.get(REPORT, {"q": "unsure", "kind": "greeting"}).context["object_list"]
    assert [row.recipient.first_name for row in found] == ["Unsure"]


def test_hr_tries_one_or_all_again_and_nonsense_does_nothing(client, of_hr, failed):
    client.force_login(of_hr)
    for data in ({}, {"id": ["x", "-1", "9" * 30]}, {"id": [str(failed["waiting"].pk), str(failed["seen"].pk)]}):
        assert client.post(AGAIN, data).status_code == 302
    assert Message.objects.filter(mail=Message.Mail.FAILED).count() == 3
    client.post(AGAIN, {"id": str(failed["failed"].pk)})
    assert Message.objects.get(pk=failed["failed"].pk).mail == Message.Mail.WAITING
    client.post(AGAIN, {"all": "1", "narrowed_by": "state=unsure&q=unsure"})
    assert Message.objects.get(pk=failed["unsure"].pk).mail == Message.Mail.WAITING
    assert Message.objects.get(pk=failed["refused"].pk).due_at > Message.objects.get(pk=failed["unsure"].pk).due_at
    response = client.post(AGAIN, {"all": "1"}, follow=True)
    assert "1 mail will be tried again" in response.content.decode()
    assert client.get(AGAIN).status_code == 405


def test_only_hr_and_administrators_hear_of_it(client, make_user, failed):
    call_command("create_roles", verbosity=0)
    for groups, status in ((["Editors"], 302), (["Administrators"], 200)):
        client.force_login(make_user(groups=groups))
        assert client.get(REPORT).status_code == status
        assert client.post(AGAIN, {"id": str(failed["failed"].pk)}).status_code == 302
        shown = reverse("mail_report") in client.get("/admin/").content.decode()
        assert shown is (status == 200)
        assert (Message.objects.get(pk=failed["failed"].pk).mail == Message.Mail.WAITING) is (status == 200)
