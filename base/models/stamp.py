"""What changed in the content readers share: rows that are only added, so that writers never wait for each other."""

from django.db import models


class ContentStamp(models.Model):
    """One change; the sum of all tokens is part of every cache key (see ``base.stamp``)."""

    token = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return str(self.token)
