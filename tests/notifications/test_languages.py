"""Every kind of message goes out in its receiver's language; see tests/demo/test_messages.py for their own words."""

from dataclasses import replace

from django.core import mail as outbox
from django.utils.translation import get_language, gettext, override

from notifications import kinds
from notifications.kinds import Content
from notifications.models import Message
from notifications.sending import send_due
from notifications.services import notify


def test_each_mail_speaks_its_receivers_language_also_after_one_in_another(make_user, wednesday):
    people = [
        make_user(first_name=f"{code}{number}", locale=code) for number, code in enumerate(["nl", "en", "nl", "en"])
    ]
    declared = kinds.all_kinds()
    assert len(declared) > 40
    for kind in declared:

        def resolve(payload, recipient):
            return Content(f"{get_language()} for {recipient.first_name}", "/x/", text=gettext("Monday"))

        kinds.register(replace(kind, resolve=resolve, preload=None))
        for active in ("nl", "en"):
            outbox.outbox.clear()
            Message.objects.all().delete()
            with override(active):
                for person in people:
                    notify(recipient=person, kind=kind.name, key="1", now=wednesday)
                Message.objects.update(due_at=wednesday, mail=Message.Mail.WAITING)
                assert send_due(wednesday) == len(people), kind.name
                assert get_language() == active
            assert len(outbox.outbox) == len(people)
            for sent in outbox.outbox:
                code = next(person.locale for person in people if person.email == sent.to[0])
                hello, day = {"nl": ("Hallo", "maandag"), "en": ("Hello", "Monday")}[code]
                html = sent.alternatives[0].content
                assert sent.subject.startswith(f"{code} for {code}"), kind.name
                assert f"{hello} {code}" in sent.body and day.lower() in sent.body.lower(), kind.name
                assert f'lang="{code}"' in html and hello in html, kind.name
