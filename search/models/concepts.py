"""What the editors say that means the same."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from base.typed import storable

from ..analysis import words_of
from ..concepts import MOST_WORDS_IN_PHRASE

MOST_WORDINGS = 40
LONGEST_WORDING = 80


class ConceptQuerySet(models.QuerySet):
    """Reads of concepts."""

    def in_use(self) -> "ConceptQuerySet":
        """Those that queries are widened by."""
        return self.filter(is_active=True)

    def wordings(self) -> list[dict[str, list[str]]]:
        """``{language: [words or phrases]}`` of each, in a steady order."""
        rows = self.order_by("pk").values_list("words_nl", "words_en")
        return [{"nl": lines_of(words_nl), "en": lines_of(words_en)} for words_nl, words_en in rows]


class Concept(models.Model):
    """One thing and the ways to say it, in both languages, a line for each; a search for one finds the others too."""

    words_nl = models.TextField(
        _("words in Dutch"), blank=True, help_text=_("One word or short phrase on a line: ziekmelden, beter melden.")
    )
    words_en = models.TextField(
        _("words in English"), blank=True, help_text=_("One word or short phrase on a line: sick leave, illness.")
    )
    is_active = models.BooleanField(_("in use"), default=True)
    note = models.CharField(_("note for editors"), max_length=200, blank=True)
    starter = models.CharField(max_length=200, blank=True, editable=False)

    objects = ConceptQuerySet.as_manager()

    class Meta:
        verbose_name = _("words with one meaning")
        verbose_name_plural = _("words that search understands")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(words_nl="", words_en=""), name="search_concept_has_words"),
            models.UniqueConstraint(fields=["starter"], condition=~Q(starter=""), name="search_concept_starter_once"),
        ]

    def __str__(self) -> str:
        return " | ".join(", ".join(lines[:3]) for lines in (self.lines_nl, self.lines_en) if lines)

    @property
    def lines_nl(self) -> list[str]:
        """The Dutch words and phrases."""
        return lines_of(self.words_nl)

    @property
    def lines_en(self) -> list[str]:
        """The English ones."""
        return lines_of(self.words_en)

    def clean(self):
        """Tidies both lists. Raises ValidationError, at its field, for what no query could match."""
        errors = {}
        for name in ("words_nl", "words_en"):
            lines = tidy(getattr(self, name))
            setattr(self, name, "\n".join(lines))
            if problem := _problem_with(lines):
                errors[name] = problem
        if not errors and len(self.lines_nl) + len(self.lines_en) < 2:
            errors["words_nl"] = _("Give at least two words, in one language or one in each.")
        if errors:
            raise ValidationError(errors)


def lines_of(text: str) -> list[str]:
    """What stands on the lines of a text, without empty ones."""
    return [line for line in text.splitlines() if line]


def tidy(text: str) -> list[str]:
    """Words and phrases as typed on lines or between commas: each once, whatever its capitals, accents and spaces."""
    written = (
        " ".join(part.split()) for line in storable(text).splitlines() for part in line.replace(";", ",").split(",")
    )
    kept: dict[tuple[str, ...], str] = {}
    for wording in written:
        if wording:
            # What has no letters or digits stays, to be told that it can't be found.
            kept.setdefault(tuple(words_of(wording)) or (wording,), wording)
    return list(kept.values())


def _problem_with(lines: list[str]) -> str:
    if len(lines) > MOST_WORDINGS:
        return _("At most %(most)s words or phrases.") % {"most": MOST_WORDINGS}
    for line in lines:
        shown = {"wording": line[:40], "most": MOST_WORDS_IN_PHRASE}
        if len(line) > LONGEST_WORDING or len(words_of(line)) > MOST_WORDS_IN_PHRASE:
            return _("“%(wording)s” is too long: a phrase has at most %(most)s words.") % shown
        if not words_of(line):
            return _("“%(wording)s” has no letters or digits.") % shown
    return ""
