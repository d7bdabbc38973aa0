"""Quizzes: taken by plain forms, counted on the server, never changed under somebody's hands."""

import uuid
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.utils.translation import override

from notifications.models import Message
from onboarding.models import Enrolment, OnboardingEvent, QuizAttempt, StepPage, StepProgress
from onboarding.quizzes import questions_of, score_of
from onboarding.services import NotYoursToDo, StepLocked, enrol
from onboarding.services.quizzing import (
    NoAttemptsLeft,
    NothingToAnswer,
    allow_new_attempts,
    hand_in_attempt,
    preview_rescore,
    rescore_quiz,
    start_attempt,
)
from tests.onboarding.conftest import opens_in_english, publish, translate

ID = {name: str(uuid.uuid5(uuid.NAMESPACE_URL, name)) for name in ["q1", "q2", "q3", "a", "b", "c", "d", "e", "f", "g"]}
STOP, SIGNS, NONE = ID["q1"], ID["q2"], ID["q3"]


def question(name: str, text: str, *answers: tuple[str, str, bool]) -> dict:
    return {
        "type": "question",
        "id": ID[name],
        "value": {
            "text": text,
            "answers": [
                {
                    "type": "item",
                    "id": ID[answer],
                    "value": {"text": words, "is_right": right, "explanation": f"Want {words}"},
                }
                for answer, words, right in answers
            ],
        },
    }


ONE = question("q1", "Wat doe je eerst?", ("a", "Bellen", True), ("b", "Foto maken", False))
MANY = question("q2", "Wat hoort erbij?", ("c", "Helm", True), ("d", "Vest", True), ("e", "Slippers", False))
FAULTY = question("q3", "Zonder goed antwoord", ("f", "Dit", False), ("g", "Dat", False))
RIGHT = {STOP: [ID["a"]], SIGNS: [ID["c"], ID["d"]]}
WRONG = {STOP: [ID["b"]], SIGNS: [ID["c"], ID["d"]]}


def set_questions(step, *questions, **fields):
    for name, value in {"kind": "quiz", **fields}.items():
        setattr(step, name, value)
    step.questions = StepPage._meta.get_field("questions").to_python(list(questions))
    return publish(step)


@pytest.fixture
def step(steps):
    """The first step of the path, a quiz of two questions."""
    return set_questions(steps[0], ONE, MANY)


@pytest.fixture
def attempt(enrolment, step):
    return start_attempt(enrolment=enrolment, step_key=step.translation_key)


def posted(answers: dict, number: int = 1, **more) -> dict:
    return {"number": number, **{f"q-{key}": value for key, value in answers.items()}, **more}


def is_done(enrolment, step) -> bool:
    rows = StepProgress.objects.filter(enrolment=enrolment, step_key=step.translation_key)
    return rows.filter(completed_at__isnull=False).exists()


def hand_in(enrolment, step, answers, number=1):
    return hand_in_attempt(enrolment=enrolment, step_key=step.translation_key, number=number, answers=answers)


# Scoring


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        (RIGHT, 100),
        (WRONG, 50),
        ({**RIGHT, SIGNS: [ID["c"]]}, 50),
        ({**RIGHT, SIGNS: [ID["c"], ID["d"], ID["e"]]}, 50),
        ({}, 0),
    ],
)
def test_an_answer_counts_when_exactly_what_is_right_was_chosen(step, answers, score):
    assert score_of(questions_of(step), answers) == score


# The service


def test_an_attempt_keeps_the_questions_in_an_order_of_its_own(enrolment, step, attempt):
    assert [q["id"] for q in attempt.questions] == [STOP, SIGNS]
    assert {a["id"] for a in attempt.questions[1]["answers"]} == {ID["c"], ID["d"], ID["e"]}
    assert (attempt.pass_mark, attempt.language, attempt.revision_id) == (80, "nl", step.live_revision_id)
    orders = set()
    for _number in range(40):
        attempt.delete()
        attempt = start_attempt(enrolment=enrolment, step_key=step.translation_key)
        orders.add(tuple(a["id"] for a in attempt.questions[1]["answers"]))
    assert len(orders) > 1


def test_a_second_click_starts_nothing(enrolment, step, attempt):
    assert start_attempt(enrolment=enrolment, step_key=step.translation_key) == attempt
    assert QuizAttempt.objects.count() == 1


