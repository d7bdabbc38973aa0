"""The newcomers of ``newcomers.yaml`` on their path, in the order in which everything happened to them."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from notifications.services import delete_old
from onboarding.models import Enrolment, PathPage, PulseInvitation, StepProgress
from onboarding.periods import date_of_day
from onboarding.services import enrol, save_closing_days
from onboarding.services.asking import pass_on_questions
from onboarding.services.changing_manager import tell_managers_changed
from onboarding.services.feedback import answer_pulse, invite_to_pulses
from onboarding.services.reminding import send_reminders
from onboarding.services.reminding_signers import remind_signers
from onboarding.services.taking_over import hand_on_when_over, tell_supporters_left
from people.calendar import calendar_of_week
from people.models import ClosingDays, User

from .clock import clock_at, working_time
from .content import load, on_working_day, plans
from .newcomer_deeds import NewcomerDeeds, Walk
from .people import first_day_of_week
from .registry import Registry, key_of

# When the clock went round, in working days ago: often enough that nobody's pulse is missed and reminding is up to date.
ROUNDS = (50, 32, 12, 8, 4, 1)


def live_onboarding(registry: Registry, today: date) -> int:
    """Let everything happen to who wasn't made before, oldest first; returns how many people that were."""
    plan_closing_days(registry, today)
    return _Lives(registry, today).run()


def plan_closing_days(registry: Registry, today: date) -> None:
    """The days on which the whole organisation is closed."""
    for days in load("newcomers")["closing_days"]:
        if registry.is_new(days["key"]):
            year = today.year + (date(today.year, *days["last"]) < today)
            closing = ClosingDays(
                name=days["name"], first_day=date(year, *days["first"]), last_day=date(year, *days["last"])
            )
            save_closing_days(closing=closing, actor=User.objects.get(pk=registry.person("fatima")))
            registry.note(days["key"])


