"""Many at the same moment: nothing lost, nothing doubled, nothing stuck.

Outside the test's own transaction, so everything really commits. PostgreSQL lets writers run side by side, so it gets
many; SQLite lets one write after the other.
"""

import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from wagtail.models import WorkflowState

from base.models import PortalImage
from notifications.models import Message
from people.models import User
from stories.models import StoryDraft, StoryIndexPage, StoryPage, Submission
from stories.services import (
    StateError,
    agree_with_edits,
    approve_story,
    approve_with_edits,
    claim_story,
    decline_story,
    lapse_unanswered_edits,
    pass_on_late_stories,
    refuse_edits,
    release_old_claims,
    save_draft,
    send_story,
    withdraw_story,
)
from tests.at_once import all_at_once as run_all_at_once
from tests.factories import UserFactory
from tests.stories.test_states import check_invariants

pytestmark = pytest.mark.xdist_group("workers")
State = Submission.State


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    """Colleagues and moderators that other connections see as well; they and what they did are gone afterwards."""
    with django_db_blocker.unblock():
        before = set(User.objects.values_list("pk", flat=True))
        pictures = set(PortalImage.objects.values_list("pk", flat=True))
        try:
            yield [UserFactory(email=f"judge{number}@example.org", groups=["Moderators"]) for number in range(3)]
        finally:
            for page in StoryPage.objects.filter(submission__isnull=False):
                page.delete()
            StoryDraft.objects.all().delete()
            PortalImage.objects.exclude(pk__in=pictures).delete()
            User.objects.exclude(pk__in=before).delete()
            connection.close()


@pytest.fixture
def many(world) -> int:
    """How many there are at once."""
    return 50 if connection.vendor == "postgresql" else 8


def all_at_once(works: list) -> list:
    """What each of these returned, or the StateError it met."""
    return run_all_at_once(works, StateError)


def draft_of(author, title: str = "Een dag op de bouw") -> StoryDraft:
    values = {"title": title, "text": "Wat ik zag, en waarom het telt.", "language": "nl"}
    return save_draft(author=author, key=uuid.uuid4(), version=0, values=values)


def stories_of(count: int) -> list[Submission]:
    authors = [UserFactory() for _ in range(count)]
    return [send_story(draft=draft_of(author), author=author) for author in authors]


def kinds_of(submission: Submission) -> Counter:
    return Counter(submission.events.values_list("kind", flat=True))


def whole(submission: Submission) -> Submission:
    """As it is in the database, with all that has to hold."""
    found = Submission.objects.get(pk=submission.pk)
    check_invariants(found)
    return found


def test_many_stories_sent_at_once_all_arrive_once(world, many):
    drafts = [(author, draft_of(author)) for author in (UserFactory() for _ in range(many))]
    sent = all_at_once([lambda a=author, d=draft: send_story(draft=d, author=a) for author, draft in drafts])
    assert len({submission.pk for submission in sent}) == many
    assert Submission.objects.count() == many
    pages = StoryPage.objects.filter(submission__isnull=False)
    assert len(set(pages.values_list("path", flat=True))) == len(set(pages.values_list("slug", flat=True))) == many
    channel = StoryIndexPage.objects.get(locale__language_code="nl")
    assert channel.numchild == channel.get_children().count()
    assert StoryPage.find_problems() == ([], [], [], [], [])
    for submission in sent:
        assert kinds_of(submission) == {"sent": 1}
        whole(submission)
    assert WorkflowState.objects.filter(status="in_progress").count() == many
    assert Message.objects.filter(kind="story.to_review").count() == many * len(world)


def test_one_story_sent_many_times_at_once_is_one_story(world, many):
    author = UserFactory()
    draft = draft_of(author)
    sent = all_at_once([lambda: send_story(draft=draft, author=author)] * min(many, 20))
    assert len({submission.pk for submission in sent}) == 1
    assert kinds_of(sent[0]) == {"sent": 1}


