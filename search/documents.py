"""What an engine keeps and what it answers; no engine and no database in here."""

from dataclasses import dataclass
from enum import StrEnum


class Collection(StrEnum):
    """What is found through the one box; each is an index of its own, so that long ones don't drown short ones."""

    PAGES = "pages"
    PEOPLE = "people"
    QUESTIONS = "questions"
    DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a text under one heading; ``anchor`` is empty where no link can point to it."""

    anchor: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One thing as it is indexed.

    ``version`` changes whenever the document does. ``above`` are the numbers by which it can be closed to somebody: of a
    page its own primary key and those of all pages above it, of a file the collections it is in. ``kind`` is what
    results are narrowed to.
    """

    pk: int
    language: str
    title: str
    sections: tuple[Section, ...]
    summary: str = ""
    keywords: str = ""
    crumbs: tuple[str, ...] = ()
    source_path: str = ""
    version: int = 0
    above: tuple[int, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is searched: what somebody may not see is, inside an engine, as if it weren't there.

    Left out is what has one of ``closed`` among the numbers ``above`` it, and the primary keys in ``hidden``.
    ``languages`` and ``kinds`` narrow further; empty is all.
    """

    closed: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Stored:
    """What the index can tell about a document it holds."""

    title: str
    source_path: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A section that matches, best first within its document."""

    anchor: str
    heading: str
    text: str
