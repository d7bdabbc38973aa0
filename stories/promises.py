"""What authors are promised."""

from datetime import datetime, timedelta

from django.utils import timezone


def answer_promised_by(moment: datetime, working_days: int) -> datetime:
    """``moment`` plus so many working days (Monday to Friday), at the same hour."""
    due = moment
    while working_days:
        due += timedelta(days=1)
        if timezone.localtime(due).weekday() < 5:
            working_days -= 1
    return due
