"""The file with what the portal keeps about somebody: what every app keeps is in it, and nobody else's."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.models import Reaction
from guidelines.models import ManualIndexPage
from notifications.models import Message, Preference, QuietHours
from people.personal_data import all_parts, collect
from stories.models import Portrayal, StoryDraft, StoryEvent, StoryReport
from stories.services import approve_story, claim_story
from tests.factories import ImageFactory
from tests.stories.ways import page_of

pytestmark = pytest.mark.django_db
AUTHOR_ONLY = "Alleen de schrijver weet dit."


def test_every_app_that_keeps_something_says_what():
    assert {part.name for part in all_parts()} == {
        "account",
        "messages",
        "reactions",
        "stories",
        "onboarding",
        "development",
        "development_plan",
        "manuals",
        "manual_checks",
        "questions",
        "search_upkeep",
        "news",
        "signing_in",
        "upkeep",
        "audit",
    }


def test_what_was_written_is_in_it_with_what_became_of_it(send, user, moderator):
    submission = send(user, title="Het gemaal", text="Het water stond hoog.")
    approve_story(submission=claim_story(submission=submission, moderator=moderator), moderator=moderator)
    StoryEvent.objects.create(submission=submission, kind=StoryEvent.Kind.HIDDEN, comment="Van wie het meldde.")
    StoryDraft.objects.create(author=user, title="Half", text="Nog niet af.", language="nl")
    (story,) = collect(user)["stories"]["stories"]
    assert (story["title"], story["text"]) == ("Het gemaal", "Het water stond hoog.")
    assert [event["comment"] for event in story["events"]][-1] == "" and len(story["events"]) >= 3
    assert [draft["text"] for draft in collect(user)["stories"]["drafts"]] == ["Nog niet af."]
    assert "Van wie het meldde." not in json.dumps(collect(user))


def test_it_says_that_a_photo_shows_somebody_and_not_where(send, user, make_user):
    other = make_user()
    story = page_of(send(user, title="Geheim verhaal", text=AUTHOR_ONLY))
    Portrayal.objects.create(story=story, image=ImageFactory(), person=other, answer=Portrayal.Answer.FINE)
    StoryReport.objects.create(story=story, reporter=other, reason="other", comment="Dit klopt niet.")
    found = collect(other)["stories"]
    assert len(found["shown_in_photos"]) == 1 and found["reports"][0]["comment"] == "Dit klopt niet."
    assert found["stories"] == [] and "Geheim" not in json.dumps(found) and AUTHOR_ONLY not in json.dumps(found)
    assert "Dit klopt niet." not in json.dumps(collect(user))


def test_reactions_and_messages_are_in_it(trunk, user, make_user):
    page = trunk(ManualIndexPage)
    Reaction.objects.create(user=user, translation_key=page.translation_key, kind=Reaction.Kind.THANKS)
    Reaction.objects.create(user=make_user(), translation_key=page.translation_key, kind=Reaction.Kind.LEARNED)
    Message.objects.create(recipient=user, kind="gone.kind", key="1", due_at=user.date_joined)
    Preference.objects.create(user=user, kind="onboarding.reminder", cadence="weekly")
    QuietHours.objects.create(user=user, weekly_on=2)
    found = collect(user)
    assert [row["text"] for row in found["reactions"]["reactions"]] == [page.title]
    assert [row["what"] for row in found["messages"]["messages"]] == ["gone.kind"]
    assert len(found["messages"]["choices"]) == 1 and found["messages"]["quiet_hours"]["weekly_on"] == "woensdag"


def test_it_takes_as_many_queries_for_ten_times_as_much(send, user, django_assert_num_queries):
    def add():
        page = page_of(send(user))
        Reaction.objects.create(user=user, translation_key=page.translation_key, kind=Reaction.Kind.THANKS)

    add()
    collect(user)
    with CaptureQueriesContext(connection) as one:
        collect(user)
    for _number in range(9):
        add()
    # What all readers share is read anew after a story came.
    collect(user)
    with django_assert_num_queries(len(one)):
        collect(user)
