"""The four levels of every competency. A higher level covers the ones below it."""

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# Not at the first level yet. No level of a competency: nothing is written about it, and no profile asks it.
NOT_YET = 0


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


def level_in_words(level: int | None) -> str | Promise:
    """The name of a score: a level, "not yet", or "don't know" for None."""
    if level is None:
        return _("don’t know")
    return _("not yet") if level == NOT_YET else Level(level).label


def span_in_words(from_level: int, to_level: int) -> str:
    """``Not yet to basic``."""
    levels = {"from": level_in_words(from_level), "to": level_in_words(to_level)}
    return capfirst(gettext("%(from)s to %(to)s") % levels)
