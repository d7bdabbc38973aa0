"""Colleagues, teams, closing days, and how long what is about a person is kept."""

from .retention import RetentionPeriods
from .users import WEEKDAYS, ClosingDays, Location, Team, User, default_working_days

__all__ = ["WEEKDAYS", "ClosingDays", "Location", "RetentionPeriods", "Team", "User", "default_working_days"]