class _Lives:
    """What happens, by its moment. Something that happens may bring what happens later: a plan brings its steps."""

    def __init__(self, registry: Registry, today: date):
        self.registry, self.today = registry, today
        # Read before the clock is set back, or everything would have happened by then.
        self.now = timezone.now()
        self.happenings: list[tuple[datetime, int, Callable[[], None]]] = []
        self.order = count()
        self.deeds = NewcomerDeeds(registry, today)
        self.pulses: dict[int, dict[int, list]] = {}

    def run(self) -> int:
        """Everything, up to now."""
        content = load("newcomers")
        colleagues = {name: plan for name, plan in plans().items() if self.registry.is_new(f"enrolment/{name}")}
        guests = [guest for guest in content["preboarders"] if self.registry.is_new(f"enrolment/{guest['key']}")]
        if not colleagues and not guests:
            return 0
        for name, plan in colleagues.items():
            self._add(self._enrolled_at(plan), lambda name=name, plan=plan: self._enrol(name, plan))
        for guest in guests:
            moment = working_time(self.today, guest["invited_ago"], "11:15")
            self._add(moment, lambda guest=guest: self._invite(guest))
        for days_ago in ROUNDS:
            self._add(working_time(self.today, days_ago, "08:00"), self._go_round)
        self._add(self.now, self._go_round)
        while self.happenings:
            moment, _order, happen = heappop(self.happenings)
            with clock_at(moment):
                happen()
        names = [*colleagues, *(guest["key"] for guest in guests)]
        for name in names:
            self.registry.note(f"enrolment/{name}")
        return len(names)

    def _add(self, moment: datetime, happen: Callable[[], None]) -> None:
        heappush(self.happenings, (min(moment, self.now), next(self.order), happen))

    def _add_life(self, walk: Walk, life: Iterable[dict[str, Any]]) -> None:
        for deed in life:
            moment = working_time(self.today, *deed["when"])
            self._add(moment, lambda deed=deed: self._follow(walk, self.deeds.do(walk, deed)))

    def _follow(self, walk: Walk, enrolment: Enrolment | None) -> None:
        """Who is on the path anew gets a plan anew."""
        if enrolment is not None:
            walk.enrolment = enrolment
            self._add_steps(walk)

    def _enrolled_at(self, plan: dict) -> datetime:
        if "enrolled_ago" in plan:
            return working_time(self.today, plan["enrolled_ago"], "09:40")
        start = first_day_of_week(self.today, plan["start"])
        return working_time(start, plan.get("enrolled", 10), "09:40")

    def _enrol(self, name: str, plan: dict) -> None:
        start = first_day_of_week(self.today, plan["start"])
        enrolment = enrol(
            user=User.objects.get(pk=self.registry.person(name)),
            path=_path(),
            start_date=start,
            supporters=self.deeds.supporters_in(plan),
            cohort=date_format(start, "F Y").capitalize() if "cohort" in plan else "",
            probation_end=start + timedelta(days=60) if "cohort" in plan else None,
            actor=User.objects.get(pk=self.registry.person("fatima")),
        )
        walk = Walk(name, plan, enrolment)
        self.pulses[enrolment.pk] = plan.get("pulses", {})
        self._add_steps(walk)
        self._add_life(walk, plan.get("life", ()))

    def _invite(self, guest: dict) -> None:
        walk = Walk(guest["key"], guest, self.deeds.invite(guest, _path(), self.deeds.supporters_in(guest)))
        self._add_life(walk, guest.get("life", ()))

    def _add_steps(self, walk: Walk) -> None:
        """Put everything that is done of this plan on its day: on the days that are named, or when it is due."""
        start = walk.enrolment.start_date
        rows = {row.step_key: row for row in StepProgress.objects.filter(enrolment=walk.enrolment, in_plan=True)}
        named = {key_of(f"path/{step}"): (step, day) for step, day in walk.plan.get("done", {}).items()}
        for number, (key, (_step, day)) in enumerate(named.items()):
            self._add_done(walk, rows[key], on_working_day(date_of_day(start, day)), number)
        last = date_of_day(start, walk.plan.get("on_time_until", -100))
        skipped = {key_of(f"path/{step}") for step in walk.plan.get("skips", ())}
        for number, row in enumerate(rows.values()):
            due = self._due(row, rows)
            if row.step_key not in named and row.step_key not in skipped and due is not None and due <= last:
                self._add_done(walk, row, due, number)

    def _due(self, row: StepProgress, rows: dict) -> date | None:
        """When it is due; a few days after the step that it waits for, which is not done yet."""
        before = next((other for key, other in rows.items() if str(key) == row.rule.get("step")), None)
        return before.due_on + timedelta(days=3) if row.due_on is None and before else row.due_on

    def _add_done(self, walk: Walk, row: StepProgress, day: date, number: int) -> None:
        moment = timezone.make_aware(datetime.combine(day, time(9 + number // 6, number % 6 * 9)))
        if moment > self.now:
            return
        self._add(moment, lambda: self.deeds.do_step(walk, row))
        if self.deeds.is_signed_off(row):
            signed = calendar_of_week().add_working_days(day, 1)
            moment = timezone.make_aware(datetime.combine(signed, time(15, 30)))
            if moment <= self.now:
                self._add(moment, lambda: self.deeds.sign_off(walk, row))

    def _go_round(self) -> None:
        """What the portal does by the clock; who is asked how it goes answers the next day."""
        now = timezone.now()
        send_reminders(now)
        remind_signers(now)
        pass_on_questions(now)
        tell_supporters_left(now)
        tell_managers_changed(now)
        hand_on_when_over(now)
        delete_old(now)
        if not invite_to_pulses(now):
            return
        for invitation in PulseInvitation.objects.filter(enrolment__in=self.pulses, answered_on=None):
            answer = self.pulses[invitation.enrolment_id].get(invitation.day)
            if answer:
                moment = now + timedelta(hours=3)
                self._add(moment, lambda invitation=invitation, answer=answer: _answer(invitation, *answer))


def _answer(invitation: PulseInvitation, welcome: int, clear: int, able: int, comment: str = "") -> None:
    answer_pulse(invitation=invitation, welcome=welcome, clear=clear, able=able, comment=comment)


def _path() -> PathPage:
    return PathPage.objects.get(translation_key=key_of("path/start"), locale__language_code="nl")
