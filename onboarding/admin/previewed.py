"""What HR does, in two steps (see ``base.admin.previewed``), with the permissions of onboarding."""

from datetime import date

from base.admin import previewed as base
from base.admin.previewed import Outlook, PreviewedFormView, Refusal, Table, table_of

from ..periods import full_date

__all__ = [
    "CHANGE",
    "VIEW",
    "HrView",
    "Outlook",
    "PreviewedFormView",
    "PreviewedView",
    "Refusal",
    "Table",
    "shown",
    "table_of",
]

VIEW, CHANGE = "onboarding.view_enrolment", "onboarding.change_enrolment"


class HrView(base.GuardedView):
    """A page of HR's: refused to who hasn't the permission."""

    permission = VIEW
    header_icon = "group"


class PreviewedView(base.PreviewedView, HrView):
    """A deed of HR's, seen before it is done."""

    permission = CHANGE


def shown(value) -> str:
    """A value in words: a date in full, nothing as a dash."""
    if value in (None, ""):
        return "–"
    return full_date(value) if isinstance(value, date) else str(value)
