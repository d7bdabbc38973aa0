"""Random sequences of edits by an editor and deeds by a newcomer: nothing is lost and nothing doubled.

The path is the plain outline that services read; publishing real pages a thousand times over would take hours, and what
pages do to outlines is tested in ``test_survival`` and ``test_page_edits``. Rows, plans, what is held of the edits, events
and messages are real.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
import time_machine
from django.db import transaction
from hypothesis import example, given, seed, settings
from hypothesis import strategies as st
from wagtail.signal_handlers import disable_reference_index_auto_update

from base.translation import defer_aliases
from onboarding.models import ChangeSet, Enrolment, OnboardingEvent, PathIndexPage, PathPage, StepPage, StepProgress
from onboarding.querysets import PROGRESS_FIELDS, Progress
from onboarding.services import enrol, reschedule
from onboarding.services.changing import note_structure
from onboarding.standing import Standing
from tests.factories import PathFactory, PhaseFactory, StepFactory

from .conftest import stand
from .living import CONTENT, Living
from .outlines import MOST_STEPS, Editor, reading
from .properties import IS_THOROUGH, quick

pytestmark = pytest.mark.django_db
START = date(2026, 10, 1)
# Enough for a quick run; the build takes a thousand.
SEQUENCES = 1000 if IS_THOROUGH else 80
# Each a test of its own, so that several processes share them.
PARTS = 4

EDITS = ["add", "unpublish", "publish", "move", "reorder", "rename", "optional", "due", "doer"]
# What waits for a decision.
STRUCTURAL = ["unpublish", "add", "optional", "due", "doer"]
DEEDS = [*["work"] * 10, "open", "reopen", "waive", "unwaive"]
CHANGES = ["start", "pause", "resume", "plan", "unplan"]
DECISIONS = ["decide"] * 4
moments = st.tuples(
    st.sampled_from([*EDITS, *DEEDS, *DECISIONS, *CHANGES]), st.integers(0, MOST_STEPS - 1), st.integers(0, 3)
)
KINDS = [StepPage.Kind.DO, StepPage.Kind.QUIZ, StepPage.Kind.SUBMIT, StepPage.Kind.READ]

# What was done of a step, when and by whom; and what is planned of it.
RECORD = [
    "opened_at",
    "submitted_at",
    "submitted_language",
    "completed_at",
    "completed_by_id",
    "language",
    "revision_id",
    "read_revision_id",
    "edition",
    "waived_at",
    "waived_by_id",
    "waiver_reason",
    "attempt",
]
PLAN = ["in_plan", "rule", "due_on", "due_by_hand", "is_required", "assignee"]


@dataclass
class State:
    """What the database has of one enrolment."""

    finished_at: object
    rows: dict[UUID, dict]

    def count(self, editor: Editor) -> tuple[int, int]:
        """How many steps that count are done, and how many there are."""
        enrolment = Enrolment(planned_at=START, completed_at=self.finished_at)
        progress = {key: Progress(*(row[name] for name in PROGRESS_FIELDS)) for key, row in self.rows.items()}
        standing = Standing(enrolment, editor.outline, progress)
        return standing.done, standing.total

    def only(self, names: list[str]) -> dict[UUID, list]:
        """These columns of each row."""
        return {key: [row[name] for name in names] for key, row in self.rows.items()}


def state_of(enrolment: Enrolment) -> State:
    names = ["step_key", *PROGRESS_FIELDS, *RECORD, *PLAN, "reminded", "enrolment__completed_at"]
    rows = list(StepProgress.objects.filter(enrolment=enrolment).values(*dict.fromkeys(names)))
    return State(rows[0].pop("enrolment__completed_at"), {row["step_key"]: row for row in rows})


def live_through(life: Living, editor: Editor, happened: list[tuple[str, int, int]]) -> None:
    """Let it happen, and look after each thing at what it may not have touched."""
    state, finishings = state_of(life.enrolment), 0
    for what, place, how in happened:
        before, counted, key, decided = state, state.count(editor), None, (None, [])
        if what in EDITS:
            editor.edit(what, place)
            # As publishing, moving and unpublishing do.
            note_structure(path_key=editor.path_key)
        elif what == "decide":
            if not ChangeSet.objects.filter(path_key=editor.path_key, decided_at=None).exists():
                editor.edit(STRUCTURAL[place % len(STRUCTURAL)], place + how)
                note_structure(path_key=editor.path_key)
                before, counted = state_of(life.enrolment), state.count(editor)
            decided = life.decide(how)
        elif what in CHANGES:
            life.change(what, place)
        else:
            key = life.act(what, place, how, state.rows)
        state = state_of(life.enrolment)
        check_record(before, state, key)
        check_plan(what, before, state, key, decided)
        check_count(what, counted, state.count(editor), decided)
        finishings += before.finished_at is None and state.finished_at is not None
        if what != "reopen" and before.finished_at is not None:
            assert state.finished_at == before.finished_at
    life.check()
    finished = OnboardingEvent.objects.filter(enrolment=life.enrolment, kind=OnboardingEvent.Kind.FINISHED)
    assert finished.count() == finishings


def check_record(before: State, after: State, key: UUID | None) -> None:
    """What was done is there as it was, but for the one step that somebody did something with."""
    assert before.rows.keys() <= after.rows.keys()
    was, now = before.only(RECORD), after.only(RECORD)
    assert all(now[other] == was[other] for other in was if other != key)


def check_plan(what: str, before: State, after: State, key: UUID | None, decided: tuple) -> None:
    """A plan changes by what HR does to it and by what was decided, as it was foretold; never what is done."""
    held, foretold = decided
    was, now = before.only(PLAN), after.only(PLAN)
    changed = {other for other in was if now[other] != was[other]} | (now.keys() - was.keys())
    # What is done stays as it was planned; only what was taken off the path leaves a plan, done or not.
    removed = {gone for one in foretold for gone, _title in one.effect.removed}
    done = {other for other, row in before.rows.items() if row["completed_at"] and row["in_plan"]}
    assert not changed & done - removed
    if what in EDITS:
        assert before == after
    elif what == "decide":
        effect = foretold[0].effect if foretold else None
        planned = [step for step, _title in effect.added] + [one.step for one in effect.changed] if effect else []
        assert changed == {step.key for step in planned} | removed
        assert all(after.rows[step.key]["due_on"] == step.due_on for step in planned)
        if held and held.choice == ChangeSet.Choice.ALL:
            check_everybody_has(held, after)
    elif what not in CHANGES:
        # A deed moves no date but its own: nothing here is counted from another step.
        assert changed <= {key}


def check_everybody_has(held: ChangeSet, after: State) -> None:
    """What was decided for everybody stands in the plan, but where somebody did the step already."""
    for change in held.changes:
        row, new = after.rows.get(UUID(change["step"])), change["after"]
        if new is None:
            assert row is None or not row["in_plan"]
        elif change["kind"] == "added":
            assert row["in_plan"]
        elif row and row["in_plan"] and not row["completed_at"] and not row["waived_at"]:
            assert (row["is_required"], row["assignee"]) == (new["is_required"], new["assignee"])


def check_count(what: str, before: tuple, after: tuple, decided: tuple) -> None:
    """How far somebody is changes by doing, waiving, HR's hand and what was decided for them; by nothing else."""
    held, foretold = decided
    if what in EDITS or what in ("start", "pause", "resume", "open"):
        assert after == before
    if what == "decide" and after != before:
        assert held.choice != ChangeSet.Choice.NEW
        logged = OnboardingEvent.objects.filter(enrolment=foretold[0].enrolment, kind=OnboardingEvent.Kind.CHANGED)
        assert logged.filter(data__change_set=held.pk).exists()


