"""The way of a story from sending to publishing."""

import pytest
from wagtail.models import WorkflowState

from stories.models import StoryPage, Submission
from stories.services import (
    StateError,
    approve_story,
    ask_changes,
    decline_story,
    open_draft_for,
    save_draft,
    send_story,
)

State = Submission.State


def test_a_sent_story_waits_in_wagtails_workflow(user, send):
    submission = send(user)
    assert submission.state == State.IN_REVIEW
    assert submission.is_first_story
    assert not submission.story.live
    assert submission.story.current_workflow_state.status == WorkflowState.STATUS_IN_PROGRESS


def test_an_approved_story_is_live_and_the_second_moderator_hears_what_happened(
    user, send, moderator, second_moderator
):
    submission = send(user)
    approve_story(submission=submission, moderator=moderator)
    assert StoryPage.objects.get(pk=submission.story_id).live
    with pytest.raises(StateError, match=moderator.get_full_name()):
        decline_story(submission=submission, moderator=second_moderator, reason="tone", comment="nee")


def test_a_revised_story_returns_to_the_same_workflow(user, send, moderator):
    submission = ask_changes(submission=send(user), moderator=moderator, reason="clarity", comment="Wat is een RI&E?")
    assert submission.state == State.CHANGES_ASKED
    draft = open_draft_for(submission=submission, author=user)
    draft = save_draft(author=user, key=draft.key, version=draft.version, values={"text": "Anders en helderder."})
    submission = send_story(draft=draft, author=user)
    assert submission.state == State.IN_REVIEW
    submission = approve_story(submission=submission, moderator=moderator)
    page = StoryPage.objects.get(pk=submission.story_id)
    assert (page.live, page.text) == (True, "Anders en helderder.")
