"""What is asked about messages."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from people.holding import on_hold

# A mail takes seconds to hand over: who hears nothing for so long will hear nothing.
UNSURE_AFTER = timedelta(hours=1)


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
        return self.waiting_for_mail().filter(due_at__lte=now)

    def waiting_for_mail(self):
        """Not yet mailed, due or not, tried before or not."""
        return self.filter(mail=self.model.Mail.WAITING, recipient__is_active=True)

    def mailed_between(self, first: datetime, end: datetime):
        """Handed to the mail server from ``first`` up to ``end``, whatever became of them there."""
        handed_over = (self.model.Mail.HANDED_OVER, self.model.Mail.SENT)
        return self.filter(mail__in=handed_over, mail_at__gte=first, mail_at__lt=end)

    def failed(self, now: datetime):
        """Given up, or handed over without hearing whether it was taken; not what was seen on the bell meanwhile."""
        unsure = Q(mail=self.model.Mail.HANDED_OVER) & (~Q(error="") | Q(mail_at__lt=now - UNSURE_AFTER))
        return self.filter(Q(mail=self.model.Mail.FAILED) | unsure, seen_at=None, recipient__is_active=True)

    def undelivered(self, now: datetime):
        """What failed, and what waits for its time or for another try."""
        waiting = self.filter(mail=self.model.Mail.WAITING, seen_at=None, recipient__is_active=True)
        return self.failed(now) | waiting

    def to_try_again(self, now: datetime):
        """What failed, and what was refused and waits for another try later on."""
        refused = self.filter(mail=self.model.Mail.WAITING, attempts__gt=0, due_at__gt=now)
        return self.failed(now) | refused.filter(seen_at=None, recipient__is_active=True)

    def outlived(self, before: datetime):
        """Made before this moment, and of nobody of whom something is kept on purpose."""
        return self.filter(created_at__lt=before).exclude(on_hold("recipient"))
