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


def in_sentence(role: str) -> str:
    """The role as it stands in the middle of a sentence, in the active language: "buddy", but "HR contact"."""
    word = str(Who(role).label)
    return word if role == Who.HR else word[:1].lower() + word[1:]
