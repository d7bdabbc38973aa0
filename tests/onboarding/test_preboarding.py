"""Before the work account: the invitation, the link, coming in by it, asking for a new one."""

import re
from datetime import date, timedelta
from smtplib import SMTPException

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from onboarding.models import Enrolment, OnboardingEvent, PreboardingInvitation, Supporter
from onboarding.services.preboarding import (
    AddressInUse,
    NotBeforeStart,
    ask_new_link,
    hash_of,
    invite_preboarder,
    send_new_link,
    send_wanted_links,
)
from people.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
START = timezone.localdate() + timedelta(days=21)
ADDRESS = "Sam.Nieuw@prive.example"
LINK = re.compile(r"https?://[^/\s]+(/\S*?/preboarding/[\w-]{30,}/)")


@pytest.fixture
def invite(path, django_capture_on_commit_callbacks):
    """``invite(email=..., locale=..., **more)``: somebody invited on ``path``, and the mail sent."""

    def invite(**fields) -> Enrolment:
        values = {"first_name": "Sam", "last_name": "Nieuw", "email": ADDRESS, "locale": "nl", "start_date": START}
        with django_capture_on_commit_callbacks(execute=True):
            enrolment, _invitation = invite_preboarder(path=path, **(values | fields))
        return enrolment

    return invite


def link_in(message) -> str:
    return LINK.search(message.body).group(1)


@pytest.fixture
def link(invite):
    """The address in the mail."""
    invite()
    return link_in(mail.outbox[0])


def come_in(link: str) -> Client:
    client = Client()
    assert client.post(link).status_code == 302
    return client


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_an_invitation_makes_an_account_that_nobody_can_sign_in_to_with_a_password(invite, path):
    buddy, manager = UserFactory(), UserFactory()
    enrolment = invite(supporters={Supporter.Role.BUDDY: buddy}, manager=manager)
    user = enrolment.user
    assert user.is_preboarder and user.is_active and not user.has_usable_password()
    assert (user.email, user.start_date, user.manager) == ("Sam.Nieuw@prive.example", START, manager)
    assert enrolment.path_key == path.translation_key and enrolment.planned_at is not None
    assert enrolment.supporters.get().colleague == buddy
    kinds = set(enrolment.events.values_list("kind", flat=True))
    assert {OnboardingEvent.Kind.ENROLLED, OnboardingEvent.Kind.INVITED} <= kinds
    assert ADDRESS.lower() not in str(list(enrolment.events.values_list("data", flat=True))).lower()


def test_only_a_hash_of_the_token_is_kept(invite):
    invite()
    token = link_in(mail.outbox[0]).split("/")[-2]
    row = PreboardingInvitation.objects.get()
    assert row.token_hash == hash_of(token) and token not in str(vars(row))
    assert row.mail == PreboardingInvitation.Mail.SENT


@pytest.mark.parametrize(("locale", "words", "prefix"), [("nl", "Hallo Sam", "/nl/"), ("en", "Hello Sam", "/en/")])
def test_one_mail_goes_to_the_personal_address_in_its_own_language(invite, locale, words, prefix):
    with translation.override("en" if locale == "nl" else "nl"):
        invite(locale=locale)
    (message,) = mail.outbox
    html = message.alternatives[0].content
    assert message.to == [ADDRESS]
    assert words in message.body and words in html
    assert link_in(message).startswith(prefix) and link_in(message) in html
    assert "wachtwoord:" not in message.body.lower()


def test_an_address_that_is_in_use_is_refused_in_any_case(invite):
    colleague = UserFactory(email="sam.nieuw@PRIVE.example")
    with pytest.raises(AddressInUse) as refused:
        invite()
    assert refused.value.args[0] == colleague and not Enrolment.objects.exists() and not mail.outbox


