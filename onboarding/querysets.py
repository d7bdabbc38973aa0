"""What is asked about enrolments and progress."""

from django.db import models


class EnrolmentQuerySet(models.QuerySet):
    """Reads over enrolments."""

    def of(self, user):
        """This person's own."""
        return self.filter(user=user)


class StepProgressQuerySet(models.QuerySet):
    """Reads over progress."""

    def done(self):
        """Completed steps."""
        return self.filter(completed_at__isnull=False)
