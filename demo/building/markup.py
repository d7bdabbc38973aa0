"""Markdown of the content files to the rich text Wagtail stores."""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"html": False})
_link = re.compile(r'<a href="(page|document):([^"]+)">')
# The editor writes <b> and <i>; with the same tags a page doesn't change by being opened and saved.
_tags = {"strong": "b", "em": "i"}


def rich_text(text: str, resolve: Callable[[str, str], int]) -> str:
    """Rich text as the database keeps it; ``resolve("page" or "document", key)`` gives the id a link points to."""
    html = _markdown.render(text).strip()
    for markdown_tag, wagtail_tag in _tags.items():
        html = html.replace(f"<{markdown_tag}>", f"<{wagtail_tag}>").replace(f"</{markdown_tag}>", f"</{wagtail_tag}>")
    # Line ends between tags would be text of their own to the translation tool.
    html = re.sub(r">\s*\n\s*<", "><", html).replace("\n", " ")
    return _link.sub(lambda match: f'<a linktype="{match[1]}" id="{resolve(match[1], match[2])}">', html)
