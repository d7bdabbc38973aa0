"""What moderators and editors do in Wagtail's admin, and what becomes of the story's own state."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.urls import reverse

from notifications.models import Message
from stories.models import StoryIndexPage, StoryReviewTask, Submission
from stories.services import approve_story, withdraw_story
from tests.factories import StoryFactory
from tests.stories.ways import page_of

State = Submission.State


@pytest.fixture
def in_admin(as_user, moderator):
    """The client of a moderator whose organisation lets moderators into the admin."""
    Group.objects.get(name="Moderators").permissions.add(Permission.objects.get(codename="access_admin"))
    return as_user(moderator)


def act(client, submission, action, **data):
    task_state = page_of(submission).current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[submission.story_id, action, task_state.pk])
    return client.post(url, data)


@pytest.mark.parametrize(
    ("action", "data", "state", "events"),
    [
        ("approve", {}, State.PUBLISHED, ["sent", "approved", "published"]),
        ("reject", {"reason": "tone", "comment": "Zachter."}, State.CHANGES_ASKED, ["sent", "changes_asked"]),
        ("decline", {"reason": "privacy", "comment": "Nee."}, State.DECLINED, ["sent", "declined"]),
        ("reject", {"reason": "", "comment": ""}, State.IN_REVIEW, ["sent"]),
    ],
)
def test_deciding_in_the_admin_moves_the_story_once(in_admin, send, user, action, data, state, events):
    submission = send(user)
    act(in_admin, submission, action, **data)
    submission.refresh_from_db()
    assert submission.state == state
    assert list(submission.events.values_list("kind", flat=True)) == events
    assert page_of(submission).live == (state == State.PUBLISHED)
    assert mail.outbox == []


@pytest.mark.parametrize("is_superuser", [False, True])
def test_nobody_judges_their_own_in_the_admin(as_user, moderator, second_moderator, send, is_superuser):
    Group.objects.get(name="Moderators").permissions.add(Permission.objects.get(codename="access_admin"))
    moderator.is_superuser = is_superuser
    moderator.save()
    submission = send(moderator)
    act(as_user(moderator), submission, "approve")
    submission.refresh_from_db()
    assert submission.state == State.IN_REVIEW
    task = StoryReviewTask.objects.get()
    assert not task.get_task_states_user_can_moderate(moderator).exists()
    assert task.get_task_states_user_can_moderate(second_moderator).exists()


def test_an_editor_takes_a_story_down_and_puts_it_back(as_user, make_user, moderator, send, user):
    submission = approve_story(submission=send(user), moderator=moderator)
    editor = make_user(groups=["Editors"])
    client = as_user(editor)
    client.post(reverse("wagtailadmin_pages:unpublish", args=[submission.story_id]))
    submission.refresh_from_db()
    assert submission.state == State.DECLINED
    last = submission.events.last()
    assert (last.kind, last.actor) == ("declined", editor)
    assert Message.objects.filter(kind="story.taken_down", recipient=user).count() == 1
    page_of(submission).get_latest_revision().publish()
    submission.refresh_from_db()
    assert (submission.state, submission.events.last().kind) == (State.PUBLISHED, "published")


def test_an_editor_publishes_past_the_moderators(send, user, moderator):
    submission = send(user)
    page_of(submission).get_latest_revision().publish()
    submission.refresh_from_db()
    assert submission.state == State.PUBLISHED
    assert list(submission.events.values_list("kind", flat=True)) == ["sent", "published"]
    assert page_of(submission).current_workflow_state is None


def test_what_colleagues_sent_in_is_not_deleted_by_editors(as_user, make_user, send, user):
    submission = send(user)
    as_user(make_user(groups=["Editors"])).post(reverse("wagtailadmin_pages:delete", args=[submission.story_id]))
    assert Submission.objects.filter(pk=submission.pk).exists()


def test_a_moved_story_keeps_its_state(send, user, moderator, channel):
    submission = send(user)
    other = StoryIndexPage(title="Kort", slug="kort", locale=channel.locale)
    channel.get_parent().add_child(instance=other)
    page_of(submission).move(other, pos="last-child")
    submission = approve_story(submission=Submission.objects.get(pk=submission.pk), moderator=moderator)
    assert (submission.state, page_of(submission).live) == (State.PUBLISHED, True)


def test_a_story_that_editors_made_needs_no_submission(as_user, make_user, trunk):
    page = StoryFactory(parent=trunk(StoryIndexPage), author=make_user())
    page.save_revision().publish()
    client = as_user(make_user(is_superuser=True))
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    page.refresh_from_db()
    assert not page.live


def test_the_admins_front_page_shows_the_queue_to_who_judges(in_admin, as_user, make_user, send, user):
    send(user, title="Kanarie")
    assert "Kanarie" in in_admin.get(reverse("wagtailadmin_home")).content.decode()
    assert (
        "stories-to-review" not in as_user(make_user(groups=["HR"])).get(reverse("wagtailadmin_home")).content.decode()
    )


def test_a_withdrawn_story_is_not_published_from_the_admin(as_user, make_user, send, user):
    submission = withdraw_story(submission=send(user), author=user)
    page = page_of(submission)
    data = {"title": page.draft_title, "slug": page.slug, "text": "x", "action-publish": "1", "date": "2026-11-22"}
    data |= {"photos-TOTAL_FORMS": 0, "photos-INITIAL_FORMS": 0, "photos-MIN_NUM_FORMS": 0, "photos-MAX_NUM_FORMS": 9}
    data |= {"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0}
    as_user(make_user(groups=["Editors"])).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)
    submission.refresh_from_db()
    assert (submission.state, page_of(submission).live) == (State.WITHDRAWN, False)
