"""What a step asks: its checklist, questions and fields, as the stored form of a stream of blocks.

Ids are made from the place in the content, so that both languages have the same ones.
"""

import json
from typing import Any

from competencies.levels import Level

from .bodies import block_id, list_items
from .content import Voice


class AskingBuilder:
    """Builds what steps ask in one language."""

    def __init__(self, voice: Voice):
        self.voice = voice

    def build(self, name: str, step: dict[str, Any]) -> dict[str, str]:
        """``{"checklist", "questions", "form_fields"}`` of the step ``name``, each as JSON."""
        makers = {
            "checklist": ("checklist", "item", self._item),
            "questions": ("questions", "question", self._question),
            "form_fields": ("fields", "field", self._field),
        }
        return {
            stream: json.dumps(
                [
                    {
                        "type": kind,
                        "value": make(entry, f"{name}, {key} {number}"),
                        "id": block_id(f"{name}, {key} {number}"),
                    }
                    for number, entry in enumerate(step.get(key, []), start=1)
                ]
            )
            for stream, (key, kind, make) in makers.items()
        }

    def levels(self, name: str, competency: dict[str, Any]) -> dict[str, str]:
        """What one can do at each level of the competency ``name``, by field, each as JSON."""
        return {
            level.field_name: json.dumps(
                [
                    {"type": "indicator", "value": self._say(text, where), "id": block_id(where)}
                    for number, text in enumerate(competency.get(level.field_name, []), start=1)
                    for where in [f"{name}, {level.field_name} {number}"]
                ]
            )
            for level in Level
        }

    def _item(self, entry: dict, where: str) -> dict:
        return {"text": self._say(entry["text"], where), "hint": self._say(entry.get("hint"), where)}

    def _question(self, entry: dict, where: str) -> dict:
        answers = [
            {
                "text": self._say(answer["text"], where),
                "is_right": answer.get("right", False),
                "explanation": self._say(answer.get("why"), where),
            }
            for answer in entry["answers"]
        ]
        return {"text": self._say(entry["text"], where), "answers": list_items(answers, where)}

    def _field(self, entry: dict, where: str) -> dict:
        return {
            "label": self._say(entry["label"], where),
            "kind": entry["kind"],
            "is_required": entry.get("required", True),
            "hint": self._say(entry.get("hint"), where),
            "choices": list_items(
                [self._say(choice, where) for choice in entry.get("choices", [])], f"{where}, choices"
            ),
        }

    def _say(self, text: Any, where: str) -> str:
        return self.voice.say(text, where)
