"""The same page tree in every language: a page that isn't translated stands there as an alias of the original.

Readers then find everything in both languages, in lists, menus and addresses alike; what isn't translated is shown in
the other language with a notice. Kept true when editors publish, move and delete; ``sync_languages`` repairs the rest.

For imports and other writes of many pages::

    with defer_aliases():
        ...publish, move and delete as many pages as you like...

Nothing is mirrored inside the block; at its end one batch does it all and touches the content stamp once. Pages that
were added without ``publish()`` send no signal: call ``mirror_later_or_now(page)`` for these.
"""

from .repair import sync_languages
from .tree import defer_aliases, delete_aliases, mirror_after_delete, mirror_later_or_now, mirror_pages
from .unpublished import fallback_language, languages_of, unpublished_translations

__all__ = [
    "defer_aliases",
    "delete_aliases",
    "fallback_language",
    "languages_of",
    "mirror_after_delete",
    "mirror_later_or_now",
    "mirror_pages",
    "sync_languages",
    "unpublished_translations",
]
