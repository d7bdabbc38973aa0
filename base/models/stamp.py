"""One number that grows whenever something readers share may have changed."""

from django.db import models


class ContentStamp(models.Model):
    """The single row whose ``value`` is part of every cache key (see ``base.stamp``)."""

    value = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="base_contentstamp_single_row")]

    def __str__(self) -> str:
        return str(self.value)
