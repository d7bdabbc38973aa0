"""What is asked about enrolments and progress."""

from datetime import datetime
from typing import NamedTuple

from django.db import models

OWN_FIELDS = ("id", "user_id", "path_key", "start_date", "completed_at", "ended_on")
PROGRESS_FIELDS = ("progress__step_key", "progress__opened_at", "progress__completed_at")


class Progress(NamedTuple):
    """What somebody did with one step."""

    opened_at: datetime | None
    completed_at: datetime | None


class EnrolmentQuerySet(models.QuerySet):
    """Reads over enrolments."""

    def of(self, user):
        """This person's own."""
        return self.filter(user=user)

    def not_ended(self):
        """Running and finished ones; those stopped before the end are left out."""
        return self.filter(ended_on__isnull=True)

    def with_progress(self) -> list:
        """Evaluated, each with ``progress_by_step``: ``{step_key: Progress}``; what started first comes first.

        One query, and no object per row of progress: this is asked on every page a newcomer opens.
        """
        found: dict[int, models.Model] = {}
        rows = self.order_by("start_date", "pk").values_list(*OWN_FIELDS, *PROGRESS_FIELDS)
        for *own, step_key, opened_at, completed_at in rows:
            enrolment = found.get(own[0])
            if enrolment is None:
                enrolment = found[own[0]] = self.model(**dict(zip(OWN_FIELDS, own, strict=True)))
                enrolment.progress_by_step = {}
            if step_key is not None:
                enrolment.progress_by_step[step_key] = Progress(opened_at, completed_at)
        return list(found.values())


class StepProgressQuerySet(models.QuerySet):
    """Reads over progress."""

    def done(self):
        """Completed steps."""
        return self.filter(completed_at__isnull=False)
