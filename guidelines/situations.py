"""The moments at which a tip is of use."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Situation(models.TextChoices):
    """What a colleague is doing when a tip is shown to them."""

    WRITING = "writing", _("somebody writes a story")
    PHOTO = "photo", _("somebody adds photos or video")
    SHARING = "sharing", _("somebody shares outside")
    COMMENTING = "commenting", _("somebody comments")
    CLIENT = "client", _("it is about a customer")
