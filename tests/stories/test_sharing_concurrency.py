"""Going outside and coming back at the same moment. Really committed, as in ``test_concurrency``."""

import pytest

from stories.models import Portrayal, PublicSnapshot, ShareCount, StoryEvent, Submission
from stories.services import StateError, send_story
from stories.services.sharing import answer_outside, ask_release, end_release, refuse_release, release_story
from stories.services.sharing_on import count_share
from tests.factories import UserFactory
from tests.stories.going_outside import publish, say_yes, seen
from tests.stories.test_concurrency import all_at_once, draft_of, world  # noqa: F401 - a fixture

pytestmark = pytest.mark.xdist_group("workers")
Release, Kind = Submission.Release, StoryEvent.Kind


@pytest.fixture
def asked(world):  # noqa: F811
    """A story with one person in it who said yes, waiting for release."""
    author = UserFactory()
    submission = publish(lambda by: send_story(draft=draft_of(by), author=by), author, world[0], people=[UserFactory()])
    ask_release(submission=submission, by=author)
    say_yes(submission)
    yield submission
    PublicSnapshot.objects.all().delete()


def test_many_moderators_at_once_release_once(asked, world):  # noqa: F811
    looked_at = seen(asked)
    works = [
        *[lambda m=m: release_story(submission=asked, moderator=m, seen=looked_at) for m in world * 2],
        *[lambda m=m: refuse_release(submission=asked, moderator=m, reason="tone", comment="x") for m in world],
    ]
    outcomes = all_at_once(works)
    assert sum(not isinstance(outcome, StateError) for outcome in outcomes) == 1
    released = Submission.objects.get(pk=asked.pk).release == Release.PUBLIC
    assert PublicSnapshot.objects.not_withdrawn().count() == int(released)
    assert asked.events.filter(kind__in=[Kind.RELEASE_GIVEN, Kind.RELEASE_REFUSED]).count() == 1


def test_a_no_at_the_moment_of_release_wins(asked, world):  # noqa: F811
    looked_at, row = seen(asked), Portrayal.objects.select_related("person").get(story=asked.story)
    all_at_once(
        [
            lambda: release_story(submission=asked, moderator=world[1], seen=looked_at),
            lambda: answer_outside(portrayal=row, person=row.person, may_go_outside=False),
            lambda: release_story(submission=asked, moderator=world[2], seen=looked_at),
        ]
    )
    assert not PublicSnapshot.objects.shown().exists()
    assert not PublicSnapshot.objects.not_withdrawn().exists()


def test_taking_back_many_times_at_once_happens_once(asked, world):  # noqa: F811
    release_story(submission=asked, moderator=world[1], seen=seen(asked))
    author = asked.story.author
    all_at_once([lambda p=p: end_release(submission=asked, by=p) for p in (author, *world[1:]) * 2])
    assert asked.events.filter(kind=Kind.RELEASE_ENDED).count() == 1


def test_no_share_is_lost(asked):
    all_at_once([lambda: count_share(story=asked.story, network="mail")] * 8)
    assert ShareCount.objects.get().count == 8
