"""What the clock does to onboarding."""

from notifications.jobs import register_job

from .services import make_missing_plans

register_job("onboarding plans", make_missing_plans)
