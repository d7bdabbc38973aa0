"""Sending: where a story comes to stand, who is told, what is small, and what the rule of a channel makes of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import URLPattern
from django.utils import timezone
from wagtail.models import Locale

from notifications.models import Message
from stories import urls
from stories.addresses import RESERVED, is_reserved
from stories.models import Portrayal, StoryCall, StoryIndexPage, StoryPage, Submission
from stories.services import StateError, approve_story, open_draft_for, save_draft, send_story, withdraw_story
from stories.services.pictures import held_collection
from stories.services.writing import add_photo, channel_for, delete_draft, describe_photos, rule_for
from tests.factories import ImageFactory

State = Submission.State


@pytest.fixture
def after(channel):
    """The channel, read along with afterwards."""
    channel.moderation = StoryIndexPage.Moderation.AFTER
    channel.save_revision().publish()
    return channel


@pytest.fixture
def published(user, send, moderator):
    """A story of ``user`` that was approved."""
    return approve_story(submission=send(user, text="woord " * 100), moderator=moderator)


def picture(draft, people=(), **words):
    image = ImageFactory(collection=held_collection(), uploaded_by_user=draft.author)
    row = draft.photos.create(image=image, nobody_recognisable=not people, **({"alt_text": "Een put"} | words))
    row.people.set(people)
    return row


def change(submission, user, **values):
    draft = open_draft_for(submission=submission, author=user)
    return save_draft(author=user, key=draft.key, version=draft.version, values=values)


def test_a_story_comes_to_stand_in_its_language_and_shows_in_the_other_list(
    user, make_user, send, moderator, as_user, trunk
):
    submission = approve_story(submission=send(user, language="en", title="A night shift"), moderator=moderator)
    story = StoryPage.objects.get(pk=submission.story_id)
    assert story.get_parent().specific == trunk(StoryIndexPage, "en")
    client = as_user(make_user())
    for list_url in ("/en/stories/", "/nl/verhalen/"):
        assert "A night shift" in client.get(list_url).content.decode()


def test_a_chosen_channel_is_followed_into_the_language_of_the_story(user, write, channel, trunk):
    second = channel.get_parent().add_child(instance=StoryIndexPage(title="Kort verteld", locale=channel.locale))
    second.save_revision().publish()
    draft = write(user, channel=second)
    assert channel_for(draft) == second
    draft.language = "en"
    twin = StoryIndexPage.objects.get(
        translation_key=second.translation_key, locale=Locale.objects.get(language_code="en")
    )
    assert channel_for(draft) == twin
    second.unpublish()
    draft.language = "nl"
    assert channel_for(draft) == channel


def test_a_channel_that_is_closed_to_the_author_is_not_used(user, write, channel):
    from wagtail.models import PageViewRestriction

    second = channel.get_parent().add_child(instance=StoryIndexPage(title="Directie", locale=channel.locale))
    PageViewRestriction.objects.create(page=second, restriction_type=PageViewRestriction.GROUPS)
    assert channel_for(write(user, channel=second)) == channel


def test_no_place_in_a_language_is_said(user, write, trunk):
    trunk(StoryIndexPage, "en").unpublish()
    with pytest.raises(ValidationError) as refused:
        send_story(draft=write(user, language="en"), author=user)
    assert list(refused.value.message_dict) == ["language"]


def test_every_address_of_the_portal_below_stories_is_reserved():
    def first_parts(patterns):
        for pattern in patterns:
            assert isinstance(pattern, URLPattern)
            yield str(pattern.pattern).partition("/")[0]

    parts = set(first_parts(urls.urlpatterns))
    assert {part for part in parts if not part.startswith("<")} <= RESERVED


@pytest.mark.parametrize("title", ["New", "draft", "Mine", "2026", "Review", "reports"])
def test_a_story_never_hides_behind_an_address_of_the_portal(user, send, title):
    slugs = [send(user, title=title).story.slug for _ in range(2)]
    assert not any(is_reserved(slug) for slug in slugs)
    assert len(set(slugs)) == 2


def test_editors_cannot_choose_a_reserved_address(user, send):
    story = send(user).story
    story.slug = "draft"
    with pytest.raises(ValidationError, match=r"adres|address"):
        story.full_clean()


def test_who_is_on_a_photo_hears_it_before_the_story_appears_also_where_it_appears_at_once(
    user, make_user, write, after, published, monkeypatch
):
    portrayed, draft = make_user(), write(user)
    picture(draft, [portrayed, user])
    live_when_told = []
    from stories.services.writing import sending

    tell = sending.tell_portrayed
    monkeypatch.setattr(
        sending,
        "tell_portrayed",
        lambda story: (live_when_told.append(StoryPage.objects.get(pk=story.pk).live), tell(story)),
    )
    submission = send_story(draft=draft, author=user)
    assert (submission.state, live_when_told) == (State.IN_REVIEW, [False])
    told = Message.objects.filter(kind="story.portrayed")
    assert [message.recipient for message in told] == [portrayed]
    assert Portrayal.objects.get(person=user).answer == Portrayal.Answer.FINE


def test_somebody_named_later_hears_it_too(user, make_user, after, published):
    draft, portrayed = change(published, user), make_user()
    picture(draft, [portrayed])
    send_story(draft=draft, author=user)
    assert Message.objects.filter(kind="story.portrayed", recipient=portrayed).count() == 1


def test_naming_somebody_no_more_does_not_show_a_photo_they_hid(user, make_user, write, moderator):
    portrayed, draft = make_user(), write(user)
    picture(draft, [portrayed])
    submission = approve_story(submission=send_story(draft=draft, author=user), moderator=moderator)
    Portrayal.objects.update(answer=Portrayal.Answer.HIDDEN)
    again = open_draft_for(submission=submission, author=user)
    photo = again.photos.get()
    words = {"people": [], "nobody_recognisable": True}
    again = describe_photos(draft=again, author=user, version=again.version, values={photo.key: words})
    send_story(draft=again, author=user)
    assert Portrayal.objects.get(person=portrayed).answer == Portrayal.Answer.HIDDEN


def test_a_small_change_goes_live_marked(user, published):
    submission = send_story(draft=change(published, user, text="woord " * 99 + "anders"), author=user)
    story = StoryPage.objects.get(pk=submission.story_id)
    assert submission.state == State.PUBLISHED
    assert story.text.endswith("anders")
    assert story.changed_at is not None


@pytest.mark.parametrize(
    "values", [{"title": "Anders"}, {"text": "Heel iets anders."}, {"text": "woord " * 100 + "https://x.nl"}]
)
def test_a_larger_change_waits_while_readers_see_what_was_there(user, published, values):
    submission = send_story(draft=change(published, user, **values), author=user)
    story = StoryPage.objects.get(pk=submission.story_id)
    assert submission.state == State.IN_REVIEW
    assert (story.live, story.text.strip()) == (True, ("woord " * 100).strip())


def test_a_caption_counts_as_text_and_a_new_photo_is_never_small(user, write, moderator, published):
    draft = write(user, text="woord " * 30)
    picture(draft)
    submission = approve_story(submission=send_story(draft=draft, author=user), moderator=moderator)
    again = open_draft_for(submission=submission, author=user)
    key = again.photos.get().key
    words = {"caption": "Dit is een heel nieuw verhaal onder de foto, dat niemand las."}
    again = describe_photos(draft=again, author=user, version=again.version, values={key: words})
    assert send_story(draft=again, author=user).state == State.IN_REVIEW
    more = change(published, user)
    picture(more)
    assert send_story(draft=more, author=user).state == State.IN_REVIEW


def test_the_first_story_is_read_before_and_the_channel_decides_about_others(user, after, send, moderator):
    now = timezone.now()
    assert (rule_for(after, user, now).before, rule_for(after, user, now).is_first) == (True, True)
    approve_story(submission=send(user), moderator=moderator)
    assert not rule_for(after, user, now).before
    submission = send(user)
    assert (submission.state, submission.reads_after) == (State.PUBLISHED, True)


def test_trust_comes_after_three_approved_stories_where_the_channel_gives_it(user, channel, send, moderator):
    submissions = [approve_story(submission=send(user), moderator=moderator) for _ in range(3)]
    now = timezone.now()
    assert rule_for(channel, user, now).before
    channel.trusts_authors = True
    assert (rule_for(channel, user, now).before, rule_for(channel, user, now).is_trusted) == (False, True)
    Submission.objects.filter(pk=submissions[0].pk).update(upheld_report_at=now - timedelta(days=364))
    assert rule_for(channel, user, now).before
    assert not rule_for(channel, user, now + timedelta(days=2)).before


def test_a_call_that_ended_is_no_way_in_but_keeps_its_stories(user, write, channel, moderator):
    today = timezone.localdate()
    call = channel.add_child(instance=StoryCall(title="Oproep", ends_on=today, locale=channel.locale))
    draft, late = write(user, call=call), write(user, call=call)
    submission = approve_story(submission=send_story(draft=draft, author=user), moderator=moderator)
    StoryCall.objects.filter(pk=call.pk).update(ends_on=today - timedelta(days=1))
    with pytest.raises(ValidationError) as refused:
        send_story(draft=late, author=user)
    assert list(refused.value.message_dict) == ["call"]
    again = change(submission, user, text="Wat ik zag, en waarom het telt voor ons.")
    assert send_story(draft=again, author=user).pk == submission.pk


def test_every_photo_needs_words_and_people_or_that_it_needs_none(user, write):
    draft = write(user)
    photo = picture(draft, alt_text="")
    photo.people.add(user)
    with pytest.raises(ValidationError) as refused:
        send_story(draft=draft, author=user)
    assert len(refused.value.message_dict[f"photo-{photo.key}"]) == 2


def test_a_declined_or_withdrawn_story(user, send, moderator, published):
    from stories.services import decline_story

    declined = decline_story(submission=send(user), moderator=moderator, reason="tone", comment="Te scherp.")
    with pytest.raises(StateError):
        open_draft_for(submission=declined, author=user)
    withdrawn = withdraw_story(submission=published, author=user)
    submission = send_story(draft=change(withdrawn, user, text="Opnieuw."), author=user)
    assert submission.state == State.IN_REVIEW


def test_throwing_a_draft_away_deletes_only_photos_nobody_else_has(user, write, published):
    one = write(user)
    kept, gone = picture(one), picture(one)
    write(user).photos.create(image=kept.image)
    delete_draft(draft=one, author=user)
    from base.models import PortalImage

    assert set(PortalImage.objects.filter(pk__in=[kept.image_id, gone.image_id])) == {kept.image}
    again = change(published, user)
    delete_draft(draft=again, author=user)
    assert StoryPage.objects.filter(pk=published.story_id, live=True).exists()


def test_two_drafts_with_one_title_get_an_address_each(user, send):
    stories = [send(user, title="Een dag").story for _ in range(3)]
    assert len({story.slug for story in stories}) == len({story.path for story in stories}) == 3


def test_the_same_photo_key_is_added_once(user, write):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.stories.pictures import jpeg

    draft = write(user)
    key = draft.key
    rows = {add_photo(draft=draft, author=user, key=key, file=SimpleUploadedFile("a.jpg", jpeg())).pk for _ in range(2)}
    assert len(rows) == 1


def test_a_story_with_colleagues_on_a_photo_never_appears_at_once(user, make_user, write, send, moderator, after):
    approve_story(submission=send(user), moderator=moderator)
    anna = make_user()
    with_anna, alone = write(user, title="Met Anna"), write(user, title="Met mezelf")
    picture(with_anna, [anna])
    picture(alone, [user])
    waiting = send_story(draft=with_anna, author=user)
    assert (waiting.state, waiting.story.live) == (State.IN_REVIEW, False)
    assert Message.objects.filter(recipient=anna, kind="story.portrayed").count() == 1
    assert send_story(draft=alone, author=user).state == State.PUBLISHED
