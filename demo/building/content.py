"""The demo's texts, read from ``demo/content``: YAML, with Dutch and English side by side.

A text is ``{nl: ..., en: ...}``; a plain string is the same in both languages. ``[[+10]]`` in a text becomes the date ten
days after seeding, written out in the language of the text, so that a demo made next year doesn't speak of last year.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import slugify

from .errors import ContentError

FOLDER = Path(__file__).resolve().parents[1]
CONTENT = FOLDER / "content"
LANGUAGES = ("nl", "en")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_day = re.compile(r"\[\[([+-]\d{1,4})\]\]")


@cache
def load(name: str) -> Any:
    """What ``demo/content/<name>.yaml`` holds; raises ``ContentError`` where it isn't valid YAML."""
    path = CONTENT / f"{name}.yaml"
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader, the fast one if there
    except yaml.YAMLError as error:
        raise ContentError(f"demo/content/{name}.yaml: {error}") from error


@cache
def everybody() -> list[dict[str, Any]]:
    """All colleagues of the content files, each with an address; who has a link instead of an account is not among them."""
    newcomers = [
        {
            "email": slugify(f"{person['first_name']} {person['last_name']}").replace("-", ".") + "@veldbron.example",
            "started": "newcomer",
            **person,
        }
        for person in load("newcomers")["people"]
    ]
    return [*load("people")["people"], *newcomers]


@cache
def plans() -> dict[str, dict[str, Any]]:
    """Who is on the path, by name, as ``newcomers.yaml`` says it; what their cohort says is filled in."""
    content = load("newcomers")
    found = {plan["person"]: plan for plan in content["members"]}
    for cohort in content["cohorts"]:
        for member in cohort["members"]:
            supporters = cohort["supporters"] | member["supporters"]
            found[member["person"]] = {
                **member,
                "start": cohort["start"],
                "cohort": cohort["key"],
                "supporters": supporters,
            }
    return found


def manual_names() -> list[str]:
    """The manuals there are, by file name, in the order they are shown."""
    return sorted(f"manuals/{path.stem}" for path in (CONTENT / "manuals").glob("*.yaml"))


@dataclass(frozen=True)
class Voice:
    """One language on one day: turns what a content file says into what a reader sees."""

    language: str
    today: date

    def say(self, value: Any, where: str) -> str:
        """The text in this language, dates filled in; empty for None; raises ``ContentError`` if it is missing."""
        if value is None:
            return ""
        if isinstance(value, dict):
            if extra := set(value) - set(LANGUAGES):
                # An unquoted comma in YAML cuts a text in two without a word.
                raise ContentError(f"{where}: {sorted(extra)} is no language; put the text between quotes.")
            if self.language not in value:
                raise ContentError(f"{where}: there is no text in {self.language!r}.")
            value = value[self.language]
        if not isinstance(value, str):
            raise ContentError(f"{where}: {value!r} is no text; put it between quotes.")
        return _day.sub(self._date, value).strip()

    def _date(self, match: re.Match) -> str:
        with translation.override(self.language):
            return date_format(on_working_day(self.today + timedelta(days=int(match.group(1)))), "j F Y")


def on_working_day(day: date) -> date:
    """The same day, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
