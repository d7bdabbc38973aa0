"""The empty portal."""

import pytest
from django.core.management import call_command
from wagtail.models import Page


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