def test_passing_completes_the_step_and_again_changes_nothing(enrolment, step, attempt):
    done = hand_in(enrolment, step, RIGHT)
    assert (done.score, done.is_passed) == (100, True)
    assert is_done(enrolment, step)
    again = hand_in(enrolment, step, WRONG)
    assert again.score == 100 and again.answers == done.answers
    assert OnboardingEvent.objects.filter(kind="submitted").count() == 1


def test_not_passing_leaves_the_step_open_for_another_attempt(enrolment, step, attempt):
    assert hand_in(enrolment, step, WRONG).is_passed is False
    assert not is_done(enrolment, step)
    second = start_attempt(enrolment=enrolment, step_key=step.translation_key)
    assert second.number == 2
    hand_in(enrolment, step, RIGHT, number=2)
    assert is_done(enrolment, step)


def test_used_up_attempts_are_given_anew_by_the_manager(enrolment, step, make_user):
    step.max_attempts = 1
    publish(step)
    boss = make_user()
    enrolment.user.manager = boss
    enrolment.user.save()
    start_attempt(enrolment=enrolment, step_key=step.translation_key)
    assert allow_new_attempts(enrolment=enrolment, step_key=step.translation_key, actor=boss) is False
    hand_in(enrolment, step, WRONG)
    with pytest.raises(NoAttemptsLeft):
        start_attempt(enrolment=enrolment, step_key=step.translation_key)
    assert Message.objects.filter(recipient=boss, kind="onboarding.quiz_used_up").count() == 1
    assert allow_new_attempts(enrolment=enrolment, step_key=step.translation_key, actor=boss) is True
    assert allow_new_attempts(enrolment=enrolment, step_key=step.translation_key, actor=boss) is False
    assert start_attempt(enrolment=enrolment, step_key=step.translation_key).number == 2
    assert Message.objects.filter(recipient=enrolment.user, kind="onboarding.new_attempts").count() == 1


def test_a_quiz_of_somebody_else_or_behind_another_step_is_not_started(enrolment, steps, step):
    with pytest.raises(NotYoursToDo):
        start_attempt(enrolment=enrolment, step_key=steps[1].translation_key)
    step.prerequisites.create(step=steps[1])
    publish(step)
    with pytest.raises(StepLocked):
        start_attempt(enrolment=enrolment, step_key=step.translation_key)
    assert not QuizAttempt.objects.exists()


def test_made_up_questions_and_answers_fall_away(enrolment, step, attempt):
    made_up = str(uuid.uuid4())
    done = hand_in(enrolment, step, {STOP: [made_up, ID["a"], ID["b"]], SIGNS: RIGHT[SIGNS], made_up: ["x"]})
    assert done.answers == {STOP: [ID["a"]], SIGNS: RIGHT[SIGNS]}


def test_a_quiz_without_a_right_answer_stops_nobody(enrolment, step, make_user, newcomer, urls):
    editor = make_user(groups=["Editors"])
    set_questions(step, FAULTY)
    with pytest.raises(NothingToAnswer):
        start_attempt(enrolment=enrolment, step_key=step.translation_key)
    response = newcomer.post(urls("quiz/complete", step))
    assert response.status_code == 302 and is_done(enrolment, step)
    assert Message.objects.filter(recipient=editor, kind="onboarding.quiz_fault").count() == 1


def test_a_sound_quiz_is_not_passed_by_the_way_out_of_a_broken_one(enrolment, step, newcomer, urls):
    newcomer.post(urls("quiz/complete", step))
    assert not is_done(enrolment, step)


def test_a_question_without_a_right_answer_counts_for_nobody(enrolment, step, make_user):
    editor = make_user(groups=["Editors"])
    set_questions(step, ONE, FAULTY)
    start_attempt(enrolment=enrolment, step_key=step.translation_key)
    assert hand_in(enrolment, step, {STOP: [ID["a"]], NONE: [ID["f"]]}).score == 100
    message = Message.objects.get(recipient=editor, kind="onboarding.quiz_fault")
    from notifications.kinds import get_kind

    assert step.title in get_kind(message.kind).resolve(message.payload, editor).title
    set_questions(step, ONE)
    assert get_kind(message.kind).resolve(message.payload, editor) is None


