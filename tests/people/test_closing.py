"""A closed account lets nobody in any more by any way, also once it opens again."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import APIToken, ModelLogEntry

from onboarding.models import PreboardingInvitation
from people.closing import close_account, close_accounts, open_account
from people.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "secret-enough-1"


@pytest.fixture
def leaver(make_user):
    return make_user(email="leaver@example.org")


def sign_in() -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": "leaver@example.org", "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/en/settings/").status_code == 200


@pytest.mark.parametrize("engine", ["db", "cached_db", "cache"])
def test_every_way_in_is_gone_and_stays_gone(leaver, settings, engine):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    phone, laptop = sign_in(), sign_in()
    assert is_in(phone) and is_in(laptop)
    Client().post("/accounts/password/reset/", {"email": leaver.email})
    reset = re.search(r"https?://[^/]+(/\S+)", mail.outbox[0].body).group(1)
    APIToken.objects.create(user=leaver, name="sync", key_hash="x", prefix="wagtail_x")
    PreboardingInvitation.objects.create(
        user=leaver, expires_at=timezone.now() + timedelta(days=1), token_hash="y" * 64
    )

    assert close_account(person=leaver) and not close_account(person=leaver)
    assert not is_in(phone) and not is_in(laptop) and not is_in(sign_in())
    assert not APIToken.objects.exists() and PreboardingInvitation.objects.get().revoked_at

    assert open_account(person=leaver) and not open_account(person=leaver)
    assert not is_in(phone) and not is_in(laptop) and not is_in(sign_in())
    new = Client()
    page = new.get(reset, follow=True)
    assert not page.context or "form" not in page.context or not new.session.get("_password_reset_key")
    actions = ModelLogEntry.objects.filter(object_id=str(leaver.pk)).values_list("action", flat=True)
    assert sorted(actions) == ["people.close", "people.open"]


def test_nothing_of_others_ends(leaver, make_user):
    other, theirs = make_user(), Client()
    theirs.force_login(other)
    close_account(person=leaver)
    assert is_in(theirs)


def test_who_comes_back_chooses_a_password_by_the_link_of_the_sign_in_page(leaver):
    close_account(person=leaver)
    Client().post("/accounts/password/reset/", {"email": leaver.email})
    assert not [message for message in mail.outbox if "/reset/key/" in message.body]
    open_account(person=leaver)
    Client().post("/accounts/password/reset/", {"email": leaver.email})
    assert [message.to for message in mail.outbox if "/reset/key/" in message.body] == [[leaver.email]]


def test_closing_by_hand_does_the_same(leaver, as_user, make_user):
    from tests.people.test_accounts import form_of

    phone = sign_in()
    administrator = make_user(is_superuser=True)
    data = form_of(leaver)
    del data["is_active"]
    address = reverse("wagtailusers_users:edit", args=[leaver.pk])
    as_user(administrator).post(address, data)
    leaver.refresh_from_db()
    assert not leaver.is_active
    as_user(administrator).post(address, {**data, "is_active": "on"})
    leaver.refresh_from_db()
    assert leaver.is_active and not is_in(phone)


def test_closing_many_by_hand_does_the_same(leaver, as_user, make_user):
    phone = sign_in()
    administrator = make_user(is_superuser=True)
    address = f"/admin/bulk/people/user/set_active_state/?id={leaver.pk}&id={administrator.pk}"
    as_user(administrator).post(address, {"mark_as_active": "False"})
    leaver.refresh_from_db()
    assert not leaver.is_active
    User.objects.filter(pk=leaver.pk).update(is_active=True)
    assert not is_in(phone) and User.objects.get(pk=administrator.pk).has_usable_password()


def test_superusers_and_the_forgotten(leaver, make_user):
    with pytest.raises(ValueError):
        close_accounts(people=[leaver, make_user(is_superuser=True)])
    assert User.objects.get(pk=leaver.pk).is_active
    from people.forgetting import forget_person

    forget_person(person=leaver, by=None)
    with pytest.raises(ValueError):
        open_account(person=leaver)
