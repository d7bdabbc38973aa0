"""What is asked about goals."""

from django.db.models import F, QuerySet


class GoalQuerySet(QuerySet):
    """Reads over goals; nobody finds another's by these."""

    def of(self, user):
        """Somebody's own, with their evidence."""
        return self.filter(user=user).prefetch_related("evidence")

    def open(self):
        """Not done yet, what is due first comes first."""
        return self.filter(done_at__isnull=True).order_by(F("due_on").asc(nulls_last=True), "created_at", "pk")

    def done(self):
        """Done, the latest first."""
        return self.filter(done_at__isnull=False).order_by("-done_at", "-pk")
