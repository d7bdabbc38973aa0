"""Error pages: what happened, whose fault it isn't, what now."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import OperationalError
from django.template import TemplateSyntaxError
from django.test import Client
from redis.exceptions import ConnectionError as CacheAway
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


PAGES = {"400": "/nl/", "403": "/nl/settings/", "404": "/nl/handboek/weg/"}


def _refused(client, status: str, **headers):
    host = {"host": "evil.example"} if status == "400" else {}
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = client.cookies
    method = strict.post if status == "403" else strict.get
    return method(PAGES[status], headers=host | headers)


@pytest.mark.parametrize("status", PAGES)
def test_each_page_names_the_id_that_the_log_has(as_user, user, settings, status):
    settings.ALLOWED_HOSTS = ["testserver"]
    response = _refused(as_user(user), status)
    assert response.status_code == int(status)
    assert f"<code>{response['X-Request-ID']}</code>" in response.content.decode()


@pytest.mark.parametrize("status", PAGES)
def test_a_program_gets_json(as_user, user, settings, status):
    settings.ALLOWED_HOSTS = ["testserver"]
    response = _refused(as_user(user), status, accept="application/json")
    assert response.status_code == int(status)
    assert set(response.json()) == {"error", "request_id"}
    assert response.json()["request_id"] == response["X-Request-ID"]


@pytest.mark.parametrize("status", ["403", "404"])
def test_htmx_gets_a_notice_and_no_page(as_user, user, status):
    response = _refused(as_user(user), status, **{"hx-request": "true"})
    html = response.content.decode()
    assert response.status_code == int(status)
    assert 'class="toast' in html and "<html" not in html and response["X-Request-ID"] in html


def test_a_browser_that_takes_anything_gets_the_page(as_user, user):
    for accept in ("*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "nonsense"):
        response = as_user(user).get("/nl/handboek/weg/", headers={"accept": accept})
        assert response["Content-Type"].startswith("text/html")


@pytest.fixture
def breaks(monkeypatch):
    """``breaks(error)``: a client for whom the settings page ends in this error."""

    def breaks(error, user):
        def crash(*args, **kwargs):
            raise error

        monkeypatch.setattr("people.views.render", crash)
        client = Client(raise_request_exception=False)
        client.force_login(user)
        return client

    return breaks


@pytest.mark.parametrize(
    ("error", "status"),
    [(ValueError("x"), 500), (OperationalError("x"), 503), (CacheAway("x"), 503), (TemplateSyntaxError("x"), 500)],
)
def test_when_it_breaks_the_page_names_the_id_and_who_helps_in_both_languages(breaks, user, error, status):
    HouseStyle.objects.create(
        contact_name="ICT <desk>", contact_phone="088 000 40 40", contact_email="ict@veldbron.example"
    )
    client = breaks(error, user)
    client.get("/nl/")
    response = client.get("/nl/settings/")
    html = response.content.decode()
    assert response.status_code == status
    assert html.count(f"<code>{response['X-Request-ID']}</code>") == 2
    assert html.count("ICT &lt;desk&gt;, 088 000 40 40, ict@veldbron.example") == 2
    assert "<!-- help" not in html


def test_when_it_breaks_htmx_gets_a_notice_and_a_program_json(breaks, user):
    client = breaks(ValueError("canary"), user)
    notice = client.get("/nl/settings/", headers={"hx-request": "true"})
    assert notice.status_code == 500 and "<html" not in notice.content.decode()
    assert notice.content.decode().count(notice["X-Request-ID"]) == 2
    answer = client.get("/nl/settings/", headers={"accept": "application/json"})
    assert answer.status_code == 500 and answer.json()["request_id"] == answer["X-Request-ID"]


def test_without_a_database_there_is_still_a_page(as_user, user, monkeypatch):
    client = as_user(user)
    client.raise_request_exception = False

    def away(*args, **kwargs):
        raise OperationalError("no connection")

    with monkeypatch.context() as only_now:
        only_now.setattr("django.db.backends.utils.CursorWrapper.execute", away)
        forms = ({}, {"hx-request": "true"}, {"accept": "application/json"})
        answers = [client.get("/nl/settings/", headers=headers) for headers in forms]
    for response in answers:
        assert response.status_code == 503 and response["X-Request-ID"] in response.content.decode()
        assert response["Retry-After"]


def test_without_a_cache_there_is_still_a_page(as_user, user, settings):
    client = as_user(user)
    client.raise_request_exception = False
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }
    response = client.get("/nl/handboek/weg/")
    assert response.status_code in (404, 503) and response["X-Request-ID"] in response.content.decode()


def test_with_broken_templates_there_is_still_a_page(as_user, user, settings, tmp_path):
    (tmp_path / "base.html").write_text("{% nonsense %}")
    client = as_user(user)
    client.raise_request_exception = False
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    for address in ("/nl/handboek/weg/", "/nl/settings/"):
        response = client.get(address)
        assert response.status_code == 500 and response["X-Request-ID"] in response.content.decode()


TYPED = "Waarom klinkt de pomp om zes uur anders dan om negen uur?"


def _send(client, error, origin: str = "http://testserver", **values):
    data = {"csrfmiddlewaretoken": "of-the-page", "question": TYPED, "locale": "en"} | values
    return client.post("/nl/settings/?from=bell", data, headers={"origin": origin})


@pytest.mark.parametrize("error", [OperationalError("x"), ValueError("x")])
def test_when_it_breaks_a_form_is_given_back_to_be_sent_again(as_user, user, monkeypatch, error):
    def crash(*args, **kwargs):
        raise error

    client = as_user(user)
    client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.auth.middleware.get_user", crash)
    html = _send(client, error, title='<b>"x"</b>').content.decode()
    assert html.count("<form") == 1 and html.count('form="again"') == 2
    assert 'method="post" action="/nl/settings/?from=bell"' in html and 'href=""' not in html
    fields = dict(re.findall(r'<textarea name="(\w+)" hidden>\n([^<]*)</textarea>', html))
    assert fields["csrfmiddlewaretoken"] == "of-the-page" and fields["question"] == TYPED and fields["locale"] == "en"
    assert fields["title"] == "&lt;b&gt;&quot;x&quot;&lt;/b&gt;" and "<b>" not in html


def test_when_it_breaks_nothing_is_given_back_of_another_site_or_of_signing_in(breaks, user):
    client = breaks(OperationalError("x"), user)
    html = _send(client, OperationalError("x"), origin="https://evil.example").content.decode()
    assert TYPED not in html and "<form" not in html and html.count('href=""') == 2


def test_when_a_form_cannot_be_read_there_is_still_a_page(as_user, user, monkeypatch):
    def crash(*args, **kwargs):
        raise OperationalError("x")

    client = as_user(user)
    client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.auth.middleware.get_user", crash)
    monkeypatch.setattr("base.broken.typed_form", crash)
    response = _send(client, OperationalError("x"))
    assert response.status_code == 503 and "<form" not in response.content.decode()
