"""What is asked about steps of one's own."""

from uuid import UUID

from django.db import models


class OwnStepQuerySet(models.QuerySet):
    """Reads over what people put on their own paths; nobody finds those of others by these."""

    def of(self, user):
        """Those on paths of this person that weren't ended."""
        return self.filter(enrolment__user=user, enrolment__ended_on__isnull=True)

    def places(self) -> set[tuple[UUID, str]]:
        """What they are about, as ``(page key, anchor)``."""
        return set(self.order_by().values_list("page_key", "anchor"))
