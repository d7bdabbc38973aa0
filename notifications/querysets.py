"""What is asked about messages."""

from datetime import datetime

from django.db import models


class MessageQuerySet(models.QuerySet):
    """Reads over the outbox."""

    def of(self, user):
        """This person's own."""
        return self.filter(recipient=user)

    def unseen(self):
        """What the bell counts."""
        return self.filter(seen_at__isnull=True)

    def to_mail(self, now: datetime):
        """Due by now and not yet mailed: the question is never "due exactly now", so a job that ran late misses nothing."""
        return self.filter(mail=self.model.Mail.WAITING, due_at__lte=now, recipient__is_active=True)
