"""What HR's form for a stand-in and a supporter's own refuse alike, in words."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from .periods import dates_in_words
from .services.naming import NotInRole
from .services.standing_in import OutsideTheRole, SomebodyStandsIn


def check_stand_in(form: forms.Form, cleaned: dict) -> None:
    """Errors for who stands in for themselves, and for days that can't be meant."""
    supporter, stand_in = cleaned.get("supporter"), cleaned.get("stand_in")
    if supporter and supporter == stand_in:
        form.add_error("stand_in", _("Choose somebody else: nobody stands in for themselves."))
    first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
    if first and last and last < first:
        form.add_error("ends_on", _("The last day comes before the first."))
    elif last and last < timezone.localdate():
        form.add_error("ends_on", _("This day has been."))


def in_refusals(error: Exception) -> str:
    """What ``name_stand_in`` raises, in words."""
    if isinstance(error, NotInRole):
        return _("Who is away has no role on this path.")
    if isinstance(error, SomebodyStandsIn):
        row = error.args[0]
        words = {"name": row.colleague.get_full_name(), "dates": dates_in_words(row.starts_on, row.ends_on)}
        return _("%(name)s stands in already in that time. %(dates)s") % words
    if isinstance(error, OutsideTheRole):
        row = error.args[0]
        return _("Their own role has other dates. %(dates)s") % {"dates": dates_in_words(row.starts_on, row.ends_on)}
    return _("Nobody walks along with themselves.")
