"""The page that a step reads, and the step whose place it takes: chosen, taken out again, and deleted by somebody else."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from guidelines.models import ManualIndexPage
from onboarding.models import StepPage
from onboarding.reading_outlines import fresh_path
from onboarding.services.replacing import steps_that_read
from tests.factories import ManualFactory, StepFactory

from .conftest import publish, translate
from .test_authoring_form import filled_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(as_user, make_user):
    return as_user(make_user(is_superuser=True, locale="nl"))


@pytest.fixture
def manual(trunk):
    return publish(ManualFactory(parent=trunk(ManualIndexPage), title="Veilig werken"))


@pytest.fixture
def step(phases, steps, manual):
    return publish(StepFactory(parent=phases[0], title="Lees", reads=manual, replaces=steps[0]))


def save(client, step, publish=True, **fields):
    posted = filled_in(title=step.title, slug=step.slug, **fields)
    url = reverse("wagtailadmin_pages:edit", args=[step.pk])
    response = client.post(url, {**posted, **({"action-publish": "1"} if publish else {})})
    assert response.status_code == 302, response.context["form"].errors
    return StepPage.objects.get(pk=step.pk)


def read_step(path, step):
    return fresh_path(path.translation_key).step(step.translation_key)


def test_a_page_that_is_taken_out_is_not_missed(editor, path, step, manual):
    assert steps_that_read(manual) == [step]
    assert save(editor, step, publish=False).reads_key == manual.translation_key
    page = save(editor, step)
    assert (page.reads_key, page.replaces_key) == (None, None)
    assert not read_step(path, step).reads_is_missing and steps_that_read(manual) == []
    # The published revision says so as well.
    page.get_latest_revision().publish()
    assert not read_step(path, step).reads_is_missing


def test_a_page_that_was_deleted_is_missed_whatever_else_is_saved(editor, path, step, manual):
    Page.objects.get(pk=manual.pk).delete()
    page = save(editor, step, replaces=step.replaces_id, minutes=20)
    assert page.minutes == 20 and page.reads_id is None
    assert page.replaces_key == step.replaces_key and read_step(path, step).reads_is_missing


def test_another_page_brings_its_own_key_to_the_draft(editor, step, trunk):
    other = publish(ManualFactory(parent=trunk(ManualIndexPage), title="Nieuwer", slug="nieuwer"))
    page = save(editor, step, publish=False, reads=other.pk)
    assert page.get_latest_revision_as_object().reads_key == other.translation_key


def test_a_translation_that_is_behind_holds_no_page(editor, path, step, manual):
    english = translate(step, title="Read")
    assert english.reads_key == manual.translation_key and len(steps_that_read(manual)) == 2
    save(editor, step)
    assert steps_that_read(manual) == []
