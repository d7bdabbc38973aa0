"""On another path: what was done before counts as long as it is valid, and as HR chooses."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onboarding.admin.deeds.ending import OntoForm
from onboarding.models import Enrolment, StepPage
from onboarding.services import complete_step, end_enrolment, enrol

from .conftest import publish
from .hr import confirm, preview, words_of

pytestmark = pytest.mark.django_db
START = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _october():
    with time_machine.travel(datetime(2026, 10, 1, 10, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def other(make_path, steps):
    """Another path: its first step takes the place of one that goes out of date, its second of one that doesn't."""
    other = make_path(steps=(3,), title="Ander pad")
    for step, replaced in zip(StepPage.objects.descendant_of(other).order_by("path"), steps[:2], strict=False):
        step.replaces = replaced
        step.valid_months = 12 if replaced == steps[0] else None
        publish(step)
    return other


@pytest.fixture
def did_two(enrolment, steps):
    for step in steps[:2]:
        complete_step(enrolment=enrolment, step_key=step.translation_key)
    return enrolment


def done(enrolment) -> list[bool]:
    return [row.completed_at is not None for row in enrolment.progress.order_by("pk")]


def put_on(client, enrolment, other, **data):
    data = {"path": str(other.translation_key), "start_date": "2026-10-01", **data}
    address = f"/admin/enrolments/edit/{enrolment.pk}/onto/"
    outlook = preview(client, address, data).context["outlook"]
    assert confirm(client, address, data).status_code == 302
    return Enrolment.objects.get(path_key=other.translation_key), words_of(outlook)


def test_what_is_valid_counts_without_a_choice(did_two, user, other):
    assert done(enrol(user=user, path=other, start_date=START)) == [True, True, False]


def test_what_is_out_of_date_does_not(did_two, user, other):
    assert done(enrol(user=user, path=other, start_date=date(2027, 10, 2))) == [False, True, False]


def test_the_form_lists_it_with_what_is_valid_ticked(did_two, user, other, of_hr):
    form = OntoForm(enrolments=[did_two], reader=of_hr)
    first, second, _third = StepPage.objects.descendant_of(other).order_by("path")
    ((title, choices),) = form.fields["counts"].choices
    assert (title, [key for key, _label in choices]) == (
        "Ander pad",
        [str(first.translation_key), str(second.translation_key)],
    )
    assert form.initial["counts"] == [key for key, _label in choices]
    # An ended path lets count only what says how long it is valid.
    end_enrolment(enrolment=did_two)
    with time_machine.travel(datetime(2027, 9, 30, 10, tzinfo=UTC), tick=False):
        assert OntoForm(enrolments=[did_two], reader=of_hr).initial["counts"] == [str(first.translation_key)]
    with time_machine.travel(datetime(2027, 10, 2, 10, tzinfo=UTC), tick=False):
        assert OntoForm(enrolments=[did_two], reader=of_hr).initial["counts"] == []


def test_the_form_asks_as_much_for_any_number_of_paths(client, did_two, other, make_path, of_hr):
    client.force_login(of_hr)
    address = f"/admin/enrolments/edit/{did_two.pk}/onto/"

    def count() -> int:
        # Once for what is kept between requests.
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert "Ander pad" in client.get(address).content.decode()
        return len(queries)

    few = count()
    for number in range(3):
        make_path(steps=(1,), title=f"Nog een pad {number}")
    assert count() == few


def test_hr_chooses_what_counts(client, of_hr, did_two, user, other):
    client.force_login(of_hr)
    second = StepPage.objects.descendant_of(other).order_by("path")[1]
    made, words = put_on(client, did_two, other, counts=[str(second.translation_key)])
    assert done(made) == [False, True, False]
    assert words.count("counts as done") == 1


def test_hr_may_let_nothing_count(client, of_hr, did_two, user, other):
    client.force_login(of_hr)
    made, _words = put_on(client, did_two, other)
    assert done(made) == [False, False, False]


def test_nobody_is_asked_where_there_is_nothing_to_choose_or_more_people(did_two, make_user, path, other, of_hr):
    someone = enrol(user=make_user(), path=path, start_date=START)
    assert "counts" not in OntoForm(enrolments=[someone], reader=of_hr).fields
    assert "counts" not in OntoForm(enrolments=[did_two, someone], reader=of_hr).fields
