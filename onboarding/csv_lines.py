"""The columns of a file of people to put on paths; see ``base.csv_files`` for how a file is read."""

from django.utils.translation import gettext as _

from base.csv_files import known_columns, read_table

# What a column may be called, in either language. A file made elsewhere says it in its own way.
COLUMNS = {
    "staff_number": ("staff number", "personeelsnummer"),
    "email": ("e-mail", "e-mail address", "e-mailadres", "mail"),
    "path": ("pad", "onboardingpad", "onboarding path"),
    "start_date": ("start date", "startdatum", "first day", "eerste werkdag"),
    "cohort": ("lichting", "group", "groep"),
    "probation_end": ("end of probation", "einde proeftijd", "proeftijd tot"),
    "buddy": (),
    "manager": ("leidinggevende",),
    "mentor": (),
    "hr": ("hr contact", "hr-contactpersoon"),
    "late": ("te laat", "what is due already"),
    "spread_days": ("spread days", "spreiden over"),
}


def read_lines(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The columns by our names, and each row with the number of its first line. Raises ``UnreadableFile``."""
    header, rows = read_table(text)
    needed = {"path": ("path",), _("staff_number or email"): ("staff_number", "email")}
    return known_columns(header, COLUMNS, needed, rows), rows