# A mended key


@pytest.fixture
def mended(enrolment, step, attempt):
    """Handed in with what was wrong then; by now it is what is right."""
    hand_in(enrolment, step, WRONG)
    key = question("q1", "Wat doe je eerst?", ("a", "Bellen", False), ("b", "Foto maken", True))
    return set_questions(step, key, MANY)


def test_a_mended_key_changes_nothing_by_itself(enrolment, mended):
    assert QuizAttempt.objects.get().score == 50
    assert [(row.score, row.passes) for row in preview_rescore(mended)] == [(100, True)]
    assert not is_done(enrolment, mended)


def test_counting_again_lets_people_pass_and_says_so_once(enrolment, mended, make_user):
    editor = make_user()
    assert len(rescore_quiz(page=mended, actor=editor)) == 1
    assert rescore_quiz(page=mended, actor=editor) == []
    attempt = QuizAttempt.objects.get()
    assert (attempt.score, attempt.is_passed) == (100, True) and attempt.rescored_at
    assert is_done(enrolment, mended)
    event = OnboardingEvent.objects.get(kind="rescored")
    assert (event.actor, event.data["old"], event.data["new"]) == (editor, 50, 100)
    assert Message.objects.filter(recipient=enrolment.user, kind="onboarding.quiz_rescored").count() == 1


def test_who_could_choose_one_answer_is_right_with_either_of_two(enrolment, step, attempt):
    hand_in(enrolment, step, WRONG)
    key = question("q1", "Wat doe je eerst?", ("a", "Bellen", True), ("b", "Foto maken", True))
    mended = set_questions(step, key, MANY)
    assert [(row.score, row.passes) for row in preview_rescore(mended)] == [(100, True)]


def test_counting_again_never_takes_a_pass_away(enrolment, step, attempt, make_user):
    hand_in(enrolment, step, RIGHT)
    key = question("q1", "Wat doe je eerst?", ("a", "Bellen", False), ("b", "Foto maken", True))
    set_questions(step, key, MANY)
    assert rescore_quiz(page=step, actor=make_user()) == []
    assert QuizAttempt.objects.get().score == 100 and is_done(enrolment, step)


def test_who_passes_by_counting_again_while_the_step_is_locked_is_done_on_coming_back(
    enrolment, steps, mended, make_user
):
    mended.prerequisites.create(step=steps[1])
    publish(mended)
    rescore_quiz(page=mended, actor=make_user())
    assert not is_done(enrolment, mended)
    mended.prerequisites = []
    publish(mended)
    start_attempt(enrolment=enrolment, step_key=mended.translation_key)
    assert is_done(enrolment, mended)
    assert QuizAttempt.objects.count() == 1


# The pages


def test_the_whole_quiz_works_by_plain_forms(newcomer, enrolment, step, urls):
    response = newcomer.post(urls("quiz/start", step), follow=True)
    text = response.content.decode()
    assert text.count("<fieldset") == 2 and text.count("<legend") == 2
    assert 'type="radio"' in text and 'type="checkbox"' in text
    assert "Want Bellen" not in text and "is_right" not in text
    assert "hx-" not in text.partition("/quiz/hand-in/")[2].partition("</form>")[0]
    response = newcomer.post(urls("quiz/hand-in", step), posted(WRONG), follow=True)
    text = response.content.decode()
    assert "Want Foto maken" in text and "Want Bellen" not in text
    assert urls("quiz/start", step) in text
    newcomer.post(urls("quiz/start", step))
    response = newcomer.post(urls("quiz/hand-in", step), posted(RIGHT, number=2), follow=True)
    assert "100%" in response.content.decode()
    assert is_done(enrolment, step)


def test_an_open_question_is_named_beside_it_and_the_rest_is_kept(newcomer, enrolment, step, attempt, urls):
    response = newcomer.post(urls("quiz/hand-in", step), posted({SIGNS: RIGHT[SIGNS]}))
    text = response.content.decode()
    assert response.status_code == 200
    assert f'href="#quiz-q-{STOP}' in text and text.count('class="error"') == 1
    assert text.count("checked") == 2
    assert QuizAttempt.objects.get().submitted_at is None
    assert opens_in_english(newcomer, response)
    # Also for who comes back later.
    assert newcomer.get(urls("quiz", step)).content.decode().count("checked") == 2


