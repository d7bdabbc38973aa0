"""Days of a path as dates."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from onboarding.periods import date_of_day, day_of_date, period_in_words

START = date(2026, 10, 1)


def test_day_one_is_the_start_and_the_day_before_is_minus_one():
    assert date_of_day(START, 1) == START
    assert date_of_day(START, -1) == date(2026, 9, 30)
    assert date_of_day(START, 7) == date(2026, 10, 7)


def test_days_and_dates_are_each_others_reverse_for_two_years():
    for offset in range(-366, 366):
        day = START + timedelta(days=offset)
        number = day_of_date(START, day)
        assert number != 0
        assert date_of_day(START, number) == day


@pytest.mark.parametrize(
    ("days", "english"),
    [
        ((-30, -1), "until 1 October"),
        ((1, 7), "1 to 7 October"),
        ((1, 1), "1 October"),
        ((-3, 5), "28 September to 5 October"),
        ((8, 90), "8 October to 29 December"),
        ((60, 120), "29 November 2026 to 28 January 2027"),
    ],
)
def test_a_period_in_words(days, english):
    with override("en"):
        assert period_in_words(START, *days) == english
