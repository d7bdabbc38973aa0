"""Colleagues, teams, closing days, how long what is about a person is kept, and files with colleagues that were read."""

from .retention import RetentionPeriods
from .sync import ColleaguesSync
from .users import WEEKDAYS, ClosingDays, Location, Team, User, default_working_days

__all__ = [
    "WEEKDAYS",
    "ClosingDays",
    "ColleaguesSync",
    "Location",
    "RetentionPeriods",
    "Team",
    "User",
    "default_working_days",
]
