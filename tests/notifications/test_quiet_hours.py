"""When people may be mailed."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from notifications.checks import check_mail_hours
from notifications.models import QuietHours
from notifications.quiet import next_digest, next_open_moment
from people.models import ClosingDays

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def local(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    """A moment of 2026 in Amsterdam; 5 October is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (local(7, 10), local(7, 10)),  # in the open
        (local(7, 7, 59), local(7, 8)),  # before the day begins
        (local(7, 8), local(7, 8)),  # the first minute counts
        (local(7, 18), local(8, 8)),  # the last one doesn't
        (local(7, 22), local(8, 8)),  # in the evening
        (local(9, 20), local(12, 8)),  # Friday night waits for Monday
        (local(10, 12), local(12, 8)),  # Saturday
        (local(24, 20), local(26, 8)),  # across the end of summer time
        (local(24, 19, month=12), local(28, 8, month=12)),  # Christmas, and a weekend after it
    ],
)
def test_mail_waits_for_the_next_working_morning(make_user, asked, answer):
    assert next_open_moment(make_user(), asked) == answer


def test_part_time_days_are_respected(make_user):
    part_timer = make_user(working_days=[0, 1, 3])
    assert next_open_moment(part_timer, local(7, 10)) == local(8, 8)


def test_somebody_without_working_days_keeps_the_hours_of_every_day(make_user):
    assert next_open_moment(make_user(working_days=[]), local(10, 12)) == local(10, 12)


def test_another_time_zone_has_its_own_morning(make_user):
    traveller = make_user(time_zone="America/Paramaribo")
    assert next_open_moment(traveller, local(7, 10)) == datetime(2026, 10, 7, 8, tzinfo=ZoneInfo("America/Paramaribo"))


def test_an_unknown_time_zone_is_that_of_the_organisation(make_user):
    assert next_open_moment(make_user(time_zone="Mars/Olympus"), local(7, 10)) == local(7, 10)


def test_own_hours_and_weekends_are_chosen_freely(make_user):
    owl = make_user()
    QuietHours.objects.create(user=owl, starts=time(20), ends=time(23), weekends=True)
    assert next_open_moment(owl, local(10, 12)) == local(10, 20)


@pytest.mark.parametrize(
    ("weekly", "asked", "answer"),
    [
        (False, local(7, 6), local(7, 8)),  # this morning's is still to come
        (False, local(7, 8), local(8, 8)),
        (False, local(9, 12), local(12, 8)),  # Friday's comes on Monday
        (True, local(7, 10), local(12, 8)),
        (True, local(12, 6), local(12, 8)),
        (True, local(12, 8), local(19, 8)),
        (True, local(23, 12), local(26, 8)),  # across the end of summer time
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
    assert next_digest(part_timer, local(7, 10), weekly=True) == local(13, 8)


def test_holidays_and_closing_days_are_no_days_for_mail(make_user):
    ClosingDays.objects.create(name="Verhuizing", first_day=date(2026, 10, 7), last_day=date(2026, 10, 9))
    mover, keen = make_user(), make_user()
    QuietHours.objects.create(user=mover, digest_at=time(16, 30), weekly_on=2)
    QuietHours.objects.create(user=keen, weekends=True)
    assert next_open_moment(mover, local(6, 19)) == local(12, 8)
    assert next_digest(mover, local(6, 19), weekly=False) == local(12, 16, 30)
    assert next_digest(mover, local(5, 19), weekly=True) == local(12, 16, 30)
    # Who wants mail on free days gets it on these as well, Boxing day among them.
    assert next_open_moment(keen, local(8, 10)) == local(8, 10)
    assert next_digest(keen, local(25, 19, month=12), weekly=False) == local(26, 8, month=12)


def test_the_hours_for_who_chose_none_are_a_setting(make_user, settings):
    settings.MAIL_HOURS = (time(9, 30), time(12))
    assert next_open_moment(make_user(), local(7, 8)) == local(7, 9, 30)
    assert next_open_moment(make_user(), local(7, 12)) == local(8, 9, 30)
    assert QuietHours().starts == time(9, 30)
    assert check_mail_hours() == []
    for wrong in ((time(18), time(8)), (time(8), time(8)), (time(8),)):
        settings.MAIL_HOURS = wrong
        assert [error.id for error in check_mail_hours()] == ["notifications.E001"]


@pytest.mark.parametrize(
    ("zone", "month", "day"),
    # The clock goes forward in the night of 29 March in Amsterdam, of 8 March in New York, of 27 September in Auckland.
    [
        ("Europe/Amsterdam", 3, 29),
        ("America/New_York", 3, 8),
        ("Pacific/Auckland", 9, 27),
        ("Europe/Amsterdam", 10, 25),
    ],
)
def test_the_hour_is_that_of_the_wall_clock_whatever_the_night_was(make_user, zone, month, day):
    person = make_user(time_zone=zone)
    evening = datetime(2026, month, day, 20, tzinfo=ZoneInfo(zone)) - timedelta(days=1)
    opens, digest = next_open_moment(person, evening), next_digest(person, evening, weekly=False)
    assert opens == digest
    assert (opens.astimezone(ZoneInfo(zone)).hour, opens.date()) == (8, date(2026, month, day) + timedelta(days=1))
