"""The outbox: once, in time, in the receiver's language, and only what is still true."""

from datetime import timedelta
from smtplib import SMTPDataError, SMTPServerDisconnected

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from notifications.kinds import UnknownKindError
from notifications.mails import MAX_ITEMS
from notifications.models import Message
from notifications.sending import MAX_ATTEMPTS, send_due
from notifications.services import WAIT_FOR_BELL, choose_cadence, delete_old, mark_seen, notify
from people.holding import register_hold
from people.models import RetentionPeriods, User
from people.retention import due_counts


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
    assert Message.objects.get().mail == Message.Mail.SEEN


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
    assert send_due(now=wednesday + timedelta(hours=22)) == 1  # Thursday eight o'clock
    (message,) = outbox.outbox
    assert [f"Hallo {n}" in message.body for n in range(3)] == [True] * 3


def test_hours_narrowed_after_the_message_was_made_count_as_well(user, greeting, wednesday):
    tell(user, wednesday)
    user.working_days = [4]
    user.save()
    assert send_due(now=wednesday + WAIT_FOR_BELL) == 0
    assert send_due(now=wednesday + timedelta(days=2)) == 1


def test_a_long_list_names_the_rest_as_a_number(make_user, greeting, wednesday):
    user = make_user(locale="en")
    for number in range(MAX_ITEMS + 3):
        tell(user, wednesday, key=str(number), n=number)
    send_due(now=wednesday + WAIT_FOR_BELL)
    (mail,) = outbox.outbox
    assert mail.subject == f"{MAX_ITEMS + 3} messages for you"
    assert "And 3 more in the portal." in mail.body
    assert mail.body.count("/nl/x/") == MAX_ITEMS


@pytest.mark.parametrize(("cadence", "days"), [("daily", 1), ("weekly", 5)])
def test_a_digest_comes_on_the_next_morning_of_its_rhythm(user, greeting, wednesday, cadence, days):
    choose_cadence(user=user, kind="greeting", cadence=cadence)
    message = tell(user, wednesday)
    morning = wednesday.replace(hour=6) + timedelta(days=days)
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


def test_a_mail_server_that_is_away_is_tried_again_later_each_time(user, greeting, wednesday, monkeypatch):
    monkeypatch.setattr(EmailBackend, "open", _away)
    tell(user, wednesday)
    now, waits = wednesday + WAIT_FOR_BELL, []
    for _attempt in range(3):
        assert send_due(now=now) == 0
        due = Message.objects.get().due_at
        waits.append(due - now)
        now = due
    assert waits == sorted(set(waits))
    monkeypatch.undo()
    assert send_due(now=now) == 1


def test_a_mail_server_that_is_away_is_asked_once_a_round_and_never_costs_a_message(
    user, make_user, greeting, wednesday, monkeypatch
):
    asked = []
    monkeypatch.setattr(EmailBackend, "open", lambda self: asked.append(1) or _away(self))
    tell(user, wednesday)
    tell(make_user(), wednesday)
    now = wednesday + WAIT_FOR_BELL
    send_due(now=now)
    assert len(asked) == 1
    for _round in range(3 * MAX_ATTEMPTS):
        now += timedelta(hours=12)
        send_due(now=now)
    assert set(Message.objects.values_list("mail", flat=True)) == {Message.Mail.WAITING}
    monkeypatch.undo()
    assert send_due(now=now + timedelta(days=3)) == 2


def test_after_many_refusals_it_is_given_up(user, greeting, wednesday, monkeypatch):
    monkeypatch.setattr(EmailBackend, "send_messages", _refuse)
    tell(user, wednesday)
    # Some rounds fall in quiet hours: these only put it off.
    for _round in range(3 * MAX_ATTEMPTS):
        message = Message.objects.get()
        assert (message.mail == Message.Mail.FAILED) is (message.attempts == MAX_ATTEMPTS)
        send_due(now=max(message.due_at, wednesday + WAIT_FOR_BELL))
    assert message.mail == Message.Mail.FAILED


def test_a_line_that_broke_while_handing_over_is_never_tried_again(user, greeting, wednesday, monkeypatch):
    def take_and_break(self, messages):
        outbox.outbox.extend(messages)
        raise SMTPServerDisconnected("no answer")

    tell(user, wednesday)
    monkeypatch.setattr(EmailBackend, "send_messages", take_and_break)
    assert send_due(now=wednesday + WAIT_FOR_BELL) == 0
    monkeypatch.undo()
    assert send_due(now=wednesday + timedelta(days=7)) == 0
    assert len(outbox.outbox) == 1


def _away(self):
    raise ConnectionRefusedError("nobody there")


def _refuse(self, messages):
    raise SMTPDataError(554, b"no")


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


def test_a_mail_that_cannot_be_made_keeps_no_others_back(user, make_user, greeting, wednesday, monkeypatch):
    from notifications import sending

    real = sending.build_mail

    def build(recipient, items):
        return 1 / 0 if recipient == user else real(recipient, items)

    monkeypatch.setattr(sending, "build_mail", build)
    tell(user, wednesday)
    tell(make_user(), wednesday)
    assert send_due(now=wednesday + WAIT_FOR_BELL) == 1
    monkeypatch.undo()
    assert send_due(now=wednesday + WAIT_FOR_BELL + timedelta(minutes=10)) == 1


