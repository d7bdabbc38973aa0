"""What is asked about questions on steps."""

from django.db import models
from django.db.models import Q

from .visibility import Data, stood_in_for


class HelpRequestQuerySet(models.QuerySet):
    """Reads over questions about steps."""

    def unanswered(self):
        """Nobody answered yet."""
        return self.filter(answered_at__isnull=True)

    def seen_by(self, viewer):
        """Those that this colleague may read: their own, those that came to them, and all of them for HR."""
        enrolments = self.model._meta.get_field("enrolment").related_model.objects
        seen = enrolments.seen_by(viewer, Data.QUESTIONS).values("pk")
        return self.filter(Q(enrolment__in=seen) | Q(recipient=viewer) | Q(passed_on_to=viewer) | stood_in_for(viewer))

    def waiting_for(self, user):
        """Unanswered, and for this colleague to answer; the oldest first."""
        mine = Q(recipient=user) | Q(passed_on_to=user) | stood_in_for(user)
        return self.unanswered().filter(mine, enrolment__ended_on__isnull=True).order_by("asked_at", "pk")

    def about_texts(self):
        """Those about something in a text that no editor settled yet; the oldest first."""
        rows = self.filter(about=self.model.About.CONTENT, settled_at__isnull=True)
        return rows.order_by("asked_at", "pk")
