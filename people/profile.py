"""The page of a colleague: apps add sections of their own to it."""

from collections.abc import Callable
from dataclasses import dataclass

from .models import User

# Given the colleague and the request: what the template needs, or None where there is nothing to show.
Load = Callable[[User, object], dict | None]


@dataclass(frozen=True)
class Section:
    """A part of somebody's page, below what the portal knows of everybody.

    ``load(person, request)`` returns what ``template`` needs, as this reader may see it; None leaves the section out.
    """

    name: str
    template: str
    load: Load


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Add a section; a second one of the same name replaces the first (reloading)."""
    _sections[section.name] = section


def sections_for(person: User, request) -> list[dict]:
    """``[{"template", "context"}, ...]``, in the order in which they were registered."""
    loaded = [(section.template, section.load(person, request)) for section in _sections.values()]
    return [{"template": template, "context": context} for template, context in loaded if context is not None]
