"""Sessions: seen by nobody but their own, alive while they are used, over when they should be."""

import json
import time
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from base.models import PortalDocument
from people.forgetting import forget_person
from people.models import User
from people.templatetags.people_tags import device

pytestmark = pytest.mark.django_db
PASSWORD = "secret-enough-1"
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"


def visitor(person) -> Client:
    client = Client(headers={"User-Agent": FIREFOX})
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


def is_in(client) -> bool:
    return client.get("/en/settings/").status_code == 200


def test_somebody_sees_where_they_are_signed_in_and_ends_the_others(user, make_user):
    here, there, colleague = visitor(user), visitor(user), visitor(make_user())
    page = here.get("/accounts/sessions/")
    assert page.context["session_count"] == 2
    assert page.content.decode().count("Firefox, Android") == 2
    here.post("/accounts/sessions/")
    assert (is_in(here), is_in(there), is_in(colleague)) == (True, False, True)


def test_the_password_ends_the_others_too(user):
    here, there = visitor(user), visitor(user)
    new = {"oldpassword": PASSWORD, "password1": "four plain words here", "password2": "four plain words here"}
    assert here.post("/accounts/password/change/", new).status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)


def test_a_session_is_another_one_after_signing_in_and_an_old_one_is_nobodys(user):
    client = Client()
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = "by somebody"
    session.save()
    planted = session.session_key
    client.cookies[django_settings.SESSION_COOKIE_NAME] = planted
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies[django_settings.SESSION_COOKIE_NAME] = planted
    assert not is_in(thief)


def test_a_session_lives_on_while_it_is_used(user):
    client = visitor(user)
    session = client.session
    session["seen_at"] = time.time() - 3600
    session.save()
    soon, long_ago = timezone.now() + timedelta(minutes=1), timezone.now() - timedelta(days=1)
    Session.objects.filter(pk=session.session_key).update(expire_date=soon)
    UserSession.objects.update(last_seen_at=long_ago)
    assert is_in(client)
    assert Session.objects.get(pk=session.session_key).expire_date > soon + timedelta(hours=1)
    assert UserSession.objects.get().last_seen_at > long_ago


def test_being_there_costs_nothing_but_now_and_then(user, django_assert_num_queries):
    client = visitor(user)
    client.get("/accounts/token/")
    with django_assert_num_queries(2):
        client.get("/accounts/token/")


def test_who_leaves_is_out_by_every_door_at_once(user, make_user):
    document = PortalDocument.objects.create(title="Plan", file=ContentFile(b"%PDF-1.4", name="plan.pdf"))
    editor = make_user(groups=["Editors"])
    client = visitor(editor)
    doors = ["/en/settings/", document.url, "/admin/", "/admin/api/main/pages/", "/en/search/suggest/?q=po"]
    for door in doors:
        assert client.get(door).status_code == 200, door
    User.objects.filter(pk=editor.pk).update(is_active=False)
    for door in doors:
        assert client.get(door).status_code == 302, door
        scripted = client.get(door, headers={"HX-Request": "true", "X-Requested-With": "XMLHttpRequest"})
        assert "HX-Redirect" not in scripted.headers
        # Wagtail's own API refuses scripts in its own words.
        assert scripted.status_code == (403 if "api" in door else 401), door
        assert scripted.status_code == 403 or json.loads(scripted.content) == {"signIn": "/accounts/login/"}
    assert client.get("/media/x.jpg", headers={"Sec-Fetch-Dest": "image"}).status_code == 401


def test_who_is_forgotten_leaves_no_session_behind(user):
    visitor(user)
    assert UserSession.objects.filter(user=user).exists()
    forget_person(person=user, by=None)
    assert not UserSession.objects.filter(user=user).exists()
    assert not Session.objects.exists()


# Typed text ------------------------------------------------------------------------------------------
OURS = {"Origin": "http://testserver", "Accept": "text/html"}
TEXT = 'Why is the pump so loud at six? <script>"x"</script>'


def test_a_form_that_comes_too_late_is_given_back(client):
    response = client.post("/en/questions/new/?from=x", {"text": TEXT, "empty": "", "password": "no"}, headers=OURS)
    html = response.content.decode()
    assert response.status_code == 401
    assert "&lt;script&gt;" in html and "<script>&quot;" not in html
    assert 'action="/en/questions/new/?from=x"' in html
    assert 'name="password"' not in html
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://testserver.evil.example"}],
)
def test_a_form_of_another_site_is_not(client, headers):
    response = client.post("/en/questions/new/", {"text": TEXT}, headers=headers)
    assert response.status_code == 302
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/en/questions/new/", {"text": TEXT}, headers=headers)
    assert response.status_code == 403
    assert "pump" not in response.content.decode()


def test_a_password_is_never_given_back():
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/accounts/login/", {"login": "x", "password": PASSWORD}, headers=OURS)
    assert response.status_code == 403
    assert PASSWORD not in response.content.decode()


def test_a_form_of_before_signing_in_again_elsewhere_is_sent_with_a_click_more(user):
    tab = Client(enforce_csrf_checks=True)
    tab.force_login(user)
    data = {"locale": "en", "theme": "", "time_zone": "Europe/Lisbon", "csrfmiddlewaretoken": "a" * 64}
    response = tab.post("/en/settings/", data, headers=OURS)
    assert response.status_code == 403
    assert response["X-Stale-Token"]
    form = response.context["form"]
    token = str(response.context["csrf_token"])
    again = {**dict(form.values), "csrfmiddlewaretoken": token}
    assert tab.post(form.action, again, headers=OURS).status_code == 302
    user.refresh_from_db()
    assert user.time_zone == "Europe/Lisbon"


def test_a_fresh_token_is_for_who_is_signed_in(client, as_user, user):
    assert client.get("/accounts/token/").status_code == 401
    assert as_user(user).get("/accounts/token/").json()["token"]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("curl/8", "Another device"),
        ("", "Another device"),
    ],
)
def test_a_device_is_called_as_people_call_it(agent, words):
    from django.utils.translation import override

    with override("en"):
        assert device(agent) == words
