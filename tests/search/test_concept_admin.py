"""The words that search understands, in the admin."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.urls import reverse
from wagtail.models import PageViewRestriction

from search import outbox
from search.models import Concept

pytestmark = pytest.mark.django_db

ADD = reverse("search_words:add")
LIST = reverse("search_words:index")


@pytest.fixture
def editor(make_user):
    return make_user(groups=["Editors"], locale="en")


@pytest.fixture
def desk(as_user, editor):
    """The editor's browser."""
    return as_user(editor)


@pytest.fixture(autouse=True)
def _none():
    Concept.objects.all().delete()


@pytest.fixture
def pages(make_chapter):
    pages = make_chapter("Gratificatie", "<p>eens per jaar</p>"), make_chapter("Bonus", "<p>wie hem krijgt</p>")
    outbox.rebuild()
    return pages


def typed(**fields):
    return {
        "words_nl": "",
        "words_en": "",
        "is_active": "on",
        "note": "",
        "tried_query": "",
        "tried_language": "nl",
    } | fields


def sides(response) -> list[list[str]]:
    page = BeautifulSoup(response.content, "html.parser")
    return [
        [" ".join(row.get_text(" ").split()) for row in side.select("li")] for side in page.select("#effect section")
    ]


@pytest.mark.parametrize("group", ["Employees", "HR", "Moderators"])
def test_only_editors_change_them(as_user, make_user, group):
    response = as_user(make_user(groups=[group])).post(ADD, typed(words_nl="bonus, gratificatie"))
    assert response.status_code in (302, 403)
    assert not Concept.objects.exists()


def test_words_are_saved_each_once(desk):
    response = desk.post(ADD, typed(words_nl="Bonus, gratificatie\nbonus"))
    assert response.status_code == 302
    assert Concept.objects.get().lines_nl == ["Bonus", "gratificatie"]


def test_the_effect_is_shown_before_anything_is_saved(desk, pages):
    response = desk.post(ADD, typed(words_nl="bonus\ngratificatie", tried_query="bonus", **{"try": "1"}))
    assert sides(response) == [["Bonus"], ["Bonus", "Gratificatie new"]]
    assert not Concept.objects.exists()
    page = BeautifulSoup(response.content, "html.parser")
    assert "gratificatie" in page.select_one("[name=words_nl]").get_text()
    assert page.select_one("[name=tried_query]")["value"] == "bonus"


def test_what_would_disappear_is_shown(desk, pages):
    concept = Concept.objects.create(words_nl="bonus\ngratificatie")
    address = reverse("search_words:edit", args=[concept.pk])
    data = typed(words_nl="bonus\ngratificatie", tried_query="bonus", **{"try": "1"})
    del data["is_active"]
    assert sides(desk.post(address, data)) == [["Bonus", "Gratificatie disappears"], ["Bonus"]]
    concept.refresh_from_db()
    assert concept.is_active


def test_a_change_without_effect_says_so(desk, pages):
    response = desk.post(ADD, typed(words_nl="fiets, rijwiel", tried_query="bonus", **{"try": "1"}))
    assert "finds the same with and without" in response.content.decode()


def test_the_effect_shows_no_page_that_the_editor_may_not_read(desk, pages):
    restriction = PageViewRestriction.objects.create(page=pages[0], restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(Group.objects.create(name="Council"))
    response = desk.post(ADD, typed(words_nl="bonus\ngratificatie", tried_query="bonus", **{"try": "1"}))
    assert sides(response) == [["Bonus"], ["Bonus"]]


def test_nothing_typed_to_try_is_said_at_the_field(desk, pages):
    response = desk.post(ADD, typed(words_nl="bonus, gratificatie", tried_query=" ", **{"try": "1"}))
    assert response.status_code == 200
    assert "Type what somebody would search for." in response.content.decode()


@pytest.mark.parametrize("nonsense", ["one two three four five six", "\x00", "\ud800", "9" * 5000])
def test_bad_words_are_told_and_kept(desk, nonsense):
    response = desk.post(ADD, typed(words_nl="bonus", words_en=nonsense.encode(errors="ignore").decode()))
    assert response.status_code == 200
    assert not Concept.objects.exists()


def test_trying_without_an_index_still_leaves_the_form(desk):
    response = desk.post(ADD, typed(words_nl="bonus, gratificatie", tried_query="bonus", **{"try": "1"}))
    assert response.status_code == 200


def test_a_word_in_two_concepts_is_a_warning(desk):
    Concept.objects.create(words_nl="post\nbrief")
    response = desk.post(ADD, typed(words_nl="Post", words_en="article"))
    assert response.status_code == 302
    assert any("also stands among" in str(message) for message in get_messages(response.wsgi_request))


def test_the_list_shows_both_languages_in_as_many_queries_for_many(desk, django_assert_max_num_queries):
    Concept.objects.create(words_nl="bonus", words_en="incentive")
    desk.get(LIST)
    with django_assert_max_num_queries(40) as few:
        assert "incentive" in desk.get(LIST).content.decode()
        most = len(few)
    Concept.objects.bulk_create(Concept(words_nl=f"woord{n}", words_en=f"word{n}") for n in range(40))
    with django_assert_max_num_queries(most):
        desk.get(LIST)
