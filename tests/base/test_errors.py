"""Error pages: what happened, whose fault it isn't, what now."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import OperationalError
from django.test import Client
from wagtail.models import PageViewRestriction

from base.errors import words_of
from base.models import HouseStyle
from guidelines.models import ManualIndexPage
from tests.factories import ManualFactory


@pytest.fixture
def secret(trunk, make_user):
    """A manual for the board only, with an owner who may read it."""
    board = Group.objects.create(name="Board")
    page = ManualFactory.build(title="Reorganisatie", owner=make_user(first_name="Ingrid", groups=["Board"]))
    trunk(ManualIndexPage).add_child(instance=page)
    PageViewRestriction.objects.create(page=page, restriction_type="groups").groups.add(board)
    return page


def test_a_page_that_is_not_there_offers_search_and_what_looks_like_it(as_user, user, trunk):
    trunk(ManualIndexPage).add_child(instance=ManualFactory.build(title="Huisregels", slug="huisregels-sociale-media"))
    response = as_user(user).get("/nl/handboek/oude-huisregels/")
    html = response.content.decode()
    assert response.status_code == 404
    assert 'value="oude huisregels"' in html and "/nl/handboek/huisregels-sociale-media/" in html


def test_what_is_suggested_is_open_to_the_reader(as_user, user, secret):
    html = as_user(user).get("/nl/handboek/reorganisatie-2027/").content.decode()
    assert "Reorganisatie" not in html


@pytest.mark.parametrize(
    "address",
    [
        "/nl/%00/",
        "/nl/%ff%fe/",
        "/nl/<script>alert(1)</script>/",
        "/xx/yy/",
        "/nl/" + "a" * 3000 + "/",
        "/nl/%E2%80%AE/",
    ],
)
def test_strange_addresses_are_just_not_found(as_user, user, address):
    response = as_user(user).get(address)
    assert response.status_code in (302, 404)
    assert b"<script>alert" not in response.content


def test_words_of_an_address_are_what_a_reader_would_search_for():
    assert words_of("/nl/handboek/samen_werken-2/") == ["samen", "werken", "2"]
    assert words_of("/nl/") == []


def test_a_closed_page_names_who_can_open_it_and_lets_the_reader_ask(as_user, user, secret):
    response = as_user(user).get(secret.get_url())
    html = response.content.decode()
    assert response.status_code == 403
    assert "Ingrid" in html and "Reorganisatie" not in html
    assert f'action="/nl/access/{secret.pk}/ask/"' in html


def test_without_an_owner_the_contact_of_the_house_style_is_named(as_user, user, secret):
    HouseStyle.objects.create(contact_name="ICT-helpdesk", contact_phone="088 000 40 40")
    secret.owner.is_active = False
    secret.owner.save()
    html = as_user(user).get(secret.get_url()).content.decode()
    assert "ICT-helpdesk" in html and 'href="tel:0880004040"' in html


def test_a_form_without_its_token_says_what_to_do(make_user):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user())
    response = strict.post("/nl/settings/", {"locale": "en"})
    assert response.status_code == 403
    assert "403_csrf.html" in [template.name for template in response.templates]


def test_a_wrong_host_name_is_refused_without_a_crash(client, db, settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    response = client.get("/nl/", headers={"host": "evil.example"})
    assert response.status_code == 400 and b"400" in response.content


@pytest.mark.parametrize(("error", "status"), [(RuntimeError("canary"), 500), (OperationalError("canary"), 503)])
def test_a_crash_shows_a_plain_page_that_gives_nothing_away(make_user, monkeypatch, error, status):
    client = Client(raise_request_exception=False)
    client.force_login(make_user())

    def crash(*args, **kwargs):
        raise error

    monkeypatch.setattr("people.views.render", crash)
    response = client.get("/nl/settings/")
    html = response.content.decode()
    assert response.status_code == status
    assert "canary" not in html and 'lang="en"' in html
    assert ("Retry-After" in response) == (status == 503)


@pytest.mark.parametrize("name", ["500.html", "503.html"])
def test_pages_for_a_broken_server_are_plain_files_with_two_stylesheets(name):
    text = Path(settings.BASE_DIR / "templates" / name).read_text()
    assert "{%" not in text and "{{" not in text and "<script" not in text
    assert text.count('rel="stylesheet"') == 2
