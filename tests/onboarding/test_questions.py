"""Questions about a step: to whom they go, who reads them, and what happens when nobody answers."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from notifications.kinds import get_kind
from notifications.models import Message
from onboarding.models import Enrolment, HelpRequest
from onboarding.services import EnrolmentEnded, StepNotOnPath
from onboarding.services.asking import answer_question, ask_question, pass_on_questions, settle_question
from tests.factories import ChapterFactory, ManualFactory
from tests.onboarding.conftest import publish


@pytest.fixture
def buddy(enrolment, make_user):
    colleague = make_user(first_name="Sem")
    enrolment.supporters.create(colleague=colleague, role="buddy")
    return colleague


@pytest.fixture
def boss(user, make_user):
    user.manager = make_user(first_name="Bea")
    user.save()
    return user.manager


def ask(enrolment, step, text="Waar vind ik dat?", about="step"):
    return ask_question(enrolment=enrolment, step_key=step.translation_key, about=about, text=text, language="nl")


def told(person, kind) -> int:
    return Message.objects.filter(recipient=person, kind=kind).count()


def test_a_question_goes_to_the_buddy(enrolment, steps, buddy, boss):
    question = ask(enrolment, steps[0])
    assert question.recipient == buddy and told(buddy, "onboarding.question") == 1
    assert told(boss, "onboarding.question") == 0


def test_without_a_buddy_it_goes_to_the_manager_and_without_one_to_hr(enrolment, steps, boss, make_user):
    hr = make_user(groups=["HR"])
    assert ask(enrolment, steps[0]).recipient == boss
    boss.is_active = False
    boss.save()
    assert ask(enrolment, steps[0], "En nu?").recipient == hr


def test_a_question_about_a_text_goes_to_who_answers_for_the_text(enrolment, steps, buddy, make_user, trunk):
    from guidelines.models import ManualIndexPage

    owner = make_user()
    manual = publish(ManualFactory(parent=trunk(ManualIndexPage), owner_colleague=owner))
    chapter = publish(ChapterFactory(parent=manual))
    steps[0].reads = chapter
    publish(steps[0])
    assert ask(enrolment, steps[0], about="content").recipient == owner
    assert ask(enrolment, steps[0], "Hoe moet dit?").recipient == buddy


def test_the_same_words_again_ask_nothing_new(enrolment, steps, buddy):
    assert ask(enrolment, steps[0]) == ask(enrolment, steps[0])
    assert told(buddy, "onboarding.question") == 1


def test_without_words_off_the_path_or_ended_nothing_is_asked(enrolment, steps, make_path):
    with pytest.raises(ValueError):
        ask(enrolment, steps[0], " \0 ")
    steps[1].unpublish()
    enrolment.progress.filter(step_key=steps[1].translation_key).update(in_plan=False)
    with pytest.raises(StepNotOnPath):
        ask(enrolment, steps[1])
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=date(2026, 11, 1))
    with pytest.raises(EnrolmentEnded):
        ask(enrolment, steps[0])
    assert not HelpRequest.objects.exists()


def test_an_answer_is_given_once_and_told_to_who_asked(enrolment, steps, buddy, boss):
    question = ask(enrolment, steps[0])
    message = Message.objects.get(recipient=buddy)
    assert get_kind(message.kind).resolve(message.payload, buddy)
    assert answer_question(question=question, actor=buddy, text="In de kast.") is True
    assert answer_question(question=question, actor=boss, text="Weet ik niet.") is False
    question.refresh_from_db()
    assert (question.answer, question.answered_by) == ("In de kast.", buddy)
    assert told(enrolment.user, "onboarding.answer") == 1
    assert get_kind(message.kind).resolve(message.payload, buddy) is None


# By the clock. Asked on Thursday 1 October 2026.


def asked_at(question, *moment: int):
    HelpRequest.objects.filter(pk=question.pk).update(asked_at=timezone.make_aware(datetime(*moment)))


def test_after_two_working_days_the_manager_has_it_as_well(enrolment, steps, buddy, boss):
    question = ask(enrolment, steps[0])
    asked_at(question, 2026, 10, 1, 14)
    assert pass_on_questions(timezone.make_aware(datetime(2026, 10, 5, 13, 59))) == 0
    assert pass_on_questions(timezone.make_aware(datetime(2026, 10, 5, 14, 1))) == 1
    assert pass_on_questions(timezone.make_aware(datetime(2026, 10, 9))) == 0
    question.refresh_from_db()
    assert (question.recipient, question.passed_on_to) == (buddy, boss)
    assert told(boss, "onboarding.question_late") == 1


def test_what_was_answered_in_time_or_ended_is_not_passed_on(enrolment, steps, buddy, boss):
    asked_at(ask(enrolment, steps[0]), 2026, 10, 1, 14)
    answer_question(question=HelpRequest.objects.get(), actor=buddy, text="Daar.")
    assert pass_on_questions(timezone.make_aware(datetime(2026, 11, 1))) == 0
    asked_at(ask(enrolment, steps[0], "Nog iets"), 2026, 10, 1, 14)
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=date(2026, 10, 2))
    assert pass_on_questions(timezone.make_aware(datetime(2026, 11, 1))) == 0


def test_passing_on_costs_the_same_for_what_is_not_due(enrolment, steps, buddy, boss, django_assert_max_num_queries):
    for number in range(12):
        asked_at(ask(enrolment, steps[0], f"Vraag {number}"), 2026, 10, 1, 14)
    # Two days, and a weekend in between.
    with django_assert_max_num_queries(3):
        assert pass_on_questions(timezone.make_aware(datetime(2026, 10, 3, 15))) == 0


# The pages


def test_asking_works_by_a_plain_form_and_is_kept_private(client, enrolment, steps, buddy, boss, make_user, urls, user):
    client.force_login(user)
    text = client.get(urls("ask", steps[0])).content.decode()
    assert "Sem" in text and "<legend" in text
    client.post(urls("ask", steps[0]), {"about": "step", "text": "Waar staat <b>dat</b>?"})
    question = HelpRequest.objects.get()
    hr, mentor = make_user(groups=["HR"]), make_user()
    enrolment.supporters.create(colleague=mentor, role="mentor")
    for person, status in (
        (user, 200),
        (buddy, 200),
        (hr, 200),
        (boss, 404),
        (mentor, 404),
        (make_user(groups=["Editors"]), 404),
        (make_user(), 404),
    ):
        client.force_login(person)
        response = client.get(f"/nl/onboarding/questions/{question.pk}/")
        assert response.status_code == status
        assert b"<b>dat" not in response.content
        assert (b"<textarea" in response.content) == (status == 200 and person != user)
    HelpRequest.objects.update(passed_on_to=boss)
    client.force_login(boss)
    assert client.get(f"/nl/onboarding/questions/{question.pk}/").status_code == 200


def test_who_got_it_answers_and_who_asked_reads_it(client, enrolment, steps, buddy, user):
    question = ask(enrolment, steps[0])
    url = f"/nl/onboarding/questions/{question.pk}/"
    client.force_login(buddy)
    assert b"answer_error" in client.post(url, {"answer": ""}).content
    assert client.post(url, {"answer": "In de kast."}).status_code == 302
    client.force_login(user)
    assert b"In de kast." in client.get(url).content
    assert client.post(url, {"answer": "Zelf gevonden"}).status_code == 404


@pytest.mark.parametrize(
    "values", [{}, {"about": "step"}, {"about": "x", "text": "a"}, {"about": "step", "text": "a" * 2001}]
)
def test_a_mistake_is_named_and_what_was_typed_is_kept(newcomer, steps, urls, values):
    response = newcomer.post(urls("ask", steps[0]), values)
    text = response.content.decode()
    assert response.status_code == 200 and 'role="alert"' in text
    assert values.get("text", "") in text
    assert not HelpRequest.objects.exists()


def test_the_answer_form_speaks_english_too(client, enrolment, steps, buddy):
    question = ask(enrolment, steps[0])
    client.force_login(buddy)
    assert b"Send the answer" in client.get(f"/en/onboarding/questions/{question.pk}/").content


def test_asking_too_often_is_stopped_with_words(newcomer, steps, urls, monkeypatch):
    from onboarding.views import questions

    monkeypatch.setattr(questions, "QUESTIONS_AN_HOUR", 1)
    newcomer.post(urls("ask", steps[0]), {"about": "step", "text": "Een"})
    response = newcomer.post(urls("ask", steps[0]), {"about": "step", "text": "Twee"})
    assert response.status_code == 200 and b"Twee" in response.content
    assert HelpRequest.objects.count() == 1


def test_a_stranger_asks_nothing(as_user, make_user, enrolment, steps, urls):
    client = as_user(make_user())
    assert client.get(urls("ask", steps[0])).status_code == 404
    assert client.post(urls("ask", steps[0]), {"about": "step", "text": "x"}).status_code == 404


def test_the_step_shows_the_form_and_what_was_asked(newcomer, enrolment, steps, urls, buddy):
    ask(enrolment, steps[0], "Waar staat dat nu weer?")
    text = newcomer.get(steps[0].get_url()).content.decode()
    assert urls("ask", steps[0]) in text and "Waar staat dat nu weer?" in text


# What editors do with it


def test_a_question_about_a_text_is_a_to_do_without_a_name(client, enrolment, steps, make_user, buddy):
    ask(enrolment, steps[0], "Hoe moet dit?")
    ask(enrolment, steps[0], "Er staat een fout in", about="content")
    # The pages of the admin name whoever looks: a name that nobody else has.
    enrolment.user.first_name = "Zebedeus"
    enrolment.user.save()
    client.force_login(make_user(groups=["Editors"]))
    response = client.get("/admin/onboarding/questions/")
    text = response.content.decode()
    assert response.status_code == 200
    assert "Er staat een fout in" in text and "Hoe moet dit?" not in text
    assert enrolment.user.first_name not in text
    question = HelpRequest.objects.get(about="content")
    assert client.post(f"/admin/onboarding/questions/{question.pk}/settle/").status_code == 302
    assert "Er staat een fout in" not in client.get("/admin/onboarding/questions/").content.decode()
    assert settle_question(question=question) is False


def test_who_edits_nothing_sees_no_to_do(client, enrolment, steps, make_user, buddy):
    ask(enrolment, steps[0], about="content")
    client.force_login(make_user(groups=["Moderators"]))
    assert client.get("/admin/onboarding/questions/").status_code != 200
    client.post(f"/admin/onboarding/questions/{HelpRequest.objects.get().pk}/settle/")
    assert HelpRequest.objects.get().settled_at is None
