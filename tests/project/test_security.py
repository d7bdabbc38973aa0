"""Odd requests, sign-in and settings: a clear answer, never a server error, and nothing to try out."""

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils.crypto import get_random_string
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from home.models import HomePage
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "secret-enough-1"
ODD_PATHS = [
    "/nl/\0/",
    "/nl/%00/",
    "/nl/%/",
    "/nl/%zz/",
    "/nl/%ff%fe/",
    "/nl/%c0%ae%c0%ae/",
    "/nl/..%2f..%2fetc/passwd",
    "/nl/../../etc/passwd",
    "//evil.example/",
    "/nl//",
    "/nl/" + "a" * 5000 + "/",
    "/nl/" + "a/" * 500,
    "/nl/" + "é" * 300 + "/",
    "/nl/漢字/",
    "/nl/عربي/",
    "/nl/\U0001f4a9/",
    "/nl/e\u0301/",
    "/nl/\u202e\u2066/",
    "/de/",
    "/de/nieuws/",
    "/nl-NL/",
    "/xx/yy/",
    "/nl/nieuws/?page=99999999999999999999",
    "/nl/nieuws/?page=-1",
    "/nl/nieuws/?page=0",
    "/nl/nieuws/?page=x",
    "/nl/nieuws/?page=%00",
    "/nl/nieuws/?page=1&page=2",
    "/nl/verhalen/?page=１",
    "/nl/search/?q=%00",
    "/nl/search/?q=" + "a" * 5000,
    '/nl/search/?q="&page=99999999999999999999',
    "/nl/search/suggest/?q=%ff",
    "/nl/onboarding/999999999999999999999999/",
    "/nl/access/0/ask/",
    "/media/%00",
    "/media/" + "%2e%2e/" * 20 + "etc/passwd",
    "/documents/99999999999999999999999999/x.pdf",
    "/documents/1/",
    "/accounts/login/?next=//evil.example/",
    "/accounts/login/?next=%00",
    "/accounts/password/reset/key/%00-%00/",
    "/theme-%00.css",
    "/logo-%ff",
]


@pytest.mark.parametrize("path", ODD_PATHS, ids=lambda path: ascii(path)[:40])
def test_an_odd_address_is_never_a_server_error(client, as_user, path):
    for reader in (client, as_user(UserFactory())):
        response = reader.get(path, follow=True)
        assert response.status_code in (200, 400, 403, 404, 405), path
        assert not any("evil.example" in step for step, _code in getattr(response, "redirect_chain", []))


@pytest.mark.parametrize("language", ["de", "nl-NL", "../..", "", "x" * 500, "\0"])
def test_an_odd_language_is_ignored(client, language):
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language.replace("\0", "%00")
    response = client.get("/accounts/login/", headers={"Accept-Language": language.replace("\0", "")})
    assert response.status_code == 200
    assert client.post("/language/", {"language": language, "next": "//evil.example/"})["Location"] == "/"


def test_a_form_without_its_token_gets_a_page_that_says_what_to_do():
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    for path in ("/accounts/logout/", "/nl/access/1/ask/", "/language/", "/accounts/login/"):
        response = client.post(path, {"login": "x"})
        assert response.status_code == 403
        assert response.templates[0].name == "403_csrf.html"
        assert response["Content-Security-Policy"]


def test_an_unknown_host_is_refused(settings, client):
    settings.ALLOWED_HOSTS = ["portal.example.org"]
    assert client.get("/nl/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/health/", headers={"Host": "evil.example:99999"}).status_code == 400


def test_a_session_that_was_made_up_is_nobodys(client):
    client.cookies[django_settings.SESSION_COOKIE_NAME] = "../../etc/passwd\x7f"
    assert client.get("/nl/").status_code == 302


