"""This app's own job: sending."""

from .jobs import register_job
from .sending import send_due

register_job("mail", lambda now: send_due(now=now))
