"""What holds for every start date of two years, every week somebody works, every move and every pause."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onboarding.models import Enrolment
from onboarding.plan.due import Anchors, PauseSpan, day_one, due_date
from onboarding.plan.making import PlannedStep, catch_up, is_behind
from onboarding.plan.moving import moved_steps
from people.calendar import WorkCalendar

from .properties import quick

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
days = st.dates(FIRST, LAST)
weeks = st.sets(st.integers(0, 6), min_size=1)
closings = st.lists(st.tuples(days, st.integers(0, 12)), max_size=3).map(
    lambda found: tuple((first, first + timedelta(days=length)) for first, length in found)
)
calendars = st.builds(WorkCalendar, weeks.map(frozenset), st.sampled_from(["", "NL", "BE", "DE"]), closings)
# Unlike day 0, which is none.
counts = st.integers(-30, 60).filter(bool)
units = st.sampled_from(["working", "calendar", "weeks"])
rules = st.fixed_dictionaries(
    {"from": st.sampled_from(["start", "enrolment", "probation"]), "unit": units, "count": counts}
)
spans = st.lists(st.tuples(days, st.integers(0, 60)), max_size=3).map(
    lambda found: [PauseSpan(first, first + timedelta(days=length)) for first, length in found]
)


@st.composite
def anchored(draw):
    """Dates to count from, in an order that can be."""
    start = draw(days)
    return Anchors(start, draw(days), start + timedelta(days=draw(st.integers(0, 60))))


@pytest.mark.parametrize("country", ["", "NL"])
def test_day_one_is_the_first_working_day_for_every_start_and_every_week(country):
    for bits in range(1, 128):
        calendar = WorkCalendar(frozenset(day for day in range(7) if bits & 1 << day), country)
        # Every day for the week most people work, a prime number of days on for the others.
        step = 1 if bits in (0b0011111, 0b0001011) else 37
        for offset in range(0, (LAST - FIRST).days + 1, step):
            start = FIRST + timedelta(days=offset)
            first = day_one(start, calendar)
            assert calendar.is_working_day(first) and first >= start
            between = (start + timedelta(days=n) for n in range((first - start).days))
            assert not any(calendar.is_working_day(day) for day in between)


@quick
@given(days, calendars, st.integers(2, 25))
@example(date(2026, 8, 1), WorkCalendar(frozenset(range(5)), "NL"), 25)
def test_working_days_grow_strictly_around_day_one(start, calendar, count):
    anchors = Anchors(start, start)
    numbers = [number for number in range(-count, count + 1) if number]
    dates = [due_date({"from": "start", "unit": "working", "count": n}, anchors, calendar) for n in numbers]
    assert all(earlier < later for earlier, later in zip(dates, dates[1:], strict=False))
    assert dates[numbers.index(1)] == day_one(start, calendar)
    # No day 0: between -1 and 1 nobody works.
    before, first = dates[numbers.index(-1)], dates[numbers.index(1)]
    assert calendar.working_days_between(before + timedelta(days=1), first) == 0


@quick
@given(days, calendars, st.sampled_from(["calendar", "weeks"]))
def test_calendar_days_and_weeks_never_go_back_and_end_on_working_days(start, calendar, unit):
    anchors = Anchors(start, start)
    dates = [due_date({"from": "start", "unit": unit, "count": n}, anchors, calendar) for n in range(-20, 40) if n]
    assert dates == sorted(dates)
    assert all(calendar.is_working_day(day) for day in dates)
    first = day_one(start, calendar)
    assert max(dates[:20]) < first <= dates[20]


@quick
@given(rules, anchored(), calendars, spans)
def test_every_date_is_a_working_day_and_the_same_each_time(rule, anchors, calendar, pauses):
    due = due_date(rule, anchors, calendar, pauses)
    assert calendar.is_working_day(due)
    assert due_date(rule, anchors, calendar, list(reversed(pauses))) == due


@quick
@given(rules, anchored(), calendars, days, st.integers(0, 20))
def test_a_pause_moves_by_the_working_days_missed_and_by_none_where_none_were(rule, anchors, calendar, first, length):
    plain = due_date(rule, anchors, calendar)
    span = PauseSpan(first, first + timedelta(days=length))
    paused = due_date(rule, anchors, calendar, [span])
    missed = calendar.working_days_between(span.first, span.end)
    assert paused >= plain
    assert calendar.working_days_between(plain, paused) <= missed
    if missed == 0 or rule["count"] < 0 or span.first > plain:
        assert paused == plain
    # A pause that runs moves nothing yet.
    assert due_date(rule, anchors, calendar, [PauseSpan(first, None)]) == plain


@quick
@given(rules, anchored(), calendars, days, st.integers(0, 30), st.integers(0, 30))
def test_two_pauses_that_touch_are_one(rule, anchors, calendar, first, length, more):
    middle, end = first + timedelta(days=length), first + timedelta(days=length + more)
    two = due_date(rule, anchors, calendar, [PauseSpan(first, middle), PauseSpan(middle, end)])
    assert two == due_date(rule, anchors, calendar, [PauseSpan(first, end)])


@quick
@given(units, counts, days, st.integers(0, 400), calendars)
def test_a_later_start_never_gives_an_earlier_date(unit, count, start, later, calendar):
    rule = {"from": "start", "unit": unit, "count": count}
    moved = start + timedelta(days=later)
    assert due_date(rule, Anchors(moved, start), calendar) >= due_date(rule, Anchors(start, start), calendar)


def steps_of(found, anchors, calendar) -> list[PlannedStep]:
    return [
        PlannedStep(UUID(int=number), rule, due_date(rule, anchors, calendar), True, "newcomer")
        for number, rule in enumerate(found, start=1)
    ]


@quick
@given(st.lists(rules, max_size=12), anchored(), calendars, st.sampled_from(Enrolment.Late.values), st.integers(1, 120))
def test_catching_up_makes_nothing_late_and_keeps_order_and_number(found, anchors, calendar, late, spread_days):
    steps = steps_of(found, anchors, calendar)
    today = anchors.enrolled
    made = catch_up(
        steps, anchors, calendar, (), late=late, spread_days=spread_days, today=today, count_from={"from": "enrolment"}
    )
    assert [step.key for step in made] == [step.key for step in steps]
    assert not any(is_behind(step, today) for step in made if not step.is_left_out)
    spread = [step for step in made if "instead_of" in step.rule]
    assert [step.due_on for step in spread] == sorted(step.due_on for step in spread)
    last = due_date({"from": "enrolment", "unit": "working", "count": spread_days}, anchors, calendar)
    assert all(step.due_on <= last for step in spread)
    for before, after in zip(steps, made, strict=True):
        if not is_behind(before, today):
            assert after == before
        elif after.is_left_out:
            assert late == Enrolment.Late.SKIP and before.due_on < anchors.start


moves = st.lists(st.tuples(days, st.sampled_from(Enrolment.Late.values)), min_size=1, max_size=5)


@quick
@given(st.lists(rules, min_size=1, max_size=8), anchored(), calendars, spans, days, moves)
def test_moves_lose_no_step_and_coming_back_before_today_gives_the_first_dates(
    found, anchors, calendar, pauses, today, chain
):
    first = steps_of(found, anchors, calendar)
    steps, start = first, anchors.start
    chain = [*chain, (LAST + timedelta(days=400), Enrolment.Late.SPREAD)]
    for to, late in chain:
        choices = {"today": today, "late": late, "spread_days": 10}
        at = Anchors(to, anchors.enrolled, anchors.probation)
        moved = moved_steps(steps, at, calendar, pauses, is_earlier=to < start, **choices)
        assert {step.key for step in moved} == {step.key for step in first} and len(moved) == len(first)
        # Once more with the same dates changes nothing.
        again = moved_steps(moved, at, calendar, pauses, is_earlier=False, **choices)
        assert {s.key: (s.due_on, s.rule, s.is_left_out) for s in again} == {
            s.key: (s.due_on, s.rule, s.is_left_out) for s in moved
        }
        steps, start = moved, to
    # Far enough on, every step that counts from the start has its own rule back.
    assert all(
        step.rule == found[step.key.int - 1] and not step.is_left_out
        for step in steps
        if found[step.key.int - 1]["from"] == "start"
    )


@quick
@given(st.sets(st.integers(0, 6)).map(frozenset), days)
def test_a_calendar_without_a_working_day_ends(week, start):
    calendar = WorkCalendar(week, closed=((date(2000, 1, 1), date(2100, 1, 1)),))
    assert day_one(start, calendar) == start
    assert due_date({"from": "start", "unit": "working", "count": 5}, Anchors(start, start), calendar) is not None
