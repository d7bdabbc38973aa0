"""What is different between two versions of a page, sentence by sentence."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.html import strip_tags
from wagtail.fields import StreamField
from wagtail.models import Revision

_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n+")


@dataclass(frozen=True)
class Change:
    """Sentences that stayed (``same``), went (``gone``) or came (``new``)."""

    kind: str
    text: str


def difference(before: Revision, after: Revision) -> list[Change]:
    """What went and what came, in reading order; what stayed is left out."""
    old, new = sentences_of(before), sentences_of(after)
    changes = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        if tag != "equal":
            changes += [Change("gone", text) for text in old[i1:i2]]
            changes += [Change("new", text) for text in new[j1:j2]]
    return changes


def sentences_of(revision: Revision) -> list[str]:
    """The words of a page: title, summary and every stream of blocks, cut into sentences."""
    page = revision.as_object()
    texts = [page.title, getattr(page, "summary", "")]
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            texts += field.get_searchable_content(field.value_from_object(page))
    # A tag ends a word, so that two paragraphs are not read as one.
    plain = (strip_tags(str(text).replace("<", " <")) for text in texts)
    pieces = (" ".join(piece.split()) for text in plain for piece in _SENTENCE.split(text))
    return [piece for piece in pieces if piece]
