"""Nothing is told twice and nothing is lost, whatever fails where: workers that die, that meet, and clocks that jump.

Two workers are two calls that meet: the second runs whole at a moment at which the first holds no lock yet. That real
processes meet so is tested in ``test_reminder_workers`` and ``tests/notifications/test_workers``.
"""

from collections import Counter, defaultdict
from contextlib import ExitStack, suppress
from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPDataError
from types import SimpleNamespace
from unittest.mock import patch
from uuid import UUID

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications import sending
from notifications.models import Message
from notifications.sending import send_due
from onboarding.models import Enrolment, OnboardingEvent, Pause, StepProgress
from onboarding.outline import Outline, Phase, Step
from onboarding.services import (
    complete_step,
    pause_enrolment,
    reminding,
    reopen_step,
    resume_enrolment,
    unwaive_step,
    waive_step,
)
from onboarding.services.pausing import NotPaused, PausesOverlap
from onboarding.services.reminding import send_reminders
from tests.factories import UserFactory

from .outlines import reading
from .properties import IS_THOROUGH, quick

pytestmark = pytest.mark.django_db
PATH, STEPS = UUID(int=7), [UUID(int=70 + n) for n in range(3)]
START = date(2026, 10, 26)
# Saturday noon; in the night that follows the clock goes back an hour.
BEGIN = datetime(2026, 10, 24, 10, tzinfo=UTC)
PLANNED = datetime(2026, 10, 1, tzinfo=UTC)
DUE = [date(2026, 10, 27), date(2026, 10, 29), date(2026, 11, 10)]
EVENTS = {OnboardingEvent.Kind.REMINDED, OnboardingEvent.Kind.ESCALATED}
TOLD = ["onboarding.reminder", "onboarding.escalated"]


class Killed(BaseException):
    """The process is gone: nothing catches this."""


class Server:
    """A mail server, and how the worker that speaks to it fails; ``taken`` are the messages it ever got."""

    def __init__(self):
        self.taken: Counter = Counter()
        self.fault = ""

    def open(self) -> None:
        if self.fault == "away":
            raise OSError("away")

    def close(self) -> None:
        pass

    def take(self, keys: list[int]) -> None:
        if self.fault == "dies before":
            raise Killed
        if self.fault == "refuses":
            raise SMTPDataError(451, b"Later")
        self.taken.update(keys)
        if self.fault == "dies after":
            raise Killed
        if self.fault == "breaks":
            raise OSError("gone")


def path() -> Outline:
    """Three steps; the last is the buddy's, and the first two have to be done before it."""
    steps = tuple(
        Step(
            key,
            number,
            f"Stap {number}",
            "",
            "/",
            "nl",
            1,
            "read",
            5,
            True,
            None,
            False,
            assignee="buddy" if number == 3 else "newcomer",
            prerequisites=tuple(STEPS[:1]) if number == 3 else (),
        )
        for number, key in enumerate(STEPS, start=1)
    )
    return Outline(PATH, "Pad", "", "", "/", "nl", (Phase(UUID(int=8), 1, "Fase", "", "nl", 1, 7, steps),), steps)


reminding_goes = st.sampled_from(["", "", "dies after telling", "dies at the end", "two at once"])
sending_goes = st.sampled_from(["", "dies before", "dies after", "breaks", "refuses", "away", "two at once"])
deeds = st.one_of(
    st.tuples(st.just("morning"), st.tuples(reminding_goes, sending_goes)),
    st.tuples(st.just("morning"), st.tuples(reminding_goes, sending_goes)),
    st.tuples(st.sampled_from(["complete", "reopen", "waive", "unwaive", "pause", "resume"]), st.integers(0, 5)),
    # Back by an hour as well, as clocks do; and an outage of two weeks.
    st.tuples(st.just("pass"), st.sampled_from([-1, 1, 3, 48, 24 * 7, 24 * 14])),
    st.tuples(st.just("remind"), reminding_goes),
    st.tuples(st.just("send"), sending_goes),
)


