"""A kind of message to send."""

from datetime import UTC, datetime

import pytest

from notifications import kinds, outcomes
from notifications.kinds import Content, Kind


@pytest.fixture(autouse=True)
def _declared_kinds():
    """No test leaves a kind behind, or somebody who listens."""
    before, listeners = dict(kinds._kinds), list(outcomes._listeners)
    yield
    outcomes._listeners[:] = listeners
    kinds._kinds.clear()
    kinds._kinds.update(before)


@pytest.fixture
def greeting():
    """A kind that isn't in the one mail of the day and holds unless its payload says ``gone``; in the active language."""
    from django.utils.translation import get_language

    words = {"nl": "Hallo", "en": "Hello"}

    def resolve(payload, recipient):
        return (
            None
            if payload.get("gone")
            else Content(title=f"{words[get_language()]} {payload.get('n', '')}", url="/nl/x/")
        )

    return kinds.register(Kind(name="greeting", label="Greetings", resolve=resolve, daily=False))


@pytest.fixture
def wednesday():
    """Wednesday 7 October 2026, ten in the morning in Amsterdam."""
    return datetime(2026, 10, 7, 8, 0, tzinfo=UTC)


@pytest.fixture
def answers(db):
    """``answers(recipient, name, key, now)``: one more answer in a thread, by somebody called ``name``."""
    from notifications.services import notify

    def resolve(payload, recipient):
        return Content(title=f"{payload['who']} answered", url="/nl/x/", who=payload["who"])

    def together(contents):
        return f"{kinds.people_in_words([content.who for content in contents])} answered"

    kinds.register(Kind(name="answer", label="Answers", resolve=resolve, together=together, daily=False))

    def answer(recipient, name, key, now):
        return notify(recipient=recipient, kind="answer", key=key, payload={"who": name}, thread="q-1", now=now)

    return answer
