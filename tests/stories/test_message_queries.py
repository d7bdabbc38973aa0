"""The list of messages costs the same however many stories they are about."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stories.services import approve_story, ask_changes


@pytest.fixture
def counted(as_user):
    """``counted(user)``: how many queries the list of this person's messages takes."""

    def count(user) -> int:
        client = as_user(user)
        client.get("/nl/messages/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/nl/messages/").status_code == 200
        return len(queries)

    return count


def test_for_moderators(send, make_user, moderator, counted):
    for _number in range(2):
        send(make_user())
    few = counted(moderator)
    for _number in range(10):
        send(make_user())
    assert counted(moderator) == few


def test_for_authors(send, user, moderator, counted):
    def live(count):
        for number in range(count):
            submission = send(user, title=f"Dag {number}")
            if number % 2:
                approve_story(submission=submission, moderator=moderator)
            else:
                ask_changes(submission=submission, moderator=moderator, reason="clarity", comment="Wat?")

    live(2)
    few = counted(user)
    live(10)
    assert counted(user) == few
