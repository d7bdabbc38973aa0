"""Photos of stories are closed until a story shows them."""

import pytest
from wagtail.models import Collection

from base.models import PortalImage
from stories.models import Portrayal
from stories.services import approve_story, restore_story, send_story, withdraw_story
from stories.services.pictures import (
    free_pictures,
    held_collection,
    hold_pictures,
    open_collection,
    settle_pictures_of,
)
from tests.factories import ImageFactory


@pytest.fixture
def photo(db):
    """``photo(draft, people=[...])``: a photo in a draft, uploaded by its author."""

    def make(draft, people=()):
        image = ImageFactory(collection=held_collection(), uploaded_by_user=draft.author)
        row = draft.photos.create(image=image, is_decorative=True, nobody_recognisable=not people)
        row.people.set(people)
        return image

    return make


@pytest.fixture
def status(client):
    """``status(user, image)``: what the file answers, with its Cache-Control."""

    def ask(user, image):
        client.force_login(user)
        response = client.get(PortalImage.objects.get(pk=image.pk).file.url)
        return response.status_code, response["Cache-Control"]

    return ask


CLOSED, HELD, OPEN = (403, "private, no-store"), (200, "private, no-store"), (200, "private, max-age=86400")


def test_a_photo_is_for_who_it_concerns_until_the_story_appears(user, make_user, moderator, write, photo, status):
    portrayed, stranger = make_user(), make_user()
    draft = write(user)
    image = photo(draft, [portrayed])
    submission = send_story(draft=draft, author=user)
    assert [status(who, image) for who in (user, moderator, portrayed)] == [HELD] * 3
    assert status(stranger, image) == CLOSED
    approve_story(submission=submission, moderator=moderator)
    assert [status(who, image) for who in (user, moderator, portrayed, stranger)] == [OPEN] * 4


def test_scaled_copies_are_as_closed_as_the_photo(user, make_user, client, write, photo):
    image = photo(write(user))
    url = image.get_rendition("width-320|format-webp").url
    client.force_login(make_user())
    assert client.get(url).status_code == 403
    client.force_login(user)
    assert client.get(url).status_code == 200


def test_the_author_opens_a_photo_that_somebody_else_uploaded(user, make_user, write, photo, status):
    draft = write(user)
    image = photo(draft)
    PortalImage.objects.filter(pk=image.pk).update(uploaded_by_user=None)
    assert status(user, image) == HELD
    assert status(make_user(), image) == CLOSED


def test_a_withdrawn_story_takes_its_photos_along_and_brings_them_back(
    user, moderator, make_user, write, photo, status
):
    draft, stranger = write(user), make_user()
    image = photo(draft)
    submission = approve_story(submission=send_story(draft=draft, author=user), moderator=moderator)
    submission = withdraw_story(submission=submission, author=user)
    assert status(stranger, image) == CLOSED
    restore_story(submission=submission, author=user)
    assert status(stranger, image) == OPEN


def test_a_photo_in_two_stories_stays_open_while_one_shows_it(user, moderator, make_user, write, photo, status):
    one, two, stranger = write(user), write(user), make_user()
    image = photo(one)
    two.photos.create(image=image, is_decorative=True, nobody_recognisable=True)
    sent = [approve_story(submission=send_story(draft=d, author=user), moderator=moderator) for d in (one, two)]
    withdraw_story(submission=sent[0], author=user)
    assert status(stranger, image) == OPEN
    withdraw_story(submission=sent[1], author=user)
    assert status(stranger, image) == CLOSED


def test_publishing_leaves_a_photo_closed_that_somebody_asked_to_hide(user, moderator, make_user, write, photo, status):
    portrayed, draft = make_user(), write(user)
    image, other = photo(draft, [portrayed]), photo(draft)
    submission = send_story(draft=draft, author=user)
    Portrayal.objects.filter(person=portrayed).update(answer=Portrayal.Answer.HIDDEN)
    submission = approve_story(submission=submission, moderator=moderator)
    stranger = make_user()
    assert (status(stranger, image), status(stranger, other)) == (CLOSED, OPEN)
    Portrayal.objects.filter(person=portrayed).update(answer=Portrayal.Answer.FINE)
    settle_pictures_of(submission.story)
    assert status(stranger, image) == OPEN


def test_hiding_one_photo_of_a_live_story_closes_it(user, moderator, make_user, write, photo, status):
    portrayed, draft = make_user(), write(user)
    image = photo(draft, [portrayed])
    submission = approve_story(submission=send_story(draft=draft, author=user), moderator=moderator)
    assert hold_pictures([image.pk]) == 0
    Portrayal.objects.filter(person=portrayed).update(answer=Portrayal.Answer.HIDDEN)
    assert hold_pictures([image.pk]) == 1
    assert status(make_user(), image) == CLOSED
    assert status(portrayed, image) == HELD
    assert free_pictures([image.pk]) == 1
    assert hold_pictures([image.pk], story=submission.story) == 1


def test_a_story_hidden_after_reports_shows_no_photos(user, moderator, make_user, write, photo, status):
    draft = write(user)
    image = photo(draft)
    submission = approve_story(submission=send_story(draft=draft, author=user), moderator=moderator)
    submission.hidden_at = submission.decided_at
    submission.save()
    settle_pictures_of(submission.story)
    assert status(make_user(), image) == CLOSED


def test_a_picture_in_a_collection_of_the_organisations_own_stays_there(user, moderator, write, photo):
    draft = write(user)
    image = photo(draft)
    own = Collection.get_first_root_node().add_child(name="Directie")
    PortalImage.objects.filter(pk=image.pk).update(collection=own)
    submission = approve_story(submission=send_story(draft=draft, author=user), moderator=moderator)
    withdraw_story(submission=submission, author=user)
    assert PortalImage.objects.get(pk=image.pk).collection == own


def test_the_collections_are_made_once(db):
    assert held_collection() == held_collection()
    assert open_collection() == open_collection()


def test_only_a_refusal_costs_one_more_question(user, make_user, client, write, photo, django_assert_num_queries):
    image = photo(write(user))
    url = image.file.url
    client.force_login(user)
    client.get(url)
    with django_assert_num_queries(5):
        assert client.get(url).status_code == 200
    free_pictures([image.pk])
    with django_assert_num_queries(4):
        assert client.get(url).status_code == 200
