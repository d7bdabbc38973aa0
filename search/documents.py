"""What an engine keeps of a page and what it answers; no engine and no database in here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a page under one heading; ``anchor`` is empty where no link can point to it."""

    anchor: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class PageDocument:
    """One page as it is indexed.

    ``version`` changes with each publication.
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


@dataclass(frozen=True, slots=True)
class StoredPage:
    """What the index can tell about a page it holds."""

    title: str
    source_path: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A section that matches, best first within its page."""

    anchor: str
    heading: str
    text: str
