"""Who may let a story go outside, and what takes it back."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from base.models import PortalImage
from notifications.models import Message
from notifications.resolving import resolve
from stories.models import Portrayal, PublicSnapshot, ShareCount, ShareTipsAcknowledgement, StoryEvent, Submission
from stories.services import NotAllowedError, StateError, withdraw_story
from stories.services.portraying import hide_photo
from stories.services.reporting import report_story
from stories.services.sharing import (
    answer_outside,
    ask_release,
    end_release,
    refuse_release,
    release_story,
    take_back_closed_copies,
    withdraw_snapshots,
)
from stories.services.sharing_on import acknowledge_tips, count_share, want_to_share
from tests.factories import UserFactory
from tests.stories.going_outside import bring_outside, make_image, publish, say_yes, seen

pytestmark = pytest.mark.django_db
Release, Kind = Submission.Release, StoryEvent.Kind


@pytest.fixture
def people(db):
    """Two colleagues who can be recognised."""
    return [UserFactory(first_name="Noor"), UserFactory(first_name="Kevin")]


@pytest.fixture
def story(send, user, moderator, people):
    """A published story with both on its photo."""
    return publish(send, user, moderator, people=people)


def _release_of(submission) -> str:
    return Submission.objects.get(pk=submission.pk).release


def _kinds_for(person) -> list[str]:
    rows = Message.objects.filter(recipient=person, kind__startswith="story.release").order_by("pk")
    return [row.kind for row in rows if resolve(row)]


@pytest.mark.parametrize(("start", "who", "move", "expected"), [
    ("internal", "author", "ask", Release.ASKED),
    ("internal", "moderator", "ask", NotAllowedError),
    ("internal", "colleague", "ask", NotAllowedError),
    ("internal", "author", "release", NotAllowedError),
    ("internal", "moderator", "release", StateError),
    ("internal", "colleague", "release", NotAllowedError),
    ("internal", "moderator", "refuse", StateError),
    ("internal", "author", "end", Release.INTERNAL),
    ("internal", "colleague", "end", NotAllowedError),
    ("asked", "author", "ask", Release.ASKED),
    ("asked", "author", "release", NotAllowedError),
    ("asked", "moderator", "release", Release.PUBLIC),
    ("asked", "colleague", "release", NotAllowedError),
    ("asked", "moderator", "refuse", Release.INTERNAL),
    ("asked", "author", "refuse", NotAllowedError),
    ("asked", "colleague", "refuse", NotAllowedError),
    ("asked", "author", "end", Release.INTERNAL),
    ("asked", "moderator", "end", Release.INTERNAL),
    ("asked", "colleague", "end", NotAllowedError),
    ("public", "author", "ask", Release.ASKED),
    ("public", "moderator", "release", StateError),
    ("public", "moderator", "refuse", StateError),
    ("public", "author", "end", Release.INTERNAL),
    ("public", "moderator", "end", Release.INTERNAL),
    ("public", "colleague", "end", NotAllowedError),
])  # fmt: skip
def test_every_move_by_every_role(start, who, move, expected, story, user, moderator, second_moderator):
    if start == "asked":
        ask_release(submission=story, by=user)
        say_yes(story)
    elif start == "public":
        bring_outside(story, moderator)
    person = {"author": user, "moderator": second_moderator, "colleague": UserFactory()}[who]
    moves = {
        "ask": lambda: ask_release(submission=story, by=person),
        "release": lambda: release_story(submission=story, moderator=person, seen=seen(story)),
        "refuse": lambda: refuse_release(submission=story, moderator=person, reason="privacy", comment="Nog niet."),
        "end": lambda: end_release(submission=story, by=person),
    }
    if isinstance(expected, type):
        with pytest.raises(expected):
            moves[move]()
        assert _release_of(story) == start
    else:
        moves[move]()
        assert _release_of(story) == expected


def test_an_author_who_is_a_moderator_does_not_release_their_own_story(send, moderator, second_moderator):
    own = publish(send, moderator, second_moderator)
    ask_release(submission=own, by=moderator)
    with pytest.raises(NotAllowedError):
        release_story(submission=own, moderator=moderator, seen=seen(own))
    release_story(submission=own, moderator=second_moderator, seen=seen(own))
    assert _release_of(own) == Release.PUBLIC


@pytest.mark.parametrize(("answers", "names"), [
    ([None, None], ["Noor", "Kevin"]),
    ([True, None], ["Kevin"]),
    ([True, False], ["Kevin"]),
    ([False, False], ["Noor", "Kevin"]),
    ([True, True], []),
])  # fmt: skip
def test_a_story_goes_outside_only_when_everybody_in_it_said_yes(answers, names, story, user, people, moderator):
    ask_release(submission=story, by=user)
    for person, answer in zip(people, answers, strict=True):
        if answer is not None:
            row = Portrayal.objects.get(story=story.story, person=person)
            answer_outside(portrayal=row, person=person, may_go_outside=answer)
    if not names:
        release_story(submission=story, moderator=moderator, seen=seen(story))
        assert PublicSnapshot.objects.shown().count() == 1
        return
    with pytest.raises(StateError) as refused:
        release_story(submission=story, moderator=moderator, seen=seen(story))
    assert [name for name in ("Noor", "Kevin") if name in str(refused.value)] == names
    assert not PublicSnapshot.objects.exists()


def test_a_photo_the_author_leaves_out_needs_nobody(story, user, moderator, people):
    image = story.story.photos.get().image
    copy = bring_outside_without_asking(story, user, moderator, left_out=[image.pk])
    assert not copy.photos.exists()
    assert all(_kinds_for(person) == [] for person in people)


def bring_outside_without_asking(submission, user, moderator, **choices):
    """Asked and released, nobody in between."""
    ask_release(submission=submission, by=user, **choices)
    release_story(submission=submission, moderator=moderator, seen=seen(submission))
    return PublicSnapshot.objects.get(story=submission.story, withdrawn_at=None)


def test_a_hidden_photo_is_not_copied(story, user, moderator, people):
    Portrayal.objects.filter(person=people[0]).update(answer="hidden")
    assert not bring_outside_without_asking(story, user, moderator).photos.exists()


def test_only_the_one_in_the_photo_answers(story, user, people, moderator):
    row = Portrayal.objects.get(person=people[0])
    for stranger in (user, people[1], moderator):
        with pytest.raises(NotAllowedError):
            answer_outside(portrayal=row, person=stranger, may_go_outside=True)


def test_whoever_asks_for_their_own_picture_has_said_yes(send, user, moderator):
    own = publish(send, user, moderator, people=[user])
    bring_outside_without_asking(own, user, moderator)
    assert _kinds_for(user) == ["story.release_given"]


def test_people_are_asked_and_moderators_told_once(story, user, people, moderator):
    ask_release(submission=story, by=user)
    ask_release(submission=story, by=user)
    assert [_kinds_for(person) for person in people] == [["story.release_consent"]] * 2
    assert _kinds_for(moderator) == []
    say_yes(story)
    say_yes(story)
    assert [_kinds_for(person) for person in people] == [[], []]
    assert _kinds_for(moderator) == ["story.release_to_judge"]
    assert story.events.filter(kind=Kind.RELEASE_ASKED).count() == 1


def test_who_said_no_is_not_pressed_and_the_author_hears_that_a_photo_stays(story, user, people):
    ask_release(submission=story, by=user)
    row = Portrayal.objects.get(person=people[0])
    answer_outside(portrayal=row, person=people[0], may_go_outside=False)
    assert _kinds_for(user) == ["story.release_photo"]
    end_release(submission=story, by=user)
    ask_release(submission=story, by=user)
    assert Message.objects.filter(recipient=people[0], kind="story.release_consent").count() == 1
    assert Message.objects.filter(recipient=people[1], kind="story.release_consent").count() == 2
    words = resolve(Message.objects.get(recipient=user, kind="story.release_photo"))
    assert people[0].first_name not in words.title + words.text


def test_the_author_reads_why_it_stays_inside(story, user, moderator):
    ask_release(submission=story, by=user)
    refuse_release(submission=story, moderator=moderator, reason="customer", comment="De straat is te zien.")
    content = resolve(Message.objects.get(recipient=user, kind="story.release_refused"))
    assert "De straat is te zien." in content.text


def test_the_second_moderator_is_told_what_the_first_did(story, user, moderator, second_moderator):
    ask_release(submission=story, by=user)
    say_yes(story)
    stale = seen(story)
    release_story(submission=story, moderator=moderator, seen=stale)
    for late in (
        lambda: release_story(submission=story, moderator=second_moderator, seen=stale),
        lambda: refuse_release(submission=story, moderator=second_moderator, reason="tone", comment="x"),
    ):
        with pytest.raises(StateError, match=moderator.get_full_name()):
            late()
    assert PublicSnapshot.objects.count() == 1


def test_a_story_that_changed_while_a_moderator_read_is_looked_at_again(story, user, moderator):
    ask_release(submission=story, by=user)
    say_yes(story)
    stale = seen(story)
    page = story.story
    page.text = "Iets heel anders."
    page.save_revision(user=user).publish()
    with pytest.raises(StateError):
        release_story(submission=story, moderator=moderator, seen=stale)
    assert not PublicSnapshot.objects.exists()


def test_a_story_that_is_not_in_the_portal_cannot_be_asked_for(send, user, moderator, story):
    with pytest.raises(StateError):
        ask_release(submission=send(user), by=user)
    Submission.objects.filter(pk=story.pk).update(hidden_at=timezone.now())
    with pytest.raises(StateError):
        ask_release(submission=story, by=user)


def test_renewing_keeps_the_address_and_shows_the_new_words(story, user, moderator):
    before = bring_outside(story, moderator)
    page = story.story
    page.text = "Nieuwe woorden, groot veranderd."
    page.save_revision(user=user).publish()
    before.refresh_from_db()
    assert before.text != page.text
    after = bring_outside(story, moderator)
    assert (after.token, after.text) == (before.token, "Nieuwe woorden, groot veranderd.")
    assert PublicSnapshot.objects.shown().get() == after


def test_refusing_to_renew_leaves_what_is_outside(story, user, moderator):
    copy = bring_outside(story, moderator)
    ask_release(submission=story, by=user)
    assert PublicSnapshot.objects.shown().get() == copy
    refuse_release(submission=story, moderator=moderator, reason="tone", comment="Liever zoals het was.")
    assert _release_of(story) == Release.PUBLIC
    assert PublicSnapshot.objects.shown().get() == copy


def _no_from_somebody(story, user, moderator):
    row = Portrayal.objects.filter(story=story.story).exclude(person=user).first()
    answer_outside(portrayal=row, person=row.person, may_go_outside=False)


WAYS_BACK = {
    "author": lambda story, user, moderator: end_release(submission=story, by=user),
    "moderator": lambda story, user, moderator: end_release(submission=story, by=moderator),
    "person in the picture": _no_from_somebody,
    "story withdrawn": lambda story, user, moderator: withdraw_story(submission=story, author=user),
    "unpublished": lambda story, user, moderator: story.story.unpublish(user=moderator),
    "hidden": lambda story, user, moderator: withdraw_snapshots(submission=story),
}


@pytest.mark.parametrize("way", WAYS_BACK)
def test_each_way_back_takes_words_and_files_away(way, story, user, moderator, django_capture_on_commit_callbacks):
    copy = bring_outside(story, moderator)
    files = [copy.card.name, *copy.photos.values_list("file", flat=True)]
    assert len(files) == 2
    assert all(default_storage.exists(name) for name in files)
    with django_capture_on_commit_callbacks(execute=True):
        WAYS_BACK[way](story, user, moderator)
    assert not PublicSnapshot.objects.shown().exists()
    copy.refresh_from_db()
    assert copy.withdrawn_at is not None
    assert (copy.title, copy.text, copy.author_name, copy.photos.count()) == ("", "", "", 0)
    assert not any(default_storage.exists(name) for name in files)
    assert _release_of(story) == Release.INTERNAL
    assert story.events.filter(kind=Kind.RELEASE_ENDED).count() == 1


def test_asking_again_after_it_was_taken_back_gives_another_address(story, user, moderator):
    before = bring_outside(story, moderator)
    end_release(submission=story, by=user)
    assert bring_outside(story, moderator).token != before.token


def test_the_author_hears_that_somebody_took_it_back_not_who(story, user, moderator):
    bring_outside(story, moderator)
    _no_from_somebody(story, user, moderator)
    message = Message.objects.get(recipient=user, kind="story.release_ended")
    assert resolve(message) is not None
    assert story.events.get(kind=Kind.RELEASE_ENDED).actor is None


def test_a_copy_closes_by_itself_whatever_changed_it(story, user, moderator):
    bring_outside(story, moderator)
    row = Portrayal.objects.filter(story=story.story).first()
    for change, undo in (
        (lambda: Portrayal.objects.filter(pk=row.pk).update(answer="hidden"), {"answer": "fine"}),
        (lambda: Portrayal.objects.filter(pk=row.pk).update(may_go_outside=False), {"may_go_outside": True}),
    ):
        change()
        assert not PublicSnapshot.objects.shown().exists()
        Portrayal.objects.filter(pk=row.pk).update(**undo)
        assert PublicSnapshot.objects.shown().exists()
    Submission.objects.filter(pk=story.pk).update(hidden_at=timezone.now())
    assert not PublicSnapshot.objects.shown().exists()
    assert take_back_closed_copies(timezone.now()) == 1
    assert _release_of(story) == Release.INTERNAL


def test_the_job_takes_back_what_lost_its_story_and_its_picture(
    story, user, moderator, send, django_capture_on_commit_callbacks
):
    first = bring_outside(story, moderator)
    other = publish(send, user, moderator, people=[UserFactory()])
    second = bring_outside(other, moderator)
    third = bring_outside(publish(send, user, moderator), moderator)
    story.story.delete()
    other.story.photos.get().image.delete()
    with django_capture_on_commit_callbacks(execute=True):
        take_back_closed_copies(timezone.now())
    for copy, withdrawn in ((first, True), (second, True), (third, False)):
        copy.refresh_from_db()
        assert (copy.withdrawn_at is not None) == withdrawn


def test_the_job_deletes_old_files_that_belong_to_nothing(story, moderator):
    copy = bring_outside(story, moderator)
    stray = default_storage.save("shared/verdwaald.jpg", make_image().file)
    take_back_closed_copies(timezone.now())
    assert default_storage.exists(stray), "a transaction may be at work on it"
    take_back_closed_copies(timezone.now() + timedelta(hours=2))
    assert not default_storage.exists(stray)
    assert default_storage.exists(copy.card.name)


def test_the_author_hears_once_that_colleagues_would_like_it_and_not_who(story, user):
    first, second = UserFactory(first_name="Geheim"), UserFactory()
    want_to_share(submission=story, by=first)
    want_to_share(submission=story, by=second)
    want_to_share(submission=story, by=user)
    message = Message.objects.get(kind="story.release_wanted")
    content = resolve(message)
    assert message.recipient == user
    assert "Geheim" not in content.title + content.text + str(message.payload)


def test_shares_are_totals_without_names(story):
    for _turn in range(3):
        count_share(story=story.story, network="linkedin")
    count_share(story=story.story, network="mail")
    assert dict(ShareCount.objects.values_list("network", "count")) == {"linkedin": 3, "mail": 1}
    assert {field.name for field in ShareCount._meta.fields} == {"id", "story", "network", "count"}
    with pytest.raises(ValueError, match="elsewhere"):
        count_share(story=story.story, network="elsewhere")


def test_tips_are_acknowledged_once_per_version(user, story):
    key = story.story.translation_key
    for version in ("1", "1", "2"):
        acknowledge_tips(user=user, translation_key=key, version=version)
    assert ShareTipsAcknowledgement.objects.filter(user=user).count() == 2


@pytest.mark.parametrize("how", ["one tap", "a report on the photo", "a report on the story"])
def test_a_photo_hidden_inside_takes_the_copy_back(how, story, user, moderator, people):
    copy = bring_outside(story, moderator)
    row = Portrayal.objects.get(person=people[0])
    if how == "one tap":
        hide_photo(portrayal=row, person=people[0])
    elif how == "a report on the story":
        report_story(page=story.story, reporter=UserFactory(), reason="privacy")
    else:
        report_story(page=story.story, image_pk=row.image_id, reporter=UserFactory(), reason="privacy")
    copy.refresh_from_db()
    assert copy.withdrawn_at is not None
    assert _release_of(story) == Release.INTERNAL


def test_a_photo_hidden_by_whatever_closes_the_copy(story, moderator):
    bring_outside(story, moderator)
    PortalImage.objects.filter(portrayals__story=story.story).update(hidden_at=timezone.now())
    assert not PublicSnapshot.objects.shown().exists()
