"""One newcomer on a path that is edited: what everybody does there, and what has to have come of it.

What is done is done by the services; beside them is kept, in plain sets and lists, what has to be there afterwards.
"""

from collections import Counter, defaultdict
from datetime import date
from uuid import UUID, uuid5

import pytest

from onboarding.models import (
    ChangeSet,
    ChecklistTick,
    Enrolment,
    OnboardingEvent,
    QuizAttempt,
    StepAnswer,
    StepAttempt,
    StepPage,
    StepProgress,
)
from onboarding.outline import Step
from onboarding.roles import Who
from onboarding.services import (
    NotYoursToDo,
    StepNotOnPath,
    add_to_plan,
    complete_step,
    move_start,
    pause_enrolment,
    record_opening,
    reopen_step,
    resume_enrolment,
    take_from_plan,
    unwaive_step,
    waive_step,
)
from onboarding.services.changing import AlreadyDecided, apply_changes, effects_of
from onboarding.services.handing_in import hand_in_step
from onboarding.services.pausing import NotPaused, PausesOverlap
from onboarding.services.quizzing import hand_in_attempt, start_attempt
from onboarding.services.signing_off import NothingHandedIn, send_back_step, sign_off_step
from onboarding.services.ticking import NotTicked, complete_checklist, set_tick
from people.models import User

from .outlines import Editor

Kind = OnboardingEvent.Kind
GRACE_DAYS = 5
ITEMS = [str(uuid5(UUID(int=1), name)) for name in "ab"]
QUESTION, RIGHT, WRONG = (str(uuid5(UUID(int=2), name)) for name in "qrw")
FIELD = str(uuid5(UUID(int=3), "f"))
CONTENT = {
    StepPage.Kind.DO: {
        "checklist": [{"type": "item", "id": item, "value": {"text": "Doe dit", "hint": ""}} for item in ITEMS]
    },
    StepPage.Kind.QUIZ: {
        "questions": [
            {
                "type": "question",
                "id": QUESTION,
                "value": {
                    "text": "Wat nu?",
                    "answers": [
                        {
                            "type": "item",
                            "id": answer,
                            "value": {"text": answer, "is_right": answer == RIGHT, "explanation": ""},
                        }
                        for answer in (RIGHT, WRONG)
                    ],
                },
            }
        ]
    },
    StepPage.Kind.SUBMIT: {
        "form_fields": [
            {
                "type": "field",
                "id": FIELD,
                "value": {"label": "Wat?", "kind": "line", "is_required": True, "hint": "", "choices": []},
            }
        ]
    },
}


