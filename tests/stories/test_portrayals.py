"""People in the picture: told before it appears, one tap hides it, nobody else shows it again."""

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from base.models import PortalImage
from base.stamp import touch_content
from notifications.kinds import get_kind
from notifications.models import Message
from notifications.sending import send_due
from stories.models import Portrayal, PublicSnapshot, StoryEvent, StoryPage, StoryPhoto, Submission
from stories.services import approve_story, open_draft_for, send_story, withdraw_story
from stories.services.moving import NotAllowedError, StateError
from stories.services.pictures import held_collection
from stories.services.portraying import hide_photo, show_photo, take_out_hidden_photo
from tests.factories import ImageFactory

WORDS = {"nl": "A colleague asked to leave this photo out for now.", "en": "A colleague asked to leave this photo out"}


@pytest.fixture
def pictured(user, make_user, moderator, write):
    """``pictured(live=True)``: somebody on a photo in a sent story; gives (portrayal, submission)."""

    def make(*, live=True, people=None, **values):
        people = people or [make_user(first_name="Sanne", last_name="Bos")]
        draft = write(user, **values)
        image = ImageFactory(collection=held_collection(), uploaded_by_user=user)
        row = draft.photos.create(image=image, alt_text="Aan het werk", caption="Sanne bij de put")
        row.people.set(people)
        submission = send_story(draft=draft, author=user)
        if live:
            submission = approve_story(submission=submission, moderator=moderator)
        return Portrayal.objects.get(image=image, person=people[0]), submission

    return make


def kinds_for(person) -> list[str]:
    return list(Message.objects.filter(recipient=person).order_by("pk").values_list("kind", flat=True))


def says(message: Message, language="nl"):
    with translation.override(language):
        return get_kind(message.kind).resolve(message.payload, message.recipient)


def test_who_is_in_a_photo_is_told_before_it_appears_and_once(pictured):
    row, submission = pictured(live=False)
    assert not submission.story.live
    message = Message.objects.get(recipient=row.person, kind="story.portrayed")
    assert says(message).url == f"/nl/stories/photos/{row.pk}/"


def test_only_the_person_opens_the_page_before_and_after_publication(pictured, make_user, moderator, as_user):
    row, submission = pictured(live=False)
    url = reverse("stories:portrayal", args=[row.pk])
    shown = as_user(row.person).get(url)
    assert shown.status_code == 200
    html = shown.content.decode()
    assert "Een dag op de bouw" in html
    assert submission.story.author.get_full_name() in html
    picture = BeautifulSoup(html, "html.parser").select_one("main img")
    assert as_user(row.person).get(picture["src"]).status_code == 200
    for stranger in (make_user(), moderator, submission.story.author, make_user(is_superuser=True)):
        assert as_user(stranger).get(url).status_code == 404
        for name in ("portrayal_hide", "portrayal_show"):
            assert as_user(stranger).post(reverse(f"stories:{name}", args=[row.pk])).status_code == 404
    assert as_user(row.person).get(reverse("stories:portrayal", args=[row.pk + 999])).status_code == 404


@pytest.mark.parametrize("name", ["portrayal_hide", "portrayal_show", "portrayal_take_out"])
def test_looking_changes_nothing(pictured, as_user, name):
    row, _submission = pictured()
    assert as_user(row.person).get(reverse(f"stories:{name}", args=[row.pk])).status_code == 405
    row.refresh_from_db()
    assert row.answer == ""


