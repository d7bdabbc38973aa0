"""The record says what became of each mail about somebody's path."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPDataError

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.utils.translation import override

from notifications.models import Message
from notifications.sending import send_due
from notifications.services import choose_cadence, mark_seen, notify, try_again
from onboarding.models import OnboardingEvent
from onboarding.record import read_events
from onboarding.services.erasing import make_events_nobodys

pytestmark = pytest.mark.django_db
WEDNESDAY = datetime(2026, 10, 7, 8, tzinfo=UTC)
MAILS = ["mailed", "mail_failed", "mail_again", "not_mailed"]


def tell(enrolment, step, key: str, kind="onboarding.reopened"):
    """A message about one step of ``enrolment``."""
    row = enrolment.progress.get(step_key=step.translation_key)
    payload = {"progress": row.pk, "attempt": row.attempt, "actor": enrolment.user_id}
    return notify(recipient=enrolment.user, kind=kind, key=key, payload=payload)


def entries(enrolment):
    """What the record says of mails, first things first."""
    events = OnboardingEvent.objects.filter(enrolment=enrolment, kind__in=MAILS).for_record()
    with override("en"):
        return [(entry.what, entry.details) for entry in reversed(read_events(events))]


def test_the_record_tells_of_each_mail_what_became_of_it(hr, of_hr, enrolment, steps, path, monkeypatch, time_machine):
    Message.objects.all().delete()
    time_machine.move_to(WEDNESDAY, tick=False)
    name, later = enrolment.user.get_full_name(), WEDNESDAY + timedelta(days=1)
    real = EmailBackend.send_messages

    def refuse(self, messages):
        raise SMTPDataError(550, b"No such mailbox")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    first = tell(enrolment, steps[0], "1")
    Message.objects.update(attempts=7)
    send_due(later)
    monkeypatch.setattr(EmailBackend, "send_messages", real)
    assert try_again(messages=[first.pk], actor=of_hr, now=later) == 1
    time_machine.move_to(later + timedelta(days=1), tick=False)
    assert send_due() == 1
    tell(enrolment, steps[1], "2")
    mark_seen(user=enrolment.user)
    time_machine.move_to(later + timedelta(days=5), tick=False)
    assert send_due() == 0
    # How a quiz goes is nobody's business, so neither is that somebody was told.
    tell(enrolment, steps[0], "3", kind="onboarding.new_attempts")
    choose_cadence(user=enrolment.user, kind="onboarding.reopened", cadence="never")
    choose_cadence(user=enrolment.user, kind="onboarding.new_attempts", cadence="never")
    tell(enrolment, steps[1], "4")
    about = f"“A step was opened again”, to {name}"
    found = entries(enrolment)
    assert [details.startswith(about) for _what, details in found] == [True] * len(found), found
    assert [(what, details.removeprefix(about)) for what, details in found] == [
        ("mail not delivered", ", 550 No such mailbox"),
        ("mail tried again", ""),
        ("mail sent", ""),
        ("no mail sent", ", not sent: it was no longer needed"),
        ("no mail sent", ", not sent: the receiver chose not to get this by mail"),
    ]
    page = hr.get(f"/admin/enrolments/edit/{enrolment.pk}/").content.decode()
    record = hr.get(f"/admin/onboarding/record/{path.translation_key}/").content.decode()
    assert "550 No such mailbox" in page and "550 No such mailbox" in record and steps[0].title in record
    make_events_nobodys(enrolment=enrolment)
    kept = OnboardingEvent.objects.filter(path_key=path.translation_key, kind__in=MAILS)
    assert kept.count() == 5 and not any(event.data for event in kept)


def test_a_record_that_cannot_be_written_undoes_no_mail(enrolment, steps, monkeypatch, caplog, time_machine):
    Message.objects.all().delete()
    time_machine.move_to(WEDNESDAY, tick=False)
    message = tell(enrolment, steps[0], "1")
    monkeypatch.setattr("onboarding.mail_record.KINDS", {})
    time_machine.move_to(WEDNESDAY + timedelta(days=1), tick=False)
    assert send_due() == 1
    message.refresh_from_db()
    assert message.mail == Message.Mail.SENT
    assert "could not be kept" in caplog.text
