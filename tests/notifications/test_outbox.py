"""The outbox: once, in time, in the receiver's language, and only what is still true."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend

from notifications.kinds import UnknownKindError
from notifications.models import Message
from notifications.sending import MAX_ITEMS, send_due
from notifications.services import WAIT_FOR_BELL, choose_cadence, mark_seen, notify


def tell(user, now, key="1", **payload):
    """A greeting to ``user``."""
    return notify(recipient=user, kind="greeting", key=key, payload=payload, now=now)


def test_the_same_occurrence_is_told_once(user, greeting, wednesday):
    assert tell(user, wednesday) == tell(user, wednesday)
    assert Message.objects.count() == 1


def test_a_kind_nobody_declared_is_refused(user, wednesday):
    with pytest.raises(UnknownKindError):
        notify(recipient=user, kind="nonsense", key="1", now=wednesday)


def test_the_bell_comes_first_and_the_mail_after_two_hours(user, greeting, wednesday):
    tell(user, wednesday)
    assert send_due(now=wednesday + WAIT_FOR_BELL - timedelta(seconds=1)) == 0
    assert send_due(now=wednesday + WAIT_FOR_BELL) == 1


def test_what_was_seen_by_then_is_not_mailed(user, greeting, wednesday):
    tell(user, wednesday)
    mark_seen(user=user)
    assert send_due(now=wednesday + WAIT_FOR_BELL) == 0
    assert Message.objects.get().mail == Message.Mail.LAPSED


def test_what_no_longer_holds_is_not_mailed(user, greeting, wednesday):
    message = tell(user, wednesday)
    Message.objects.filter(pk=message.pk).update(payload={"gone": True})
    assert send_due(now=wednesday + WAIT_FOR_BELL) == 0
    assert outbox.outbox == []


def test_an_outage_of_days_sends_everything_once_afterwards(user, greeting, wednesday):
    tell(user, wednesday)
    assert send_due(now=wednesday + timedelta(days=5)) == 1
    assert send_due(now=wednesday + timedelta(days=5)) == 0
    assert len(outbox.outbox) == 1


def test_the_mail_is_in_the_receivers_language_with_a_text_part(make_user, greeting, wednesday):
    tell(make_user(locale="en", first_name="Ann"), wednesday, n=1)
    send_due(now=wednesday + WAIT_FOR_BELL)
    (message,) = outbox.outbox
    assert message.subject == "Hello 1"
    assert "Hello Ann" in message.body
    assert message.alternatives[0].mimetype == "text/html"
    assert 'lang="en"' in message.alternatives[0].content


def test_quiet_hours_hold_and_merge(user, greeting, wednesday):
    for number in range(3):
        tell(user, wednesday + timedelta(hours=10), key=str(number), n=number)
    assert send_due(now=wednesday + timedelta(hours=13)) == 0
    assert send_due(now=wednesday + timedelta(hours=21)) == 1  # Thursday seven o'clock
    (message,) = outbox.outbox
    assert [f"Hallo {n}" in message.body for n in range(3)] == [True] * 3


def test_hours_narrowed_after_the_message_was_made_count_as_well(user, greeting, wednesday):
    tell(user, wednesday)
    user.working_days = [4]
    user.save()
    assert send_due(now=wednesday + WAIT_FOR_BELL) == 0
    assert send_due(now=wednesday + timedelta(days=2)) == 1


def test_a_long_list_names_the_rest_as_a_number(user, greeting, wednesday):
    for number in range(MAX_ITEMS + 3):
        tell(user, wednesday, key=str(number), n=number)
    send_due(now=wednesday + WAIT_FOR_BELL)
    assert "3" in outbox.outbox[0].body.split("--")[0].splitlines()[-2]


@pytest.mark.parametrize(("cadence", "days"), [("daily", 1), ("weekly", 5)])
def test_a_digest_comes_on_the_next_morning_of_its_rhythm(user, greeting, wednesday, cadence, days):
    choose_cadence(user=user, kind="greeting", cadence=cadence)
    message = tell(user, wednesday)
    morning = wednesday.replace(hour=5) + timedelta(days=days)
    assert message.due_at == morning


def test_never_by_mail_leaves_it_to_the_bell(user, greeting, wednesday):
    tell(user, wednesday, key="before")
    choose_cadence(user=user, kind="greeting", cadence="never")
    tell(user, wednesday, key="after")
    assert send_due(now=wednesday + timedelta(days=9)) == 0
    assert Message.objects.of(user).unseen().count() == 2


def test_who_left_is_not_mailed(make_user, greeting, wednesday):
    tell(make_user(is_active=False), wednesday)
    assert send_due(now=wednesday + WAIT_FOR_BELL) == 0


def test_a_dead_mail_server_is_tried_again_later_each_time(user, greeting, wednesday, monkeypatch):
    def refuse(self, messages):
        raise SMTPServerDisconnected("no")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    tell(user, wednesday)
    now, waits = wednesday + WAIT_FOR_BELL, []
    for _attempt in range(3):
        assert send_due(now=now) == 0
        due = Message.objects.get().due_at
        waits.append(due - now)
        now = due
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    monkeypatch.undo()
    assert send_due(now=now) == 1


def test_after_many_refusals_it_is_given_up(user, greeting, wednesday, monkeypatch):
    monkeypatch.setattr(EmailBackend, "send_messages", lambda self, messages: (_ for _ in ()).throw(OSError("no")))
    tell(user, wednesday)
    for _attempt in range(10):
        message = Message.objects.get()
        send_due(now=max(message.due_at, wednesday + WAIT_FOR_BELL))
    assert Message.objects.get().mail == Message.Mail.FAILED


def test_a_worker_killed_while_sending_leaves_nothing_to_send_twice(user, greeting, wednesday, monkeypatch):
    class Killed(BaseException):
        pass

    def send_and_die(self, messages):
        outbox.outbox.extend(messages)
        raise Killed

    tell(user, wednesday)
    monkeypatch.setattr(EmailBackend, "send_messages", send_and_die)
    with pytest.raises(Killed):
        send_due(now=wednesday + WAIT_FOR_BELL)
    monkeypatch.undo()
    assert send_due(now=wednesday + timedelta(days=1)) == 0
    assert len(outbox.outbox) == 1


def test_a_second_worker_in_the_midst_of_the_first_sends_nothing_twice(user, greeting, wednesday, monkeypatch):
    real = EmailBackend.send_messages

    def other_worker_comes_by(self, messages):
        monkeypatch.setattr(EmailBackend, "send_messages", real)
        assert send_due(now=wednesday + WAIT_FOR_BELL) == 0
        return real(self, messages)

    tell(user, wednesday)
    monkeypatch.setattr(EmailBackend, "send_messages", other_worker_comes_by)
    assert send_due(now=wednesday + WAIT_FOR_BELL) == 1
    assert len(outbox.outbox) == 1


def test_a_title_with_line_breaks_cannot_add_headers(user, greeting, wednesday):
    tell(user, wednesday, n="x\nBcc: all@example.org")
    send_due(now=wednesday + WAIT_FOR_BELL)
    assert "\n" not in outbox.outbox[0].subject
