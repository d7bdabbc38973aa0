"""Accounts: kept by administrators, closed but never deleted; sign-in by e-mail."""

import datetime
import io

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.users.models import UserProfile

from people.models import Team
from people.roles import ADMINISTRATORS

pytestmark = pytest.mark.django_db
User = get_user_model()


@pytest.fixture
def administrator(make_user):
    return make_user(email="admin@example.org", is_superuser=True, locale="en")


def form_of(user, **changes):
    data = {
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "is_active": "on",
        "locale": "nl",
        "time_zone": "Europe/Amsterdam",
        "hours_per_week": "36",
        "working_days": ["0", "1"],
        "groups": [],
    }
    return {**data, **changes}


def photo():
    buffer = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(buffer, "JPEG")
    return SimpleUploadedFile("me.jpg", buffer.getvalue(), "image/jpeg")


def test_an_administrator_makes_a_colleague_with_everything_that_is_known(as_user, administrator, make_user):
    team, manager = Team.objects.create(name="Water"), make_user()
    data = {
        "email": "Noor.Bakker@Example.org",
        "first_name": "Noor",
        "last_name": "",
        "staff_number": "100",
        "job_title": "Monteur",
        "job_title_en": "Fitter",
        "team": team.pk,
        "manager": manager.pk,
        "start_date": "2026-12-01",
        "working_days": ["0", "2", "4"],
        "hours_per_week": "24",
        "locale": "en",
        "time_zone": "Europe/Amsterdam",
        "photo": photo(),
    }
    response = as_user(administrator).post(reverse("wagtailusers_users:add"), data)
    assert response.status_code == 302, response.context["form"].errors
    noor = User.objects.get(email__iexact="noor.bakker@example.org")
    assert (noor.team, noor.manager, noor.working_days) == (team, manager, [0, 2, 4])
    assert noor.start_date == datetime.date(2026, 12, 1)
    assert noor.photo.name
    assert not noor.has_usable_password()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "ADMIN@example.org"}, "email"),
        ({"email": "no address"}, "email"),
        ({"start_date": "2026-12-01", "end_date": "2026-11-01"}, "end_date"),
        ({"start_date": "soon"}, "start_date"),
        ({"working_days": ["9"]}, "working_days"),
        ({"hours_per_week": "0"}, "hours_per_week"),
        ({"team": "999999"}, "team"),
        ({"manager": "self"}, "manager"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"photo": SimpleUploadedFile("me.jpg", b"no picture")}, "photo"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_kept(as_user, administrator, make_user, changes, field):
    colleague = make_user()
    if changes.get("manager") == "self":
        changes = {"manager": str(colleague.pk)}
    url = reverse("wagtailusers_users:edit", args=[colleague.pk])
    response = as_user(administrator).post(url, form_of(colleague, first_name="Typed", **changes))
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert 'value="Typed"' in response.content.decode()


@pytest.mark.parametrize("changes", [{"photo": photo()}, {"photo-clear": "on"}])
def test_a_former_photo_is_not_kept(as_user, administrator, make_user, django_capture_on_commit_callbacks, changes):
    colleague = make_user()
    colleague.photo.save("former.jpg", photo())
    storage, former = colleague.photo.storage, colleague.photo.name
    client, url = as_user(administrator), reverse("wagtailusers_users:edit", args=[colleague.pk])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, form_of(colleague))
    assert storage.exists(former)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url, form_of(colleague, **changes)).status_code == 302
    colleague.refresh_from_db()
    assert not storage.exists(former)
    assert colleague.photo.name != former and (not colleague.photo or storage.exists(colleague.photo.name))


def test_two_colleagues_without_a_staff_number_are_no_problem(as_user, administrator, make_user):
    client = as_user(administrator)
    for colleague in (make_user(), make_user()):
        url = reverse("wagtailusers_users:edit", args=[colleague.pk])
        assert client.post(url, form_of(colleague, staff_number="")).status_code == 302


def test_an_administrator_cannot_close_or_demote_themselves(as_user, administrator):
    url = reverse("wagtailusers_users:edit", args=[administrator.pk])
    data = form_of(administrator)
    del data["is_active"]
    assert as_user(administrator).post(url, data).status_code == 302
    administrator.refresh_from_db()
    assert administrator.is_active
    assert administrator.is_superuser


def test_closing_an_account_ends_its_session_at_once(as_user, administrator, make_user):
    colleague = make_user()
    theirs = Client()
    theirs.force_login(colleague)
    data = form_of(colleague)
    del data["is_active"]
    as_user(administrator).post(reverse("wagtailusers_users:edit", args=[colleague.pk]), data)
    assert theirs.get("/nl/").status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_is_ever_deleted(as_user, administrator, user, method):
    client = as_user(administrator)
    response = getattr(client, method)(reverse("wagtailusers_users:delete", args=[user.pk]))
    assert response.status_code == 302
    bulk = f"/admin/bulk/people/user/delete/?id={user.pk}"
    getattr(client, method)(bulk)
    assert User.objects.filter(pk=user.pk).exists()


