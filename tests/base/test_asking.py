"""Asking for a page one may not read."""

import smtplib
from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Locale, PageViewRestriction

from base.asking import QUESTIONS_A_DAY, ask_for_access, who_answers_for
from base.models import AccessRequest, HouseStyle
from guidelines.models import ManualIndexPage
from tests.factories import ChapterFactory, ManualFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return UserFactory(groups=["Board"], locale="en", first_name="Olga")


@pytest.fixture
def closed(trunk, owner):
    page = ManualFactory(parent=trunk(ManualIndexPage), title="Secret plan", owner=owner)
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(Group.objects.get(name="Board"))
    return page


@pytest.fixture
def ask(as_user, user, django_capture_on_commit_callbacks):
    """``ask(page_id, reason="", as_=user)``: press the button on the 403 page."""

    def press(page_id, reason="", as_=user):
        with override("nl"):
            url = reverse("ask_access", args=[page_id])
        with django_capture_on_commit_callbacks(execute=True):
            return as_user(as_).post(url, {"reason": reason})

    return press


def test_the_question_reaches_the_owner_in_their_language(ask, closed, owner, user):
    response = ask(closed.pk, "I write the *minutes*.\nReally.")
    assert response.status_code == 302
    assert response["Location"] == "/nl/"
    (message,) = mail.outbox
    assert message.to == [owner.email]
    assert message.reply_to == [user.email]
    assert message.subject == f"{user.get_full_name()} asks for access to a page"
    assert "Hello Olga," in message.body
    assert "Secret plan" in message.body
    assert "I write the *minutes*.\nReally." in message.body
    assert f"http://localhost:8000{closed.get_url()}" in message.body
    assert AccessRequest.objects.get().outcome == AccessRequest.Outcome.SENT


def test_the_answer_says_that_it_was_passed_on(ask, closed, client):
    ask(closed.pk)
    assert 'role="status"' in client.get("/nl/").content.decode()


def test_asking_twice_on_one_day_sends_one_mail_and_the_next_day_another(ask, closed):
    with time_machine.travel(date(2026, 11, 23)):
        ask(closed.pk)
        ask(closed.pk, "again")
    assert len(mail.outbox) == 1
    with time_machine.travel(date(2026, 11, 24)):
        ask(closed.pk)
    assert len(mail.outbox) == 2


def test_asking_in_two_languages_is_asking_once(ask, closed, user):
    translation = closed.copy_for_translation(Locale.objects.get(language_code="en"), alias=True)
    ask(closed.pk)
    ask(translation.pk)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("page_id", [999_999, 10**30, 0])
def test_an_unknown_page_is_answered_alike(ask, closed, client, page_id):
    known = ask(closed.pk)
    first = [str(message) for message in client.get("/nl/").context["messages"]]
    unknown = ask(page_id)
    second = [str(message) for message in client.get("/nl/").context["messages"]]
    assert (unknown.status_code, unknown["Location"]) == (known.status_code, known["Location"])
    assert first == second
    assert len(mail.outbox) == 1


def test_a_draft_is_answered_like_an_unknown_page(ask, closed):
    closed.unpublish()
    ask(closed.pk)
    assert mail.outbox == []
    assert not AccessRequest.objects.exists()


def test_a_page_that_can_be_read_after_all_is_opened(ask, closed, owner):
    assert ask(closed.pk, as_=owner)["Location"] == closed.get_url()
    assert mail.outbox == []


def test_a_mail_server_that_is_down_is_said_and_can_be_tried_again(ask, closed, client, monkeypatch, caplog):
    def refuse(self, fail_silently=False):
        raise smtplib.SMTPServerDisconnected("gone")

    with monkeypatch.context() as patch:
        patch.setattr("base.asking.EmailMessage.send", refuse)
        assert ask(closed.pk).status_code == 302
    assert "could not be mailed" in caplog.text
    assert AccessRequest.objects.get().outcome == AccessRequest.Outcome.FAILED
    ask(closed.pk)
    assert len(mail.outbox) == 1
    assert AccessRequest.objects.get().outcome == AccessRequest.Outcome.SENT


def test_a_failure_is_told_to_who_asked(as_user, user, closed, monkeypatch):
    def fail(*, user, page, reason):
        return AccessRequest(user=user, page_key=page.translation_key, outcome=AccessRequest.Outcome.FAILED)

    HouseStyle.objects.create(name="Veldbron", contact_name="Marlies", contact_phone="030 123")
    monkeypatch.setattr("base.views.ask_for_access", fail)
    client = as_user(user)
    client.post(f"/nl/access/{closed.pk}/ask/")
    (message,) = client.get("/nl/").context["messages"]
    assert message.level_tag == "error"
    assert "Marlies, 030 123" in str(message)


def test_asking_all_day_is_stopped(ask, closed):
    for number in range(QUESTIONS_A_DAY + 3):
        ask(number + 900_000)
    ask(closed.pk)
    assert mail.outbox == []


def test_only_a_form_asks(as_user, user, closed):
    assert as_user(user).get(f"/nl/access/{closed.pk}/ask/").status_code == 405


def test_a_stranger_cannot_ask(client, closed):
    response = client.post(f"/nl/access/{closed.pk}/ask/")
    assert response["Location"].startswith("/accounts/login/")
    assert not AccessRequest.objects.exists()


def test_a_long_or_odd_reason_is_cut_not_refused(ask, closed):
    ask(closed.pk, "x\0" * 2000)
    assert AccessRequest.objects.get().reason == "x" * 500


def test_a_name_with_a_line_break_cannot_add_a_header(ask, closed, user):
    type(user).objects.filter(pk=user.pk).update(first_name="A\nBcc: all@example.org")
    user.refresh_from_db()
    ask(closed.pk)
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == mail.outbox[0].to


def test_the_owner_of_a_page_above_answers_where_there_is_none_or_they_left(trunk, closed, owner):
    chapter = ChapterFactory(parent=closed)
    assert who_answers_for(chapter) == owner
    gone = UserFactory(is_active=False, groups=["Board"])
    chapter.owner = gone
    chapter.save()
    assert who_answers_for(chapter) == owner


def test_an_appointed_owner_goes_before_who_made_the_page(closed):
    appointed = UserFactory(groups=["Board"])
    closed.owner_colleague = appointed
    closed.save()
    assert who_answers_for(closed) == appointed


def test_who_cannot_read_the_page_is_not_told_its_title(closed, ask):
    HouseStyle.objects.create(name="Veldbron", contact_email="desk@example.org")
    closed.owner = UserFactory()
    closed.save()
    ask(closed.pk)
    (message,) = mail.outbox
    assert message.to == ["desk@example.org"]
    assert "Secret plan" not in message.body


def test_nobody_to_ask_is_a_failure_that_is_said(user, closed, django_capture_on_commit_callbacks):
    closed.owner = None
    closed.save()
    with django_capture_on_commit_callbacks(execute=True):
        question = ask_for_access(user=user, page=closed)
    assert question.outcome == AccessRequest.Outcome.FAILED
    assert mail.outbox == []
