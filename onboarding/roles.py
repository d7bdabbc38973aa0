"""Who has a part in somebody's onboarding."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Who(models.TextChoices):
    """Who does a step or signs it off; all but the newcomer are supporters."""

    NEWCOMER = "newcomer", _("Newcomer")
    BUDDY = "buddy", _("Buddy")
    MANAGER = "manager", _("Manager")
    MENTOR = "mentor", _("Mentor")
    HR = "hr", _("HR contact")
