"""Other closing days: everybody's open dates are shown, then moved; nobody's done ones."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Message
from onboarding.models import Enrolment, OnboardingEvent, PathIndexPage, StepProgress
from onboarding.plan.audience import Member
from onboarding.services import (
    bring_dates_in_line,
    closed_with,
    closed_without,
    complete_step,
    enrol,
    pause_enrolment,
    preview_closing,
    preview_enrolment,
    remove_closing_days,
    reschedule,
    save_closing_days,
)
from onboarding.services.closing import keep_dates_in_line
from people.calendar import calendar_of_week
from people.models import ClosingDays
from tests.factories import PathFactory

from .outlines import Editor, reading

pytestmark = pytest.mark.django_db
START = date(2026, 10, 1)
NOBODY = Member(frozenset(), frozenset(), "nl", "")


@pytest.fixture(autouse=True)
def _in_september():
    with time_machine.travel(datetime(2026, 9, 21, 10, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def plain(trunk):
    """A path of four steps, all due on Wednesday 7 October for who starts on the 1st."""

    path = PathFactory(parent=trunk(PathIndexPage), title="Pad")
    editor = Editor(path.translation_key)
    with reading(editor):
        yield path, editor


def dates(enrolment) -> list[date]:
    return list(enrolment.progress.order_by("pk").values_list("due_on", flat=True))


def rows() -> list[dict]:
    return list(StepProgress.objects.order_by("pk").values())


def test_the_preview_of_closing_days_is_what_saving_them_does(plain, make_user):
    path, editor = plain
    many = [enrol(user=make_user(), path=path, start_date=START) for _ in range(3)]
    complete_step(enrolment=many[0], step_key=editor.steps[0].key)
    closing = ClosingDays(name="Verhuizing", first_day=date(2026, 10, 7), last_day=date(2026, 10, 9))
    before = rows()
    preview = preview_closing(closed=closed_with(closing))
    assert rows() == before
    assert (preview.people, preview.dates) == (3, 11)
    assert {plan.first for plan in preview.plans} == {(date(2026, 10, 7), date(2026, 10, 12))}
    assert save_closing_days(closing=closing) == 3
    assert dates(many[0]) == [date(2026, 10, 7)] + [date(2026, 10, 12)] * 3
    assert dates(many[1]) == [date(2026, 10, 12)] * 4
    assert preview_closing(closed=closed_with(closing)).people == 0
    assert all(reschedule(enrolment=enrolment) == [] for enrolment in many)


def test_taking_them_away_gives_the_dates_back(plain, user):
    path, _editor = plain
    closing = ClosingDays.objects.create(name="Dicht", first_day=date(2026, 10, 7), last_day=date(2026, 10, 7))
    enrolment = enrol(user=user, path=path, start_date=START)
    assert dates(enrolment) == [date(2026, 10, 8)] * 4
    assert preview_closing(closed=closed_without(closing)).dates == 4
    remove_closing_days(closing=closing)
    assert dates(enrolment) == [date(2026, 10, 7)] * 4


def test_a_first_day_that_is_closed_moves_day_one(plain, user):
    path, _editor = plain
    enrolment = enrol(user=user, path=path, start_date=START)
    save_closing_days(closing=ClosingDays(name="Dicht", first_day=START, last_day=date(2026, 10, 2)))
    enrolment.refresh_from_db()
    assert enrolment.day_one == date(2026, 10, 5)


def test_closing_days_that_end_before_they_begin_are_refused_and_move_nothing(plain, user):
    path, _editor = plain
    enrol(user=user, path=path, start_date=START)
    before = rows()
    with pytest.raises(ValidationError):
        save_closing_days(closing=ClosingDays(name="Fout", first_day=date(2026, 10, 9), last_day=date(2026, 10, 7)))
    assert rows() == before and not ClosingDays.objects.exists()


def test_other_working_days_are_followed_by_the_clock_and_told_once(plain, user):
    path, _editor = plain
    enrolment = enrol(user=user, path=path, start_date=START)
    Message.objects.all().delete()
    user.working_days = [0, 1, 3, 4]
    user.save()
    assert keep_dates_in_line(timezone.now()) == 1
    # Never a Wednesday.
    assert dates(enrolment) == [date(2026, 10, 8)] * 4
    assert keep_dates_in_line(timezone.now()) == 0
    assert Message.objects.filter(kind="onboarding.plan_changed", recipient=user).count() == 1
    event = OnboardingEvent.objects.get(enrolment=enrolment, kind=OnboardingEvent.Kind.RESCHEDULED)
    assert (event.data["why"], event.data["moved"]) == ("calendar", 4)


def test_bringing_in_line_agrees_with_rescheduling_each(plain, make_user):
    path, editor = plain
    editor.steps[1:2] = [_after(editor.steps[1], editor.steps[0])]
    many = [enrol(user=make_user(working_days=days), path=path, start_date=START) for days in ([0, 1], [2, 3, 4])]
    complete_step(enrolment=many[0], step_key=editor.steps[0].key)
    pause_enrolment(enrolment=many[1], starts_on=date(2026, 10, 5), ends_on=date(2026, 10, 12))
    ClosingDays.objects.create(name="Dicht", first_day=date(2026, 10, 5), last_day=date(2026, 10, 8))
    bring_dates_in_line()
    assert all(reschedule(enrolment=enrolment) == [] for enrolment in many)


def _after(step, other):

    return replace(step, rule={"from": "step", "step": str(other.key), "unit": "working", "count": 3})


def test_looking_at_ten_times_as_many_people_takes_as_many_queries(plain, make_user):
    path, _editor = plain

    def cost() -> int:
        preview_closing(closed=())
        with CaptureQueriesContext(connection) as queries:
            preview_closing(closed=())
        return len(queries)

    enrol(user=make_user(), path=path, start_date=START)
    few = cost()
    first = Enrolment.objects.get()
    for number in range(10):
        twin = Enrolment.objects.create(
            user=make_user(email=f"twin{number}@example.org"),
            path_key=first.path_key,
            start_date=START,
            planned_at=first.planned_at,
        )
        StepProgress.objects.bulk_create(
            StepProgress(enrolment=twin, step_key=row.step_key, rule=row.rule) for row in first.progress.all()
        )
    assert cost() == few <= 6


def test_a_plan_can_be_seen_for_somebody_who_does_not_exist(plain):
    _path, editor = plain
    preview = preview_enrolment(
        editor.outline, member=NOBODY, calendar=calendar_of_week([2, 4]), start_date=START, today=date(2026, 9, 21)
    )
    assert preview.first_day == date(2026, 10, 2)
    assert [step.due_on for step in preview.steps] == [date(2026, 10, 9)] * 4
    late = preview_enrolment(
        editor.outline, member=NOBODY, calendar=calendar_of_week(), start_date=START, today=date(2026, 11, 2)
    )
    assert all(step.is_spread and step.due_on >= date(2026, 11, 2) for step in late.steps)


def test_the_preview_names_roles_that_nobody_has(plain):

    _path, editor = plain
    editor.steps[0] = replace(editor.steps[0], assignee="buddy")
    editor.steps[1] = replace(editor.steps[1], assignee="hr")
    preview = preview_enrolment(
        editor.outline, member=NOBODY, calendar=calendar_of_week(), start_date=START, roles=["hr"]
    )
    assert preview.missing_roles == ("buddy",)


def test_an_empty_path_gives_an_empty_plan_that_is_not_finished(plain, user):
    path, editor = plain
    editor.steps.clear()
    enrolment = enrol(user=user, path=path, start_date=START)
    assert not enrolment.progress.exists() and enrolment.completed_at is None
    assert reschedule(enrolment=enrolment) == []
    assert preview_enrolment(editor.outline, member=NOBODY, calendar=calendar_of_week(), start_date=START).is_empty
