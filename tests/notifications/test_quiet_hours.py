"""When people may be mailed."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from notifications.models import QuietHours
from notifications.quiet import next_digest, next_open_moment

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def local(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    """A moment of 2026 in Amsterdam; 5 October is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (local(7, 10), local(7, 10)),  # in the open
        (local(7, 6, 59), local(7, 7)),  # before the day begins
        (local(7, 7), local(7, 7)),  # the first minute counts
        (local(7, 19), local(8, 7)),  # the last one doesn't
        (local(7, 22), local(8, 7)),  # in the evening
        (local(9, 20), local(12, 7)),  # Friday night waits for Monday
        (local(10, 12), local(12, 7)),  # Saturday
        (local(24, 20), local(26, 7)),  # across the end of summer time
    ],
)
def test_mail_waits_for_the_next_working_morning(make_user, asked, answer):
    assert next_open_moment(make_user(), asked) == answer


def test_part_time_days_are_respected(make_user):
    part_timer = make_user(working_days=[0, 1, 3])
    assert next_open_moment(part_timer, local(7, 10)) == local(8, 7)


def test_somebody_without_working_days_keeps_the_hours_of_every_day(make_user):
    assert next_open_moment(make_user(working_days=[]), local(10, 12)) == local(10, 12)


def test_another_time_zone_has_its_own_morning(make_user):
    traveller = make_user(time_zone="America/Paramaribo")
    assert next_open_moment(traveller, local(7, 10)) == datetime(2026, 10, 7, 7, tzinfo=ZoneInfo("America/Paramaribo"))


def test_an_unknown_time_zone_is_that_of_the_organisation(make_user):
    assert next_open_moment(make_user(time_zone="Mars/Olympus"), local(7, 10)) == local(7, 10)


def test_own_hours_and_weekends_are_chosen_freely(make_user):
    owl = make_user()
    QuietHours.objects.create(user=owl, starts=time(20), ends=time(23), weekends=True)
    assert next_open_moment(owl, local(10, 12)) == local(10, 20)


@pytest.mark.parametrize(
    ("weekly", "asked", "answer"),
    [
        (False, local(7, 6), local(7, 7)),  # this morning's is still to come
        (False, local(7, 7), local(8, 7)),
        (False, local(9, 12), local(12, 7)),  # Friday's comes on Monday
        (True, local(7, 10), local(12, 7)),
        (True, local(12, 6), local(12, 7)),
        (True, local(12, 7), local(19, 7)),
        (True, local(23, 12), local(26, 7)),  # across the end of summer time
    ],
)
def test_bundles_come_at_the_start_of_the_day_and_on_monday(make_user, weekly, asked, answer):
    assert next_digest(make_user(), asked, weekly=weekly) == answer


def test_hour_and_weekday_of_bundles_are_chosen(make_user):
    chooser = make_user()
    QuietHours.objects.create(user=chooser, digest_at=time(16, 30), weekly_on=3)
    assert next_digest(chooser, local(7, 10), weekly=False) == local(7, 16, 30)
    assert next_digest(chooser, local(7, 17), weekly=False) == local(8, 16, 30)
    assert next_digest(chooser, local(7, 10), weekly=True) == local(8, 16, 30)


def test_a_weekly_bundle_on_a_free_day_moves_to_the_next_working_day(make_user):
    part_timer = make_user(working_days=[1, 2])
    assert next_digest(part_timer, local(7, 10), weekly=True) == local(13, 7)
