"""Single sign-on: an account is keyed on issuer and subject, roles follow the groups, and nothing else is believed."""

import time

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client

from people.oidc.linking import unlink_account
from tests.caching import cached_keys
from tests.issuer import running_issuer
from tests.people.sso import PAGE, answer, ask, query_of, sign_in, silent_answer, use_issuer, who

pytestmark = pytest.mark.django_db
User = get_user_model()


def roles(person) -> set[str]:
    return set(person.groups.values_list("name", flat=True))


def test_a_deep_link_leads_straight_to_the_issuer_and_back(client, issuer, noor):
    address = ask(client, "/en/settings/")
    asked = query_of(address)
    assert address.startswith(issuer.url)
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) > 40
    assert len(asked["nonce"]) == 32
    assert asked["redirect_uri"] == "http://testserver/accounts/oidc/callback/"
    response = client.get(answer(address, "subject-noor"))
    assert response["Location"] == "/en/settings/"
    assert who(client) == noor.pk
    assert roles(noor) == {"Editors"}
    assert client.get("/en/settings/", headers=PAGE).status_code == 200


def test_the_first_sign_in_links_once_and_the_claim_means_nothing_after_that(client, issuer, noor, make_user):
    sign_in(client, "subject-noor")
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid, account.user_id) == (issuer.url, "subject-noor", noor.pk)
    # Nothing the issuer says about somebody is kept.
    assert account.extra_data == {}
    other = make_user(staff_number="200")
    issuer.knows("subject-noor", employee_id="200")
    again = Client()
    sign_in(again, "subject-noor")
    assert who(again) == noor.pk != other.pk


@pytest.mark.parametrize(
    "claims",
    [
        {"employee_id": "999"},
        {"employee_id": ""},
        {"employee_id": None},
        {"employee_id": ["100"]},
        {"employee_id": {"staff_number": "100"}},
        {"employee_id": True},
        {"employee_id": "100\0"},
        {"email": "noor@example.org", "email_verified": True, "name": "Noor Bakker"},
        {"preferred_username": "noor@example.org", "staff_number": "100"},
    ],
)
def test_whoever_hr_does_not_know_gets_a_page_and_no_account(client, issuer, noor, claims):
    issuer.knows("stranger", **claims)
    before = User.objects.count()
    response = sign_in(client, "stranger")
    assert response.status_code == 403
    assert response.templates[0].name == "people/sign_in/not_known.html"
    assert who(client) is None
    assert User.objects.count() == before
    assert not SocialAccount.objects.exists()


def test_an_account_that_has_a_subject_is_not_given_to_another(client, issuer, noor):
    sign_in(client, "subject-noor")
    issuer.knows("thief", employee_id="100")
    other = Client()
    response = sign_in(other, "thief")
    assert (response.status_code, response.context["reason"]) == (403, "taken")
    assert who(other) is None
    unlink_account(person=noor)
    sign_in(other, "thief")
    assert who(other) == noor.pk


def test_the_same_subject_of_another_issuer_is_somebody_else(client, settings, issuer, noor):
    sign_in(client, "subject-noor")
    with running_issuer() as other:
        use_issuer(settings, other)
        other.knows("subject-noor", employee_id="none of ours")
        elsewhere = Client()
        response = sign_in(elsewhere, "subject-noor")
    assert response.status_code == 403
    assert who(elsewhere) is None


def test_an_issuer_that_says_it_is_another_is_not_believed(client, issuer, noor):
    issuer.says = {"issuer": "https://login.example.org"}
    response = client.get("/accounts/login/", headers=PAGE)
    assert response.status_code == 400
    assert who(client) is None


def test_a_token_of_another_issuer_is_not_believed(client, issuer, noor, monkeypatch):
    from people.oidc import provider

    address = answer(ask(client), "subject-noor")
    monkeypatch.setattr(provider.IssuerAdapter, "_load_configuration", lambda self: {**config, "issuer": "https://x"})
    config = cache.get(next(key for key in cached_keys() if "oidc-configuration" in key))
    response = client.get(address)
    assert response.status_code == 400
    assert who(client) is None


