"""What a change of a colleague is called on screen."""

from datetime import date

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..models import User
from .plan import Change


def field_in_words(name: str) -> str:
    """The name of the field."""
    return str(User._meta.get_field(name).verbose_name)


def value_in_words(name: str, value: object) -> str:
    """A value before or after; "–" for none."""
    if value in (None, "", []):
        return "–"
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if name == "working_days":
        return ", ".join(str(WEEKDAYS_ABBR[day]) for day in value)
    if name == "contract_type":
        return str(User.ContractType(value).label)
    return str(value)


def change_in_words(change: Change) -> str:
    """What changes, field by field: "team: Sales → Support; manager: – → 1004"."""
    parts = []
    for name, (before, after) in change.fields.items():
        was, becomes = value_in_words(name, before), value_in_words(name, after)
        parts.append(
            _("%(field)s: %(was)s → %(becomes)s") % {"field": field_in_words(name), "was": was, "becomes": becomes}
        )
    return "; ".join(parts)


def column_in_words(column: str) -> str:
    """The name of the field behind a column of the file; "–" where the row as a whole is meant."""
    return field_in_words(column) if column else "–"