class World:
    """Two people on the path, their clock, and what was told by when."""

    def __init__(self, people: list[Enrolment], server: Server, hr):
        self.people, self.server, self.hr = people, server, hr
        self.now = BEGIN
        # How often each row began to be asked for, and what was told of it since.
        self.begun: Counter = Counter()
        self.told: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        self.seen = 0

    def start_anew(self) -> None:
        """Everybody as they were: nothing done, nothing told."""
        self.now, self.seen = BEGIN, 0
        self.begun.clear()
        self.told.clear()
        self.server.taken.clear()
        for model in (Message, OnboardingEvent, Pause, StepProgress):
            model.objects.all().delete()
        Enrolment.objects.update(completed_at=None)
        StepProgress.objects.bulk_create(
            StepProgress(
                enrolment=each,
                step_key=key,
                due_on=due,
                rule={"from": "fixed", "date": due.isoformat()},
                assignee="buddy" if key == STEPS[2] else "newcomer",
            )
            for each in self.people
            for key, due in zip(STEPS, DUE, strict=True)
        )

    def do(self, what: str, how) -> None:
        if what == "pass":
            self.now += timedelta(hours=how)
        elif what == "morning":
            self.now = (self.now + timedelta(days=1)).replace(hour=9)
        with time_machine.travel(self.now, tick=False):
            if what == "morning":
                self.remind(how[0])
                self.send(how[1])
            elif what == "remind":
                self.remind(how)
            elif what == "send":
                self.send(how)
            elif what != "pass":
                self.act(what, how)

    def remind(self, fault: str = "") -> None:
        with ExitStack() as stack:
            if fault.startswith("dies"):
                point = "notify_many" if fault == "dies after telling" else "_record"
                stack.enter_context(dying_after(reminding, point))
            elif fault:
                stack.enter_context(meeting(reminding, "_stages", lambda: send_reminders(self.now)))
            survives(lambda: send_reminders(self.now))

    def send(self, fault: str = "") -> None:
        self.server.fault = "" if fault == "two at once" else fault
        with ExitStack() as stack:
            if fault == "two at once":
                stack.enter_context(meeting(sending, "_claim", lambda: send_due(self.now)))
            survives(lambda: send_due(self.now))

    def act(self, what: str, number: int) -> None:
        enrolment, key = self.people[number % 2], STEPS[number % 3]
        row = StepProgress.objects.get(enrolment=enrolment, step_key=key)
        it = {"enrolment": enrolment, "step_key": key}
        day = self.now.date()
        try:
            match what:
                case "complete" if row.assignee == "newcomer":
                    complete_step(**it)
                case "reopen":
                    self.begun[row.pk] += row.completed_at is not None
                    reopen_step(**it)
                case "waive":
                    waive_step(**it, actor=self.hr, reason="Kent het.")
                case "unwaive":
                    self.begun[row.pk] += row.waived_at is not None
                    unwaive_step(**it, actor=self.hr)
                case "pause":
                    pause_enrolment(enrolment=enrolment, starts_on=day)
                case "resume":
                    resume_enrolment(enrolment=enrolment, ends_on=day)
        except (NotPaused, PausesOverlap, ValueError):
            pass

    def check(self) -> None:
        """No message in two mails, no stage told twice, and what is told is told to somebody: never one without the other."""
        assert max(self.server.taken.values(), default=0) <= 1
        rows = {(row.enrolment_id, row.step_key): row for row in StepProgress.objects.all()}
        events = OnboardingEvent.objects.filter(kind__in=EVENTS, pk__gt=self.seen).order_by("pk")
        for event in events:
            pk = rows[event.enrolment_id, event.step_key].pk
            self.told[pk, self.begun[pk]].append(event.data["stage"])
            self.seen = event.pk
        for stages in self.told.values():
            assert stages == sorted(set(stages))
        for row in rows.values():
            assert row.reminded == max(self.told.get((row.pk, self.begun[row.pk]), []), default=0)
        expected = {(pk, stage) for (pk, _begun), stages in self.told.items() for stage in stages}
        messages = Message.objects.filter(kind__in=TOLD).values_list("payload", "recipient")
        found = Counter((payload["progress"], payload["stage"], who) for payload, who in messages)
        assert {(pk, stage) for pk, stage, _who in found} == expected
        assert all(count <= self.begun[pk] + 1 for (pk, _stage, _who), count in found.items())


def survives(run) -> None:
    """The process that runs this may be killed; the next one goes on."""
    with suppress(Killed):
        run()


def dying_after(module, name: str):
    """This function does what it does, and then the process is gone."""
    real = getattr(module, name)

    def die(*args, **kwargs):
        real(*args, **kwargs)
        raise Killed

    return patch.object(module, name, die)


def meeting(module, name: str, other):
    """Just before this function is called first, another worker does all it finds."""
    real, met = getattr(module, name), []

    def meet(*args, **kwargs):
        if not met:
            met.append(True)
            other()
        return real(*args, **kwargs)

    return patch.object(module, name, meet)


@pytest.fixture
def server():
    """In the place of the mail server; a letter holds the messages that it is made of."""
    server = Server()

    def letter(recipient, items):
        keys = [message.pk for item in items for message in item.messages]
        return SimpleNamespace(send=lambda: server.take(keys))

    with patch.object(sending, "build_mail", letter), patch.object(sending, "get_connection", lambda: server):
        yield server


@pytest.fixture
def world(server):
    """Somebody with a buddy and a manager, and somebody without; one works four days, one five."""
    manager, buddy = UserFactory(), UserFactory()
    people = [UserFactory(manager=manager, working_days=[0, 1, 3, 4]), UserFactory(manager=manager)]
    enrolments = [
        Enrolment.objects.create(user=person, path_key=PATH, start_date=START, day_one=START, planned_at=PLANNED)
        for person in people
    ]
    enrolments[0].supporters.create(colleague=buddy, role="buddy")
    # Several batches, so that there is a midst to die in.
    with reading(SimpleNamespace(path_key=PATH, outline=path())), patch.object(reminding, "BATCH", 2):
        yield World(enrolments, server, manager)


def test_whatever_fails_nothing_is_told_twice_and_nothing_is_lost(world):
    @settings(quick, max_examples=60 if IS_THOROUGH else 20)
    @given(st.lists(deeds, min_size=4, max_size=12))
    def holds(happened):
        world.start_anew()
        for what, how in happened:
            world.do(what, how)
            world.check()
        # The next days nothing fails: everything that is due by then is told and mailed.
        for _day in range(2):
            world.do("pass", 24)
            world.do("remind", "")
            world.do("send", "")
            world.check()
        world.do("pass", 7 * 24)
        world.do("send", "")
        world.check()
        assert not Message.objects.to_mail(world.now).exists()

    holds()