def test_e_mail_links_only_where_the_organisation_says_so_and_never_unverified(client, settings, issuer, make_user):
    person = make_user(email="sam@example.org")
    issuer.knows("sam", email="Sam@Example.org", email_verified=False)
    settings.OIDC_LINK_CLAIM, settings.OIDC_LINK_FIELD = "email", "email"
    assert sign_in(client, "sam").status_code == 403
    issuer.knows("sam", email="Sam@Example.org", email_verified=True)
    sign_in(client, "sam")
    assert who(client) == person.pk


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_active": False}, "closed"),
        ({"is_superuser": True}, "local"),
        ({"is_preboarder": True}, "not_started"),
    ],
)
def test_who_may_not_sign_in_is_not_linked_and_hears_why(client, issuer, noor, changes, reason):
    User.objects.filter(pk=noor.pk).update(**changes)
    response = sign_in(client, "subject-noor")
    assert (response.status_code, response.context["reason"]) == (403, reason)
    assert who(client) is None
    assert not SocialAccount.objects.exists()


def test_a_closed_account_that_is_linked_is_refused(client, issuer, noor):
    sign_in(client, "subject-noor")
    User.objects.filter(pk=noor.pk).update(is_active=False)
    other = Client()
    assert sign_in(other, "subject-noor").context["reason"] == "closed"
    assert who(other) is None
    assert client.get("/nl/", headers=PAGE).status_code == 302


def test_roles_follow_the_groups_on_every_sign_in_and_local_ones_stay(issuer, noor):
    noor.groups.add(Group.objects.get(name="Moderators"), Group.objects.get(name="HR"))
    sign_in(Client(), "subject-noor")
    assert roles(noor) == {"Moderators", "Editors"}
    issuer.knows("subject-noor", groups=["personeel", "anything"])
    sign_in(Client(), "subject-noor")
    assert roles(noor) == {"Moderators", "HR"}
    issuer.knows("subject-noor", email="noor@elsewhere.example")
    sign_in(Client(), "subject-noor")
    assert roles(noor) == {"Moderators"}


def test_too_many_groups_to_send_leave_the_roles_as_they_are(issuer, noor):
    sign_in(Client(), "subject-noor")
    issuer.knows("subject-noor", _claim_names={"groups": "src1"}, _claim_sources={"src1": {}})
    sign_in(Client(), "subject-noor")
    assert roles(noor) == {"Editors"}


# The answer ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["", "wrong", "a" * 5000, "%00", "%0d%0aSet-Cookie: x=y"])
def test_an_answer_to_no_question_signs_nobody_in(client, issuer, noor, state):
    ask(client)
    response = client.get(f"/accounts/oidc/callback/?code=x&state={state}")
    assert (response.status_code, response.context["reason"]) == (400, "lost")
    assert who(client) is None


def test_an_answer_counts_once_and_in_its_own_browser(client, issuer, noor):
    back = answer(ask(client), "subject-noor")
    stranger = Client()
    assert stranger.get(back).context["reason"] == "lost"
    assert who(stranger) is None
    client.get(back)
    assert who(client) == noor.pk
    # Going back in the browser shows no error to who is in.
    assert client.get(back)["Location"] == "/"
    client.post("/accounts/logout/")
    assert client.get(back).status_code == 400
    assert who(client) is None


def test_a_token_that_answers_another_question_is_refused(client, issuer, noor):
    first, second = ask(client), ask(client)
    nonces = query_of(first)["nonce"], query_of(second)["nonce"]
    mixed = first.replace(nonces[0], nonces[1])
    response = client.get(answer(mixed, "subject-noor"))
    assert response.status_code == 400
    assert who(client) is None


def test_user_information_about_somebody_else_is_refused(client, issuer, noor, monkeypatch):
    from people.oidc.provider import IssuerAdapter

    about = {"sub": "subject-noor", "employee_id": "100"}
    issuer.knows("thief", employee_id="none")
    monkeypatch.setattr(IssuerAdapter, "_fetch_user_info", lambda self, token: about)
    assert sign_in(client, "thief").status_code == 400
    assert who(client) is None


def test_who_refuses_at_the_issuer_hears_so_and_can_try_again(client, issuer, noor):
    issuer.refuses = "access_denied"
    response = client.get(silent_answer(ask(client, "/en/settings/")))
    assert (response.status_code, response.context["reason"]) == (403, "cancelled")
    assert "/accounts/login/?next=%2Fen%2Fsettings%2F" in response.content.decode()


def test_an_issuer_that_is_down_is_said_and_is_no_error(client, issuer, noor):
    issuer.is_down = True
    response = client.get("/accounts/login/?next=/en/settings/")
    assert (response.status_code, response.context["reason"]) == (503, "unreachable")
    assert response["Retry-After"]
    issuer.is_down = False
    back = answer(ask(client), "subject-noor")
    issuer.is_down = True
    assert client.get(back).status_code in (400, 503)
    cache.clear()
    issuer.is_down = False
    back = answer(ask(client), "subject-noor")
    issuer.is_down = True
    cache.clear()
    assert client.get(back).context["reason"] == "unreachable"
    assert who(client) is None


