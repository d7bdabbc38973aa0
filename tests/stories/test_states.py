"""Every state, every move, every role: what may happen to a story, and what is left behind when it does."""

from dataclasses import dataclass

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.models import WorkflowState

from stories.models import StoryPage, Submission
from stories.services import StateError
from tests.stories.ways import AUTHORS_MOVES, JUDGES_MOVES, MOVES, STATES, Cast, page_of

S = Submission.State


@dataclass(frozen=True)
class To:
    """Where a move leads: the state, what is added to the timeline, and whether readers see the story."""

    state: str
    events: tuple[str, ...]
    live: bool


def to(state: str, *events: str, live: bool = False) -> To:
    return To(state, events, live)


REVIEW, OUT = S.IN_REVIEW, S.PUBLISHED
JUDGED = {
    "approve": to(OUT, "approved", "published", live=True),
    "edit a little": to(OUT, "edited", "approved", "published", live=True),
    "edit much": to(S.AUTHOR_TO_AGREE, "edited"),
    "ask": to(S.CHANGES_ASKED, "changes_asked"),
    "decline": to(S.DECLINED, "declined"),
    "read along": to(REVIEW),
    "withdraw": to(S.WITHDRAWN, "withdrawn"),
    "release": to(REVIEW),
}
# State -> move -> where it leads. What isn't here is refused with the words of what happened. Leading where it was
# without an event means that nothing happens.
TABLE: dict[str, dict[str, To]] = {
    "in review": JUDGED | {"claim": to(REVIEW, "claimed")},
    "taken up": JUDGED | {"claim": to(REVIEW), "release": to(REVIEW, "released")},
    "appealed": JUDGED | {"claim": to(REVIEW, "claimed")},
    "change in review": {
        "claim": to(REVIEW, "claimed", live=True),
        "release": to(REVIEW, live=True),
        "approve": to(OUT, "approved", "published", live=True),
        "edit a little": to(OUT, "edited", "approved", "published", live=True),
        "edit much": to(S.AUTHOR_TO_AGREE, "edited", live=True),
        "ask": to(S.CHANGES_ASKED, "changes_asked", live=True),
        # The change alone: what stood there stays.
        "decline": to(OUT, "declined", live=True),
        "read along": to(REVIEW, live=True),
        "withdraw": to(S.WITHDRAWN, "withdrawn"),
    },
    "changes asked": {
        "read along": to(S.CHANGES_ASKED),
        "explain": to(REVIEW, "answered"),
        "send again": to(REVIEW, "answered"),
        "change a little": to(REVIEW, "answered"),
        "withdraw": to(S.WITHDRAWN, "withdrawn"),
        "release": to(S.CHANGES_ASKED),
    },
    "author to agree": {
        "read along": to(S.AUTHOR_TO_AGREE),
        "agree": to(OUT, "agreed", "approved", "published", live=True),
        "refuse": to(REVIEW, "not_agreed"),
        "withdraw": to(S.WITHDRAWN, "withdrawn"),
        "release": to(S.AUTHOR_TO_AGREE),
    },
    "published": {
        "read along": to(OUT, live=True),
        "send again": to(REVIEW, "answered", live=True),
        "change a little": to(OUT, "changed", live=True),
        "withdraw": to(S.WITHDRAWN, "withdrawn"),
        "release": to(OUT, live=True),
    },
    "published, to read along": {
        "ask": to(OUT, "changes_asked", live=True),
        "decline": to(S.DECLINED, "declined"),
        "read along": to(OUT, "approved", live=True),
        "send again": to(REVIEW, "answered", live=True),
        "change a little": to(OUT, "changed", live=True),
        "withdraw": to(S.WITHDRAWN, "withdrawn"),
        "release": to(OUT, live=True),
    },
    "declined": {
        "read along": to(S.DECLINED),
        "appeal": to(REVIEW, "appealed"),
        "withdraw": to(S.WITHDRAWN, "withdrawn"),
        "release": to(S.DECLINED),
    },
    # One appeal, no more.
    "declined again": {
        "read along": to(S.DECLINED),
        "withdraw": to(S.WITHDRAWN, "withdrawn"),
        "release": to(S.DECLINED),
    },
    "withdrawn unread": {
        "read along": to(S.WITHDRAWN),
        "send again": to(REVIEW, "answered"),
        "change a little": to(REVIEW, "answered"),
        "withdraw": to(S.WITHDRAWN),
        "release": to(S.WITHDRAWN),
    },
    "withdrawn when out": {
        "read along": to(S.WITHDRAWN),
        "send again": to(REVIEW, "answered"),
        "change a little": to(REVIEW, "answered"),
        "restore": to(OUT, "restored", live=True),
        "withdraw": to(S.WITHDRAWN),
        "release": to(S.WITHDRAWN),
    },
}

# Who may do a judge's moves, and who an author's; the rest hears that it isn't theirs.
ROLES = {
    "author": "author",
    "author who is administrator": "author",
    "author who is moderator": "author",
    "author who is editor": "author",
    "moderator": "judge",
    "other moderator": "judge",
    "community manager": "",
    "community manager, passed on twice": "judge",
    "administrator": "judge",
    "editor": "",
    "colleague": "",
    "moderator who has left": "",
}


