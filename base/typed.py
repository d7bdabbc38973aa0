"""What somebody typed, as it can be kept."""

import json

from django import forms


def storable(text: str) -> str:
    """The text without what no database and no page can hold: NUL, and half a sign; each line ends in one sign.

    A device that cuts a text off may send half an emoji; the words around it are kept. A form ends its lines in two signs,
    and what a script sends of the same form in one: they are the same text.
    """
    return text.replace("\0", "").replace("\r\n", "\n").encode(errors="ignore").decode()


class TypedField(forms.CharField):
    """A text of several lines, counted as the browser counts it: a new line is one sign."""

    def to_python(self, value):
        """Storable, and stripped as Django does."""
        return super().to_python(storable(value) if isinstance(value, str) else value)


def typed_values(request) -> dict[str, str] | None:
    """What a form that is kept while typing sends: JSON ``{"values": {name: text}}``; see portal/keep.js.

    The texts, storable, by name; None for anything else.
    """
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    values = sent.get("values") if isinstance(sent, dict) else None
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        return None
    return {storable(name): storable(value) for name, value in values.items()}
