"""What the clock does to onboarding."""

from datetime import time, timedelta

from notifications.jobs import register_job

from .services import end_for_leavers, make_missing_plans
from .services.closing import keep_dates_in_line

register_job("onboarding plans", make_missing_plans)
register_job("onboarding leavers", end_for_leavers, every=timedelta(hours=1))
register_job("onboarding calendar", keep_dates_in_line, at=time(3, 0))
