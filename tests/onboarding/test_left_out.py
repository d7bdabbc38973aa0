"""What a late start leaves out is a waiver as any other: with a reason that everybody reads, and with a name."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import override

from onboarding.models import Enrolment
from onboarding.personal_data import collect
from onboarding.services import enrol, move_start, set_supporter
from tests.factories import StepFactory

from .conftest import publish

pytestmark = pytest.mark.django_db
DUTCH = "Dit was bedoeld om vóór de start te doen, en die dag was al geweest."
ENGLISH = "This was meant to be done before the start, and that day had passed already."


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(datetime(2026, 11, 2, 10, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def before(path, phases):
    return publish(StepFactory(parent=phases[0], title="Vooraf", due_from="start", due_count=-3))


@pytest.fixture
def late(path, before, user, of_hr):
    return enrol(user=user, path=path, start_date=date(2026, 11, 3), late=Enrolment.Late.SKIP, actor=of_hr)


def row(enrolment, step):
    return enrolment.progress.get(step_key=step.translation_key)


@pytest.mark.parametrize(("language", "words"), [("nl", DUTCH), ("en", ENGLISH)])
def test_the_person_reads_why_in_their_language(as_user, user, late, before, language, words):
    for address in (f"/{language}/onboarding/{late.pk}/", f"/{language}/onboarding/{late.pk}/history/"):
        page = as_user(user).get(address).content.decode()
        assert words in page and "[before" not in page


def test_hr_and_the_manager_read_it_too(as_user, of_hr, late, before, make_user):
    manager = make_user(locale="en")
    set_supporter(enrolment=late, role="manager", colleague=manager)
    with override("en"):
        address = reverse("onboarding:supported_step", args=[late.pk, before.translation_key])
    assert ENGLISH in as_user(manager).get(address).content.decode()
    assert ENGLISH in as_user(of_hr).get(f"/admin/enrolments/edit/{late.pk}/").content.decode()


def test_it_says_who_left_it_out(late, before, of_hr, make_user):
    assert row(late, before).waived_by == of_hr
    other = make_user()
    move_start(enrolment=late, start_date=date(2026, 11, 30), actor=other)
    assert (row(late, before).waived_at, row(late, before).waived_by) == (None, None)
    move_start(enrolment=late, start_date=date(2026, 11, 3), actor=other)
    assert row(late, before).waived_by == other


def test_what_was_left_out_without_a_reason_before_comes_back_all_the_same(late, before):
    late.progress.filter(step_key=before.translation_key).update(waived_by=None, waiver_reason="")
    move_start(enrolment=late, start_date=date(2026, 11, 30))
    assert row(late, before).waived_at is None


def test_the_person_finds_the_reason_among_their_data(late, user):
    with override("nl"):
        found = repr(collect(user))
    assert DUTCH in found and "[before" not in found
