"""What the clock does to stories: each thing once, however often it is asked."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.models import Message
from stories.models import Submission
from stories.promises import answer_promised_by
from stories.services import claim_story, lapse_unanswered_edits, pass_on_late_stories, release_old_claims
from tests.stories.ways import STATES, TEXT, TITLE, Cast, page_of

State = Submission.State


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "days", "due"),
    [
        (datetime(2026, 11, 19, 9, tzinfo=UTC), 2, datetime(2026, 11, 23, 9, tzinfo=UTC)),
        (datetime(2026, 11, 21, 9, tzinfo=UTC), 2, datetime(2026, 11, 24, 9, tzinfo=UTC)),
        # Christmas, Boxing Day on a Saturday, New Year's Day.
        (datetime(2026, 12, 24, 9, tzinfo=UTC), 1, datetime(2026, 12, 28, 9, tzinfo=UTC)),
        (datetime(2026, 12, 31, 9, tzinfo=UTC), 1, datetime(2027, 1, 4, 9, tzinfo=UTC)),
        # The clock goes back on 25 October: the same hour on the wall.
        (datetime(2026, 10, 23, 7, tzinfo=UTC), 1, datetime(2026, 10, 26, 8, tzinfo=UTC)),
    ],
)
def test_an_answer_is_promised_in_working_days(sent, days, due):
    assert answer_promised_by(sent, days) == due


@pytest.mark.django_db
def test_a_country_without_holidays_counts_weekdays_alone(settings):
    settings.HOLIDAYS_COUNTRY = ""
    sent = datetime(2026, 12, 24, 9, tzinfo=UTC)
    assert answer_promised_by(sent, 1) == datetime(2026, 12, 25, 9, tzinfo=UTC)


def test_a_claim_lasts_a_day(send, user, moderator):
    submission = claim_story(submission=send(user), moderator=moderator)
    taken = submission.claimed_at
    assert release_old_claims(taken + timedelta(hours=23, minutes=59)) == 0
    assert release_old_claims(taken + timedelta(hours=24)) == 1
    assert release_old_claims(taken + timedelta(hours=25)) == 0
    submission.refresh_from_db()
    assert (submission.claimed_by, submission.claimed_at) == (None, None)
    assert list(submission.events.values_list("kind", flat=True)) == ["sent", "claimed", "released"]


def test_a_late_story_goes_to_a_second_moderator_and_then_to_the_community_manager(
    send, user, make_user, moderator, second_moderator
):
    community = make_user(groups=["Community managers"])
    submission = claim_story(submission=send(user), moderator=moderator)
    told = Message.objects.filter(kind="story.passed_on")
    assert pass_on_late_stories(submission.due_at - timedelta(minutes=1)) == 0
    late = submission.due_at
    assert pass_on_late_stories(late) == 1
    assert pass_on_late_stories(late) == 0
    submission.refresh_from_db()
    assert (submission.escalation, submission.claimed_by) == (1, None)
    assert submission.due_at == answer_promised_by(late, 1)
    assert set(told.values_list("recipient", flat=True)) == {second_moderator.pk}
    assert pass_on_late_stories(submission.due_at) == 1
    submission.refresh_from_db()
    assert submission.escalation == 2
    assert set(told.values_list("recipient", flat=True)) == {second_moderator.pk, community.pk}
    assert pass_on_late_stories(submission.due_at + timedelta(days=30)) == 0
    assert Message.objects.filter(kind="story.delayed", recipient=user).count() == 2


def test_without_a_second_moderator_it_goes_straight_to_the_community_manager(send, user, make_user, moderator):
    community = make_user(groups=["Community managers"])
    submission = claim_story(submission=send(user), moderator=moderator)
    pass_on_late_stories(submission.due_at)
    submission.refresh_from_db()
    assert submission.escalation == 2
    assert Message.objects.get(kind="story.passed_on").recipient == community


def test_the_only_moderators_own_story_waits_for_nobody(send, make_user, moderator):
    community = make_user(groups=["Community managers"])
    submission = send(moderator)
    submission.refresh_from_db()
    assert submission.escalation == 2
    assert Message.objects.get(kind="story.to_review").recipient == community


def test_unanswered_edits_give_the_author_their_own_words_back(send, user, moderator, second_moderator):
    submission = STATES["author to agree"](send, Cast(user, moderator, second_moderator))
    until = submission.agree_by
    assert lapse_unanswered_edits(until - timedelta(minutes=1)) == 0
    assert lapse_unanswered_edits(until) == 1
    assert lapse_unanswered_edits(until) == 0
    submission.refresh_from_db()
    assert (submission.state, submission.agree_by) == (State.CHANGES_ASKED, None)
    story = page_of(submission).get_latest_revision_as_object()
    assert (story.title, story.text) == (TITLE, TEXT)
    assert Message.objects.filter(kind="story.lapsed", recipient=user).count() == 1
