"""A copied path stands by itself: its steps wait for each other, in both languages, published and in draft."""

from datetime import date

import pytest
from django.urls import reverse
from wagtail.models import Locale

from onboarding.checks import findings_of
from onboarding.models import PathPage, PhasePage, StepPage
from onboarding.reading_outlines import draft_path, fresh_path
from onboarding.services import StepLocked, complete_step, enrol
from onboarding.services.copying import point_within_copy

from .conftest import publish, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def tied(path, steps):
    """The second step waits for the first, the third is due after it and takes its place; in draft the fourth waits."""
    steps[1].prerequisites.create(step=steps[0])
    steps[2].due_from, steps[2].due_step, steps[2].replaces = "step", steps[0], steps[0]
    for step in steps[1:3]:
        publish(step)
    steps[3].prerequisites.create(step=steps[2])
    steps[3].save_revision()
    StepPage.objects.get(pk=steps[3].pk).prerequisites.all().delete()
    return path


def copies_of(path) -> list[StepPage]:
    return list(StepPage.objects.descendant_of(path).order_by("path"))


def copy_in_code(path, client) -> PathPage:
    return path.copy(recursive=True, update_attrs={"slug": "kopie", "title": "Kopie"})


def copy_in_admin(path, client, live="on") -> PathPage:
    posted = {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": path.get_parent().pk, "copy_subpages": "on"}
    response = client.post(reverse("wagtailadmin_pages:copy", args=[path.pk]), {**posted, "publish_copies": live})
    assert response.status_code == 302
    return PathPage.objects.get(slug="kopie", locale=path.locale)


@pytest.fixture
def editor(as_user, make_user):
    return as_user(make_user(is_superuser=True, locale="nl"))


@pytest.mark.parametrize("copy", [copy_in_code, copy_in_admin])
def test_the_steps_of_a_copy_wait_for_each_other(tied, editor, copy):
    twin = copy(tied, editor)
    outline = fresh_path(twin.translation_key)
    first, second, third, fourth = outline.steps
    assert second.prerequisites == (first.key,) and third.rule["step"] == str(first.key)
    assert third.replaces_key == first.key and fourth.prerequisites == ()
    assert first.key not in {step.key for step in fresh_path(tied.translation_key).steps}
    drafts = draft_path(twin.translation_key, "nl").steps
    assert drafts[3].prerequisites == (third.key,)
    texts = {finding.text for finding in findings_of(twin.translation_key)[1]}
    assert not [text for text in texts if "wacht" in text or "waits" in text]


def test_what_is_published_anew_still_does(tied, editor):
    twin = copy_in_code(tied, editor)
    for step in copies_of(twin):
        step.get_latest_revision().publish()
    first, second, third, fourth = fresh_path(twin.translation_key).steps
    assert (second.prerequisites, fourth.prerequisites) == ((first.key,), (third.key,))
    assert third.rule["step"] == str(first.key) and third.replaces_key == first.key


def test_the_other_language_of_a_copy_points_there_as_well(tied, editor):
    translate(StepPage.objects.descendant_of(tied).order_by("path")[1], title="Second")
    keys = {step.translation_key for step in copies_of(copy_in_admin(tied, editor))}
    english = StepPage.objects.filter(translation_key__in=keys, locale=Locale.objects.get(language_code="en"))
    assert english.count() == 4
    targets = [page.due_step for page in english if page.due_step] + [
        page.replaces for page in english if page.replaces
    ]
    targets += [row.step for page in english for row in page.prerequisites.all()]
    assert len(targets) == 3 and {target.translation_key for target in targets} <= keys


def test_a_copy_in_draft_is_right_when_it_is_published(tied, editor):
    twin = copy_in_admin(tied, editor, live="")
    assert not twin.live and fresh_path(twin.translation_key) is None
    drafts = draft_path(twin.translation_key, "nl").steps
    assert drafts[1].prerequisites == (drafts[0].key,) and drafts[3].prerequisites == (drafts[2].key,)


def test_the_lock_of_a_copy_holds(tied, editor, user):
    twin = copy_in_code(tied, editor)
    walk = enrol(user=user, path=twin, start_date=date(2026, 10, 1))
    first, second, *_others = copies_of(twin)
    with pytest.raises(StepLocked):
        complete_step(enrolment=walk, step_key=second.translation_key)
    complete_step(enrolment=walk, step_key=first.translation_key)
    complete_step(enrolment=walk, step_key=second.translation_key)


def test_a_copied_phase_keeps_what_it_waits_for_elsewhere_on_its_path(tied):
    second = PhasePage.objects.child_of(tied).order_by("path")[1]
    twin = second.copy(recursive=True, update_attrs={"slug": "kopie"})
    original = copies_of(tied)[0]
    copied = copies_of(twin)
    assert copied[0].due_step_id == original.pk and copied[0].replaces_id == original.pk
    draft = copied[1].get_latest_revision_as_object()
    assert [row.step_id for row in draft.prerequisites.all()] == [copied[0].pk]


def test_again_nothing_changes_and_neither_does_the_original(tied, editor):
    before = [(step.due_step_id, step.replaces_id, step.replaces_key) for step in copies_of(tied)]
    twin = copy_in_code(tied, editor)
    assert point_within_copy(original=tied, copy=twin) == 0
    assert [(step.due_step_id, step.replaces_id, step.replaces_key) for step in copies_of(tied)] == before


@pytest.mark.parametrize("level", ["index", "path", "phase", "step"])
def test_no_page_of_a_path_is_copied_as_an_alias(tied, as_user, make_user, level):
    phase = PhasePage.objects.child_of(tied).first()
    page = {"index": tied.get_parent(), "path": tied, "phase": phase, "step": copies_of(tied)[0]}[level]
    client, address = (
        as_user(make_user(is_superuser=True, locale="en")),
        reverse("wagtailadmin_pages:copy", args=[page.pk]),
    )
    before = PathPage.objects.count(), StepPage.objects.count()
    assert 'name="alias"' not in client.get(address).content.decode()
    posted = {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": page.get_parent().pk, "copy_subpages": "on"}
    response = client.post(address, {**posted, "alias": "on"})
    assert "copied as an alias" in str(response.context["form"].non_field_errors())
    assert (PathPage.objects.count(), StepPage.objects.count()) == before
