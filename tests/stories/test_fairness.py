"""How fairly and how fast stories are dealt with."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from django.utils.translation import override

from stories.fairness import Fairness, work_out
from stories.models import StoryEvent, Submission
from stories.services import approve_story, decline_story, withdraw_story

KIND = StoryEvent.Kind


@pytest.fixture
def decided(make_user, send, moderator):
    """``decided(hours, published=True)``: a story that was answered that long after it was sent."""

    def make(hours: float, *, published: bool = True) -> Submission:
        submission = send(make_user())
        if published:
            submission = approve_story(submission=submission, moderator=moderator)
        else:
            submission = decline_story(submission=submission, moderator=moderator, reason="tone", comment="Te fel.")
        end = submission.events.order_by("-pk").first().created_at
        submission.events.filter(kind=KIND.SENT).update(created_at=end - timedelta(hours=hours))
        return submission

    return make


def test_the_median_and_the_share_are_worked_out(decided, channel):
    for hours in (1, 10, 30, 100):
        decided(hours)
    decided(5, published=False)
    figures = work_out(channel, timezone.now())
    assert figures.seconds is None
    assert figures.declined == 20
    decided(40)
    figures = work_out(channel, timezone.now())
    assert figures.seconds == pytest.approx(30 * 3600, abs=60)
    assert figures.declined == 17


def test_fewer_than_five_say_nothing(decided, channel):
    for _ in range(3):
        decided(1)
    decided(1, published=False)
    figures = work_out(channel, timezone.now())
    assert (figures.seconds, figures.declined, figures.time_in_words) == (None, None, "")


def test_what_waits_and_what_was_withdrawn_before_an_answer_does_not_count(decided, channel, send, make_user):
    for _ in range(5):
        decided(2)
    author = make_user()
    withdraw_story(submission=send(author), author=author)
    send(make_user())
    assert work_out(channel, timezone.now()).declined == 0


def test_a_year_later_it_is_forgotten(decided, channel):
    for _ in range(5):
        decided(2)
    assert work_out(channel, timezone.now() + timedelta(days=366)).declined is None


def test_everybody_sees_the_figures(as_user, user, decided):
    client = as_user(user)

    def section() -> str:
        page = BeautifulSoup(client.get("/en/stories/").content, "html.parser")
        return page.select_one("section[aria-labelledby=rule]").get_text(" ", strip=True)

    assert section().count("not enough stories yet") == 2
    for _ in range(5):
        decided(30)
    words = section()
    assert "about 30 hours" in words
    assert "0%" in words


@pytest.mark.parametrize(
    ("hours", "words"), [(0.5, "less than an hour"), (1, "about 1 hour"), (47, "about 47 hours"), (72, "about 3 days")]
)
def test_the_time_is_said_in_words(hours, words):
    with override("en"):
        assert Fairness(seconds=hours * 3600, declined=None).time_in_words == words


def test_the_figures_cost_the_same_for_more_stories(decided, channel, django_assert_num_queries):
    decided(1)
    with django_assert_num_queries(2) as first:
        work_out(channel, timezone.now())
    for _ in range(5):
        decided(1)
    with django_assert_num_queries(len(first)):
        work_out(channel, timezone.now())
