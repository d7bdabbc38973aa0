"""Published answers of the question desk are found; anything else of it isn't."""

import uuid

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from conversations.desk import answer_question, ask_question, version_of
from search import outbox
from search.documents import Collection
from search.models import OutboxEntry
from search.sources import all_sources
from tests.search.finding import find

pytestmark = pytest.mark.django_db
QUESTIONS = Collection.QUESTIONS


@pytest.fixture
def desk(make_user):
    return make_user(groups=["Community managers"])


@pytest.fixture
def ask_it(make_user, desk):
    """``ask_it(text, public=..., about=...)``: a question with its answer."""
    asker = make_user(first_name="Wolfert", last_name="Quaadvliet")

    def ask(text: str, public: bool = True, about=None):
        question = ask_question(asker=asker, text=text, language="nl", about=about, key=uuid.uuid4())
        return answer_question(
            question=question,
            by=desk,
            answer="Een pelikaan mag mee.",
            is_public=public,
            public_text="Mag een papegaai mee?",
        )

    return ask


def nothing(found) -> bool:
    return (found.rows, found.total, found.corrected) == ((), 0, "")


def test_a_published_answer_is_found_by_question_and_answer(ask_it, user):
    question = ask_it("Mag mijn papegaai mee, vraagt Wolfert?")
    outbox.rebuild()
    for query in ("papegaai", "pelikaan", "papegaia"):
        found = find(QUESTIONS, query, user)
        assert [row.pk for row in found.rows] == [question.pk]
    html = render_to_string(found.source.template, {"result": found.rows[0], "LANGUAGE_CODE": "nl"})
    assert f"/questions/{question.pk}/" in html and "<mark>papegaai</mark>" in html
    for query in ("wolfert", "quaadvliet"):
        assert nothing(find(QUESTIONS, query, user))


def test_what_is_private_or_published_no_more_is_not_found(ask_it, user, desk, django_capture_on_commit_callbacks):
    ask_it("Mag mijn papegaai mee?", public=False)
    question = ask_it("Mag mijn papegaai mee?")
    outbox.rebuild()
    assert find(QUESTIONS, "papegaai", user).total == 1
    answer_question(question=question, by=desk, answer="x", seen=version_of(question))
    # Before the index knows, and after.
    for _ in range(2):
        for query in ("papegaai", "papegaia", "pelikaan"):
            assert nothing(find(QUESTIONS, query, user))
        outbox.drain()


def test_an_answer_about_a_closed_page_is_for_who_may_see_it(ask_it, user, make_user, manual):
    ask_it("Mag mijn papegaai mee?", about=manual)
    outbox.rebuild()
    assert find(QUESTIONS, "papegaai", user).total == 1
    rule = PageViewRestriction.objects.create(page=manual, restriction_type=PageViewRestriction.GROUPS)
    rule.groups.add(Group.objects.create(name="Board"))
    for query in ("papegaai", "papegaia", "papeg"):
        assert nothing(find(QUESTIONS, query, user))
    assert find(QUESTIONS, "papegaai", make_user(groups=["Board"])).total == 1
    manual.unpublish()
    assert nothing(find(QUESTIONS, "papegaai", make_user(groups=["Board"])))


@pytest.mark.parametrize("fields", [{"is_preboarder": True}, {"is_active": False}])
def test_who_does_not_work_here_finds_no_answer(ask_it, make_user, fields):
    ask_it("Mag mijn papegaai mee?")
    outbox.rebuild()
    assert nothing(find(QUESTIONS, "papegaai", make_user(**fields)))


def test_what_has_little_of_what_was_asked_is_not_shown(ask_it, user):
    ask_it("Mag mijn papegaai mee?")
    outbox.rebuild()
    assert nothing(find(QUESTIONS, "papegaai wachtwoord vergeten netwerkschijf", user))


def test_it_costs_the_same_with_ten_times_as_many(ask_it, user):
    costs = []
    for more in (2, 18):
        for _ in range(more):
            ask_it("Mag mijn papegaai mee?")
        outbox.rebuild()
        OutboxEntry.objects.all().delete()
        find(QUESTIONS, "papegaai", user)
        with CaptureQueriesContext(connection) as queries:
            found = find(QUESTIONS, "papegaai", user)
        costs.append(len(queries))
    assert found.total == 20
    # One of them for the stamp each time, as there is no request around it.
    assert costs[0] == costs[1] <= 6


def test_every_source_has_its_template_and_its_place():
    assert [source.collection for source in all_sources()] == list(Collection)
