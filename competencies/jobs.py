"""What the clock does to where people stand."""

from datetime import time

from notifications.jobs import register_job

from .services.retention import retain_assessments

register_job("assessments retention", retain_assessments, at=time(2, 15))