def test_opening_the_link_changes_nothing_and_the_button_lets_in_once(link):
    scanner = Client()
    for _time in range(3):
        page = scanner.get(link)
        assert page.status_code == 200 and not is_in(scanner)
        assert page.content.decode().count("<form") == page.content.decode().count('method="post"')
    assert PreboardingInvitation.objects.get().used_at is None
    client = come_in(link)
    assert is_in(client) and PreboardingInvitation.objects.get().used_at is not None
    assert client.get("/nl/onboarding/").status_code == 200
    other = Client()
    assert other.post(link).status_code == 404 and not is_in(other)
    assert other.get(link).status_code == 404


def test_the_link_needs_the_token_of_its_own_form(link):
    client = Client(enforce_csrf_checks=True)
    assert client.post(link).status_code == 403 and PreboardingInvitation.objects.get().used_at is None


def test_a_second_tab_of_the_same_browser_goes_on_to_the_path(link):
    client = come_in(link)
    for answer in (client.get(link), client.post(link)):
        assert (answer.status_code, answer["Location"]) == (302, "/nl/onboarding/")


def test_a_session_somebody_planted_isnt_the_one_that_is_signed_in(link):
    client = Client()
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["sessionid"] = session.session_key
    client.post(link)
    assert client.session.session_key != session.session_key and "planted" not in client.session
    stranger = Client()
    stranger.cookies["sessionid"] = session.session_key
    assert stranger.get("/nl/onboarding/").status_code == 302


def test_who_else_was_signed_in_there_is_signed_out(link):
    client = Client()
    client.force_login(UserFactory(first_name="Hanna", last_name="Raad"))
    assert "Hanna Raad" in client.get(link).content.decode()
    client.post(link)
    assert client.session["_auth_user_id"] == str(User.objects.get(email=ADDRESS).pk)


def test_the_session_ends_after_a_while(link, settings):
    settings.PREBOARDING_SESSION_HOURS = 5
    assert come_in(link).session.get_expiry_age() <= 5 * 60 * 60


def test_links_that_open_nothing_all_get_the_same_page(link, invite):
    used = link
    come_in(link)
    expired = link_in_new_mail(invite, "b@prive.example")
    PreboardingInvitation.objects.filter(user__email="b@prive.example").update(expires_at=timezone.now())
    revoked = link_in_new_mail(invite, "c@prive.example")
    PreboardingInvitation.objects.filter(user__email="c@prive.example").update(revoked_at=timezone.now())
    closed = link_in_new_mail(invite, "d@prive.example")
    User.objects.filter(email="d@prive.example").update(is_active=False)
    started = link_in_new_mail(invite, "e@prive.example")
    User.objects.filter(email="e@prive.example").update(is_preboarder=False)
    unknown = "/nl/preboarding/" + "x" * 43 + "/"
    pages = set()
    for address in (used, expired, revoked, closed, started, unknown):
        for method in ("get", "post"):
            client = Client()
            answer = getattr(client, method)(address)
            assert answer.status_code == 404 and not is_in(client)
            text = re.sub(r"[\w-]{43,}|" + re.escape(address), "", answer.content.decode())
            pages.add(text)
    assert len(pages) == 1


def link_in_new_mail(invite, email: str) -> str:
    invite(email=email)
    return link_in(mail.outbox[-1])


def test_a_link_opens_for_seven_days(link):
    row = PreboardingInvitation.objects.get()
    assert timedelta(days=6, hours=23) < row.expires_at - timezone.now() <= timedelta(days=7)


def test_guessing_links_is_stopped(client):
    answers = [client.get(f"/nl/preboarding/{number:043d}/").status_code for number in range(22)]
    assert answers[:20] == [404] * 20 and answers[20:] == [429, 429]


def test_a_new_link_takes_the_place_of_the_old_one(link, django_capture_on_commit_callbacks):
    user = User.objects.get(email=ADDRESS)
    with django_capture_on_commit_callbacks(execute=True):
        send_new_link(user=user)
    assert Client().get(link).status_code == 404
    come_in(link_in(mail.outbox[1]))


