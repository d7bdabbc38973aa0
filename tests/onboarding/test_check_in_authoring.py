"""Check-ins as an editor makes them: only of a meeting, and in time before the end of the probation period."""

import pytest
from django.core.cache import cache
from django.utils import translation

from onboarding.checks import findings_of
from onboarding.models import StepPage
from tests.factories import StepFactory

from .conftest import publish
from .test_authoring_form import errors, filled_in  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


def probation(**fields) -> dict:
    return {"kind": "meet", "is_check_in": "on", "due_from": "probation", **fields}


@pytest.mark.parametrize(
    ("posted", "day"),
    [
        ({}, (-10, "working")),
        ({"due_count": -15}, (-15, "working")),
        ({"due_count": -3, "due_unit": "weeks"}, (-3, "weeks")),
    ],
)
def test_a_check_in_before_the_end_of_probation_is_in_time(phases, make_user, posted, day):
    form = StepPage.get_edit_handler().get_form_class()(
        filled_in(**probation(**posted)), instance=StepPage(locale=phases[0].locale), parent_page=phases[0],
        for_user=make_user(is_superuser=True),
    )  # fmt: skip
    assert form.is_valid(), form.errors
    page = form.save(commit=False)
    assert (page.due_count, page.due_unit) == day


@pytest.mark.parametrize(
    ("chosen", "posted", "day"),
    [
        ((-20, "working"), {}, (-20, "working")),
        ((-3, "weeks"), {}, (-3, "weeks")),
        ((-5, "working"), {}, (-10, "working")),
        ((1, "working"), {}, (-10, "working")),
        # Typed in this edit: the report says that it is late.
        ((-20, "working"), {"due_count": -5}, (-5, "working")),
    ],
)
def test_a_day_that_was_chosen_before_stays_if_it_is_in_time(phases, make_user, chosen, posted, day):
    count, unit = chosen
    page = publish(
        StepFactory(
            parent=phases[0], kind="meet", due_from="probation", due_count=count, due_unit=unit, title="Gesprek"
        )
    )
    form = StepPage.get_edit_handler().get_form_class()(
        filled_in(**probation(**{"due_count": count, "due_unit": unit, **posted})), instance=page,
        parent_page=phases[0], for_user=make_user(is_superuser=True),
    )  # fmt: skip
    assert form.is_valid(), form.errors
    saved = form.save(commit=False)
    assert (saved.due_count, saved.due_unit) == day


def test_only_a_step_to_meet_is_a_check_in(errors):  # noqa: F811
    assert "is_check_in" in errors(kind="read", is_check_in="on")


@pytest.mark.parametrize(
    ("count", "unit", "late"),
    [(-10, "working", False), (-9, "working", True), (-1, "weeks", True), (-2, "weeks", False)],
)
def test_one_that_is_too_late_to_act_on_is_found(path, steps, count, unit, late):
    steps[0].kind, steps[0].is_check_in = "meet", True
    steps[0].due_from, steps[0].due_count, steps[0].due_unit = "probation", count, unit
    publish(steps[0])
    cache.clear()
    with translation.override("en"):
        _outline, found = findings_of(path.translation_key)
    assert (
        any(
            "too late to act on it" in finding.text for finding in found if finding.step.key == steps[0].translation_key
        )
        is late
    )