def test_a_kind_that_breaks_over_one_message_costs_only_that_one(user, greeting, wednesday):
    from notifications import kinds

    kinds.register(kinds.Kind(name="broken", label="Broken", resolve=lambda payload, recipient: 1 / 0))
    notify(recipient=user, kind="broken", key="1", now=wednesday)
    tell(user, wednesday)
    assert send_due(now=wednesday + WAIT_FOR_BELL) == 1
    assert outbox.outbox[0].subject.startswith("Hallo")


def test_what_was_rolled_back_was_never_told(user, greeting, wednesday):
    class Undone(Exception):
        pass

    with pytest.raises(Undone), transaction.atomic():
        tell(user, wednesday)
        raise Undone
    assert not Message.objects.exists()
    assert send_due(now=wednesday + timedelta(days=1)) == 0


def test_telling_that_fails_never_undoes_what_it_tells_about(user, greeting, wednesday, monkeypatch, caplog):
    from django.db import DatabaseError

    from notifications import services

    def refuse(*args):
        raise DatabaseError("full")

    monkeypatch.setattr(services, "_tell", refuse)
    with transaction.atomic():
        user.first_name = "Bewaard"
        user.save()
        assert tell(user, wednesday) is None
    user.refresh_from_db()
    assert user.first_name == "Bewaard"
    assert "could not be told" in caplog.text


def test_a_long_key_stays_its_own(user, greeting, wednesday):
    one, other = tell(user, wednesday, key="x" * 300 + "1"), tell(user, wednesday, key="x" * 300 + "2")
    assert one != other
    assert one == tell(user, wednesday, key="x" * 300 + "1")


def test_what_asks_something_comes_first(user, greeting, wednesday):
    from notifications import kinds

    task = kinds.Content(title="Jouw beurt", url="/nl/y/")
    kinds.register(
        kinds.Kind(name="task", label="Task", daily=False, resolve=lambda payload, recipient: task, asks=True)
    )
    tell(user, wednesday, n=1)
    notify(recipient=user, kind="task", key="1", now=wednesday + timedelta(minutes=1))
    assert send_due(now=wednesday + timedelta(hours=3)) == 1
    body = outbox.outbox[0].body
    assert body.index("Jouw beurt") < body.index("Hallo 1")


def test_messages_of_one_thread_are_one_line(make_user, wednesday, answers):
    user = make_user(locale="en")
    for number, name in enumerate(["Anna", "Bram", "Anna", "Chris"]):
        answers(user, name, str(number), wednesday)
    assert send_due(now=wednesday + timedelta(hours=3)) == 1
    assert outbox.outbox[0].subject == "Chris and 2 others answered"
    assert Message.objects.filter(mail=Message.Mail.SENT).count() == 4


def test_words_of_what_only_some_may_read_stay_out_of_the_mail(user, wednesday):
    from notifications import kinds

    secret = kinds.Content(title="Nieuw in de directiekamer", url="/nl/z/", text="Wij stoppen", closed=True)
    kinds.register(kinds.Kind(name="closed", label="Closed", daily=False, resolve=lambda payload, recipient: secret))
    notify(recipient=user, kind="closed", key="1", now=wednesday)
    send_due(now=wednesday + WAIT_FOR_BELL)
    (mail,) = outbox.outbox
    assert "Wij stoppen" not in mail.body + mail.alternatives[0].content
    assert "http://localhost:8000/nl/z/" in mail.body


def test_a_digest_with_nothing_left_is_not_sent(user, greeting, wednesday):
    choose_cadence(user=user, kind="greeting", cadence="daily")
    tell(user, wednesday, key="seen")
    mark_seen(user=user)
    tell(user, wednesday, key="gone", gone=True)
    assert send_due(now=wednesday + timedelta(days=2)) == 0
    assert outbox.outbox == []
    assert dict(Message.objects.values_list("key", "mail")) == {"seen": Message.Mail.SEEN, "gone": Message.Mail.LAPSED}


def test_a_digest_never_repeats_what_was_mailed(user, greeting, wednesday):
    choose_cadence(user=user, kind="greeting", cadence="daily")
    for day in range(3):
        tell(user, wednesday + timedelta(days=day), key=str(day), n=day)
        assert send_due(now=wednesday + timedelta(days=day + 1, hours=4)) == (1 if day < 2 else 0)
    assert [mail.subject for mail in outbox.outbox] == ["Hallo 0", "Hallo 1"]
    # Friday's comes on Monday: nobody mails at the weekend.
    assert send_due(now=wednesday + timedelta(days=5)) == 1
    assert outbox.outbox[-1].subject == "Hallo 2"


def test_messages_go_when_their_period_is_up_and_only_by_periods_somebody_confirmed(
    user, make_user, greeting, wednesday
):
    now = wednesday + timedelta(days=400)
    for key, months in (("new", 5), ("old", 7)):
        message = tell(user, wednesday, key=key)
        Message.objects.filter(pk=message.pk).update(created_at=now - timedelta(days=30.5 * months))
    assert delete_old(now) == 0
    RetentionPeriods.objects.create(confirmed_at=now)
    register_hold("test", people=lambda: User.objects.filter(pk=user.pk).values("pk"), words="")
    try:
        assert delete_old(now) == 0
    finally:
        register_hold("test", people=lambda: User.objects.none().values("pk"), words="")
    assert due_counts(now)["messages"] == 1
    assert delete_old(now) == 1
    assert list(Message.objects.values_list("key", flat=True)) == ["new"]
