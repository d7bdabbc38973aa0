"""The editor's form of a step, its previews, and words that are somebody's own."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Locale, Revision
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from onboarding.blocks import ChecklistItemBlock, FieldBlock, QuestionBlock
from onboarding.checks import findings_of
from onboarding.models import PathPage, PhasePage, StepPage
from onboarding.services import enrol, set_buddy
from onboarding.tokens import fill_tokens, unknown_tokens
from tests.factories import StepFactory

from .conftest import publish

pytestmark = pytest.mark.django_db


SOME_TEXT = [("rich_text", rich_text("<p>Lees dit.</p>"))]


def filled_in(prerequisites=(), body=SOME_TEXT, checklist=(), questions=(), form_fields=(), **fields) -> dict:
    """What the admin posts for a step."""
    usual = {
        "title": "Een stap",
        "slug": "een-stap",
        "summary": "",
        "kind": "read",
        "assignee": "newcomer",
        "minutes": 10,
        "is_required": "on",
        "due_from": "phase",
        "due_count": 1,
        "due_unit": "working",
        "needs_all": "on",
        "pass_mark": 80,
        "prerequisites": inline_formset([{"step": step.pk} for step in prerequisites]),
        "body": streamfield(body),
        "checklist": streamfield(checklist),
        "questions": streamfield(questions),
        "form_fields": streamfield(form_fields),
        "comments": inline_formset([]),
    }
    return nested_form_data({**usual, **fields})


def question(*right: bool, text: str = "Wat?") -> tuple[str, dict]:
    answers = [{"value": {"text": f"Antwoord {n}", "is_right": "on" if r else ""}} for n, r in enumerate(right)]
    numbered = {f"{n}": {"deleted": "", "order": str(n), "id": "", **answer} for n, answer in enumerate(answers)}
    return "question", {"text": text, "answers": {"count": str(len(right)), **numbered}}


@pytest.fixture
def errors(phases, make_user):
    """``errors(step or None, **posted)``: what is said beside which field; ``draft=True`` for saving a draft."""

    def check(step=None, draft=False, **fields) -> dict[str, str]:
        instance = step or StepPage(locale=phases[0].locale)
        form_class = StepPage.get_edit_handler().get_form_class()
        form = form_class(
            filled_in(**fields), instance=instance, parent_page=phases[0], for_user=make_user(is_superuser=True)
        )
        if draft:
            form.defer_required_fields()
        form.is_valid()
        return {name: " ".join(str(text) for text in found) for name, found in form.errors.items()}

    return check


def test_an_ordinary_step_is_accepted(errors):
    assert errors() == {}
    assert errors(signed_off_by="buddy") == {}


@pytest.mark.parametrize(
    ("field", "posted"),
    [
        ("due_date", {"due_from": "fixed"}),
        ("due_step", {"due_from": "step"}),
        ("questions", {"kind": "quiz"}),
        ("questions", {"kind": "quiz", "questions": [question(False, False)]}),
        ("assignee", {"kind": "quiz", "questions": [question(True, False)], "assignee": "buddy"}),
        ("signed_off_by", {"kind": "quiz", "questions": [question(True, False)], "signed_off_by": "buddy"}),
        ("signed_off_by", {"kind": "confirm", "signed_off_by": "hr"}),
        ("signed_off_by", {"assignee": "buddy", "signed_off_by": "buddy"}),
        ("form_fields", {"kind": "submit"}),
        ("body", {"kind": "confirm", "body": ()}),
        ("body", {"kind": "read", "body": ()}),
        ("body", {"kind": "watch"}),
        ("body", {"body": [("rich_text", rich_text("<p>Vraag {{collega}}.</p>"))]}),
        ("title", {"title": "Dag {{first_name}}"}),
        ("checklist", {"kind": "do", "checklist": [("item", {"text": "Vraag {{buddy}}", "hint": ""})]}),
    ],
)
def test_what_is_not_complete_is_a_draft_and_no_publication(errors, field, posted):
    assert field in errors(**posted)
    assert errors(draft=True, **posted) == {}


def test_day_nought_is_refused_in_a_draft_as_well(errors):
    assert "due_count" in errors(draft=True, due_from="start", due_count=0)
    assert errors(due_from="phase", due_count=0) == {}


def test_a_quiz_with_a_right_answer_is_accepted(errors):
    assert errors(kind="quiz", questions=[question(True, False), question(True, True)]) == {}


def test_a_quiz_is_mended_in_one_language_first_and_the_report_says_so(errors, path, phases):
    stream = StepPage._meta.get_field("questions")
    answers = [{"text": "Ja", "is_right": True}, {"text": "Nee", "is_right": False}]
    one = {"type": "question", "value": {"text": "Wat?", "answers": answers}}
    step = publish(StepFactory(parent=phases[0], kind="quiz", questions=stream.to_python([one])))
    english = step.get_translation(Locale.objects.get(language_code="en"))
    english.alias_of = None
    publish(english)
    for questions in ([question(True, False)] * 2, [question(False, True)]):
        assert errors(StepPage.objects.get(pk=step.pk), questions=questions) == {}

    def broken() -> list[str]:
        cache.clear()
        findings = findings_of(path.translation_key)[1]
        return [finding.text for finding in findings if finding.is_broken and finding.step.kind == "quiz"]

    assert broken() == []
    no, yes = {"text": "Nee", "is_right": True}, {"text": "Ja", "is_right": False}
    for value, words in (
        [[one, one], "aantal vragen"],
        [[{**one, "value": {"text": "Wat?", "answers": [yes, no]}}], "goed"],
    ):
        step.questions = stream.to_python(value)
        publish(step)
        assert len(broken()) == 1 and words in broken()[0]


def test_words_of_somebodys_own_are_refused_where_they_are_not_filled_in(errors):
    asked = question(True, False, text="Wie is {{buddy}}?")
    assert "{{buddy}}" in errors(kind="quiz", questions=[asked])["questions"]
    field = {"kind": "text", "is_required": "on", "hint": "Vraag {{ manager }}", "choices": {"count": "0"}}
    assert "{{buddy}}" in errors(kind="submit", form_fields=[("field", {"label": "Wat?", **field})])["form_fields"]


@pytest.mark.parametrize(
    ("posted", "field"),
    [({"title": "Dag {{first_name}}"}, "title"), ({"summary": "Met {{buddy}}."}, "summary")],
)
def test_a_phase_has_no_words_of_somebodys_own(phases, make_user, posted, field):
    form_class = PhasePage.get_edit_handler().get_form_class()
    usual = {"title": "Fase", "slug": "fase", "summary": "", "first_day": 1, "last_day": 7}
    data = nested_form_data({**usual, "comments": inline_formset([]), **posted})
    form = form_class(data, instance=phases[0], parent_page=phases[0].get_parent(), for_user=make_user())
    assert not form.is_valid() and list(form.errors) == [field]
    draft = form_class(data, instance=phases[0], parent_page=phases[0].get_parent(), for_user=make_user())
    draft.defer_required_fields()
    assert draft.is_valid(), draft.errors


def test_the_closing_text_of_a_path_has_none_either(path, make_user):
    form_class = PathPage.get_edit_handler().get_form_class()
    posted = {"title": "Pad", "slug": "pad", "summary": "", "closing_text": "Klaar, {{first_name}}!", "image_alt": ""}
    data = nested_form_data({**posted, "comments": inline_formset([])})
    form = form_class(data, instance=path, parent_page=path.get_parent(), for_user=make_user())
    assert not form.is_valid() and list(form.errors) == ["closing_text"]


def test_a_choice_needs_choices(errors):
    choice = {
        "label": "Maat",
        "kind": "choice",
        "is_required": "on",
        "hint": "",
        "choices": {"count": "1", "0": {"deleted": "", "order": "0", "id": "", "value": "M"}},
    }
    assert "form_fields" in errors(kind="submit", form_fields=[("field", choice)])


def test_the_kind_of_a_published_step_stays(errors, steps, make_user):
    form_class = StepPage.get_edit_handler().get_form_class()
    form = form_class(
        filled_in(kind="meet"), instance=steps[0], parent_page=steps[0].get_parent(), for_user=make_user()
    )
    form.is_valid()
    assert form.cleaned_data["kind"] == "read"


def test_the_kind_of_a_published_step_stays_in_what_was_drafted_before(steps, make_user):
    step = steps[0]
    step.kind = "submit"
    old = Revision.objects.get(pk=step.save_revision().pk)
    # The version of before says another kind, and stays in the history.
    assert old.content["kind"] == "submit" and old.as_object().kind == "read"
    old.publish()
    assert StepPage.objects.get(pk=step.pk).kind == "read"
    form_class = StepPage.get_edit_handler().get_form_class()
    form = form_class(filled_in(kind="submit"), instance=step, parent_page=step.get_parent(), for_user=make_user())
    assert form.is_valid(), form.errors
    assert form.save(commit=False).kind == "read"


def test_steps_that_wait_for_each_other_are_refused_by_name(errors, steps):
    steps[1].prerequisites.create(step=steps[0])
    publish(steps[1])
    found = errors(steps[0], draft=True, title=steps[0].title, prerequisites=[steps[1]])
    assert steps[1].title in found["needs_all"] and steps[0].title in found["needs_all"]
    by_date = errors(steps[0], due_from="step", due_step=steps[1].pk)
    assert steps[1].title in by_date["due_step"]
    assert "due_step" in errors(steps[0], due_from="step", due_step=steps[0].pk)
    assert errors(steps[2], prerequisites=[steps[1]]) == {}


def test_a_step_of_another_path_can_not_come_first(errors, steps, make_path):
    other = StepPage.objects.descendant_of(make_path(steps=(1,), title="Ander pad")).first()
    assert other.title in errors(steps[0], prerequisites=[other])["needs_all"]
    assert other.title in errors(steps[0], due_from="step", due_step=other.pk)["due_step"]


def test_publishing_in_the_admin_keeps_what_was_typed(as_user, make_user, phases):
    client = as_user(make_user(is_superuser=True, locale="nl"))
    url = reverse("wagtailadmin_pages:add", args=["onboarding", "steppage", phases[0].pk])
    response = client.post(url, {**filled_in(title="Toets zonder vraag", kind="quiz"), "action-publish": "1"})
    assert response.status_code == 200 and not StepPage.objects.filter(title="Toets zonder vraag").exists()
    assert "Toets zonder vraag" in response.content.decode()
    assert client.post(url, filled_in(title="Toets zonder vraag", kind="quiz")).status_code == 302
    assert not StepPage.objects.get(title="Toets zonder vraag", locale__language_code="nl").live


@pytest.mark.parametrize("block", [ChecklistItemBlock, QuestionBlock, FieldBlock])
def test_every_block_has_a_preview_that_shows_it(block, as_user, make_user):
    names = {"ChecklistItemBlock": ("checklist", "item"), "QuestionBlock": ("questions", "question")}
    field, name = names.get(block.__name__, ("form_fields", "field"))
    definition = StepPage._meta.get_field(field).stream_block.child_blocks[name]
    client = as_user(make_user(is_superuser=True))
    response = client.get(reverse("wagtailadmin_block_preview"), {"id": definition.definition_prefix})
    shown = BeautifulSoup(response.content, "html.parser").find(class_="article")
    value = definition.get_preview_value()
    assert (value.get("text") or value.get("label")) in shown.get_text()


# Words that are somebody's own -----------------------------------------------------------


def test_tokens_are_filled_in_escaped_and_never_blank():
    text = mark_safe("<p>{{first_name}}, vraag {{ buddy }} of {{ iets }}.</p>")
    filled = fill_tokens(text, {"first_name": "<b>Noor</b>", "buddy": ""})
    assert "&lt;b&gt;Noor&lt;/b&gt;" in filled and "{{ iets }}" in filled and "{{ buddy" not in filled
    assert isinstance(filled, SafeString)
    assert fill_tokens("{{first_name}}", {"first_name": "A & B"}) == "A & B"
    assert unknown_tokens("{{buddy}} {{ x }} { { y }}") == ["{{ x }}"]


def test_everybody_reads_their_own_words_of_one_cached_step(as_user, user, make_user, enrolment, phases, steps):
    buddy, other = make_user(first_name="Kevin"), make_user(first_name="Łukasz & co")
    step = steps[0]
    step.body = StepPage._meta.get_field("body").to_python(
        [{"type": "rich_text", "value": "<p>Dag {{first_name}}, ga naar {{buddy}}.</p>"}]
    )
    publish(step)
    enrol(user=other, path=phases[0].get_parent().specific, start_date=date(2026, 10, 1))
    set_buddy(enrolment=enrolment, colleague=buddy)
    cache.clear()
    first = as_user(user).get(step.get_url()).content.decode()
    second = as_user(other).get(step.get_url()).content.decode()
    assert f"Dag {user.first_name}, ga naar Kevin" in first and "{{" not in first
    assert "Dag Łukasz &amp; co" in second and "Kevin" not in second and "{{" not in second
