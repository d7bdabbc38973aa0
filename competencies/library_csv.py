"""Competencies and profiles as files: one row for each indicator, or for each competency that a profile asks.

A file is read whole and checked whole; what is wrong is told by line and column, and a file with one mistake changes
nothing. The competency or profile is known by its Dutch title; English stands in columns of its own.
"""

from dataclasses import dataclass, field

from django.utils import translation
from django.utils.translation import gettext as _

from base.csv_files import Problem, known_columns, read_table
from base.sheets import FORMULA_STARTS

from .levels import Level
from .models import CompetencyPage, CompetencyProfilePage

COMPETENCY_COLUMNS = {
    "competency": ("competentie",),
    "competency_en": ("competentie en", "competency english"),
    "definition": ("definitie",),
    "definition_en": ("definitie en",),
    "why": ("waarom",),
    "why_en": ("waarom en",),
    "level": ("niveau",),
    "indicator": ("gedrag", "je kunt"),
    "indicator_en": ("gedrag en", "you can"),
}
PROFILE_COLUMNS = {
    "profile": ("profiel", "rol"),
    "profile_en": ("profiel en",),
    "summary": ("samenvatting",),
    "summary_en": ("samenvatting en",),
    "competency": ("competentie",),
    "level": ("niveau",),
    "core": ("kern",),
}
LONGEST = {
    "competency": 255,
    "profile": 255,
    "definition": 400,
    "summary": 400,
    "why": 600,
    "indicator": 240,
}
YES, NO = {"ja", "yes", "1", "x", "true"}, {"nee", "no", "0", "", "false"}


@dataclass
class Words:
    """One text in both languages; English is empty where it isn't translated."""

    nl: str = ""
    en: str = ""

    def say(self, language: str) -> str:
        """The text in ``nl`` or ``en``."""
        return self.en if language == "en" else self.nl


@dataclass
class CompetencyRecord:
    """A competency as a file says it; ``page`` is the one there is, by its Dutch title."""

    line: int
    title: Words
    summary: Words = field(default_factory=Words)
    why: Words = field(default_factory=Words)
    levels: dict[Level, list[Words]] = field(default_factory=dict)
    page: CompetencyPage | None = None


@dataclass
class Ask:
    """A competency that a profile asks."""

    competency: CompetencyPage
    level: Level
    is_core: bool


@dataclass
class ProfileRecord:
    """A profile as a file says it; ``page`` is the one there is, by its Dutch title."""

    line: int
    title: Words
    summary: Words = field(default_factory=Words)
    asks: list[Ask] = field(default_factory=list)
    page: CompetencyProfilePage | None = None


@dataclass
class LibraryReading:
    """What a file says: competencies or profiles, or everything that is wrong with it."""

    competencies: list[CompetencyRecord] = field(default_factory=list)
    profiles: list[ProfileRecord] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def records(self) -> list:
        """Whichever of the two it holds."""
        return self.competencies or self.profiles


def read_library(text: str) -> LibraryReading:
    """Everything in the file, checked. Raises ``UnreadableFile`` where its columns are of neither kind."""
    header, rows = read_table(text)
    is_profiles = any(name.strip().casefold() in ("profile", "profiel", "rol") for name in header)
    columns = PROFILE_COLUMNS if is_profiles else COMPETENCY_COLUMNS
    needed = ["profile", "competency", "level"] if is_profiles else ["competency", "level", "indicator"]
    names = known_columns(header, columns, {name: (name,) for name in needed}, rows)
    check = _Profiles() if is_profiles else _Competencies()
    for line, values in rows:
        if len(values) > len(names):
            check.problem(line, "", _("This row has more cells than there are columns."))
            continue
        check.row(line, check.cells(line, dict(zip(names, values, strict=False))))
    return check.done()


