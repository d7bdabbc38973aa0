"""Changes to a story that is out: small ones appear at once, also when they add up, larger ones are read first."""

import pytest

from stories.models import StoryPage, StoryTheme, Submission
from stories.services import (
    approve_story,
    decline_story,
    open_draft_for,
    save_draft,
    send_story,
)

State = Submission.State
WORDS = [f"woord{number}" for number in range(100)]


@pytest.fixture
def published(user, send, moderator):
    return approve_story(submission=send(user, text=" ".join(WORDS)), moderator=moderator)


def change(submission, user, **values) -> Submission:
    draft = open_draft_for(submission=submission, author=user)
    draft = save_draft(author=user, key=draft.key, version=draft.version, values=values)
    return send_story(draft=draft, author=user)


def with_changed(count: int) -> str:
    return " ".join([f"anders{number}" for number in range(count)] + WORDS[count:])


def live(submission) -> StoryPage:
    return StoryPage.objects.get(pk=submission.story_id)


def test_a_small_change_appears_at_once_and_says_so(user, published):
    submission = change(published, user, text=with_changed(3))
    assert submission.state == State.PUBLISHED
    page = live(published)
    assert page.text == with_changed(3)
    assert page.changed_at is not None


def test_a_larger_change_is_read_first_while_the_old_words_stay(user, published, moderator):
    submission = change(published, user, text=with_changed(30))
    assert submission.state == State.IN_REVIEW
    assert live(published).live
    assert live(published).text == " ".join(WORDS)
    approve_story(submission=submission, moderator=moderator)
    assert live(published).text == with_changed(30)
    assert live(published).changed_at is not None


def test_small_changes_that_add_up_are_read_after_all(user, published):
    for count in (3, 4):
        assert change(published, user, text=with_changed(count)).state == State.PUBLISHED
    submission = change(published, user, text=with_changed(7))
    assert submission.state == State.IN_REVIEW
    assert live(published).text == with_changed(4)


def test_after_a_moderator_read_along_changes_count_from_there(user, published, moderator):
    approve_story(submission=change(published, user, text=with_changed(30)), moderator=moderator)
    submission = change(published, user, text=with_changed(33))
    assert submission.state == State.PUBLISHED
    assert live(published).text == with_changed(33)


def test_a_declined_change_is_no_ground_to_build_on(user, published, moderator):
    submission = change(published, user, text=with_changed(40))
    decline_story(submission=submission, moderator=moderator, reason="tone", comment="Zo niet.")
    submission = change(Submission.objects.get(pk=published.pk), user, text=with_changed(41))
    assert submission.state == State.IN_REVIEW
    assert live(published).text == " ".join(WORDS)


def test_another_title_is_never_small_and_another_theme_always(user, published):
    theme = StoryTheme.objects.create(name="Water")
    submission = change(published, user, theme=theme)
    assert submission.state == State.PUBLISHED
    assert live(published).theme == theme
    assert change(submission, user, title="Heel anders").state == State.IN_REVIEW
    assert live(published).title != "Heel anders"


def test_a_new_link_is_never_small(user, published):
    submission = change(published, user, text=f"{' '.join(WORDS)} https://voorbeeld.example")
    assert submission.state == State.IN_REVIEW
