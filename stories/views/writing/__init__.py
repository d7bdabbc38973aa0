"""Writing: the form in three steps, and what it asks the server for while somebody types."""

from .devices import add_photo, colleagues, preview, save, token
from .pages import delete, draft, new, revise, send

__all__ = ["add_photo", "colleagues", "delete", "draft", "new", "preview", "revise", "save", "send", "token"]