def test_stories_approved_twice_at_once_are_published_once(world, many):
    first, second, _third = world
    stories = stories_of(min(many, 20))
    works = [
        lambda s=story, m=moderator: approve_story(submission=s, moderator=m)
        for story in stories
        for moderator in (first, second)
    ]
    outcomes = all_at_once(works)
    for number, story in enumerate(stories):
        refused = [out for out in outcomes[2 * number : 2 * number + 2] if isinstance(out, StateError)]
        assert len(refused) == 1
        assert "judge" in str(refused[0]) or "Colleague" in str(refused[0])
        assert kinds_of(story) == {"sent": 1, "approved": 1, "published": 1}
        assert whole(story).state == State.PUBLISHED
        told = Message.objects.filter(kind="story.published", payload__submission=story.pk)
        assert told.count() == 1
    # Each has its one twin in the other language, in its own place of the tree.
    keys = [story.story.translation_key for story in stories]
    twins = StoryPage.objects.filter(translation_key__in=keys, alias_of__isnull=False)
    assert twins.count() == len(stories)
    assert StoryPage.find_problems() == ([], [], [], [], [])


RACES = {
    "approve and decline": (
        lambda s, m: approve_story(submission=s, moderator=m[0]),
        lambda s, m: decline_story(submission=s, moderator=m[1], reason="tone", comment="Nee."),
        {State.PUBLISHED, State.DECLINED},
    ),
    "approve and claim": (
        lambda s, m: approve_story(submission=s, moderator=m[0]),
        lambda s, m: claim_story(submission=s, moderator=m[1]),
        {State.PUBLISHED},
    ),
    "claim and claim": (
        lambda s, m: claim_story(submission=s, moderator=m[0]),
        lambda s, m: claim_story(submission=s, moderator=m[1]),
        {State.IN_REVIEW},
    ),
    # Withdrawing is always possible; approving only before.
    "approve and withdraw": (
        lambda s, m: approve_story(submission=s, moderator=m[0]),
        lambda s, m: withdraw_story(submission=s, author=s.story.author),
        {State.WITHDRAWN},
    ),
}


@pytest.mark.parametrize("race", RACES)
def test_two_answers_at_once_leave_one(world, race):
    one, other, ends = RACES[race]
    stories = stories_of(5)
    works = [lambda s=story, w=work: w(s, world) for story in stories for work in (one, other)]
    outcomes = all_at_once(works)
    for number, story in enumerate(stories):
        refused = [out for out in outcomes[2 * number : 2 * number + 2] if isinstance(out, StateError)]
        assert len(refused) <= 1
        if race in ("approve and decline", "claim and claim"):
            assert len(refused) == 1
        assert whole(story).state in ends
        assert all(times == 1 for times in kinds_of(story).values())


def test_agreeing_and_refusing_at_once_leaves_one(world):
    stories = stories_of(4)
    for story in stories:
        approve_with_edits(submission=story, moderator=world[0], title="Anders", text="Iets anders.")
    works = [
        lambda s=story, act=act: act(submission=s, author=s.story.author)
        for story in stories
        for act in (agree_with_edits, refuse_edits)
    ]
    outcomes = all_at_once(works)
    for number, story in enumerate(stories):
        assert sum(isinstance(out, StateError) for out in outcomes[2 * number : 2 * number + 2]) == 1
        assert whole(story).state in (State.PUBLISHED, State.IN_REVIEW)


def test_two_workers_pass_on_release_and_lapse_once(world):
    late, held, waiting = stories_of(3)
    now = timezone.now()
    claim_story(submission=held, moderator=world[0])
    approve_with_edits(submission=waiting, moderator=world[0], title="Anders", text="Iets anders.")
    Submission.objects.filter(pk=late.pk).update(due_at=now - timedelta(hours=1))
    Submission.objects.filter(pk=held.pk).update(claimed_at=now - timedelta(hours=25))
    Submission.objects.filter(pk=waiting.pk).update(agree_by=now - timedelta(hours=1))
    for job in (release_old_claims, pass_on_late_stories, lapse_unanswered_edits):
        assert sum(all_at_once([lambda j=job: j(now)] * 4)) == 1
    assert kinds_of(late) == {"sent": 1, "passed_on": 1}
    assert kinds_of(held) == {"sent": 1, "claimed": 1, "released": 1}
    assert kinds_of(waiting) == {"sent": 1, "edited": 1, "lapsed": 1}
    for story in (late, held, waiting):
        whole(story)
