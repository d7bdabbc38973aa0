"""What is asked about enrolments and progress."""

from django.db import models


class EnrolmentQuerySet(models.QuerySet):
    """Reads over enrolments."""

    def of(self, user):
        """This person's own."""
        return self.filter(user=user)

    def not_ended(self):
        """Running and finished ones; those stopped before the end are left out."""
        return self.filter(ended_on__isnull=True)

    def with_progress(self):
        """With ``progress`` fetched: one more query, however many enrolments."""
        return self.prefetch_related("progress")

    def in_order(self):
        """As their owner meets them: what started first comes first."""
        return self.order_by("start_date", "pk")


class StepProgressQuerySet(models.QuerySet):
    """Reads over progress."""

    def done(self):
        """Completed steps."""
        return self.filter(completed_at__isnull=False)
