"""An assessment as it is shown: what is asked, each one's score beside it, and where the gaps are."""

from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.utils.functional import Promise

from .levels import NOT_YET, Level, level_in_words
from .models import Assessment, Rating, Sharing
from .services.versions import ProfileGone, content_now
from .visibility import Data, Viewer, seen_by


@dataclass(frozen=True)
class Words:
    """A text with the language it is in, where that isn't the reader's (else empty)."""

    text: str
    language: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Score:
    """One score as it is shown; ``level`` None is "don't know"."""

    level: int | None
    example: str = ""

    @property
    def words(self) -> str | Promise:
        """The name of the level."""
        return level_in_words(self.level)

    @property
    def bar(self) -> int:
        """How far its bar goes, of four."""
        return self.level or 0


@dataclass(frozen=True)
class Row:
    """A competency as the assessment asks it, with the scores that whoever looks may see; None: there is none (yet)."""

    key: UUID
    number: int
    title: Words
    definition: Words
    is_core: bool
    required: Level
    indicators: tuple[tuple[str, ...], ...]
    own: Score | None = None
    theirs: Score | None = None
    joint: Score | None = None
    example_kept: str = ""

    @property
    def levels(self) -> list[dict]:
        """All four: ``{"level": Level, "indicators": (str, ...)}``."""
        return [{"level": level, "indicators": self.indicators[level - 1]} for level in Level]

    @property
    def standing(self) -> Score | None:
        """What counts: what both settled on and agreed to, else the person's own score."""
        return self.joint or self.own

    @property
    def gap_from(self) -> int | None:
        """The level to start from where more is asked than there is; None without a gap, or without a score."""
        if self.standing is None:
            return None
        level = self.standing.level or NOT_YET
        return level if level < self.required else None

    @property
    def is_gap(self) -> bool:
        """Whether more is asked than there is; "don't know" is one too: reading helps to find out."""
        return self.gap_from is not None


@dataclass(frozen=True)
class ProfileChange:
    """What a profile asks by now, beside what it asked: titles, and for other levels ``(title, before, now)``."""

    added: list[Words] = field(default_factory=list)
    removed: list[Words] = field(default_factory=list)
    moved: list[tuple[Words, Level, Level]] = field(default_factory=list)
    # Only words were changed: what is asked is the same.
    is_wording: bool = False
    is_gone: bool = False

    @property
    def asks_other_things(self) -> bool:
        """Whether an assessment by it would ask other things."""
        return bool(self.added or self.removed or self.moved)


def in_language(texts: dict[str, str], language: str) -> Words:
    """The text in this language, or else in the other one, which is then named."""
    if language in texts or not texts:
        return Words(texts.get(language, ""))
    other, text = next(iter(texts.items()))
    return Words(text, other)


