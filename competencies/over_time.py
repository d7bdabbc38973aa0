"""Where somebody stood, each time they looked: their own scores and what was agreed on, beside one another. For themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise

from people.models import User

from .assessment_reading import Words, in_language
from .levels import Level, level_in_words
from .models import Assessment, Rating

# So many times stand beside one another; more would not fit on a desk.
BESIDE = 6


@dataclass(frozen=True)
class Column:
    """One time; ``is_changed`` says that the profile isn't as it was the time before."""

    key: UUID
    finished_at: datetime
    is_changed: bool


@dataclass(frozen=True)
class Cell:
    """A competency at one time: what was scored in words, None where there is no such score. ``is_asked``: then."""

    column: Column
    is_asked: bool
    own: str | Promise | None = None
    agreed: str | Promise | None = None


@dataclass(frozen=True)
class Row:
    """A competency over the times that stand beside one another, with the level that was asked last."""

    key: UUID
    title: Words
    asked: Level
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Block:
    """Times that stand beside one another, oldest to newest."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class OverTime:
    """All times by one profile. ``newest`` is None where nothing is finished; ``earlier`` go back in time."""

    newest: Block | None
    earlier: tuple[Block, ...] = ()

    @property
    def is_once(self) -> bool:
        """Whether there is nothing to compare with yet."""
        return self.newest is None or len(self.newest.columns) < 2

    @property
    def changes(self) -> list[Column]:
        """The times that the profile wasn't as it was before, oldest first."""
        blocks = [*reversed(self.earlier), *([self.newest] if self.newest else [])]
        return [column for block in blocks for column in block.columns if column.is_changed]


def over_time(user: User, profile_key: UUID, language: str) -> OverTime:
    """What ``competencies/_over_time.html`` shows of ``user``, who is the only one to see it: two queries."""
    times = list(Assessment.objects.of(user).finished().filter(profile_key=profile_key).reverse())
    scores = _scores(times)
    columns = [
        Column(one.key, one.finished_at, number > 0 and one.version_id != times[number - 1].version_id)
        for number, one in enumerate(times)
    ]
    blocks = [_block(times[start:end], columns[start:end], scores, language) for start, end in _beside(len(times))]
    return OverTime(blocks[0] if blocks else None, tuple(blocks[1:]))


def _beside(count: int) -> Iterator[tuple[int, int]]:
    """Where each block begins and ends, the newest first."""
    end = count
    while end > 0:
        yield max(0, end - BESIDE), end
        end -= BESIDE


def _scores(times: list[Assessment]) -> dict[tuple[int, str, UUID], Rating]:
    """By assessment, by whom, and competency; of two agreed outcomes the newest counts."""
    counts = Q(by=Rating.By.SELF) | Q(by=Rating.By.JOINT, sharing__agreed_at__isnull=False)
    ratings = Rating.objects.filter(counts, assessment__in=times).order_by("sharing__agreed_at", "pk") if times else ()
    return {(row.assessment_id, row.by, row.competency_key): row for row in ratings}


def _block(times: list[Assessment], columns: list[Column], scores: dict, language: str) -> Block:
    asked: list[dict[str, dict]] = [{row["competency"]: row for row in one.version.content["rows"]} for one in times]
    # As the newest of them puts them, then what only an older one asked.
    last: dict[str, dict] = {}
    for rows in reversed(asked):
        last = {**last, **{key: row for key, row in rows.items() if key not in last}}
    return Block(
        tuple(columns),
        tuple(
            Row(
                UUID(key),
                in_language(row["title"], language),
                Level(row["level"]),
                tuple(
                    _cell(one, column, UUID(key), key in rows, scores)
                    for one, column, rows in zip(times, columns, asked, strict=True)
                ),
            )
            for key, row in last.items()
        ),
    )


def _cell(time: Assessment, column: Column, key: UUID, is_asked: bool, scores: dict) -> Cell:
    if not is_asked:
        return Cell(column, False)
    own, agreed = (_words(scores.get((time.pk, by, key))) for by in (Rating.By.SELF, Rating.By.JOINT))
    return Cell(column, True, own, agreed)


def _words(rating: Rating | None) -> str | Promise | None:
    return level_in_words(rating.level) if rating is not None and rating.is_answer else None
