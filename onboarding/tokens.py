"""Words in editors' texts that are somebody's own: ``{{first_name}}``, ``{{buddy}}`` and so on; no template language.

A fixed list, filled in after what readers share was taken from the cache, and escaped. What isn't known is said in words
that always read well: never a blank.
"""

import re
from collections.abc import Mapping

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

TOKEN = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
TOKENS = ("first_name", "buddy", "manager", "start_date", "organisation")


def unknown_tokens(text: str) -> list[str]:
    """The tokens in a text that can't be filled in, as they are written."""
    return [found.group(0) for found in TOKEN.finditer(text) if found.group(1) not in TOKENS]


def fallback(token: str) -> str:
    """What stands there where the value isn't known, in the active language."""
    return {
        "first_name": _("you"),
        "buddy": _("your buddy"),
        "manager": _("your manager"),
        "start_date": _("your first day"),
        "organisation": _("our organisation"),
    }[token]


def fill_tokens(text: str, values: Mapping[str, str]) -> str:
    """The text with its tokens filled in; safe HTML stays safe, as every value is escaped. An unknown token stays.

    ``values`` is ``{token: value}``; what is missing or empty gets the words of ``fallback``.
    """
    if "{{" not in text:
        return text

    def value(found: re.Match) -> str:
        token = found.group(1)
        if token not in TOKENS:
            return found.group(0)
        words = values.get(token) or fallback(token)
        return escape(words) if isinstance(text, SafeString) else words

    filled = TOKEN.sub(value, text)
    return mark_safe(filled) if isinstance(text, SafeString) else filled  # noqa: S308 - values are escaped
