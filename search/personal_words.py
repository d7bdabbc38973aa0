"""Whether a query looks as if it is about one person: such words are kept nowhere."""

import re

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.db.models.functions import Lower

from .analysis import words_of

# Long enough for a staff number, a postcode with its house number, a telephone number, a citizen service number.
SHORTEST_NUMBER = 5
SHORTEST_BROKEN_NUMBER = 7
LONGEST_NAME = 4
MOST_MAIL_NAMES = 5

_MAIL_NAME = re.compile(r"\w+(?:[._-]\w+)+")
_MAIL = re.compile(r"@|\w\s*(?:\(at\)|\[at\])\s*\w", re.IGNORECASE)
_POSTCODE = re.compile(r"(?<!\d)\d{4}\s?[a-z]{2}(?![^\W\d_])\s*,?\s*(?:\d|$)", re.IGNORECASE)
_RUN = re.compile(rf"\d{{{SHORTEST_NUMBER},}}")
# Digits with a sign or a space between them here and there, as telephone numbers and dates of birth are written.
_BROKEN_RUN = re.compile(r"\d(?:[\s.,\-–/()+]{0,3}\d)+")
_YEARS = re.compile(r"(?:(?:19|20)\d\d)(?:\D+(?:19|20)\d\d)+")


def looks_personal(text: str) -> bool:
    """An address, a postcode with a house number, or a long number, whole or with signs in between."""
    if _MAIL.search(text) or _POSTCODE.search(text) or _RUN.search(text):
        return True
    return any(
        sum(sign.isdigit() for sign in run) >= SHORTEST_BROKEN_NUMBER and not _YEARS.fullmatch(run)
        for run in _BROKEN_RUN.findall(text)
    )


def names_a_colleague(text: str) -> bool:
    """Whether somebody's first and last name, staff number or the name of their mail address is among the words.

    Asks the database once. A single first or last name is a word like any other.
    """
    words, typed = words_of(text), text.casefold().split()
    if not words:
        return False
    names = {
        " ".join(row[at : at + size])
        for row in (words, typed)
        for size in range(1, LONGEST_NAME + 1)
        for at in range(len(row) - size + 1)
    }
    numbers = {each for word in text.split() for each in (word, word.upper(), word.lower())}
    mail_names = {word.strip(".,;:!?()\"'") for word in typed}
    mail_names = sorted(word for word in mail_names if _MAIL_NAME.fullmatch(word))[:MOST_MAIL_NAMES]
    # By either name: of somebody with an accent in one of them it is mostly typed without.
    wanted = Q(low_first__in=names) | Q(low_last__in=names) | Q(staff_number__in=numbers)
    for name in mail_names:
        wanted |= Q(email__istartswith=f"{name}@")
    # All of them: a large organisation has hundreds with the same last name.
    people = (
        get_user_model()
        .objects.annotate(low_first=Lower("first_name"), low_last=Lower("last_name"))
        .filter(wanted)
        .values_list("first_name", "last_name", "staff_number", "email")
    )
    known = set(words)
    return any(
        (number and number in numbers)
        or (first and last and set(words_of(first)) <= known and set(words_of(last)) <= known)
        or email.casefold().partition("@")[0] in mail_names
        for first, last, number, email in people.iterator()
    )