class Living:
    """What the newcomer, the colleague beside them and HR do, and what has to have come of it."""

    def __init__(self, enrolment: Enrolment, editor: Editor, colleague: User):
        self.enrolment, self.editor, self.colleague = enrolment, editor, colleague
        self.done: set[UUID] = set()
        self.waived: set[UUID] = set()
        self.waiting: set[UUID] = set()
        self.ticks: defaultdict[UUID, set[str]] = defaultdict(set)
        self.given: defaultdict[UUID, list[str]] = defaultdict(list)
        # Per go at a quiz whether it was passed; None for one that runs.
        self.goes: defaultdict[UUID, list[bool | None]] = defaultdict(list)
        self.events: Counter = Counter()

    # On a step

    def act(self, what: str, place: int, how: int, rows: dict[UUID, dict]) -> UUID:
        """Do it with the step at ``place`` of all there ever were; where that can't be, it is refused. Returns its key."""
        step = self.editor.every[place % len(self.editor.every)]
        deed = self._deed(what, step, how, rows)
        if not self.editor.is_reached(step, rows.get(step.key)):
            if what != "open":
                with pytest.raises(StepNotOnPath):
                    deed()
            return step.key
        deed()
        if place % 4 == 1:
            # A second click.
            deed()
        return step.key

    def _deed(self, what: str, step: Step, how: int, rows: dict[UUID, dict]):
        it = {"enrolment": self.enrolment, "step_key": step.key}
        if what == "work":
            row = rows.get(step.key)
            role = row["assignee"] if row else step.assignee
            return lambda: self._work(step, how, it, role)
        return {
            "open": lambda: record_opening(**it),
            "reopen": lambda: self._reopen(step.key, it),
            "waive": lambda: self._waive(step.key, it),
            "unwaive": lambda: self._unwaive(step.key, it),
        }[what]

    def _reopen(self, key: UUID, it: dict) -> None:
        reopen_step(**it)
        if key in self.done | self.waiting:
            self._is_open_again(key)

    def _is_open_again(self, key: UUID) -> None:
        self.done.discard(key)
        self.waiting.discard(key)
        self.events[Kind.REOPENED, key] += 1

    def _waive(self, key: UUID, it: dict) -> None:
        waive_step(**it, actor=self.colleague, reason="Kent het.")
        if key not in self.done | self.waived:
            self.waived.add(key)
            self.events[Kind.WAIVED, key] += 1

    def _unwaive(self, key: UUID, it: dict) -> None:
        unwaive_step(**it, actor=self.colleague)
        if key in self.waived:
            self.waived.discard(key)
            self.events[Kind.UNWAIVED, key] += 1

    def _work(self, step: Step, how: int, it: dict, role: str) -> None:
        match step.kind:
            case StepPage.Kind.DO:
                self._tick(step.key, how, {**it, "as_role": role})
            case StepPage.Kind.QUIZ:
                self._take_quiz(step.key, how, it, role)
            case StepPage.Kind.SUBMIT:
                self._hand_in(step.key, how, it, role)
            case _:
                complete_step(**it, actor=self._doer(role), as_role=role)
                self._is_done(step.key)

    def _doer(self, role: str) -> User | None:
        return None if role == Who.NEWCOMER else self.colleague

    def _is_done(self, key: UUID) -> None:
        if key not in self.done:
            self.done.add(key)
            self.waived.discard(key)
            self.waiting.discard(key)
            self.events[Kind.DONE, key] += 1

    def _tick(self, key: UUID, how: int, it: dict) -> None:
        """Everything and done (0), one item (1), that item not (2), done with what is ticked (3)."""
        wanted = {0: [(item, True) for item in ITEMS], 1: [(ITEMS[0], True)], 2: [(ITEMS[0], False)], 3: []}[how]
        for item, ticked in wanted:
            set_tick(**it, item=UUID(item), ticked=ticked)
            if key not in self.done | self.waived:
                (self.ticks[key].add if ticked else self.ticks[key].discard)(item)
        if how in (1, 2):
            return
        if len(self.ticks[key]) < len(ITEMS) and key not in self.done:
            with pytest.raises(NotTicked):
                complete_checklist(**it)
            return
        complete_checklist(**it, actor=self._doer(it["as_role"]))
        self._is_done(key)

    def _take_quiz(self, key: UUID, how: int, it: dict, role: str) -> None:
        """Begin (0), hand in what is wrong (1) or right (2, 3); in one go that was handed in nothing changes."""
        if role != Who.NEWCOMER:
            with pytest.raises(NotYoursToDo):
                start_attempt(**it)
            return
        attempt = start_attempt(**it)
        if attempt.is_passed:
            self._is_done(key)
            return
        if len(self.goes[key]) < attempt.number:
            self.goes[key].append(None)
        if how == 0:
            return
        passes = how > 1
        answers = {QUESTION: [RIGHT if passes else WRONG]}
        hand_in_attempt(**it, number=attempt.number, answers=answers)
        # Another tab hands in the same go with the other answer.
        hand_in_attempt(**it, number=attempt.number, answers={QUESTION: [WRONG if passes else RIGHT]})
        self.goes[key][attempt.number - 1] = passes
        self.events[Kind.SUBMITTED, key] += 1
        if passes:
            self._is_done(key)

    def _hand_in(self, key: UUID, how: int, it: dict, role: str) -> None:
        """Hand in one text (0) or another (1), sign it off (2), send it back (3)."""
        if how < 2:
            hand_in_step(**it, values={FIELD: f"Tekst {how}"}, actor=self._doer(role), as_role=role)
            if key in self.done:
                return
            is_new = self.given[key][-1:] != [f"Tekst {how}"]
            if is_new:
                self.given[key].append(f"Tekst {how}")
            if is_new or key not in self.waiting:
                self.events[Kind.SUBMITTED, key] += 1
                # Somebody looks at it: it isn't waived any more.
                self.waived.discard(key)
            self.waiting.add(key)
            return
        if key not in self.waiting and (how == 3 or key not in self.done):
            with pytest.raises(NothingHandedIn):
                self._answer(how, it)
            return
        self._answer(how, it)
        if how == 2:
            self._is_done(key)
        else:
            self._is_open_again(key)

    def _answer(self, how: int, it: dict) -> None:
        if how == 2:
            sign_off_step(**it, actor=self.colleague)
        else:
            send_back_step(**it, actor=self.colleague, reason="Nog niet.")

    # On the plan

    def change(self, what: str, place: int) -> None:
        """What HR does to the plan; what makes no sense just then is refused and changes nothing."""
        step = self.editor.steps[place % len(self.editor.steps)] if self.editor.steps else None
        day = date(2026, 10, 1 + 3 * place)
        try:
            match what:
                case "start":
                    move_start(enrolment=self.enrolment, start_date=day)
                case "pause":
                    pause_enrolment(enrolment=self.enrolment, starts_on=day)
                case "resume":
                    resume_enrolment(enrolment=self.enrolment, ends_on=day)
                case "plan" if step:
                    add_to_plan(enrolment=self.enrolment, steps=[step])
                case "unplan" if step:
                    take_from_plan(enrolment=self.enrolment, keys=[step.key])
        except (NotPaused, PausesOverlap, ValueError):
            pass

    def decide(self, how: int) -> tuple[ChangeSet | None, list]:
        """Apply what is held to whom ``how`` says; returns it with what it did to this plan, as it was foretold."""
        held = ChangeSet.objects.filter(path_key=self.editor.path_key, decided_at=None).first()
        if held is None:
            return None, []
        choice = list(ChangeSet.Choice)[how % 3]
        foretold = effects_of(held, choice=choice, grace_days=GRACE_DAYS)
        people = apply_changes(change_set=held, choice=choice, grace_days=GRACE_DAYS, actor=self.colleague)
        assert people == len(foretold)
        with pytest.raises(AlreadyDecided):
            apply_changes(change_set=held, choice=choice, grace_days=GRACE_DAYS)
        held.refresh_from_db()
        return held, foretold

    # Afterwards

    def check(self) -> None:
        """Nothing lost, nothing doubled."""
        rows = list(StepProgress.objects.filter(enrolment=self.enrolment))
        key_of = {row.pk: row.step_key for row in rows}
        assert len(set(key_of.values())) == len(rows)
        assert {row.step_key for row in rows if row.completed_at} == self.done
        assert {row.step_key for row in rows if row.waived_at} == self.waived
        assert {row.step_key for row in rows if row.submitted_at and not row.completed_at} == self.waiting
        reopened = {key: count for (kind, key), count in self.events.items() if kind == Kind.REOPENED}
        assert {row.step_key: row.attempt - 1 for row in rows if row.attempt > 1} == reopened
        attempts = StepAttempt.objects.filter(progress__in=key_of).values_list("progress", flat=True)
        assert Counter(key_of[pk] for pk in attempts) == reopened
        events = OnboardingEvent.objects.filter(enrolment=self.enrolment, step_key__isnull=False)
        assert Counter(events.values_list("kind", "step_key")) == self.events
        self._check_work(key_of)

    def _check_work(self, key_of: dict[int, UUID]) -> None:
        ticks = ChecklistTick.objects.filter(progress__in=key_of).values_list("progress", "item")
        assert sorted((key_of[pk], str(item)) for pk, item in ticks) == sorted(
            (key, item) for key, items in self.ticks.items() for item in items
        )
        given, current = defaultdict(list), Counter()
        for pk, value, replaced in StepAnswer.objects.filter(progress__in=key_of).values_list(
            "progress", "value", "replaced_at"
        ):
            given[key_of[pk]].append(value)
            current[key_of[pk]] += replaced is None
        assert given == {key: texts for key, texts in self.given.items() if texts}
        assert set(current.values()) <= {1}
        goes = defaultdict(list)
        for pk, submitted, passed in QuizAttempt.objects.filter(progress__in=key_of).values_list(
            "progress", "submitted_at", "is_passed"
        ):
            goes[key_of[pk]].append(passed if submitted else None)
        assert goes == self.goes
