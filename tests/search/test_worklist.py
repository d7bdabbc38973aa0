"""What editors see of the words that search doesn't answer, and what they are told."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone, translation

from guidelines.models import ChapterPage, ManualIndexPage
from notifications.kinds import get_kind
from notifications.models import Message
from people.forgetting import forget_person
from people.personal_data import collect
from search.models import Promotion, QueryDismissal, QueryLog
from search.promotion_services import save_promotion
from search.query_log import count_search
from search.telling import tell_promotions_end, tell_worklist

pytestmark = pytest.mark.django_db
URL = "/admin/reports/search-words/"


def count(query: str, times: int = 3, total: int = 0, **more) -> QueryLog:
    for _time in range(times):
        count_search(query=query, text=query, total=total, is_weak=False, **{"language": "nl"} | more)
    return QueryLog.objects.filter(query=query).latest("week")


@pytest.fixture
def person(make_user):
    """An editor who reads English."""
    return make_user(groups=["Editors"], locale="en")


@pytest.fixture
def editor(as_user, person):
    """Their client."""
    return as_user(person)


def listed(client, query: str = "") -> list[str]:
    page = BeautifulSoup(client.get(URL + query).content, "html.parser")
    return [row.select("td")[0].get_text(strip=True) for row in page.select("table.listing tbody tr")]


def test_the_list_names_what_is_asked_often_enough(editor):
    count("kantinekaart", 4)
    count("laptop stuk", 3, total=7)
    count("zeldzaam", 2)
    assert listed(editor) == ["kantinekaart", "laptop stuk"]
    assert listed(editor, "?trouble=no_click") == ["laptop stuk"]
    assert listed(editor, "?language=en") == []
    assert listed(editor, "?q=kantine") == ["kantinekaart"]
    assert listed(editor, "?q=%00&trouble=x&p=99999999999999") is not None


def test_each_row_leads_to_what_can_be_done_with_its_words(editor):
    count("kantinekaart")
    page = BeautifulSoup(editor.get(URL).content, "html.parser")
    links = [link["href"] for link in page.select("table.listing tbody a")]
    assert f"{reverse('search_promotion_add')}?words=kantinekaart&language=nl" in links
    assert f"{reverse('search_write_page')}?title=kantinekaart" in links
    synonym = f"{reverse('search_words:add')}?words_nl=kantinekaart"
    assert synonym in links and "kantinekaart" in str(
        BeautifulSoup(editor.get(synonym).content, "html.parser").select_one("#id_words_nl")
    )
    form = editor.get(links[[link.startswith(reverse("search_promotion_add")) for link in links].index(True)])
    assert 'value="kantinekaart"' in form.content.decode()


def test_putting_aside_and_back(editor, person):
    row = count("kantinekaart")
    for _click in range(2):
        response = editor.post(URL + "aside/", {"row": row.pk, "next": URL + "?language=nl"})
        assert response["Location"] == URL + "?language=nl"
    assert QueryDismissal.objects.get().dismissed_by == person
    assert listed(editor) == [] and listed(editor, "?show=dismissed") == ["kantinekaart"]
    editor.post(URL + "aside/", {"back": row.pk})
    assert listed(editor) == ["kantinekaart"]
    assert listed(editor, "?show=all") == ["kantinekaart"]


@pytest.mark.parametrize("row", ["", "x", "99999999", "9" * 30, "\0", "²"])
def test_a_row_that_is_none_is_not_found(editor, row):
    assert editor.post(URL + "aside/", {"row": row}, follow=True).status_code == 404


def test_words_that_are_not_shown_are_not_told_by_putting_them_aside(editor):
    row = count("zeldzaam", 2)
    response = editor.post(URL + "aside/", {"row": row.pk}, follow=True)
    assert response.status_code == 404 and "zeldzaam" not in response.content.decode()
    assert not QueryDismissal.objects.exists()


@pytest.mark.parametrize("elsewhere", ["https://veldbron.invalid/", "//veldbron.invalid", "/admin/logout/"])
def test_one_is_only_sent_back_to_the_list(editor, elsewhere):
    row = count("kantinekaart")
    assert editor.post(URL + "aside/", {"row": row.pk, "next": elsewhere})["Location"] == URL


def test_the_list_as_a_file(editor):
    count("kantinekaart", 4)
    count("zeldzaam", 2)
    text = b"".join(editor.get(URL + "?export=csv").streaming_content).decode()
    _head, *lines = text.splitlines()
    assert len(lines) == 1
    assert [cell for number, cell in enumerate(lines[0].split(",")) if number != 3] == [
        "kantinekaart",
        "nl",
        "4",
        "4",
        "0",
        "0",
        "",
        "0",
    ]


def test_only_who_may_reads_it(as_user, make_user, user):
    row = count("kantinekaart")
    for colleague, refused in ((make_user(groups=["HR"]), 302), (user, 403)):
        client = as_user(colleague)
        assert client.get(URL).status_code == refused
        assert client.post(URL + "aside/", {"row": row.pk}).status_code == refused
    assert not QueryDismissal.objects.exists()


@pytest.mark.parametrize("many", [1, 20])
def test_the_list_costs_as_many_queries_for_any_number(editor, django_assert_max_num_queries, many):
    for number in range(many):
        count(f"woord {number}")
    editor.get(URL)
    with django_assert_max_num_queries(16):
        editor.get(URL)


# A page for them ---------------------------------------------------------------------------
def test_a_page_is_written_with_the_words_as_its_title(editor, trunk, manual):
    url = reverse("search_write_page") + "?title=kantinekaart"
    assert "Kantinekaart" in editor.get(url).content.decode()
    response = editor.post(url, {"page": manual.pk})
    assert response["Location"].startswith(
        reverse("wagtailadmin_pages:add", args=["guidelines", "chapterpage", manual.pk])
    )
    form = BeautifulSoup(editor.get(response["Location"]).content, "html.parser")
    assert "Kantinekaart" in str(form.select_one("#id_title")) and "kantinekaart" in str(form.select_one("#id_slug"))
    plain = BeautifulSoup(editor.get(response["Location"].partition("?")[0]).content, "html.parser")
    assert "Kantinekaart" not in str(plain.select_one("#id_title"))
    handbook = editor.post(url, {"page": trunk(ManualIndexPage).pk})
    assert "/guidelines/manualpage/" in handbook["Location"]
    assert not ChapterPage.objects.exists()


@pytest.mark.parametrize("page", ["", "x", "1", "99999999999999999999"])
def test_a_place_that_is_none_is_said(editor, page):
    assert editor.post(reverse("search_write_page"), {"page": page}).status_code == 422


# Messages ----------------------------------------------------------------------------------
def content_of(message: Message):
    with translation.override("en"):
        return get_kind(message.kind).resolve(message.payload, message.recipient)


def test_editors_are_told_once_a_week_and_only_if_there_is_something(person, user, make_user):
    now = timezone.now()
    assert tell_worklist(now) == 0
    count("kantinekaart")
    by_hand = make_user()
    by_hand.user_permissions.add(Permission.objects.get(codename="read_querylog"))
    make_user(groups=["Editors"], is_active=False)
    assert tell_worklist(now) == 2
    assert tell_worklist(now) == 0
    told = Message.objects.filter(kind="search.worklist")
    assert {message.recipient_id for message in told} == {person.pk, by_hand.pk}
    assert content_of(told.get(recipient=person)).title == "Colleagues search for 1 thing and don't find it"
    count("kantinekaart", today=timezone.localdate() + timedelta(weeks=1))
    assert tell_worklist(now + timedelta(weeks=1)) == 2


def test_what_is_no_longer_theirs_or_was_mended_is_not_told(person, make_user):
    other = make_user(groups=["Editors"])
    row = count("kantinekaart")
    tell_worklist(timezone.now())
    person.groups.clear()
    assert content_of(Message.objects.get(recipient=person)) is None
    assert content_of(Message.objects.get(recipient=other)) is not None
    row.delete()
    assert content_of(Message.objects.get(recipient=other)) is None


@pytest.fixture
def promotion(person, manual) -> Promotion:
    """One that ends in four weeks."""
    return save_promotion(
        words="kantinekaart",
        match="exact",
        language="",
        page_key=manual.translation_key,
        kind="promoted",
        owner=person,
        ends_on=timezone.localdate() + timedelta(days=28),
        note="Omdat",
        actor=person,
    )


def test_the_owner_hears_two_weeks_before_it_ends(promotion, person):
    now = timezone.now()
    assert tell_promotions_end(now) == tell_promotions_end(now + timedelta(days=13)) == 0
    assert tell_promotions_end(now + timedelta(days=14)) == 1
    assert tell_promotions_end(now + timedelta(days=15)) == 0
    message = Message.objects.get(kind="search.promotion_ends")
    assert message.recipient == person and "kantinekaart" in content_of(message).title
    Promotion.objects.update(ends_on=promotion.ends_on + timedelta(days=60))
    assert content_of(message) is None
    assert tell_promotions_end(now + timedelta(days=28)) == 0
    assert tell_promotions_end(now + timedelta(days=75)) == 1


def test_what_is_put_first_for_a_few_days_ends_without_a_word(promotion):
    Promotion.objects.update(ends_on=timezone.localdate() + timedelta(days=5))
    assert tell_promotions_end(timezone.now()) == 0


# Somebody's own ----------------------------------------------------------------------------
def test_what_an_editor_decided_is_theirs_to_take_along_and_goes_on_without_them(promotion, person, editor):
    editor.post(URL + "aside/", {"row": count("laptop stuk").pk})
    kept = collect(person)["search_upkeep"]
    assert [row["words"] for row in kept["put_first"]] == ["kantinekaart"]
    assert [row["words"] for row in kept["put_aside"]] == ["laptop stuk"]
    forget_person(person=person, by=None)
    promotion.refresh_from_db()
    assert promotion.owner is None and QueryDismissal.objects.get().dismissed_by is None
