"""What is asked about meetings and check-ins."""

from uuid import UUID

from django.db import models


class OfStepQuerySet(models.QuerySet):
    """Rows that hang on the progress of one step."""

    def of_step(self, enrolment, step_key: UUID):
        """Those of this step of this enrolment."""
        return self.filter(progress__enrolment=enrolment, progress__step_key=step_key)