@pytest.fixture
def editor(trunk):
    """Of a path with as many pages as it ever has steps, the first of every kind with work of its own."""
    with defer_aliases(), disable_reference_index_auto_update():
        path = stand(PathFactory(parent=trunk(PathIndexPage), title="Pad"))
        phase = stand(PhaseFactory(parent=path, title="Fase"))
        pages = []
        for number in range(MOST_STEPS):
            kind = KINDS[number % len(KINDS)]
            signer = "buddy" if kind == StepPage.Kind.SUBMIT else ""
            pages.append(stand(StepFactory(parent=phase, kind=kind, signed_off_by=signer, **content_of(kind))))
    return Editor(path.translation_key, pages)


def content_of(kind: str) -> dict:
    """What a step of this kind asks, as its page holds it."""
    return {name: StepPage._meta.get_field(name).to_python(value) for name, value in CONTENT.get(kind, {}).items()}


@time_machine.travel(datetime(2026, 10, 2, 10, tzinfo=UTC), tick=False)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_sequence_of_edits_and_deeds_loses_or_doubles_anything(editor, user, make_user, part):
    colleague = make_user()

    # What is done, and then the path wants otherwise: another date, off the path, another start.
    @example([("work", 3, 0), ("decide", 3, 0)])
    @example([("work", 3, 0), ("decide", 0, 3)])
    @example([("work", 3, 0), ("start", 5, 0)])
    # Handed in twice, signed off, opened again; a quiz that was failed once.
    @example([("work", 2, 0), ("work", 2, 1), ("work", 2, 2), ("reopen", 2, 0), ("work", 1, 1), ("work", 1, 2)])
    @example([("waive", 2, 0), ("work", 2, 0), ("work", 2, 2)])
    @seed(part)
    @settings(quick, max_examples=SEQUENCES // PARTS)
    @given(st.lists(moments, min_size=3, max_size=10))
    def holds(happened):
        editor.start_anew()
        with transaction.atomic():
            live_through(Living(enrolment, editor, colleague), editor, happened)
            # Every date is in line with its rule.
            assert reschedule(enrolment=enrolment) == []
            transaction.set_rollback(True)

    with reading(editor), disable_reference_index_auto_update():
        enrolment = enrol(
            user=user,
            path=PathPage.objects.get(translation_key=editor.path_key, locale__language_code="nl"),
            start_date=START,
            supporters={"buddy": colleague},
        )
        holds()