@pytest.mark.parametrize("says", [{"token_endpoint": None}, {"token_endpoint": 5}, {"issuer": None}])
def test_an_issuer_that_says_nonsense_is_no_server_error(client, issuer, says):
    issuer.says = says
    assert client.get("/accounts/login/").status_code in (400, 503)


# Where signing in leads ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "/accounts/logout/",
        "/accounts/login/?next=/accounts/login/",
        "\r\nSet-Cookie: a=b",
        "/%0d%0aSet-Cookie:a=b",
        "",
    ],
)
def test_signing_in_leads_to_our_own_pages_only(client, issuer, noor, wanted):
    response = client.get("/accounts/login/", {"next": wanted, "go": ""}, headers=PAGE)
    response = client.get(answer(response["Location"], "subject-noor"))
    assert response.status_code == 302
    place = response["Location"]
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\", "/accounts/"))
    assert "\n" not in place
    assert not response.has_header("Set-Cookie")
    assert "a" not in response.cookies


def test_a_form_that_searches_goes_by_a_page_in_between(client, issuer):
    response = client.get("/nl/search/?q=pomp", headers=PAGE, follow=True)
    assert response.status_code == 200
    onward = response.context["onward"]
    assert f'content="0; url={onward.replace("&", "&amp;")}"' in response.content.decode()
    assert client.get(onward)["Location"].startswith(issuer.url)


def test_nobody_chooses_scope_or_prompt_or_connects_by_the_address(client, issuer):
    address = client.get("/accounts/login/?scope=admin&auth_params=prompt%3Dnone&process=connect")["Location"]
    asked = query_of(address)
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert "prompt" not in asked


# The other door --------------------------------------------------------------------------------------
def by_password(client, person, path="/accounts/local/"):
    return client.post(path, {"login": person.email, "password": "secret-enough-1"})


def test_with_an_issuer_a_password_is_for_administrators_only(issuer, noor, make_user):
    for person, may in (
        (noor, False),
        (make_user(groups=["Administrators"]), True),
        (make_user(is_superuser=True), True),
    ):
        client = Client()
        by_password(client, person)
        assert (who(client) == person.pk) is may
        assert by_password(Client(), person, "/accounts/login/").status_code == 405


def test_without_an_issuer_there_is_one_door(client, make_user):
    for path in ("/accounts/local/", "/accounts/oidc/callback/?code=x&state=y"):
        assert client.get(path)["Location"] == "/accounts/login/"
    client.post("/accounts/local/", {"login": make_user().email, "password": "secret-enough-1"})
    assert who(client) is None
    assert client.get("/accounts/login/").templates[0].name == "account/login.html"


def test_with_an_issuer_only_administrators_get_a_link_to_a_new_password(client, issuer, noor, make_user, mailoutbox):
    administrator = make_user(is_superuser=True)
    for person in (noor, administrator):
        client.post("/accounts/password/reset/", {"email": person.email})
    links = [mail.to for mail in mailoutbox if "/password/reset/key/" in mail.body]
    assert links == [[administrator.email]]


# Still there? ----------------------------------------------------------------------------------------
@pytest.fixture
def signed_in(client, issuer, noor):
    sign_in(client, "subject-noor")
    return client


def age(client, minutes: float, tried: bool = False) -> None:
    session = client.session
    session["oidc_checked"] = time.time() - minutes * 60
    session.pop("oidc_tried", None)
    if tried:
        session["oidc_tried"] = time.time()
    session.save()


def test_after_a_while_the_issuer_is_asked_without_anybody_noticing(signed_in, issuer, noor):
    issuer.here = "subject-noor"
    assert signed_in.get("/en/settings/", headers=PAGE).status_code == 200
    age(signed_in, 16)
    key = signed_in.session.session_key
    issuer.knows("subject-noor", groups=["personeel"])
    address = ask(signed_in, "/en/settings/")
    assert query_of(address)["prompt"] == "none"
    csrf = signed_in.cookies["csrftoken"].value
    response = signed_in.get(silent_answer(address))
    assert response["Location"] == "/en/settings/"
    assert signed_in.get("/en/settings/", headers=PAGE).status_code == 200
    # The session and the token of open forms stay; the roles are those of now.
    assert signed_in.session.session_key == key
    assert signed_in.cookies["csrftoken"].value == csrf
    assert roles(noor) == {"HR"}


