"""What is asked about messages."""

from datetime import datetime

from django.db import models

from people.holding import on_hold


class MessageQuerySet(models.QuerySet):
    """Reads over the outbox."""

    def of(self, user):
        """This person's own."""
        return self.filter(recipient=user)

    def unseen(self):
        """What the bell counts."""
        return self.filter(seen_at__isnull=True)

    def together_with(self, message):
        """The message and the others of its thread."""
        same = self.filter(recipient=message.recipient_id)
        return same.filter(kind=message.kind, thread=message.thread) if message.thread else same.filter(pk=message.pk)

    def to_mail(self, now: datetime):
        """Due by now and not yet mailed: the question is never "due exactly now", so a job that ran late misses nothing."""
        return self.filter(mail=self.model.Mail.WAITING, due_at__lte=now, recipient__is_active=True)

    def mailed_between(self, first: datetime, end: datetime):
        """Handed to the mail server from ``first`` up to ``end``, whatever became of them there."""
        handed_over = (self.model.Mail.HANDED_OVER, self.model.Mail.SENT)
        return self.filter(mail__in=handed_over, mail_at__gte=first, mail_at__lt=end)

    def outlived(self, before: datetime):
        """Made before this moment, and of nobody of whom something is kept on purpose."""
        return self.filter(created_at__lt=before).exclude(on_hold("recipient"))
