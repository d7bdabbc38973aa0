"""Signing in and what belongs to it, in both languages."""

import re

import pytest
from django.core import mail
from django.test import Client

from tests.factories import UserFactory

PASSWORD = "secret-enough-1"
LOGIN = "/accounts/login/"


def sign_in(client, user, password=PASSWORD, **extra):
    """Fill in the form and send it."""
    return client.post(LOGIN, {"login": user.email, "password": password, **extra})


def test_signing_in_leads_to_the_front_page_in_ones_own_language(client, make_user):
    response = sign_in(client, make_user(locale="en"))
    assert response["Location"] == "/"
    assert client.get("/")["Location"] == "/en/"


@pytest.mark.parametrize("deep", ["/en/handbook/", "/nl/nieuws/?page=2"])
def test_who_came_for_a_page_gets_it_after_signing_in(client, make_user, deep):
    sent = client.get(deep)["Location"]
    form = client.get(sent).content.decode()
    field = re.search(r'name="next" value="([^"]+)"', form.split(f'action="{LOGIN}"')[1]).group(1).replace("&amp;", "&")
    assert field == deep
    assert sign_in(client, make_user(), next=field)["Location"] == deep


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_never_leads_out_of_the_portal(client, make_user, elsewhere):
    assert "evil" not in sign_in(client, make_user(), next=elsewhere)["Location"]


@pytest.mark.parametrize(("language", "word"), [("nl", "Fout:"), ("en", "Error:")])
def test_a_wrong_password_is_said_first_and_keeps_the_address(client, make_user, language, word):
    client.cookies["django_language"] = language
    user = make_user()
    html = sign_in(client, user, "not-this-one").content.decode()
    assert f"<title>{word}" in html.replace("\n", "")
    assert 'class="error-summary' in html and f'value="{user.email}"' in html
    assert "not-this-one" not in html


def test_an_unknown_address_gets_the_same_answer_as_a_wrong_password(client, make_user):
    known = sign_in(client, make_user(), "not-this-one").content.decode()
    unknown = client.post(LOGIN, {"login": "nobody@example.org", "password": "x" * 14}).content.decode()
    errors = [html.split('class="error-summary')[1].split("</div>")[0] for html in (known, unknown)]
    assert errors[0] == errors[1]


def test_the_sign_in_page_speaks_the_language_chosen(client, db):
    client.get(LOGIN, headers={"accept-language": "nl"})
    response = client.post("/language/", {"language": "en", "next": f"{LOGIN}?next=/en/"})
    assert response["Location"] == f"{LOGIN}?next=/en/"
    html = client.get(LOGIN, headers={"accept-language": "nl"}).content.decode()
    assert '<html lang="en"' in html and 'name="language" value="nl"' in html


@pytest.mark.parametrize("data", [{"language": "xx"}, {}, {"language": "en", "next": "https://evil.example/"}])
def test_a_language_that_is_not_there_or_a_way_out_changes_nothing(client, db, data):
    response = client.post("/language/", data)
    assert response["Location"] == "/"
    assert ("django_language" in response.cookies) == (data.get("language") == "en")


def test_choosing_a_language_needs_a_form_of_ours(db):
    assert Client(enforce_csrf_checks=True).post("/language/", {"language": "en"}).status_code == 403
    assert Client().get("/language/").status_code == 405


def test_demo_accounts_are_shown_in_demo_mode_only(client, db, settings):
    UserFactory(email="newcomer@demo.example")
    UserFactory(email="somebody@example.org")
    settings.DEMO = True
    shown = client.get(LOGIN).content.decode()
    assert "newcomer@demo.example" in shown and "somebody@example.org" not in shown
    settings.DEMO = False
    assert "demo.example" not in client.get(LOGIN).content.decode()


def test_signing_out_asks_first_and_then_does_it(as_user, user):
    client = as_user(user)
    assert client.get("/accounts/logout/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/nl/").status_code == 302


@pytest.mark.parametrize(("locale", "words"), [("nl", "nieuw wachtwoord"), ("en", "new password")])
def test_a_forgotten_password_is_replaced_by_a_link_in_ones_own_language(client, make_user, locale, words):
    user = make_user(locale=locale)
    client.cookies["django_language"] = "nl" if locale == "en" else "en"
    client.post("/accounts/password/reset/", {"email": user.email})
    message = mail.outbox[0]
    assert message.to == [user.email] and words in message.body
    link = re.search(r"http://testserver(/\S+)", message.body).group(1)
    page = client.get(link, follow=True)
    change = page.redirect_chain[-1][0]
    done = client.post(change, {"password1": "drie-natte-eenden", "password2": "drie-natte-eenden"}, follow=True)
    assert done.status_code == 200
    user.refresh_from_db()
    assert user.check_password("drie-natte-eenden")
    assert client.get(link, follow=True).context.get("token_fail") is True


def test_asking_for_a_link_does_not_say_who_has_an_account(client, make_user):
    known = client.post("/accounts/password/reset/", {"email": make_user().email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_a_password_is_changed_by_who_knows_the_old_one(as_user, user):
    client = as_user(user)
    new = {"password1": "drie-natte-eenden", "password2": "drie-natte-eenden"}
    wrong = client.post("/accounts/password/change/", {"oldpassword": "no", **new})
    assert 'class="error-summary' in wrong.content.decode()
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new})
    user.refresh_from_db()
    assert user.check_password("drie-natte-eenden")


@pytest.mark.parametrize("address", ["email", "signup", "confirm-email", "password/set"])
def test_nobody_makes_an_account_or_changes_their_address(as_user, user, address):
    client = as_user(user)
    sent = {"email": "new@example.org", "action_add": "1"}
    assert client.get(f"/accounts/{address}/", follow=True).status_code == 404
    assert client.post(f"/accounts/{address}/", sent, follow=True).status_code == 404
    user.refresh_from_db()
    assert user.email != "new@example.org"