def test_who_was_closed_at_the_issuer_is_out(signed_in, issuer):
    age(signed_in, 16)
    response = signed_in.get(silent_answer(ask(signed_in, "/en/settings/")))
    assert response["Location"] == "/accounts/login/?next=%2Fen%2Fsettings%2F"
    assert who(signed_in) is None


def test_somebody_else_at_the_issuer_is_somebody_else_here(signed_in, issuer, make_user):
    sam = make_user(staff_number="300")
    issuer.knows("sam", employee_id="300")
    age(signed_in, 16)
    address = ask(signed_in)
    issuer.here = "sam"
    signed_in.get(silent_answer(address))
    assert who(signed_in) == sam.pk
    issuer.here = "nobody of ours"
    age(signed_in, 16)
    assert signed_in.get(silent_answer(ask(signed_in))).status_code == 403
    assert who(signed_in) is None


def test_while_the_issuer_is_down_work_goes_on_for_a_while(signed_in, issuer, noor, caplog):
    issuer.is_down = True
    cache.clear()
    age(signed_in, 16)
    response = signed_in.get("/en/settings/", headers=PAGE, follow=True)
    assert response.status_code == 200
    assert response.redirect_chain[-1][0] == "/en/settings/"
    assert "IssuerUnreachable" in caplog.text
    # Not asked again with every page.
    assert signed_in.get("/en/settings/", headers=PAGE).status_code == 200
    age(signed_in, 61, tried=True)
    response = signed_in.get("/en/settings/", headers=PAGE, follow=True)
    assert response.status_code == 503
    assert who(signed_in) is None


def test_an_issuer_that_says_it_is_ill_ends_no_session(signed_in, issuer):
    age(signed_in, 16)
    issuer.refuses = "temporarily_unavailable"
    assert signed_in.get(silent_answer(ask(signed_in, "/en/settings/")))["Location"] == "/en/settings/"
    assert who(signed_in)


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("post", "/en/settings/", PAGE),
        ("get", "/en/settings/", {**PAGE, "HX-Request": "true"}),
        ("get", "/en/settings/", {"Accept": "image/webp", "Sec-Fetch-Dest": "image"}),
        ("get", "/en/settings/", {**PAGE, "Sec-Purpose": "prefetch"}),
        ("get", "/en/search/?q=pomp", PAGE),
        ("head", "/en/settings/", PAGE),
        ("get", "/accounts/logout/", PAGE),
    ],
)
def test_only_whole_pages_go_by_the_issuer(signed_in, method, path, headers):
    age(signed_in, 16)
    response = getattr(signed_in, method)(path, headers=headers)
    assert "oidc" not in response.get("Location", "")
    assert response.status_code in (200, 302)


def test_the_page_after_a_form_does_not_go_by_the_issuer(signed_in):
    age(signed_in, 16)
    data = {"locale": "en", "theme": "", "time_zone": "Europe/Amsterdam"}
    response = signed_in.post("/en/settings/", data, headers=PAGE)
    assert signed_in.get(response["Location"], headers=PAGE).status_code == 200


def test_what_was_typed_outlives_a_session_that_nobody_vouches_for(signed_in):
    age(signed_in, 61)
    headers = {**PAGE, "Origin": "http://testserver"}
    response = signed_in.post("/en/questions/ask/", {"text": "Why is the pump so loud at six?"}, headers=headers)
    assert response.status_code == 401
    assert "Why is the pump so loud at six?" in response.content.decode()
    assert signed_in.post("/en/settings/", {}, headers={"HX-Request": "true"}).status_code == 401


def test_an_ordinary_session_from_before_single_sign_on_is_checked_too(as_user, issuer, noor):
    client = as_user(noor)
    assert query_of(ask(client))["prompt"] == "none"


def test_the_session_of_an_administrator_with_a_password_is_not(issuer, make_user):
    client, administrator = Client(), make_user(is_superuser=True)
    by_password(client, administrator)
    assert client.get("/en/settings/", headers=PAGE).status_code == 200


def test_signing_out_stays_signed_out(signed_in, issuer):
    response = signed_in.post("/accounts/logout/", follow=True)
    assert response.templates[0].name == "people/sign_in/signed_out.html"
    assert who(signed_in) is None