def test_the_list_and_the_form_offer_no_way_to_delete(as_user, administrator, user):
    client = as_user(administrator)
    delete = reverse("wagtailusers_users:delete", args=[user.pk])
    for url in (reverse("wagtailusers_users:index"), reverse("wagtailusers_users:edit", args=[user.pk])):
        html = client.get(url).content.decode()
        assert delete not in html
        assert "/bulk/people/user/" not in html


def test_an_administrator_by_role_leaves_superusers_alone(as_user, administrator, make_user, user):
    client = as_user(make_user(groups=[ADMINISTRATORS]))
    url = reverse("wagtailusers_users:edit", args=[administrator.pk])
    assert client.post(url, form_of(administrator, first_name="Taken")).status_code == 302
    administrator.refresh_from_db()
    assert administrator.first_name != "Taken"
    bulk = f"/admin/bulk/people/user/set_active_state/?id={administrator.pk}&id={user.pk}"
    client.post(bulk, {"mark_as_active": "False"})
    administrator.refresh_from_db()
    assert administrator.is_active
    own = reverse("wagtailusers_users:edit", args=[user.pk])
    client.post(own, form_of(user, is_superuser="on"))
    user.refresh_from_db()
    assert not user.is_superuser


def test_a_team_cannot_be_part_of_itself_however_far_down(as_user, administrator):
    top = Team.objects.create(name="Top")
    middle = Team.objects.create(name="Middle", parent=top)
    below = Team.objects.create(name="Below", parent=middle)
    client = as_user(administrator)
    for parent in (top, below):
        response = client.post(reverse("teams:edit", args=[top.pk]), {"name": "Top", "parent": parent.pk})
        assert response.status_code == 200
        assert "parent" in response.context["form"].errors
    assert client.post(reverse("teams:edit", args=[below.pk]), {"name": "Below", "parent": top.pk}).status_code == 302


def test_a_circle_that_got_in_by_other_means_is_no_endless_loop():
    one = Team.objects.create(name="One")
    two = Team.objects.create(name="Two", parent=one)
    Team.objects.filter(pk=one.pk).update(parent=two)
    Team(name="Three", parent=two).clean()


def test_the_admin_follows_the_language_of_the_portal_and_the_other_way_round(make_user):
    user = make_user(locale="en")
    assert user.wagtail_userprofile.preferred_language == "en"
    user.locale = "nl"
    user.save()
    profile = UserProfile.objects.get(user=user)
    assert profile.preferred_language == "nl"
    profile.preferred_language = "en"
    profile.save()
    assert User.objects.get(pk=user.pk).locale == "en"


def sign_in(client, login, password="secret-enough-1"):  # noqa: S107
    return client.post("/accounts/login/", {"login": login, "password": password})


def signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("typed", ["noor@example.org", "NOOR@Example.ORG", " noor@example.org "])
def test_signing_in_ignores_capitals(client, make_user, typed):
    make_user(email="noor@example.org")
    assert sign_in(client, typed).status_code == 302
    assert signed_in(client)


def test_a_wrong_password_an_unknown_address_and_a_closed_account_sound_alike(client, make_user):
    make_user(email="noor@example.org")
    make_user(email="gone@example.org", is_active=False)
    errors = set()
    for login, password in [
        ("noor@example.org", "wrong"),
        ("who@example.org", "x"),
        ("gone@example.org", "wrong"),
        ("gone@example.org", "secret-enough-1"),
    ]:
        response = sign_in(client, login, password)
        assert response.status_code == 200
        errors.add(str(response.context["form"].errors))
    assert len(errors) == 1
    assert not signed_in(client)


def test_guessing_is_stopped_after_a_few_attempts(client, make_user):
    cache.clear()
    make_user(email="noor@example.org")
    for _ in range(12):
        sign_in(client, "noor@example.org", "wrong")
    sign_in(client, "noor@example.org")
    assert not signed_in(client)


def test_demo_accounts_work_in_demo_mode_only(client, make_user, settings):
    make_user(email="editor@demo.example", password="demo")
    settings.DEMO = False
    response = sign_in(client, "Editor@Demo.Example", "demo")
    assert not signed_in(client)
    assert response.status_code == 200
    settings.DEMO = True
    sign_in(client, "editor@demo.example", "demo")
    assert signed_in(client)


def test_a_demo_session_ends_with_demo_mode(as_user, make_user, settings):
    client = as_user(make_user(email="editor@demo.example"))
    assert client.get("/nl/").status_code == 200
    settings.DEMO = False
    assert client.get("/nl/").status_code == 302


def test_nobody_signs_up_by_themselves(client):
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": "secret-enough-1"})
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/password_reset/"])
def test_wagtails_own_sign_in_is_not_there(client, path):
    response = client.post(path, {"username": "x", "password": "y"})
    assert response.status_code in (302, 404)
