"""One mail for each person on each of their days, with everything in it."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend

from notifications import kinds
from notifications.kinds import Content, Kind
from notifications.models import Message
from notifications.sending import send_due
from notifications.services import choose_cadence, default_cadence, notify


def kind(name: str, **options) -> Kind:
    """A kind of message that says its payload's number."""
    return kinds.register(
        Kind(name, name, lambda payload, recipient: Content(f"{name} {payload['n']}.", "/nl/x/"), **options)
    )


def tell(user, name: str, number: int, now: datetime) -> Message:
    """A message of that kind."""
    return notify(recipient=user, kind=name, key=str(number), payload={"n": number}, now=now)


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Pacific/Auckland", "America/New_York"])
def test_whatever_happens_there_is_one_mail_a_day_and_everything_comes_once(make_user, zone):
    kind("plain"), kind("asking", asks=True)
    person = make_user(time_zone=zone, working_days=[0, 1, 2, 4])
    now, last, days, number = datetime(2026, 4, 2, 6, tzinfo=ZoneInfo(zone)), 0, Counter(), 0
    # Thursday before Easter until the Friday after it: days off, Good Friday, Easter Monday, and two working days.
    for hour in range(8 * 24):
        moment = now + timedelta(hours=hour)
        for name in ("plain", "asking"):
            number += 1
            tell(person, name, number, moment)
        send_due(moment)
        if len(outbox.outbox) > last:
            last = len(outbox.outbox)
            local = moment.astimezone(ZoneInfo(zone))
            assert 8 <= local.hour < 18
            days[local.date().isoformat()] += 1
    assert days == {"2026-04-07": 1, "2026-04-08": 1}
    assert all(message.to == [person.email] for message in outbox.outbox)
    sent = Message.objects.filter(mail=Message.Mail.SENT)
    assert sent.values("kind", "key").distinct().count() == sent.count() > 200


def test_what_is_urgent_or_wanted_at_once_takes_the_rest_of_the_day_along(user, wednesday):
    kind("plain"), kind("wanted"), kind("pressing", urgent=True)
    choose_cadence(user=user, kind="wanted", cadence="now")
    tell(user, "plain", 1, wednesday - timedelta(days=1))
    eight = wednesday - timedelta(hours=2)
    tell(user, "pressing", 2, eight - timedelta(hours=5))
    assert send_due(eight) == 1
    assert "plain 1." in outbox.outbox[0].body and "pressing 2." in outbox.outbox[0].body
    # From here on today's mail is out: only what may not wait comes today.
    plain = tell(user, "plain", 3, eight)
    Message.objects.filter(pk=plain.pk).update(due_at=wednesday)
    tell(user, "pressing", 4, wednesday)
    assert send_due(wednesday) == 1
    tell(user, "wanted", 5, wednesday)
    assert send_due(wednesday + timedelta(hours=2)) == 1
    assert [("pressing 4." in m.body, "wanted 5." in m.body, "plain 3." in m.body) for m in outbox.outbox[1:]] == [
        (True, False, False),
        (False, True, False),
    ]
    assert send_due(eight + timedelta(days=1)) == 1
    assert "plain 3." in outbox.outbox[-1].body


def test_of_two_workers_the_second_sees_that_todays_mail_is_on_its_way(user, wednesday, monkeypatch):
    kind("plain")
    real, eight = EmailBackend.send_messages, wednesday + timedelta(hours=22)

    def other_worker_comes_by(self, messages):
        monkeypatch.setattr(EmailBackend, "send_messages", real)
        late = tell(user, "plain", 2, wednesday)
        assert late.due_at == eight
        assert send_due(eight) == 0
        return real(self, messages)

    tell(user, "plain", 1, wednesday)
    monkeypatch.setattr(EmailBackend, "send_messages", other_worker_comes_by)
    assert send_due(eight) == 1
    assert len(outbox.outbox) == 1
    assert send_due(eight + timedelta(days=1)) == 1
    assert "plain 2." in outbox.outbox[-1].body


def test_only_what_is_urgent_comes_at_once_by_itself():
    at_once = {one.name for one in kinds.all_kinds() if default_cadence(one) == "now"}
    assert at_once == {one.name for one in kinds.all_kinds() if one.urgent}
    assert "onboarding.reminder" not in at_once