class _Check:
    """What both kinds of files have in common."""

    model = CompetencyPage

    def __init__(self):
        self.problems: list[Problem] = []
        self.found: dict[str, CompetencyRecord | ProfileRecord] = {}
        self.seen: dict[tuple, int] = {}
        self.pages = by_dutch_title(self.model)
        self.level_names = _level_names()

    def problem(self, line: int, column: str, message: str) -> None:
        """Keep what is wrong."""
        self.problems.append(Problem(line, column, message))

    def cells(self, line: int, cells: dict[str, str]) -> dict[str, str]:
        """The cells without what is around them; formulas and what is too long are told."""
        for column, value in cells.items():
            text = value.strip()
            # As ``base.sheets`` writes a text that begins like a formula.
            if text.startswith("'") and text[1:].startswith(FORMULA_STARTS):
                text = text[1:]
            elif text.startswith(FORMULA_STARTS):
                self.problem(line, column, _("This looks like a formula. Let the text begin with a letter."))
            longest = LONGEST.get(column.removesuffix("_en"), 255)
            if len(text) > longest:
                self.problem(line, column, _("This is too long: %(max)s characters at most.") % {"max": longest})
            cells[column] = text
        return cells

    def level(self, line: int, text: str) -> Level | None:
        """The level by its number or its name in either language."""
        level = self.level_names.get(text.casefold())
        if level is None:
            names = ", ".join(f"{level.value} ({level.label})" for level in Level)
            self.problem(line, "level", _("Use one of these: %(names)s.") % {"names": names})
        return level

    def words(self, line: int, cells: dict[str, str], column: str, kept: Words) -> None:
        """Fill in ``kept`` from the first row that says it; a row that says something else is told."""
        for language, name in (("nl", column), ("en", f"{column}_en")):
            text, before = cells.get(name, ""), kept.say(language)
            if text and before and text != before:
                self.problem(line, name, _("Another row says something else here: “%(text)s”.") % {"text": before[:80]})
            elif text:
                setattr(kept, language, text)

    def once(self, line: int, column: str, *key) -> bool:
        """False where another row said the same already."""
        if key in self.seen:
            self.problem(line, column, _("This stands on line %(line)s as well.") % {"line": self.seen[key]})
            return False
        self.seen[key] = line
        return True

    def missing_english(self, line: int, title: Words, *texts: tuple[str, Words]) -> None:
        """A translation is whole or isn't there."""
        if not title.en:
            if any(words.en for _column, words in texts):
                self.problem(line, texts[0][0], _("There is English here, but no English title."))
            return
        for column, words in texts:
            if words.nl and not words.en:
                message = _("The English of “%(text)s” is missing.") % {"text": words.nl[:80]}
                self.problem(line, f"{column}_en", message)


class _Competencies(_Check):
    """Rows with an indicator each."""

    def row(self, line: int, cells: dict[str, str]) -> None:
        """One row."""
        title = cells.get("competency", "")
        if not title:
            self.problem(line, "competency", _("Fill in a competency."))
            return
        record = self.found.setdefault(
            title.casefold(), CompetencyRecord(line, Words(nl=title), page=self.pages.get(title.casefold()))
        )
        self.words(line, {**cells, "competency": record.title.nl}, "competency", record.title)
        self.words(line, cells, "definition", record.summary)
        self.words(line, cells, "why", record.why)
        level_text, indicator = cells.get("level", ""), Words(cells.get("indicator", ""), cells.get("indicator_en", ""))
        if not level_text and not indicator.nl:
            self.once(line, "competency", title.casefold())
            return
        level = self.level(line, level_text)
        if not indicator.nl:
            self.problem(line, "indicator", _("Fill in what somebody at this level can do."))
        elif level and self.once(line, "indicator", title.casefold(), level, indicator.nl.casefold()):
            record.levels.setdefault(level, []).append(indicator)

    def done(self) -> LibraryReading:
        """Records only where nothing is wrong."""
        for record in self.found.values():
            indicators = [("indicator", words) for level in record.levels.values() for words in level]
            texts = [("definition", record.summary), ("why", record.why), *indicators]
            self.missing_english(record.line, record.title, *texts)
        records = [] if self.problems else list(self.found.values())
        return LibraryReading(competencies=records, problems=self.problems)


class _Profiles(_Check):
    """Rows with a competency that a profile asks each."""

    model = CompetencyProfilePage

    def __init__(self):
        super().__init__()
        self.competencies = by_dutch_title(CompetencyPage)

    def row(self, line: int, cells: dict[str, str]) -> None:
        """One row."""
        title = cells.get("profile", "")
        if not title:
            self.problem(line, "profile", _("Fill in a profile."))
            return
        record = self.found.setdefault(
            title.casefold(), ProfileRecord(line, Words(nl=title), page=self.pages.get(title.casefold()))
        )
        self.words(line, {**cells, "profile": record.title.nl}, "profile", record.title)
        self.words(line, cells, "summary", record.summary)
        name, level = cells.get("competency", ""), self.level(line, cells.get("level", ""))
        competency = self.competencies.get(name.casefold())
        if competency is None:
            self.problem(line, "competency", _("There is no competency with this Dutch title."))
        core = cells.get("core", "").casefold()
        if core not in YES | NO:
            self.problem(line, "core", _("Use yes or no."))
        if competency is None or level is None or not self.once(line, "competency", title.casefold(), competency.pk):
            return
        if not competency.indicators(level):
            self.problem(line, "level", _("This level isn't defined for this competency."))
            return
        record.asks.append(Ask(competency, level, core in YES))

    def done(self) -> LibraryReading:
        """Records only where nothing is wrong."""
        for record in self.found.values():
            self.missing_english(record.line, record.title, ("summary", record.summary))
        records = [] if self.problems else list(self.found.values())
        return LibraryReading(profiles=records, problems=self.problems)


def by_dutch_title(model) -> dict:
    """The pages that were written in Dutch, live or not, by their title without case."""
    pages = model.objects.filter(locale__language_code="nl", alias_of=None).order_by("-path")
    return {page.title.casefold(): page for page in pages}


def _level_names() -> dict[str, Level]:
    found: dict[str, Level] = {}
    for language in ("nl", "en"):
        with translation.override(language):
            for level in Level:
                found |= {str(level.value): level, str(level.label).casefold(): level}
    return found