def test_one_tap_hides_the_photo_everywhere_at_once(pictured, make_user, as_user):
    row, submission = pictured()
    page = StoryPage.objects.get(pk=submission.story_id)
    page.image, page.image_alt = row.image, "Sanne"
    page.save_revision().publish()
    row.refresh_from_db()
    reader, client = make_user(), None
    english = page.aliases.get().specific
    paths = [page.url, english.url, "/nl/verhalen/", "/en/stories/", "/nl/", "/en/"]
    client = as_user(reader)
    files = [rendition.url for rendition in row.image.renditions.all()] or [row.image.file.url]
    for path in paths:
        client.get(path)
    row.image.refresh_from_db()
    files = [rendition.url for rendition in row.image.renditions.all()] + [row.image.file.url]
    assert all(client.get(url).status_code == 200 for url in files)

    answer = as_user(row.person).post(reverse("stories:portrayal_hide", args=[row.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("stories:portrayal", args=[row.pk])

    client = as_user(reader)
    for path in paths:
        html = client.get(path).content.decode()
        assert not [url for url in files if url in html], path
        assert "Sanne bij de put" not in html
    assert WORDS["en"] in client.get(english.url).content.decode()
    assert [client.get(url).status_code for url in files] == [403] * len(files)
    assert [as_user(row.person).get(url).status_code for url in files] == [200] * len(files)


def test_a_hidden_photo_from_the_editors_own_collection_is_closed_too(user, make_user, as_user, trunk):
    from stories.models import StoryIndexPage
    from tests.factories import StoryFactory

    image = ImageFactory()
    story = StoryFactory(parent=trunk(StoryIndexPage), author=user, title="Van de redactie")
    story.photos = [StoryPhoto(image=image, alt_text="Iemand")]
    story.save_revision().publish()
    row = Portrayal.objects.create(story=story, image=image, person=make_user())
    hide_photo(portrayal=row, person=row.person)
    client = as_user(make_user())
    assert client.get(image.file.url).status_code == 403
    assert "photo-out" in client.get(story.url).content.decode()


def test_showing_it_again_brings_it_back(pictured, make_user, as_user):
    row, submission = pictured()
    hide_photo(portrayal=row, person=row.person)
    as_user(row.person).post(reverse("stories:portrayal_show", args=[row.pk]))
    client = as_user(make_user())
    assert client.get(PortalImage.objects.get(pk=row.image_id).file.url).status_code == 200
    assert "photo-out" not in client.get(StoryPage.objects.get(pk=submission.story_id).url).content.decode()
    kinds = list(submission.events.order_by("pk").values_list("kind", "reason"))
    assert kinds[-2:] == [("hidden", "photo"), ("shown", "photo")]


def test_two_people_in_a_photo_each_have_to_agree(pictured, make_user):
    first, second = make_user(), make_user()
    row, _submission = pictured(people=[first, second])
    other = Portrayal.objects.get(image=row.image, person=second)
    hide_photo(portrayal=row, person=first)
    hide_photo(portrayal=other, person=second)
    show_photo(portrayal=row, person=first)
    assert PortalImage.objects.get(pk=row.image_id).hidden_at is not None
    show_photo(portrayal=other, person=second)
    assert PortalImage.objects.get(pk=row.image_id).hidden_at is None


def test_author_and_moderators_are_told_once_a_day_however_often_it_is_tapped(pictured, user, moderator):
    row, _submission = pictured()
    for _again in range(3):
        hide_photo(portrayal=row, person=row.person)
        show_photo(portrayal=row, person=row.person)
    hide_photo(portrayal=row, person=row.person)
    assert kinds_for(user).count("photo.hidden") == 1
    assert kinds_for(moderator).count("photo.to_settle") == 1
    message = Message.objects.get(recipient=user, kind="photo.hidden")
    assert "Sanne Bos" in says(message, "en").title
    show_photo(portrayal=row, person=row.person)
    assert says(message) is None
    assert says(Message.objects.get(recipient=moderator, kind="photo.to_settle")) is None


def test_hiding_twice_is_harmless(pictured, as_user):
    row, submission = pictured()
    client = as_user(row.person)
    for _again in range(2):
        assert client.post(reverse("stories:portrayal_hide", args=[row.pk])).status_code == 302
    assert submission.events.filter(kind=StoryEvent.Kind.HIDDEN).count() == 1


def test_hidden_before_publication_the_story_appears_without_the_photo(pictured, moderator, make_user, as_user):
    row, submission = pictured(live=False)
    hide_photo(portrayal=row, person=row.person)
    approve_story(submission=submission, moderator=moderator)
    page = StoryPage.objects.get(pk=submission.story_id)
    client = as_user(make_user())
    html = client.get(page.url).content.decode()
    assert "photo-out" in html
    assert "Sanne bij de put" not in html
    assert client.get(PortalImage.objects.get(pk=row.image_id).file.url).status_code == 403


def test_hiding_takes_the_public_copy_back_and_the_consent_with_it(pictured):
    row, submission = pictured()
    Portrayal.objects.filter(pk=row.pk).update(may_go_outside=True)
    copy = PublicSnapshot.objects.create(story=submission.story, language="nl", title="x", text="x")
    hide_photo(portrayal=row, person=row.person)
    copy.refresh_from_db()
    row.refresh_from_db()
    assert copy.withdrawn_at is not None
    assert not row.may_go_outside


def test_nobody_but_the_person_shows_a_hidden_photo(pictured, user, moderator):
    row, _submission = pictured()
    hide_photo(portrayal=row, person=row.person)
    for other in (user, moderator):
        with pytest.raises(NotAllowedError):
            show_photo(portrayal=row, person=other)


def test_a_moderator_takes_the_photo_out_for_good(pictured, moderator, second_moderator, make_user, as_user, user):
    row, submission = pictured()
    hide_photo(portrayal=row, person=row.person)
    shown = as_user(moderator).get(reverse("stories:reports")).content.decode()
    assert "Sanne Bos" in shown
    assert row.image.get_rendition("width-320|format-webp").url in shown or "photo" in shown
    as_user(moderator).post(reverse("stories:portrayal_take_out", args=[row.pk]), {"comment": "Liever niet"})
    page = StoryPage.objects.get(pk=submission.story_id)
    assert page.live
    assert list(page.photos.all()) == []
    assert all(not twin.specific.photos.exists() for twin in page.aliases.all())
    html = as_user(make_user()).get(page.url).content.decode()
    assert "photo-out" not in html
    assert as_user(make_user()).get(PortalImage.objects.get(pk=row.image_id).file.url).status_code == 403
    again = as_user(second_moderator).post(reverse("stories:portrayal_take_out", args=[row.pk]), follow=True)
    assert "settled already" in again.content.decode() or "afgehandeld" in again.content.decode()
    assert kinds_for(user)[-1] == "photo.removed"
    assert kinds_for(row.person)[-1] == "photo.settled"
    row.refresh_from_db()
    with pytest.raises(StateError):
        show_photo(portrayal=row, person=row.person)


def test_taking_out_leaves_a_change_that_waits_where_it_is(pictured, user, moderator, second_moderator):
    row, submission = pictured()
    draft = open_draft_for(submission=submission, author=user)
    draft.text = "Een heel ander verhaal over iets wat nog niemand las, met veel nieuwe woorden erin."
    draft.save()
    submission = send_story(draft=draft, author=user)
    assert submission.state == Submission.State.IN_REVIEW
    hide_photo(portrayal=row, person=row.person)
    take_out_hidden_photo(portrayal=row, moderator=moderator)
    page = StoryPage.objects.get(pk=submission.story_id)
    assert page.live
    assert "heel ander verhaal" not in page.text
    latest = page.get_latest_revision_as_object()
    assert "heel ander verhaal" in latest.text
    assert list(latest.photos.all()) == []
    submission = approve_story(submission=submission, moderator=second_moderator)
    page.refresh_from_db()
    assert "heel ander verhaal" in page.text
    assert list(StoryPage.objects.get(pk=page.pk).photos.all()) == []


@pytest.mark.parametrize("who", ["author", "portrayed", "employee", "community"])
def test_who_may_not_settle_gets_nothing(pictured, user, make_user, as_user, who):
    portrayed = make_user(groups=["Moderators"])
    row, submission = pictured(people=[portrayed])
    hide_photo(portrayal=row, person=portrayed)
    user.groups.set(portrayed.groups.all())
    other = {
        "author": user,
        "portrayed": portrayed,
        "employee": make_user(),
        "community": make_user(groups=["Community managers"]),
    }[who]
    assert as_user(other).post(reverse("stories:portrayal_take_out", args=[row.pk])).status_code == 404
    assert StoryPage.objects.get(pk=submission.story_id).photos.count() == 1


def test_whoever_is_taken_up_in_a_later_edit_is_told_too(pictured, user, make_user):
    _row, submission = pictured()
    newcomer = make_user()
    draft = open_draft_for(submission=submission, author=user)
    draft.photos.get().people.add(newcomer)
    send_story(draft=draft, author=user)
    assert kinds_for(newcomer) == ["story.portrayed"]


def test_naming_somebody_no_more_doesnt_show_what_they_hid(pictured, user, as_user):
    row, submission = pictured()
    hide_photo(portrayal=row, person=row.person)
    draft = open_draft_for(submission=submission, author=user)
    photo = draft.photos.get()
    photo.people.clear()
    photo.nobody_recognisable = True
    photo.save()
    send_story(draft=draft, author=user)
    assert PortalImage.objects.get(pk=row.image_id).hidden_at is not None
    assert as_user(row.person).get(reverse("stories:portrayal", args=[row.pk])).status_code == 200


def test_a_withdrawn_story_asks_nobody_any_more(pictured, user):
    row, submission = pictured()
    withdraw_story(submission=submission, author=user)
    assert says(Message.objects.get(recipient=row.person, kind="story.portrayed")) is None


@pytest.mark.parametrize("language", ["nl", "en"])
def test_my_photos_lists_mine_alone_and_changes_them_there(pictured, make_user, as_user, language):
    row, _submission = pictured()
    other, _other_submission = pictured(title="Van iemand anders")
    url = f"/{language}/stories/photos/"
    page = BeautifulSoup(as_user(row.person).get(url).content, "html.parser")
    assert len(page.select("main li.panel")) == 1
    assert "Van iemand anders" not in page.get_text()
    form = page.select_one(f"form[action='/{language}/stories/photos/{row.pk}/hide/']")
    assert form is not None
    response = as_user(row.person).post(form["action"], {"back": "list"})
    assert response["Location"] == url
    assert Portrayal.objects.get(pk=row.pk).answer == "hidden"
    assert Portrayal.objects.get(pk=other.pk).answer == ""
    assert as_user(make_user()).get(url).status_code == 200


def test_the_list_costs_the_same_with_ten_photos(pictured, make_user, as_user):
    person = make_user()
    client = as_user(person)

    def count() -> int:
        client.get("/nl/stories/photos/")
        touch_content()
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/nl/stories/photos/").status_code == 200
        return len(queries)

    pictured(people=[person])
    few = count()
    for number in range(9):
        pictured(people=[person], title=f"Verhaal {number}")
    assert count() == few


def test_the_mail_goes_before_the_story_is_there(pictured, mailoutbox):
    row, _submission = pictured(live=False)
    message = Message.objects.get(recipient=row.person, kind="story.portrayed")
    send_due(now=message.due_at)
    assert [mail.to for mail in mailoutbox if row.person.email in mail.to] == [[row.person.email]]
