"""The question desk: asking, answering, publishing, and that nobody else finds what isn't theirs."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import PageViewRestriction

from conversations.desk import AlreadySettledError, answer_question, ask_question, close_question, version_of
from conversations.jobs import retain_questions
from conversations.models import Question
from guidelines.models import ManualIndexPage
from notifications.kinds import get_kind
from notifications.models import Message
from people.forgetting import forget_person
from people.models import RetentionPeriods
from people.personal_data import collect
from tests.factories import ManualFactory

pytestmark = pytest.mark.django_db
WORDS = "Mag ik mijn hond meenemen naar kantoor?"
ANSWER = "Ja, op vrijdag."


@pytest.fixture
def asker(make_user):
    return make_user(first_name="Hadewych", last_name="Brand")


@pytest.fixture
def desk(make_user):
    return make_user(first_name="Yara", last_name="Smit", groups=["Community managers"])


@pytest.fixture
def question(asker, desk):
    return ask(asker)


@pytest.fixture
def manual(trunk):
    index = trunk(ManualIndexPage)
    return ManualFactory(parent=index, title="Huisregels", locale=index.locale)


def ask(asker, text: str = WORDS, **fields) -> Question:
    return ask_question(asker=asker, text=text, language="nl", key=uuid.uuid4(), **fields)


def publish(question: Question, by, **fields) -> Question:
    values = {"answer": ANSWER, "is_public": True, "public_text": "Mag een hond mee naar kantoor?", **fields}
    return answer_question(question=question, by=by, seen=version_of(question), **values)


def close_page(page) -> None:
    rule = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    rule.groups.add(Group.objects.get_or_create(name="Board")[0])


def soup(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_from_nothing_found_to_an_answer(as_user, asker, desk):
    client = as_user(asker)
    form = soup(client.get("/en/questions/new/", {"q": "dog at work"})).select_one("main form")
    assert form.select_one("textarea").get_text().strip() == "dog at work"
    sent = {field["name"]: field.get("value", "") for field in form.select("input")} | {"text": WORDS}
    page = soup(client.post(form["action"], sent, follow=True))
    assert "Your question is with the question desk" in page.get_text()
    question = Question.objects.get()
    assert (question.asker, question.text, question.language, question.is_open) == (asker, WORDS, "en", True)
    told = Message.objects.get(kind="question.asked")
    assert told.recipient == desk
    client = as_user(desk)
    assert WORDS in soup(client.get("/en/questions/")).main.get_text()
    form = soup(client.get(f"/en/questions/{question.pk}/")).select_one('form[action$="/answer/"]')
    sent = {field["name"]: field.get("value", "") for field in form.select("input[type=hidden]")}
    client.post(form["action"], sent | {"answer": ANSWER})
    told = Message.objects.get(kind="question.answered")
    assert told.recipient == asker
    with override("en"):
        content = get_kind(told.kind).resolve(told.payload, asker)
    assert content.url == f"/en/questions/{question.pk}/" and content.closed
    assert ANSWER in soup(as_user(asker).get(content.url)).main.get_text()


def test_sending_the_form_twice_asks_once(as_user, asker, desk):
    client, sent = as_user(asker), {"text": WORDS, "key": str(uuid.uuid4())}
    first, second = (client.post("/en/questions/new/", sent) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Question.objects.count() == Message.objects.filter(kind="question.asked").count() == 1


def test_another_persons_form_is_not_there(as_user, asker, user, question):
    response = as_user(user).post("/en/questions/new/", {"text": "Iets", "key": str(question.key)})
    assert response.status_code == 404
    assert Question.objects.count() == 1


def test_a_stranger_finds_nothing_of_a_question(as_user, user, question):
    client = as_user(user)
    assert WORDS not in client.get("/en/questions/").content.decode()
    for name in ("detail", "answer", "close"):
        address = reverse(f"questions:{name}", args=[question.pk])
        for method in (client.get, client.post):
            assert method(address, {"answer": "x"} if method == client.post else {}).status_code in (404, 405)
    question.refresh_from_db()
    assert question.is_open


@pytest.mark.parametrize("who", ["preboarder", "left"])
def test_who_does_not_work_here_yet_or_any_more_reads_nothing(client, make_user, question, desk, who):
    publish(question, desk)
    reader = make_user(is_preboarder=who == "preboarder")
    client.force_login(reader)
    if who == "left":
        type(reader).objects.filter(pk=reader.pk).update(is_active=False)
    for address in ("/en/questions/", "/en/questions/new/", f"/en/questions/{question.pk}/"):
        response = client.get(address)
        assert response.status_code in (302, 403, 404)
        assert "hond" not in response.content.decode()
    reader.refresh_from_db()
    assert not Question.objects.public_for(reader).exists()


def test_a_published_answer_is_read_by_all_without_the_asker(as_user, user, asker, desk, question):
    publish(question, desk)
    for address in ("/en/questions/", f"/en/questions/{question.pk}/"):
        text = as_user(user).get(address).content.decode()
        assert "Mag een hond mee" in text
        assert WORDS not in text and "Hadewych" not in text
    own = as_user(asker).get(f"/en/questions/{question.pk}/").content.decode()
    assert WORDS in own


def test_an_answer_that_is_published_no_more_is_gone_for_others(as_user, user, desk, question):
    publish(publish(question, desk), desk, is_public=False)
    assert as_user(user).get(f"/en/questions/{question.pk}/").status_code == 404


def test_an_answer_about_a_closed_page_is_for_who_may_see_that_page(as_user, user, make_user, asker, desk, manual):
    question = ask(asker, about=manual)
    publish(question, desk)
    address = f"/en/questions/{question.pk}/"
    assert as_user(user).get(address).status_code == 200
    close_page(manual)
    assert as_user(user).get(address).status_code == 404
    assert "Mag een hond" not in as_user(user).get("/en/questions/").content.decode()
    assert as_user(make_user(groups=["Board"])).get(address).status_code == 200
    own = as_user(asker).get(address)
    assert own.status_code == 200 and "Huisregels" not in own.content.decode()


def test_a_page_one_may_not_see_is_left_out_of_the_form(as_user, user, manual):
    close_page(manual)
    client = as_user(user)
    for number in (manual.pk, "0", "-1", "9" * 30, "x", "１", "\0"):
        response = client.get("/en/questions/new/", {"about": number})
        assert response.status_code == 200 and "Huisregels" not in response.content.decode()
    client.post("/en/questions/new/", {"text": WORDS, "about": manual.pk})
    assert Question.objects.get().about_key is None


def test_a_page_one_may_see_is_kept_with_the_question(as_user, user, manual):
    page = soup(as_user(user).get("/en/questions/new/", {"about": manual.pk}))
    assert "Huisregels" in page.main.get_text()
    as_user(user).post("/en/questions/new/", {"text": WORDS, "about": manual.pk})
    assert Question.objects.get().about_key == manual.translation_key


@pytest.mark.parametrize(
    "sent",
    [{"text": ""}, {"text": "  \n "}, {"text": "x" * 1001}, {"text": "\0"}, {"text": WORDS, "key": "no-key"}],
    ids=["empty", "spaces", "long", "nul", "key"],
)
def test_what_cannot_be_sent_is_said_beside_the_field(as_user, user, sent):
    response = as_user(user).post("/en/questions/new/", sent)
    assert response.status_code == 200
    assert soup(response).select_one("#errors")
    assert not Question.objects.exists()


def test_odd_signs_are_no_failure(as_user, user):
    client = as_user(user)
    assert client.get("/en/questions/new/?q=%ED%A0%BD%00a").status_code == 200
    client.post("/en/questions/new/", {"text": "<script>alert(1)</script> \0 \u202e"})
    question = Question.objects.get()
    assert "<script>alert" not in client.get(f"/en/questions/{question.pk}/").content.decode()
    for number in ("0", "9" * 20):
        assert client.get(f"/en/questions/{number}/").status_code == 404


def test_the_answer_is_no_markup(as_user, user, desk, question):
    publish(question, desk, answer="<img src=x onerror=alert(1)> https://example.org/x javascript:alert(1)")
    page = soup(as_user(user).get(f"/en/questions/{question.pk}/"))
    assert not page.main.select("img[onerror]")
    assert [link["href"] for link in page.main.select("a[href*=example]")] == ["https://example.org/x"]


def test_two_members_who_answer_at_once(as_user, desk, make_user, question):
    publish(question, make_user(groups=["Editors"]), is_public=False)
    response = as_user(desk).post(f"/en/questions/{question.pk}/answer/", {"answer": "Nee, nooit.", "seen": ""})
    page = soup(response)
    assert "A colleague answered meanwhile" in page.get_text()
    assert "Nee, nooit." in page.select_one("textarea[name=answer]").get_text()
    question.refresh_from_db()
    assert question.answer == ANSWER
    seen = page.select_one("input[name=seen]")["value"]
    as_user(desk).post(f"/en/questions/{question.pk}/answer/", {"answer": "Nee, nooit.", "seen": seen})
    question.refresh_from_db()
    assert question.answer == "Nee, nooit."
    assert Message.objects.filter(kind="question.answered").count() == 1


def test_only_the_desk_answers(asker, user, question):
    for person in (asker, user):
        with pytest.raises(PermissionDenied):
            answer_question(question=question, by=person, answer=ANSWER)
    with pytest.raises(PermissionDenied):
        close_question(question=question, by=user)


def test_closing(as_user, asker, desk, question):
    client = as_user(asker)
    for _ in range(2):
        client.post(f"/en/questions/{question.pk}/close/")
    question.refresh_from_db()
    assert question.status == Question.Status.CLOSED
    told = Message.objects.get(kind="question.asked")
    assert get_kind(told.kind).resolve(told.payload, desk) is None


def test_an_answered_question_is_not_closed(desk, asker, question):
    publish(question, desk)
    with pytest.raises(AlreadySettledError):
        close_question(question=question, by=asker)


def test_the_words_of_a_question_stay_out_of_mail_and_who_left_the_desk_is_told_nothing(desk, question):
    told = Message.objects.get(kind="question.asked")
    assert get_kind(told.kind).resolve(told.payload, desk).closed
    desk.groups.clear()
    assert get_kind(told.kind).resolve(told.payload, type(desk).objects.get(pk=desk.pk)) is None


def test_without_a_desk_administrators_get_it(make_user, asker):
    admin = make_user(is_superuser=True)
    ask(asker)
    assert Message.objects.get(kind="question.asked").recipient == admin


def test_ten_an_hour_and_what_was_typed_stays(as_user, user):
    client = as_user(user)
    for number in range(10):
        client.post("/en/questions/new/", {"text": f"Vraag {number}", "key": str(uuid.uuid4())})
    response = client.post("/en/questions/new/", {"text": "Nog een", "key": str(uuid.uuid4())})
    assert Question.objects.count() == 10
    assert "Nog een" in soup(response).select_one("textarea").get_text()


def test_the_database_refuses_what_makes_no_sense(question):
    for change in ({"is_public": True}, {"status": "answered"}, {"answer": "x"}, {"text": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Question.objects.filter(pk=question.pk).update(**change)


def test_ones_own_data(asker, desk, question):
    publish(question, desk)
    assert collect(asker)["questions"]["asked"][0]["question"] == WORDS
    given = collect(desk)["questions"]["answered"][0]
    assert given["answer"] == ANSWER and WORDS not in str(given)


def test_forgetting_leaves_what_was_published_and_nothing_else(make_user, asker, desk, question):
    private = ask(asker, "Waarom krijg ik, Hadewych, geen loon?")
    publish(question, desk)
    forget_person(person=asker, by=make_user(groups=["Administrators"]))
    assert not Question.objects.filter(pk=private.pk).exists()
    question.refresh_from_db()
    assert question.asker is None and question.text == question.public_text


def test_kept_as_long_as_the_organisation_confirmed(asker, desk, question):
    waiting, _private = ask(asker), answer_question(question=ask(asker), by=desk, answer=ANSWER)
    publish(question, desk)
    now = datetime.now(UTC) + timedelta(days=740)
    assert retain_questions(now) == 0
    RetentionPeriods.objects.update_or_create(defaults={"confirmed_at": datetime.now(UTC)})
    assert retain_questions(datetime.now(UTC)) == 0
    assert retain_questions(now) == 2
    assert set(Question.objects.values_list("pk", flat=True)) == {waiting.pk, question.pk}
    question.refresh_from_db()
    assert question.asker is None and question.answer == ANSWER


def test_the_list_names_the_language_only_of_what_is_in_the_other(as_user, user, desk, question):
    publish(question, desk)
    for language, named in (("nl", False), ("en", True)):
        public = soup(as_user(user).get(f"/{language}/questions/")).select_one("section[aria-labelledby=public]")
        assert ("Nederlands" in public.get_text()) is named
        assert (public.select_one("h3[lang=nl]") is not None) is named


def test_the_list_costs_the_same_with_ten_times_as_many(as_user, asker, desk):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_user(desk)

    def cost() -> int:
        client.get("/en/questions/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/en/questions/").status_code == 200
        return len(queries)

    publish(ask(asker), desk)
    ask(asker)
    ask(desk)
    before = cost()
    for _ in range(10):
        publish(ask(asker), desk)
        ask(asker)
        ask(desk)
    assert cost() == before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads how SQLite goes about it")
def test_published_answers_are_found_without_going_through_all_pages(user):
    plan = Question.objects.public_for(user).explain()
    assert "SEARCH" in plan
    assert "SCAN wagtailcore_page" not in plan and "SCAN U0" not in plan
