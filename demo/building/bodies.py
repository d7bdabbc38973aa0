"""Bodies of pages: what a content file lists, as the stored form of a stream of blocks.

Each block is ``{type: settings}``. Ids are made from the place of the block, so that both languages have the same ones.
"""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid5

from .content import Voice, load
from .errors import ContentError
from .markup import rich_text
from .registry import NAMESPACE, Registry


class BodyBuilder:
    """Builds bodies in one language."""

    def __init__(self, voice: Voice, registry: Registry):
        self.voice = voice
        self.registry = registry
        self.pictures = load("pictures")
        self.clips = load("media")

    def build(self, name: str, blocks: list[dict[str, Any]] | None) -> str:
        """The body of the page ``name`` as JSON; raises ``ContentError`` for what can't be built."""
        stream = []
        for index, block in enumerate(blocks or []):
            where = f"{name}, block {index + 1}"
            if not isinstance(block, dict) or len(block) != 1:
                raise ContentError(f"{where}: a block is one type with its settings.")
            [(kind, settings)] = block.items()
            make: Callable | None = getattr(self, f"_{kind}", None)
            if make is None:
                raise ContentError(f"{where}: there is no block {kind!r}.")
            block_type = "rich_text" if kind == "text" else kind
            stream.append({"type": block_type, "value": make(settings, where), "id": block_id(where)})
        return json.dumps(stream)

    def _say(self, value: Any, where: str) -> str:
        return self.voice.say(value, where)

    def _rich(self, value: Any, where: str) -> str:
        try:
            return rich_text(self._say(value, where), self.registry.resolve)
        except ContentError as error:
            raise ContentError(f"{where}: {error}") from error

    def _text(self, value, where):
        return self._rich(value, where)

    def _heading(self, value, where):
        if "text" not in value:
            value = {"text": value}
        return {
            "text": self._say(value["text"], where),
            "level": str(value.get("level", 2)),
            "anchor": value.get("anchor", ""),
        }

    def _image(self, value, where):
        alt = value.get("alt") or self.pictures[value["picture"]]["alt"]
        return {
            "image": {
                "image": self.registry.picture(value["picture"]),
                "alt_text": self._say(alt, where),
                "decorative": False,
            },
            "caption": self._say(value.get("caption"), where),
        }

    def _video(self, value, where):
        clip = self.clips[value["media"]]
        return {
            "title": self._say(value.get("title") or clip["title"], where),
            "video": self.registry.media(value["media"]),
            "url": "",
            "transcript": self._rich(clip["transcript"], where),
        }

    def _tip(self, value, where):
        parts = {part: self._rich(value.get(part), where) for part in ("text", "do", "dont", "why", "example")}
        settings = {"anchor": value.get("anchor", ""), "situations": value.get("when", [])}
        return {"title": self._say(value["title"], where), **parts, **settings}

    def _callout(self, value, where):
        return {
            "tone": value.get("tone", "tip"),
            "title": self._say(value.get("title"), where),
            "text": self._rich(value["text"], where),
        }

    def _steps(self, value, where):
        steps = [
            {"title": self._say(step["title"], where), "text": self._rich(step.get("text"), where)}
            for step in value["steps"]
        ]
        return {"title": self._say(value.get("title"), where), "steps": list_items(steps, where)}

    def _quote(self, value, where):
        return {"text": self._say(value["text"], where), "who": self._say(value.get("who"), where)}

    def _table(self, value, where):
        return {
            "columns": [{"type": "text", "heading": self._say(heading, where)} for heading in value["columns"]],
            "rows": [{"values": [self._rich(cell, where) for cell in row]} for row in value["rows"]],
            "caption": self._say(value.get("caption"), where),
        }

    def _document(self, value, where):
        return {
            "document": self.registry.document(value["document"]),
            "text": self._say(value.get("text"), where),
        }

    def _page(self, value, where):
        return {"page": self.registry.page(value["page"]), "text": self._say(value.get("text"), where)}

    def _people(self, value, where):
        people = [self.registry.person(name) for name in value["people"]]
        return {"title": self._say(value.get("title"), where), "people": list_items(people, where)}

    def _code(self, value, where):
        return {"language": value.get("language", ""), "code": self._say(value["code"], where)}


def block_id(where: str) -> str:
    """The id of the block at this place: the same in every language and at every seeding."""
    return str(uuid5(NAMESPACE, where))


def list_items(values: list, where: str) -> list[dict]:
    """The stored form of a list block with these values."""
    return [
        {"type": "item", "value": value, "id": block_id(f"{where}, item {index}")} for index, value in enumerate(values)
    ]
