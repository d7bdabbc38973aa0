"""Why a step needn't be done: what somebody wrote, or what the plan itself leaves out at a late start."""

from django.utils.translation import gettext as _

# Kept in the place of words: everybody reads it in their own language.
BEFORE_THE_START = "[before-the-start]"


def reason_in_words(reason: str) -> str:
    """The reason of a waiver as it is read; empty without one."""
    if reason == BEFORE_THE_START:
        return _("This was meant to be done before the start, and that day had passed already.")
    return reason
