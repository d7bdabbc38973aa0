"""A step that is translated the way editors do it: what people do on it is the same in both languages."""

import json

import pytest
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringSegment, Translation

from competencies.models import CompetencyIndexPage
from guidelines.models import ManualIndexPage
from onboarding.checklists import items_on
from onboarding.checks import quiz_shape
from onboarding.models import StepPage
from tests.factories import ManualFactory, ProfileFactory, StepFactory

from .conftest import publish

pytestmark = pytest.mark.django_db

ITEM, QUESTION, YES, NO, FIELD = (f"{number}0000000-0000-4000-8000-000000000000" for number in range(1, 6))
CHECKLIST = [{"type": "item", "id": ITEM, "value": {"text": "Haal je laptop op", "hint": "Kamer 0.12"}}]
QUESTIONS = [
    {
        "type": "question",
        "id": QUESTION,
        "value": {
            "text": "Wat doe je?",
            "answers": [
                {"type": "item", "id": YES, "value": {"text": "Verwijzen", "is_right": True, "explanation": "Goed."}},
                {"type": "item", "id": NO, "value": {"text": "Gokken", "is_right": False, "explanation": "Fout."}},
            ],
        },
    }
]
FIELDS = [{"type": "field", "id": FIELD, "value": {"label": "Wat viel op?", "kind": "text", "is_required": True}}]


def stream(name: str, value: list):
    return StepPage._meta.get_field(name).to_python(json.dumps(value))


@pytest.fixture
def editor(as_user, make_user):
    return as_user(make_user(is_superuser=True, locale="en"))


@pytest.fixture
def step(phases, steps, trunk):
    manual = publish(ManualFactory(parent=trunk(ManualIndexPage), title="Veilig werken"))
    step = StepFactory(
        parent=phases[0],
        title="Je laptop",
        kind="quiz",
        assignee="buddy",
        is_required=False,
        reads=manual,
        profile=publish(ProfileFactory(parent=trunk(CompetencyIndexPage), title="Monteur")),
        due_from="start",
        due_count=3,
        audience_cohort="Najaar",
        audience_language="nl",
        checklist=stream("checklist", CHECKLIST),
        questions=stream("questions", QUESTIONS),
        form_fields=stream("form_fields", FIELDS),
    )
    step.prerequisites.create(step=steps[0])
    return publish(step)


@pytest.fixture
def english(editor, step, django_capture_on_commit_callbacks):
    """The step after an editor submitted it, translated every text to "EN ...", and published it."""
    locale = Locale.objects.get(language_code="en")
    url = reverse("wagtail_localize:submit_page_translation", args=[step.pk])
    assert editor.post(url, {"locales": [locale.pk]}).status_code == 302
    translation = Translation.objects.get(source__object_id=step.translation_key, target_locale=locale)
    for segment in StringSegment.objects.filter(source=translation.source).select_related("string"):
        url = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
        body = f"value=EN {segment.string.data}"
        response = editor.put(url, body, content_type="application/x-www-form-urlencoded")
        assert response.status_code in (200, 201), response.content
    twin = StepPage.objects.get(translation_key=step.translation_key, locale=locale)
    with django_capture_on_commit_callbacks(execute=True):
        url = reverse("wagtailadmin_pages:edit", args=[twin.pk])
        assert editor.post(url, {"action": "publish"}).status_code == 302
    return StepPage.objects.get(pk=twin.pk)


def test_words_are_translated_and_what_people_do_hangs_on_the_same_ids(step, english):
    assert (english.title, english.live, english.alias_of_id) == ("EN Je laptop", True, None)
    (item,), (dutch,) = items_on(english), items_on(step)
    assert (item.text, item.hint) == ("EN Haal je laptop op", "EN Kamer 0.12") and item.id == dutch.id
    assert quiz_shape(english.questions) == quiz_shape(step.questions) == [(QUESTION, ((YES, True), (NO, False)))]
    answers = english.questions[0].value["answers"]
    assert [(a["text"], a["explanation"]) for a in answers] == [("EN Verwijzen", "EN Goed."), ("EN Gokken", "EN Fout.")]
    (field,) = english.form_fields
    assert (field.id, field.value["label"], field.value["kind"]) == (FIELD, "EN Wat viel op?", "text")


def test_what_is_no_words_follows_the_original(step, english):
    names = ["kind", "assignee", "is_required", "due_from", "due_count", "due_unit", "audience_cohort", "reads_key"]
    names += ["audience_language", "minutes", "pass_mark", "profile_key"]
    assert [getattr(english, name) for name in names] == [getattr(step, name) for name in names]
    assert english.profile_key
    firsts = [link.step.translation_key for link in english.prerequisites.all()]
    assert firsts == [link.step.translation_key for link in step.prerequisites.all()] != []
