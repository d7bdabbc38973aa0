"""Random sequences of edits by an editor and ticks by a newcomer: nothing is lost and nothing doubled.

The path is the plain outline that services read; publishing real pages a thousand times over would take hours, and what
pages do to outlines is tested in ``test_survival``. Rows, plans, events and messages are real.
"""

import os
from collections import Counter
from datetime import date
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.models import Enrolment, OnboardingEvent, PathIndexPage, StepAttempt, StepProgress
from onboarding.services import (
    StepNotOnPath,
    add_to_plan,
    complete_step,
    enrol,
    move_start,
    pause_enrolment,
    record_opening,
    reopen_step,
    reschedule,
    resume_enrolment,
    take_from_plan,
    unwaive_step,
    waive_step,
)
from onboarding.services.pausing import NotPaused, PausesOverlap
from onboarding.standing import Standing
from tests.factories import PathFactory

from .outlines import Editor, reading
from .properties import quick

pytestmark = pytest.mark.django_db
START = date(2026, 10, 1)
# Enough for a quick run; the build, where nothing may be missing, takes a thousand.
SEQUENCES = 1000 if os.environ.get("PORTAL_REQUIRE_ALL") else 100


EDITS = ["add", "unpublish", "publish", "move", "reorder", "rename", "optional", "due"]
DEEDS = ["open", "complete", "complete", "complete", "reopen", "waive", "unwaive"]
CHANGES = ["start", "pause", "resume", "plan", "unplan"]
moments = st.tuples(st.sampled_from([*EDITS, *DEEDS, *CHANGES]), st.integers(0, 7))


class Newcomer:
    """What a newcomer and HR do, and what has to have come of it."""

    def __init__(self, enrolment: Enrolment, editor: Editor, hr):
        self.enrolment, self.editor, self.hr = enrolment, editor, hr
        self.done: set[UUID] = set()
        self.waived: set[UUID] = set()
        self.completions: Counter = Counter()
        self.reopenings: Counter = Counter()

    def act(self, what: str, place: int) -> None:
        """Do it with the step at ``place`` of all there ever were; one that isn't on the path is refused."""
        every = [*self.editor.steps, *self.editor.away.values()]
        step = every[place % len(every)]
        key, on_path = step.key, step in self.editor.steps
        deeds = {
            "complete": lambda: complete_step(enrolment=self.enrolment, step_key=key),
            "reopen": lambda: reopen_step(enrolment=self.enrolment, step_key=key),
            "waive": lambda: waive_step(enrolment=self.enrolment, step_key=key, actor=self.hr, reason="Kent het."),
            "unwaive": lambda: unwaive_step(enrolment=self.enrolment, step_key=key, actor=self.hr),
        }
        if what == "open":
            if on_path:
                record_opening(enrolment=self.enrolment, step_key=key)
            return
        if not on_path:
            with pytest.raises(StepNotOnPath):
                deeds[what]()
            return
        deeds[what]()
        if place % 2:
            # A second click.
            deeds[what]()
        self._remember(what, key)

    def _remember(self, what: str, key: UUID) -> None:
        if what == "complete" and key not in self.done:
            self.done.add(key)
            self.waived.discard(key)
            self.completions[key] += 1
        elif what == "reopen" and key in self.done:
            self.done.discard(key)
            self.reopenings[key] += 1
        elif what == "waive" and key not in self.done:
            self.waived.add(key)
        elif what == "unwaive":
            self.waived.discard(key)

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

    def check(self) -> None:
        """Nothing lost, nothing doubled."""
        rows = list(StepProgress.objects.filter(enrolment=self.enrolment))
        assert len({row.step_key for row in rows}) == len(rows)
        assert {row.step_key for row in rows if row.completed_at} == self.done
        assert {row.step_key for row in rows if row.waived_at} == self.waived
        assert {row.step_key: row.attempt - 1 for row in rows if row.attempt > 1} == dict(self.reopenings)
        attempts = Counter(StepAttempt.objects.values_list("progress__step_key", flat=True))
        assert attempts == self.reopenings
        events = OnboardingEvent.objects.filter(kind=OnboardingEvent.Kind.DONE, enrolment=self.enrolment)
        assert Counter(events.values_list("step_key", flat=True)) == self.completions


def state_of(enrolment: Enrolment) -> tuple[Enrolment, dict]:
    """The enrolment and its rows, as the database has them."""
    fresh = Enrolment.objects.select_related("user").get(pk=enrolment.pk)
    return fresh, fresh.progress.as_progress()


def count_of(state: tuple[Enrolment, dict], editor: Editor) -> tuple[int, int]:
    """How many steps that count are done, and how many there are."""
    standing = Standing(state[0], editor.outline, state[1])
    return standing.done, standing.total


def done_of(state: tuple[Enrolment, dict]) -> dict:
    """What was done, handed in or waived of each step, and when."""
    return {
        key: (row.opened_at, row.completed_at, row.waived_at, row.waiver_reason, row.attempt)
        for key, row in state[1].items()
    }


def live_through(newcomer: "Newcomer", editor: Editor, happened: list[tuple[str, int]]) -> None:
    """Let it happen, and look after each thing at what it may not have touched."""
    state = state_of(newcomer.enrolment)
    for what, place in happened:
        counted = count_of(state, editor)
        if what in EDITS:
            editor.edit(what, place)
            # Only what leaves or comes back changes the count; what is added or made optional is a change of the plan.
            if what not in ("unpublish", "publish"):
                assert count_of(state, editor) == counted
            continue
        if what in CHANGES:
            newcomer.change(what, place)
        else:
            newcomer.act(what, place)
        before, state = state, state_of(newcomer.enrolment)
        assert set(before[1]) <= set(state[1])
        if what in CHANGES:
            assert {key: done_of(state)[key] for key in before[1]} == done_of(before)
        if what in ("start", "pause", "resume", "open"):
            assert count_of(state, editor) == counted
    newcomer.check()


def test_no_sequence_of_edits_and_ticks_loses_or_doubles_anything(trunk, user, make_user):
    path, hr = PathFactory(parent=trunk(PathIndexPage), title="Pad"), make_user()
    editor = Editor(path.translation_key)

    @settings(quick, max_examples=SEQUENCES)
    @given(st.lists(moments, min_size=1, max_size=6))
    def holds(happened):
        editor.start_anew()
        with transaction.atomic():
            live_through(Newcomer(enrolment, editor, hr), editor, happened)
            reschedule(enrolment=enrolment)
            assert reschedule(enrolment=enrolment) == []
            transaction.set_rollback(True)

    with reading(editor):
        enrolment = enrol(user=user, path=path, start_date=START)
        holds()