def test_a_link_that_opens_nothing_by_the_time_of_its_mail_is_not_sent(invite, django_capture_on_commit_callbacks):
    user = invite().user
    mail.outbox.clear()
    with django_capture_on_commit_callbacks() as first:
        send_new_link(user=user)
    with django_capture_on_commit_callbacks(execute=True):
        send_new_link(user=user)
    (newer,) = mail.outbox
    for callback in first:
        callback()
    assert mail.outbox == [newer] and Client().get(link_in(newer)).status_code == 200
    assert PreboardingInvitation.objects.filter(mail="sent").count() == 2


def test_a_mail_server_that_is_away_keeps_the_account_and_says_that_nothing_was_sent(invite, monkeypatch):
    def refuse(self, fail_silently=False):
        raise SMTPException("away")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        enrolment = invite()
    assert PreboardingInvitation.objects.get().mail == PreboardingInvitation.Mail.FAILED
    assert enrolment.user.is_preboarder


def test_no_new_link_goes_to_who_has_started_or_was_closed(invite):
    user = invite().user
    User.objects.filter(pk=user.pk).update(is_preboarder=False)
    with pytest.raises(NotBeforeStart):
        send_new_link(user=user)
    User.objects.filter(pk=user.pk).update(is_preboarder=True, is_active=False)
    with pytest.raises(NotBeforeStart):
        send_new_link(user=user)


def ask(client, email: str):
    return client.post("/nl/preboarding/", {"email": email}, follow=True)


def test_asking_for_a_link_answers_the_same_whoever_asks(invite, client):
    invite()
    UserFactory(email="collega@veldbron.example")
    answers = {
        re.sub(r"[\w-]{43,}", "", ask(client, email).content.decode())
        for email in (ADDRESS.upper(), "collega@veldbron.example", "nobody@prive.example")
    }
    assert len(answers) == 1
    assert len(mail.outbox) == 1
    assert send_wanted_links(timezone.now()) == 1
    assert len(mail.outbox) == 2 and mail.outbox[1].to == [ADDRESS]
    come_in(link_in(mail.outbox[1]))


def test_the_link_that_was_asked_for_is_mailed_once(invite):
    invite()
    for _time in range(3):
        ask_new_link(email=ADDRESS)
    now = timezone.now()
    assert [send_wanted_links(now), send_wanted_links(now)] == [1, 0]


def test_the_old_link_opens_until_the_new_one_is_mailed(link):
    ask_new_link(email=ADDRESS)
    assert Client().get(link).status_code == 200
    send_wanted_links(timezone.now())
    assert Client().get(link).status_code == 404


def test_asking_too_often_mails_no_more(invite, client):
    invite()
    for _time in range(5):
        assert ask(client, ADDRESS).status_code == 200
        send_wanted_links(timezone.now())
    assert len(mail.outbox) == 1 + 3


def test_trying_addresses_is_stopped(client):
    answers = [ask(client, f"somebody{number}@prive.example").status_code for number in range(12)]
    assert answers == [200] * 10 + [429] * 2


def test_what_is_no_address_is_said_beside_the_field_and_kept(client):
    answer = client.post("/nl/preboarding/", {"email": "sam"})
    assert answer.status_code == 422
    assert 'value="sam"' in answer.content.decode() and 'id="id_email_error"' in answer.content.decode()


def test_a_preboarder_gets_no_password_and_signs_in_with_none(invite, client):
    user = invite().user
    mail.outbox.clear()
    client.post("/accounts/password/reset/", {"email": ADDRESS})
    assert not any("/password/reset/key/" in message.body for message in mail.outbox)
    user.set_password("een heel lang wachtwoord")
    user.save()
    client.post("/accounts/login/", {"login": ADDRESS, "password": "een heel lang wachtwoord"})
    assert not is_in(client)


def test_a_start_on_a_fixed_date_is_in_the_mail(invite):
    invite(start_date=date(2031, 3, 4))
    assert "4 maart 2031" in mail.outbox[0].body
