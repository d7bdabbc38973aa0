"""What holds for every week somebody works and every day they start, with the database: pauses, and the language of mail."""

from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPDataError
from types import SimpleNamespace
from uuid import UUID

import pytest
import time_machine
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from notifications.mails import build_mail
from notifications.models import Message
from notifications.resolving import gather
from notifications.sending import send_due
from onboarding.models import Enrolment, PathIndexPage, StepProgress
from onboarding.outline import Outline, Phase, Step
from onboarding.services import (
    calendar_of,
    complete_step,
    enrol,
    pause_enrolment,
    preview_pause,
    preview_resume,
    reschedule,
    resume_enrolment,
)
from people.models import ClosingDays, User
from tests.factories import PathFactory, UserFactory

from .outlines import reading
from .properties import often

pytestmark = pytest.mark.django_db
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
weeks = st.sets(st.integers(0, 6), min_size=1).map(sorted)
closings = st.lists(st.tuples(st.integers(-10, 40), st.integers(1, 20)), max_size=2)
LANGUAGES = ["nl", "en"]
WORDS = {"nl": ("Pad", "Stap"), "en": ("Path", "Step")}


def outline_in(language: str, path_key: UUID, rules: list[dict]) -> Outline:
    """A path with one step for each of these rules."""
    path, step = WORDS[language]
    steps = tuple(
        Step(
            UUID(int=number),
            number,
            f"{step} {number}",
            "",
            f"/{language}/{number}/",
            language,
            1,
            "read",
            5,
            True,
            None,
            False,
            rule=rule,
        )
        for number, rule in enumerate(rules, start=1)
    )
    phases = (Phase(UUID(int=90), 1, "Fase", "", language, 1, 30, steps),)
    return Outline(path_key, path, "", "", f"/{language}/pad/", language, phases, steps)


RULES = [
    {"from": "start", "unit": "working", "count": 1},
    {"from": "start", "unit": "working", "count": -3},
    {"from": "start", "unit": "working", "count": 14},
    {"from": "start", "unit": "calendar", "count": 9},
    {"from": "start", "unit": "weeks", "count": 3},
    {"from": "enrolment", "unit": "working", "count": 5},
    {"from": "probation", "unit": "working", "count": -10},
    {"from": "step", "step": str(UUID(int=1)), "unit": "working", "count": 4},
    {"from": "fixed", "date": "2026-12-28"},
    {"from": "never"},
]


@pytest.fixture
def path(trunk):
    """A page, with the outline of ``RULES`` in both languages in the place of its steps."""
    page = PathFactory(parent=trunk(PathIndexPage), title="Pad")
    key = page.translation_key
    with reading(SimpleNamespace(path_key=key, outline_in=lambda language: outline_in(language, key, RULES))):
        yield page


def rows_of(enrolment: Enrolment) -> list:
    """Every row, and day 1."""
    enrolment.refresh_from_db()
    return [enrolment.day_one, *StepProgress.objects.filter(enrolment=enrolment).order_by("step_key").values()]


def days_off(calendar, day: date, length: int) -> tuple[date, date]:
    """Up to so many days from ``day`` on, or from the first day off after it, on which this person doesn't work."""
    ahead = (day + timedelta(days=n) for n in range(7))
    first = next((each for each in ahead if not calendar.is_working_day(each)), day)
    end = first
    while end < first + timedelta(days=length) and not calendar.is_working_day(end):
        end += timedelta(days=1)
    return first, end


def noon(day: date):
    """In this block it is that day."""
    return time_machine.travel(datetime(day.year, day.month, day.day, 11, tzinfo=UTC), tick=False)


def test_a_pause_in_which_no_working_day_is_missed_changes_no_row(path, user):
    @often
    @given(days, weeks, st.integers(-20, 40), st.integers(0, 20), st.booleans(), st.booleans(), closings)
    def holds(start, week, later, length, is_done, was_away, closed):
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(working_days=week)
            for first, more in closed:
                first = start + timedelta(days=first)
                ClosingDays.objects.create(name="Dicht", first_day=first, last_day=first + timedelta(days=more))
            person = User.objects.get(pk=user.pk)
            with noon(start - timedelta(days=30)):
                probation = start + timedelta(days=30)
                enrolment = enrol(user=person, path=path, start_date=start, probation_end=probation)
                if was_away:
                    # Some time away in which days were missed is no matter to the one that follows.
                    pause_enrolment(enrolment=enrolment, starts_on=start, ends_on=start + timedelta(days=9))
            away = start + timedelta(days=max(later, 9) if was_away else later)
            first, end = days_off(calendar_of(enrolment), away, length)
            with noon(end):
                if is_done:
                    complete_step(enrolment=enrolment, step_key=UUID(int=1))
                before = rows_of(enrolment)
                assert preview_pause(enrolment=enrolment, starts_on=first, ends_on=end).is_nothing
                pause_enrolment(enrolment=enrolment, starts_on=first)
                assert rows_of(enrolment) == before
                assert preview_resume(enrolment=enrolment, ends_on=end).is_nothing
                assert resume_enrolment(enrolment=enrolment, ends_on=end).is_nothing
                assert rows_of(enrolment) == before
                assert reschedule(enrolment=enrolment) == []
            transaction.set_rollback(True)

    holds()


