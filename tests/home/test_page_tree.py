"""The empty portal."""

import pytest
from django.core.management import call_command
from wagtail.models import Page

from home.models import NewsIndexPage


@pytest.mark.django_db
def test_creating_the_page_tree_again_changes_nothing(capsys):
    before = set(Page.objects.values_list("pk", flat=True))
    call_command("create_page_tree")
    assert set(Page.objects.values_list("pk", flat=True)) == before


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_front_page_opens_for_a_colleague(as_user, user, language):
    assert as_user(user).get(f"/{language}/").status_code == 200


@pytest.mark.django_db
def test_the_front_page_asks_a_stranger_to_sign_in(client):
    response = client.get("/nl/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_the_standing_pages_are_translations_with_english_titles():
    english = Page.objects.filter(locale__language_code="en", depth__in=(2, 3))
    assert set(english.values_list("title", "alias_of")) == {
        (title, None) for title in ("Today", "Our story", "News", "Handbook", "My start", "Competencies", "Stories")
    }


@pytest.mark.django_db
def test_an_alias_in_the_place_of_a_standing_page_becomes_its_translation():
    source = NewsIndexPage.objects.get(locale__language_code="nl")
    NewsIndexPage.objects.get(locale__language_code="en").delete()
    source.save_revision().publish()
    assert source.get_translations().get().alias_of_id == source.pk
    call_command("create_page_tree")
    twin = NewsIndexPage.objects.get(locale__language_code="en")
    assert (twin.title, twin.slug, twin.alias_of_id) == ("News", "news", None)
