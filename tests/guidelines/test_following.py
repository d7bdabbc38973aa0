"""Following a manual: a large change tells who follows it, in the language they read, and only who still may see it."""

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import Locale, PageViewRestriction

from guidelines.models import Following, ManualIndexPage
from guidelines.services.changes import MANUAL_CHANGED, tell_followers
from guidelines.services.following import follow_manual
from notifications.models import Message
from notifications.resolving import gather, resolve
from people.forgetting import forget_person
from people.personal_data import collect
from tests.factories import ChapterFactory, ManualFactory

from .test_changes import LINE, fresh, large, publish, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def manual(trunk):
    return publish(ManualFactory(parent=trunk(ManualIndexPage), title="Veilig werken"))


@pytest.fixture
def chapter(manual):
    return publish(ChapterFactory(parent=fresh(manual), title="Lijm"))


@pytest.fixture
def follower(make_user, manual):
    person = make_user(first_name="Volger", locale="nl")
    follow_manual(user=person, manual_key=manual.translation_key)
    return person


def told(user) -> list:
    with override("en"):
        return [resolve(message) for message in Message.objects.filter(recipient=user, kind=MANUAL_CHANGED)]


def soup(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_following_and_stopping_say_what_they_set(as_user, user, manual, chapter):
    client = as_user(user)
    for _click in range(2):
        assert client.post(f"/nl/manuals/{chapter.pk}/follow/")["Location"] == f"{chapter.url}#follow"
    assert Following.objects.get().manual_key == manual.translation_key
    assert "unfollow" in soup(client.get(manual.url)).select_one("#follow form")["action"]
    for _click in range(2):
        client.post(f"/en/manuals/{manual.pk}/unfollow/", {"next": "/en/manuals/mine/"})
    assert not Following.objects.exists()
    assert client.get(f"/en/manuals/{manual.pk}/follow/").status_code == 405


def test_the_way_back_never_leads_outside(as_user, user, manual):
    response = as_user(user).post(f"/nl/manuals/{manual.pk}/follow/", {"next": "https://evil.example/"})
    assert response["Location"] == f"{manual.url}#follow"


def test_nobody_follows_twice(follower, manual):
    with pytest.raises(IntegrityError), transaction.atomic():
        Following.objects.create(user=follower, manual_key=manual.translation_key, followed_at=timezone.now())


def test_what_one_follows_is_listed_where_they_may_still_see_it(as_user, make_user, follower, manual):
    page = soup(as_user(follower).get("/nl/manuals/mine/"))
    assert [link.get_text() for link in page.select("section[aria-labelledby=followed] li a")] == ["Veilig werken"]
    member = make_user(groups=["Insiders"])
    PageViewRestriction.objects.create(page=manual, restriction_type="groups").groups.set(member.groups.all())
    assert soup(as_user(follower).get("/nl/manuals/mine/")).select("section[aria-labelledby=followed] li") == []


def test_a_large_change_of_a_chapter_tells_who_follows_the_manual(follower, chapter, make_user):
    large(chapter)
    assert tell_followers(timezone.now()) == 1
    assert tell_followers(timezone.now()) == 0
    [content] = told(follower)
    assert content.title == "“Veilig werken” was changed: Lijm"
    assert content.text == LINE and content.who == ""
    assert Message.objects.filter(kind=MANUAL_CHANGED).count() == 1


def test_a_small_change_tells_nobody(follower, manual):
    publish(manual, change_note="Een typefout.")
    assert tell_followers(timezone.now()) == 0


def test_who_made_it_is_neither_told_nor_named(make_user, follower, manual):
    writer = make_user(first_name="Schrijver", locale="nl")
    follow_manual(user=writer, manual_key=manual.translation_key)
    publish(manual, user=writer, change_size="large", change_note=LINE)
    tell_followers(timezone.now())
    assert told(writer) == []
    assert "Schrijver" not in str(told(follower)) + str(Message.objects.values_list("payload", "key", "thread"))


def test_changes_of_one_day_are_one_message(follower, manual, chapter):
    large(manual)
    large(chapter, line="Geen lijm meer.")
    tell_followers(timezone.now())
    with override("en"):
        items, _lapsed = gather(Message.objects.filter(recipient=follower, kind=MANUAL_CHANGED))
    assert len(items) == 1 and len(items[0].messages) == 2


def test_who_stopped_following_or_came_later_hears_nothing(make_user, follower, manual):
    large(manual)
    late = make_user(locale="nl")
    follow_manual(user=late, manual_key=manual.translation_key)
    tell_followers(timezone.now())
    assert told(late) == [] and len(told(follower)) == 1
    Following.objects.all().delete()
    assert told(follower) == [None]


def test_a_page_that_was_closed_since_is_not_told(make_user, follower, manual, chapter):
    large(chapter)
    tell_followers(timezone.now())
    member = make_user(groups=["Insiders"])
    PageViewRestriction.objects.create(page=chapter, restriction_type="groups").groups.set(member.groups.all())
    assert told(follower) == [None]
    large(chapter, line="Nog geheimer.")
    assert tell_followers(timezone.now()) == 0


def test_each_hears_it_of_the_language_they_read(make_user, follower, manual):
    english = make_user(locale="en")
    follow_manual(user=english, manual_key=manual.translation_key)
    large(manual)
    tell_followers(timezone.now())
    # English readers get the Dutch text, as nothing else is there.
    assert len(told(follower)) == len(told(english)) == 1
    manual.get_translations().get().delete()
    twin = translate(fresh(manual), title="Working safely")
    large(manual, line="Tweede.")
    tell_followers(timezone.now())
    assert len(told(follower)) == 2 and len(told(english)) == 1
    publish(twin, summary="The second too.")
    tell_followers(timezone.now())
    assert len(told(follower)) == 2 and len(told(english)) == 2
    assert Locale.objects.count() == 2


def test_forgetting_ends_it_and_it_goes_along_before(make_user, follower):
    assert collect(follower)["manuals"]["follows"][0]["text"] == "Veilig werken"
    forget_person(person=follower, by=make_user(is_superuser=True))
    assert not Following.objects.exists()


def test_telling_costs_the_same_for_ten_times_the_followers(make_user, manual, django_assert_max_num_queries):
    def follow(count):
        for _number in range(count):
            follow_manual(user=make_user(locale="nl"), manual_key=manual.translation_key)

    follow(2)
    large(manual)
    with django_assert_max_num_queries(20):
        assert tell_followers(timezone.now()) == 2
    follow(20)
    large(manual, line="Nog een.")
    with django_assert_max_num_queries(20):
        assert tell_followers(timezone.now()) == 22