# The language of mail -----------------------------------------------------------------------


@pytest.fixture
def people(path):
    """Two who read Dutch and two who read English, each on the path with the next one as buddy."""
    found = [UserFactory(locale=LANGUAGES[number % 2]) for number in range(4)]
    return [
        enrol(user=person, path=path, start_date=date(2026, 10, 1), buddy=found[(number + 1) % 4])
        for number, person in enumerate(found)
    ]


def message_of(enrolment: Enrolment, kind: str, number: int) -> Message:
    """One thing to tell the person, or their buddy of them."""
    row = enrolment.progress.get(step_key=UUID(int=1))
    payload = {
        "enrolled": {"enrolment": enrolment.pk},
        "plan_changed": {"enrolment": enrolment.pk, "what": "paused", "count": 2},
        "reminder": {"progress": row.pk, "attempt": 1, "stage": row.reminded},
        "role_changed": {
            "enrolment": enrolment.pk,
            "role": "buddy",
            "colleague": enrolment.supporters.get().colleague_id,
        },
    }[kind]
    recipient = enrolment.supporters.get().colleague if kind == "role_changed" else enrolment.user
    return Message(
        recipient=recipient,
        kind=f"onboarding.{kind}",
        key=str(number),
        payload=payload,
        due_at=timezone.now() - timedelta(hours=1),
    )


class Refusing(EmailBackend):
    """Refuses the mail to some."""

    refused: frozenset = frozenset()

    def send_messages(self, messages):
        if set(messages[0].to) & self.refused:
            raise SMTPDataError(451, b"Later")
        return super().send_messages(messages)


kinds = st.sampled_from(["enrolled", "plan_changed", "reminder", "role_changed"])


@time_machine.travel(datetime(2026, 10, 6, 10, tzinfo=UTC), tick=False)
def test_each_mail_is_in_its_receivers_language_whatever_was_sent_before(people, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"

    @often
    @given(
        st.lists(st.tuples(st.integers(0, 3), kinds), min_size=2, max_size=8),
        st.sampled_from(LANGUAGES),
        st.sets(st.integers(0, 3), max_size=2),
    )
    def holds(told, active, refused):
        Message.objects.all().delete()
        outbox.outbox.clear()
        Message.objects.bulk_create(message_of(people[who], kind, n) for n, (who, kind) in enumerate(told))
        Refusing.refused = frozenset(people[who].user.email for who in refused)
        expected = {each.user.email: alone(each.user) for each in people}
        with translation.override(active):
            send_due()
            assert translation.get_language() == active
        sent = {mail.to[0]: mail for mail in outbox.outbox}
        assert len(sent) == len(outbox.outbox)
        wanted = {email for email, mail in expected.items() if mail is not None}
        assert sent.keys() == wanted - Refusing.refused
        for each in people:
            if mail := sent.get(each.user.email):
                check_mail(mail, expected[each.user.email], each.user.locale)

    holds()


def alone(recipient: User):
    """The mail that this person gets if nobody else gets any; None where there is nothing to tell."""
    messages = Message.objects.filter(recipient=recipient).order_by("-created_at", "-pk")
    with translation.override(recipient.locale):
        items, _gone = gather(messages)
        return build_mail(recipient, items) if items else None


def check_mail(mail, expected, language: str) -> None:
    """It says what it would say alone, and every word that has a language is in this one."""
    html = mail.alternatives[0].content
    assert f'lang="{language}"' in html
    other = WORDS[next(each for each in LANGUAGES if each != language)]
    assert not any(f"{word} 1" in mail.body or f"“{word}”" in mail.body for word in other)
    assert (mail.subject, sorted(mail.body.split())) == (expected.subject, sorted(expected.body.split()))