def test_answers_can_be_kept_for_later(newcomer, step, attempt, urls):
    newcomer.post(urls("quiz/hand-in", step), posted({STOP: [ID["a"]]}, later="1"))
    attempt.refresh_from_db()
    assert attempt.answers == {STOP: [ID["a"]]} and attempt.submitted_at is None


def test_a_second_tab_sees_the_result_and_changes_nothing(newcomer, step, attempt, urls):
    newcomer.post(urls("quiz/hand-in", step), posted(RIGHT))
    response = newcomer.post(urls("quiz/hand-in", step), posted(WRONG))
    assert response["Location"] == urls("quiz/1", step)
    assert QuizAttempt.objects.get().score == 100


@pytest.mark.parametrize(("answers", "words"), [({STOP: [ID["b"]], SIGNS: [ID["e"]]}, "0%"), (WRONG, "50%")])
def test_the_step_says_how_much_was_right_and_nothing_is_nothing(
    as_user, user, enrolment, step, attempt, answers, words
):
    hand_in(enrolment, step, answers)
    reader = as_user(user)
    for page in (
        reader.get(step.get_url()),
        reader.get(f"/nl/onboarding/{enrolment.pk}/steps/{step.translation_key}/quiz/1/"),
    ):
        quiz = BeautifulSoup(page.content, "html.parser").select_one("#quiz").get_text(" ", strip=True)
        assert f" {words} " in quiz and "100%" not in quiz


def test_an_attempt_keeps_its_questions_while_an_editor_changes_them(newcomer, enrolment, step, attempt, urls):
    set_questions(step, question("q3", "Iets anders", ("f", "Dit", True), ("g", "Dat", False)))
    text = newcomer.get(urls("quiz", step)).content.decode()
    assert "Wat doe je eerst?" in text and "Iets anders" not in text
    newcomer.post(urls("quiz/hand-in", step), posted(RIGHT))
    assert is_done(enrolment, step)


def test_begun_in_dutch_and_finished_in_english(newcomer, enrolment, path, phases, step, urls):
    for page, title in ((path, "Path"), (phases[0], "Phase")):
        translate(page, title=title)
    english = question("q1", "What first?", ("a", "Call", True), ("b", "Picture", False))
    translate(step, title="Quiz", kind="quiz", questions=StepPage._meta.get_field("questions").to_python([english]))
    newcomer.post(urls("quiz/start", step))
    text = newcomer.get(urls("quiz", step, language="en")).content.decode()
    assert "Wat doe je eerst?" in text and 'lang="nl"' in text
    response = newcomer.post(urls("quiz/hand-in", step, language="en"), posted(RIGHT), follow=True)
    assert "Right." in response.content.decode()
    assert is_done(enrolment, step)


def test_an_attempt_in_english_asks_in_english(enrolment, path, phases, step):
    for page, title in ((path, "Path"), (phases[0], "Phase")):
        translate(page, title=title)
    english = question("q1", "What first?", ("a", "Call", True), ("b", "Picture", False))
    translate(step, title="Quiz", kind="quiz", questions=StepPage._meta.get_field("questions").to_python([english]))
    with override("en"):
        attempt = start_attempt(enrolment=enrolment, step_key=step.translation_key)
    assert attempt.questions[0]["text"] == "What first?" and attempt.language == "en"


@pytest.mark.parametrize("what", ["quiz", "quiz/1"])
def test_a_stranger_gets_404_to_read(as_user, make_user, step, attempt, urls, what):
    assert as_user(make_user()).get(urls(what, step)).status_code == 404


@pytest.mark.parametrize("what", ["quiz/start", "quiz/hand-in", "quiz/complete"])
def test_a_stranger_gets_404_to_write(as_user, make_user, step, attempt, urls, what):
    assert as_user(make_user()).post(urls(what, step), posted(RIGHT)).status_code == 404
    assert QuizAttempt.objects.get().submitted_at is None