# Stories are made once for all who try with the same author.
BY_AUTHOR = {
    "author who is administrator": ["author who is administrator"],
    "author who is moderator": ["author who is moderator"],
    "author who is editor": ["author who is editor"],
    "author": [role for role in ROLES if not role.startswith("author who")],
}


@pytest.fixture
def cast_of(make_user, moderator, second_moderator):
    """``cast_of(author role)``: the people of a story, and everybody who tries by role."""

    def make(role: str):
        groups = {"author who is moderator": ["Moderators"], "author who is editor": ["Editors"]}.get(role, [])
        author = make_user(groups=groups, is_superuser=role == "author who is administrator")
        community = make_user(groups=["Community managers"])
        people = {
            role: author,
            "moderator": moderator,
            "other moderator": second_moderator,
            "community manager": community,
            "community manager, passed on twice": community,
            "administrator": make_user(is_superuser=True),
            "editor": make_user(groups=["Editors"]),
            "colleague": make_user(),
            "moderator who has left": make_user(groups=["Moderators"], is_active=False),
        }
        return Cast(author, moderator, second_moderator), people

    return make


def expected(state: str, move: str, role: str) -> To | None | str:
    """Where it leads; None where the state refuses it, "nobody" where the person may not."""
    outcome = TABLE[state].get(move)
    if move == "release" and role != "moderator":
        # Only who took it up lets go; for anybody else nothing happens.
        return To(outcome.state, (), outcome.live)
    if move == "release":
        return outcome
    kind = "judge" if move in JUDGES_MOVES else "author"
    if ROLES[role] != kind:
        return "nobody"
    excluded = {"appealed": ["moderator"], "declined again": ["moderator"]}.get(state, [])
    if kind == "judge" and role in excluded:
        return "nobody"
    if (state, move) == ("taken up", "claim") and role != "moderator":
        return None
    return outcome


@pytest.mark.parametrize("author", BY_AUTHOR)
@pytest.mark.parametrize("state", STATES)
def test_the_table_of_states_and_moves_holds(state, author, send, cast_of):
    cast, people = cast_of(author)
    submission = STATES[state](send, cast)
    start = Submission.objects.get(pk=submission.pk)
    check_invariants(start)
    for role in BY_AUTHOR[author]:
        escalation = 2 if role == "community manager, passed on twice" else start.escalation
        Submission.objects.filter(pk=start.pk).update(escalation=escalation)
        for move, act in MOVES.items():
            with transaction.atomic():
                try_move(start, act, people[role], expected(state, move, role), f"{role} / {move} / {state}")
                transaction.set_rollback(True)


def try_move(start: Submission, act, who, wanted: To | None | str, what: str) -> None:
    """Try it and compare what came of it with what the table says."""
    many = start.events.count()
    refusal = attempt(act, Submission.objects.get(pk=start.pk), who)
    now = Submission.objects.get(pk=start.pk)
    added = tuple(now.events.values_list("kind", flat=True))[many:]
    if refusal:
        assert refusal == (wanted or "refused"), what
        assert (now.state, added) == (start.state, ()), f"{what}: was refused and left something behind"
    else:
        assert To(now.state, added, page_of(now).live) == wanted, what
    check_invariants(now)


def attempt(act, submission, who) -> str | None:
    """None where it was done, else "nobody" or "refused"."""
    try:
        with transaction.atomic():
            act(submission, who)
    except PermissionDenied:
        return "nobody"
    except StateError as error:
        assert str(error)
        return "refused"
    return None


RUNNING = {
    S.IN_REVIEW: WorkflowState.STATUS_IN_PROGRESS,
    S.AUTHOR_TO_AGREE: WorkflowState.STATUS_IN_PROGRESS,
    S.CHANGES_ASKED: WorkflowState.STATUS_NEEDS_CHANGES,
}


def check_invariants(submission: Submission) -> None:
    """What holds for every story at every moment."""
    page = page_of(submission)
    workflow = page.current_workflow_state
    assert (workflow and workflow.status) == RUNNING.get(submission.state)
    if workflow and workflow.status == WorkflowState.STATUS_IN_PROGRESS:
        assert workflow.current_task_state.revision_id == page.latest_revision_id
    if submission.state == S.PUBLISHED:
        assert page.live
        assert page.live_revision_id == page.latest_revision_id
        assert not page.has_unpublished_changes
    if submission.state in (S.DECLINED, S.WITHDRAWN):
        assert not page.live
    twins = StoryPage.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk)
    assert {twin.live for twin in twins} <= {page.live}
    assert (submission.claimed_by_id is None) == (submission.claimed_at is None)
    assert submission.claimed_at is None or submission.state == S.IN_REVIEW
    assert (submission.agree_by is not None) == (submission.state == S.AUTHOR_TO_AGREE)
    assert not submission.reads_after or submission.state == S.PUBLISHED


def test_the_table_leaves_no_state_and_no_move_out():
    assert set(TABLE) == set(STATES)
    assert {move for row in TABLE.values() for move in row} == set(MOVES)
    assert set(MOVES) == {*JUDGES_MOVES, *AUTHORS_MOVES, "release"}
    reached = {outcome.state for row in TABLE.values() for outcome in row.values()}
    assert reached == set(S)