# Signing in ------------------------------------------------------------------------------
def _sign_in(client, email: str, password: str = PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def _form_errors(response) -> list[str]:
    return response.context["form"].non_field_errors()


def test_signing_in_says_the_same_whoever_does_not_exist_or_has_left(client):
    colleague, gone = UserFactory(), UserFactory(is_active=False)
    answers = {
        str(_form_errors(_sign_in(Client(REMOTE_ADDR="10.0.0.1"), colleague.email, "wrong"))),
        str(_form_errors(_sign_in(Client(REMOTE_ADDR="10.0.0.2"), "nobody@example.org", "wrong"))),
        str(_form_errors(_sign_in(Client(REMOTE_ADDR="10.0.0.3"), gone.email))),
    }
    assert len(answers) == 1


def test_a_forgotten_password_says_the_same_for_nobody(client):
    colleague = UserFactory()
    answers = []
    for email in (colleague.email, "nobody@example.org"):
        response = Client(REMOTE_ADDR=f"10.0.1.{len(answers)}").post("/accounts/password/reset/", {"email": email})
        answers.append((response.status_code, response.get("Location")))
    assert answers[0] == answers[1]


def test_trying_passwords_is_stopped():
    colleague = UserFactory()
    client = Client(REMOTE_ADDR="10.0.2.1")
    for _time in range(30):
        _sign_in(client, colleague.email, get_random_string(12))
    assert _sign_in(client, colleague.email).status_code in (200, 429)
    assert "_auth_user_id" not in client.session


def test_signing_in_gives_a_new_session(client):
    client.get("/accounts/login/")
    session = client.session
    session["before"] = True
    session.save()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key
    _sign_in(client, UserFactory().email)
    assert "_auth_user_id" in client.session
    assert client.session.session_key != session.session_key


def test_leaving_ends_the_session_at_once(as_user, user):
    client = as_user(user)
    assert client.get("/nl/").status_code == 200
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/nl/").status_code == 302


def test_a_changed_password_ends_the_other_sessions(user):
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.force_login(user)
    user.set_password("another-enough-2")
    user.save()
    assert elsewhere.get("/nl/").status_code == 302


def test_a_demo_account_works_in_demo_mode_only(client, settings):
    user = UserFactory(email="newcomer@demo.example")
    client.force_login(user)
    assert client.get("/nl/").status_code == 200
    settings.DEMO = False
    assert client.get("/nl/").status_code == 302


def test_a_sign_in_never_leads_to_another_host(client):
    response = client.post(
        "/accounts/login/?next=//evil.example/", {"login": UserFactory().email, "password": PASSWORD}
    )
    assert response.status_code == 302
    assert "evil.example" not in response["Location"]


def test_there_is_one_place_to_sign_in(client):
    response = client.get("/admin/login/?next=/admin/pages/")
    assert response["Location"] == "/accounts/login/?next=/admin/pages/"


def test_a_reader_in_the_admin_is_refused_and_not_sent_round(as_user, user):
    for path in ("/admin/", "/admin/pages/", "/admin/api/main/pages/", "/admin/nothing/"):
        response = as_user(user).get(path)
        assert response.status_code in (403, 404)
        assert not response.has_header("Location")


def test_signing_out_takes_a_form(as_user, user):
    client = as_user(user)
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


# Settings that close what Wagtail opens ----------------------------------------------------
def test_the_settings_that_close_what_wagtail_opens_are_set():
    assert django_settings.WAGTAILDOCS_SERVE_METHOD == "serve_view"
    assert django_settings.WAGTAIL_PRIVATE_PAGE_OPTIONS == {"SHARED_PASSWORD": False}
    assert django_settings.WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS == {"SHARED_PASSWORD": False}
    assert django_settings.WAGTAIL_GRAVATAR_PROVIDER_URL is None
    assert not django_settings.WAGTAIL_ENABLE_UPDATE_CHECK
    assert not django_settings.WAGTAIL_ENABLE_WHATS_NEW_BANNER
    assert not django_settings.WAGTAIL_PASSWORD_RESET_ENABLED
    assert not {"html", "htm", "svg", "xml", "js"} & set(django_settings.WAGTAILDOCS_EXTENSIONS)
    assert django_settings.SESSION_COOKIE_HTTPONLY
    assert django_settings.SESSION_COOKIE_SAMESITE == "Lax"


def test_no_page_or_collection_can_get_a_shared_password(as_user):
    admin = as_user(UserFactory(is_superuser=True))
    page = HomePage.objects.get(locale__language_code="nl")
    choices = dict(admin.get(f"/admin/pages/{page.pk}/privacy/").context["form"].fields["restriction_type"].choices)
    assert PageViewRestriction.PASSWORD not in choices
    collection = Collection.get_first_root_node().add_child(name="Minutes")
    url = f"/admin/collections/{collection.pk}/privacy/"
    choices = dict(admin.get(url).context["form"].fields["restriction_type"].choices)
    assert CollectionViewRestriction.PASSWORD not in choices
