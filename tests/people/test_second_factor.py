"""Codes beside a password: offered to everybody, asked of who may change accounts where that is set."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core.management import call_command
from django.test import Client

from base.chrome import house_style
from base.house_style import theme_url
from tests.people.sso import sign_in, who

pytestmark = pytest.mark.django_db
PASSWORD = "secret-enough-1"


def by_password(client, person):
    return client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})


def code_for(secret: str) -> str:
    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))


def set_up(client) -> str:
    """Sets an app up; returns its secret."""
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    response = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)})
    assert response["Location"] == "/accounts/2fa/recovery-codes/", response.content
    return secret


@pytest.fixture
def administrator(make_user):
    return make_user(is_superuser=True, locale="en")


def test_whoever_wants_sets_up_codes_and_is_asked_from_then_on(client, user):
    by_password(client, user)
    # Not the password once more: they gave it just now.
    assert client.get("/accounts/2fa/").status_code == 200
    secret = set_up(client)
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10
    other = Client()
    assert by_password(other, user)["Location"] == "/accounts/2fa/authenticate/"
    assert who(other) is None
    assert other.get("/nl/").status_code == 302
    assert other.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    other.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert who(other) == user.pk
    spare = Client()
    for code, works in ((codes[0], True), (codes[0], False)):
        spare.logout()
        by_password(spare, user)
        spare.post("/accounts/2fa/authenticate/", {"code": code})
        assert (who(spare) == user.pk) is works


def test_guessing_codes_is_stopped(client, user):
    by_password(client, user)
    secret = set_up(client)
    other = Client()
    by_password(other, user)
    for number in range(6):
        other.post("/accounts/2fa/authenticate/", {"code": f"00000{number}"})
    other.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert who(other) is None


def test_who_may_change_accounts_sees_nothing_else_until_they_set_it_up(client, settings, administrator):
    settings.MFA_REQUIRED = True
    by_password(client, administrator)
    for path in ("/nl/", "/admin/", "/en/settings/", "/admin/users/"):
        assert client.get(path)["Location"] == "/accounts/2fa/totp/activate/", path
    # Colours and languages are there for strangers too.
    assert client.get(theme_url(house_style().accent)).status_code == 200
    assert client.post("/language/", {"language": "en"}).status_code == 302
    assert client.post("/en/settings/", {"locale": "en"}).status_code == 403
    assert client.get("/en/settings/", headers={"HX-Request": "true"}).status_code == 403
    set_up(client)
    assert client.get("/en/settings/").status_code == 200
    assert client.get("/admin/").status_code == 200
    # And they can't be rid of it.
    page = client.get("/accounts/2fa/")
    assert "totp/deactivate" not in page.content.decode()
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=administrator, type="totp").exists()


def test_others_are_left_alone(client, settings, user, make_user):
    settings.MFA_REQUIRED = True
    for person in (user, make_user(groups=["Editors"])):
        visitor = Client()
        by_password(visitor, person)
        assert visitor.get("/en/settings/").status_code == 200


def test_the_issuers_own_second_step_is_enough(client, settings, issuer, noor, make_user):
    settings.MFA_REQUIRED = True
    settings.OIDC_ROLES = "schrijvers=Administrators"
    sign_in(client, "subject-noor")
    assert noor.has_perm("people.change_user")
    assert client.get("/en/settings/").status_code == 200


def test_who_switches_it_off_signs_in_without_again(client, user):
    by_password(client, user)
    set_up(client)
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=user).exists()
    other = Client()
    by_password(other, user)
    assert who(other) == user.pk


def test_after_a_while_it_takes_the_password_once_more(client, user):
    by_password(client, user)
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 3600
    session.save()
    response = client.get("/accounts/2fa/totp/activate/")
    assert response["Location"].startswith("/accounts/reauthenticate/")
    page = client.get(response["Location"])
    assert page.templates[0].name == "account/reauthenticate.html"


def test_who_lost_everything_starts_anew(client, administrator, capsys):
    by_password(client, administrator)
    set_up(client)
    call_command("forget_codes", administrator.email.upper())
    assert not Authenticator.objects.exists()
    assert client.get("/en/settings/").status_code == 302


def test_nobody_sees_anothers_codes(client, user, make_user):
    by_password(client, user)
    set_up(client)
    other = Client()
    by_password(other, make_user())
    for path in (
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/download/",
        "/accounts/2fa/totp/deactivate/",
    ):
        assert other.get(path).status_code in (302, 404)
    assert other.get("/accounts/2fa/").context["authenticators"] == {}


@pytest.mark.parametrize("page", ["/accounts/2fa/", "/accounts/sessions/", "/en/settings/"])
def test_what_a_page_about_signing_in_costs(client, user, page, django_assert_max_num_queries):
    by_password(client, user)
    client.get(page)
    with django_assert_max_num_queries(16):
        assert client.get(page).status_code == 200
