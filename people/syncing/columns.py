"""The columns of a file with colleagues, and what they may be called besides."""

from collections.abc import Mapping, Sequence

COLUMNS: Mapping[str, Sequence[str]] = {
    "staff_number": ("staff number", "personeelsnummer", "employee id"),
    "email": ("e-mail", "e-mail address", "e-mailadres", "mail"),
    "first_name": ("first name", "voornaam", "roepnaam"),
    "last_name": ("last name", "achternaam"),
    "job_title": ("job title", "functie"),
    "job_title_en": ("job title in English", "functie in het Engels"),
    "phone": ("telephone", "telefoon", "telefoonnummer"),
    "team": ("afdeling", "department"),
    "location": ("locatie", "vestiging"),
    "contract_type": ("contract", "contractvorm", "contract type"),
    "manager": ("leidinggevende", "staff number of the manager", "personeelsnummer leidinggevende"),
    "start_date": ("first day", "start date", "eerste werkdag", "startdatum", "in dienst"),
    "end_date": ("last day", "end date", "laatste werkdag", "einddatum", "uit dienst"),
    "hours_per_week": ("hours", "hours a week", "uren", "uren per week"),
    "working_days": ("working days", "werkdagen"),
    "locale": ("language", "taal"),
}
NEEDED = {name: (name,) for name in ("staff_number", "email", "first_name")}
