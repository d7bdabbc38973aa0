"""The four levels of every competency. A higher level covers the ones below it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    """How well somebody can do something; stored as a number, so that levels compare."""

    BASIC = 1, _("basic")
    INDEPENDENT = 2, _("independent")
    ADVANCED = 3, _("advanced")
    EXPERT = 4, _("expert")

    @property
    def field_name(self) -> str:
        """The field of a competency that holds what one can do at this level."""
        return self.name.lower()