@pytest.mark.parametrize("number", ["", "abc", "7", "²", "9" * 30, "9" * 5000])
def test_a_number_of_no_attempt_is_404(newcomer, step, attempt, urls, number):
    assert newcomer.post(urls("quiz/hand-in", step), posted(RIGHT, number=number)).status_code == 404


def test_an_ended_path_is_read_and_not_changed(newcomer, enrolment, step, attempt, urls):
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=date(2026, 11, 1))
    assert newcomer.post(urls("quiz/hand-in", step), posted(RIGHT)).status_code == 302
    assert QuizAttempt.objects.get().submitted_at is None


def test_only_manager_and_hr_give_new_attempts_and_never_see_answers(client, enrolment, step, attempt, urls, make_user):
    step.max_attempts = 1
    publish(step)
    hand_in(enrolment, step, WRONG)
    boss, hr, buddy = make_user(), make_user(groups=["HR"]), make_user()
    enrolment.user.manager = boss
    enrolment.user.save()
    enrolment.supporters.create(colleague=buddy, role="buddy")
    for person, status in ((buddy, 404), (enrolment.user, 404), (make_user(), 404), (boss, 200), (hr, 200)):
        client.force_login(person)
        assert client.get(urls("quiz/attempts", step)).status_code == status
        assert client.get(urls("quiz/1", step)).status_code == (200 if person == enrolment.user else 404)
    page = client.get(urls("quiz/attempts", step)).content.decode()
    assert "Foto maken" not in page
    assert f'href="/nl/onboarding/for/{enrolment.pk}/"' in page
    client.post(urls("quiz/attempts", step))
    assert StepProgress.objects.get(enrolment=enrolment, step_key=step.translation_key).attempt == 2


def test_the_questions_cost_the_same_for_few_and_many(
    newcomer, enrolment, step, urls, django_assert_num_queries, make_user, path
):
    newcomer.post(urls("quiz/start", step))
    for _time in range(2):
        newcomer.get(urls("quiz", step))
    with django_assert_num_queries(5):
        newcomer.get(urls("quiz", step))
    for _number in range(3):
        other = enrol(user=make_user(), path=path, start_date=date(2026, 10, 1))
        start_attempt(enrolment=other, step_key=step.translation_key)
    newcomer.get(urls("quiz", step))
    with django_assert_num_queries(5):
        newcomer.get(urls("quiz", step))


# For editors


def test_publishing_a_mended_key_offers_to_count_again_and_does_nothing_itself(client, enrolment, mended, make_user):
    enrolment.user.first_name = "Zebedeus"
    enrolment.user.save()
    client.force_login(make_user(groups=["Editors"]))
    url = f"/admin/onboarding/quiz/{mended.pk}/rescore/"
    text = client.get(url).content.decode()
    assert '<form method="post">' in text and "Zebedeus" not in text
    assert not is_done(enrolment, mended)
    assert client.post(url).status_code == 302
    assert is_done(enrolment, mended)
    assert '<form method="post">' not in client.get(url).content.decode()


def test_hr_sees_who_would_pass_and_others_count_nothing_again(client, enrolment, mended, make_user):
    url = f"/admin/onboarding/quiz/{mended.pk}/rescore/"
    client.force_login(make_user(groups=["HR"]))
    assert enrolment.user.get_full_name() in client.get(url).content.decode()
    client.force_login(make_user(groups=["Moderators"]))
    client.post(url)
    assert not is_done(enrolment, mended)


def test_a_number_of_no_page_counts_nothing_again(client, make_user):
    client.force_login(make_user(groups=["HR"]))
    for number in (10**9, 10**30):
        assert client.get(f"/admin/onboarding/quiz/{number}/rescore/", follow=True).status_code == 404


def test_who_publishes_hears_that_somebody_would_pass(rf, enrolment, mended, make_user):
    from django.contrib.messages.storage.fallback import FallbackStorage

    from onboarding.admin.mending import offer_to_count_again

    request = rf.get("/")
    request.user, request.session = make_user(groups=["Editors"]), {}
    request._messages = FallbackStorage(request)
    offer_to_count_again(request, mended)
    assert f"/quiz/{mended.pk}/rescore/" in str(next(iter(request._messages)))
    rescore_quiz(page=mended, actor=request.user)
    request._messages = FallbackStorage(request)
    offer_to_count_again(request, mended)
    assert not list(request._messages)
