"""What authors are promised."""

from datetime import datetime, timedelta

from django.utils import timezone

from people.calendar import calendar_of_week


def answer_promised_by(moment: datetime, working_days: int) -> datetime:
    """``moment`` (aware) plus so many working days, at the same hour of the portal's clock.

    Monday to Friday, without public holidays and closing days.
    """
    calendar = calendar_of_week()
    due = timezone.localtime(moment)
    while working_days:
        # In local time, so that the hour stays when the clock changes.
        due = (due.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=due.tzinfo)
        if calendar.is_working_day(due.date()):
            working_days -= 1
    return due