class AssessmentReading:
    """One assessment, as ``viewer`` may see it.

    ``sharing`` is the one they look at, or the active one of the person; ``outcome`` one that both agreed to before.
    """

    def __init__(
        self,
        assessment: Assessment,
        language: str,
        viewer: str,
        sharing: Sharing | None = None,
        outcome: Sharing | None = None,
    ):
        self.assessment, self.language, self.viewer, self.sharing = assessment, language, viewer, sharing
        # Whose outcome counts: this one's, once both agreed, or that of an earlier one.
        self.outcome = sharing if sharing is not None and sharing.agreed_at else outcome
        self.seen = seen_by(viewer, sharing)

    @property
    def title(self) -> Words:
        """What the profile was called."""
        return in_language(self.assessment.version.content["title"], self.language)

    @cached_property
    def rows(self) -> list[Row]:
        """What it asks, in its order; one query."""
        return [self._row(number, row) for number, row in enumerate(self.assessment.version.content["rows"], 1)]

    @property
    def gaps(self) -> list[Row]:
        """Where more is asked than there is, the widest first; what everybody needs before what the role asks."""
        return sorted(
            (row for row in self.rows if row.is_gap), key=lambda row: (row.gap_from - row.required, not row.is_core)
        )

    def row(self, key: UUID) -> Row | None:
        """The row of this competency; None where it isn't asked."""
        return next((row for row in self.rows if row.key == key), None)

    def before(self, key: UUID) -> Row | None:
        """The row that comes before this one."""
        return next((row for row, after in zip(self.rows, self.rows[1:], strict=False) if after.key == key), None)

    @property
    def scored(self) -> list[Row]:
        """The rows that whoever looks has given a score."""
        return [row for row in self.rows if self.score_of(row) is not None]

    @property
    def unscored(self) -> list[Row]:
        """The others, in order: the first is what comes next."""
        return [row for row in self.rows if self.score_of(row) is None]

    def score_of(self, row: Row) -> Score | None:
        """What whoever looks gave this row themselves."""
        return row.own if self.viewer == Viewer.PERSON else row.theirs

    @cached_property
    def change(self) -> ProfileChange | None:
        """What became of the profile since; None where it is as it was. For the person's own eyes."""
        version = self.assessment.version
        try:
            now = content_now(self.assessment.user, self.assessment.profile_key)
        except ProfileGone:
            return ProfileChange(is_gone=True)
        if now == version.content:
            return None
        before_rows = {row["competency"]: row for row in version.content["rows"]}
        now_rows = {row["competency"]: row for row in now["rows"]}
        change = ProfileChange(
            added=[self._title(row) for key, row in now_rows.items() if key not in before_rows],
            removed=[self._title(row) for key, row in before_rows.items() if key not in now_rows],
            moved=[
                (self._title(row), Level(before_rows[key]["level"]), Level(row["level"]))
                for key, row in now_rows.items()
                if key in before_rows and before_rows[key]["level"] != row["level"]
            ],
        )
        return change if change.asks_other_things else ProfileChange(is_wording=True)

    def _title(self, row: dict) -> Words:
        return in_language(row["title"], self.language)

    @cached_property
    def _ratings(self) -> dict[tuple[str, UUID], Rating]:
        wanted = {Rating.By.SELF: Data.OWN_SCORES, Rating.By.ASSESSOR: Data.THEIR_SCORES, Rating.By.JOINT: Data.OUTCOME}
        found = {}
        for rating in self._stored:
            belongs = rating.sharing_id is None or (self.sharing is not None and rating.sharing_id == self.sharing.pk)
            if belongs and wanted[rating.by] in self.seen:
                found[rating.by, rating.competency_key] = rating
        return found

    @cached_property
    def _stored(self) -> list[Rating]:
        return list(self.assessment.ratings.all())

    @cached_property
    def _settled(self) -> dict[UUID, Rating]:
        """What both agreed to, for the two of them."""
        if self.outcome is None or (self.viewer != Viewer.PERSON and self.outcome != self.sharing):
            return {}
        if Data.OUTCOME not in seen_by(self.viewer, self.outcome):
            return {}
        return {
            rating.competency_key: rating
            for rating in self._stored
            if rating.by == Rating.By.JOINT and rating.sharing_id == self.outcome.pk
        }

    def rating(self, by: str, key: UUID) -> Rating | None:
        """The stored score, for a form; None where there is none or it isn't to be seen."""
        return self._ratings.get((by, key))

    def _row(self, number: int, row: dict) -> Row:
        key = UUID(row["competency"])
        title = self._title(row)
        indicators = row["indicators"].get(title.language or self.language, [[] for _level in Level])
        own = self.rating(Rating.By.SELF, key)
        return Row(
            key=key,
            number=number,
            title=title,
            definition=in_language(row["definition"], self.language),
            is_core=row["is_core"],
            required=Level(row["level"]),
            indicators=tuple(tuple(texts) for texts in indicators),
            own=_score(own),
            theirs=_score(self.rating(Rating.By.ASSESSOR, key)),
            joint=_score(self._settled.get(key)),
            example_kept=own.example if own else "",
        )


def _score(rating: Rating | None) -> Score | None:
    return Score(rating.level, rating.example) if rating is not None and rating.is_answer else None
