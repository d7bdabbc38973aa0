"""Every kind of message, as the demo's people get it: in their own language, whatever language came before."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.utils.translation import override

from notifications.kinds import all_kinds
from notifications.models import Message, QuietHours
from notifications.resolving import resolve
from notifications.sending import send_due
from people.models import User
from tests.demo.standing import NOW

pytestmark = pytest.mark.django_db


def titles_of(message: Message) -> dict[str, str]:
    """What it says in each language; the one that is asked for first is the one that was active before."""
    found = {}
    for language in ("en", "nl"):
        with override(language):
            message.payload = Message.objects.get(pk=message.pk).payload
            content = resolve(message)
            found[language] = " ".join(content.title.split())[:200] if content else ""
    return found


def first_that_holds(kind: str) -> tuple[Message, dict[str, str]] | None:
    """A message of this kind that still says something."""
    for message in Message.objects.filter(kind=kind, recipient__is_active=True).select_related("recipient")[:40]:
        if all((titles := titles_of(message)).values()):
            return message, titles
    return None


def test_each_mail_is_in_its_receivers_language_also_after_one_in_another(demo, time_machine):
    time_machine.move_to(NOW + timedelta(hours=16), tick=False)
    found = {kind.name: first_that_holds(kind.name) for kind in all_kinds()}
    # The others are tried with words of their own in tests/notifications.
    assert sum(row is not None for row in found.values()) >= 25, [name for name in found if found[name] is None]
    # One message each waits, and nobody is off.
    QuietHours.objects.all().delete()
    User.objects.update(working_days=list(range(5)), time_zone="Europe/Amsterdam")
    wrong = []
    for name, (message, titles) in {name: row for name, row in found.items() if row}.items():
        for language, other, hello in (("en", "nl", "Hello "), ("nl", "en", "Hallo ")):
            User.objects.filter(pk=message.recipient_id).update(locale=language)
            Message.objects.update(mail=Message.Mail.NOT_WANTED)
            Message.objects.filter(pk=message.pk).update(mail="waiting", due_at=NOW, seen_at=None, thread="")
            outbox.outbox.clear()
            with override(other):
                is_same = titles_of(message) == titles
                send_due()
            subjects = [sent.subject for sent in outbox.outbox]
            words = outbox.outbox[0].body if subjects else ""
            if not is_same or subjects != [titles[language]] or hello not in words or titles["en"] == titles["nl"]:
                wrong.append((name, language, subjects, titles))
    assert wrong == []
