"""What the indices are called, how they are set up and what is written to them."""

import re
from dataclasses import dataclass

from ...analysis import LANGUAGES
from ...documents import Collection
from ...indexing import VERSION, IndexedDocument, IndexedSection

# One more whenever the mappings below change.
MAPPING = 1
WHOLE, SECTIONS = "whole", "sections"
PARTS = (WHOLE, SECTIONS)


def words_field(language: str) -> str:
    """The field with the unstemmed words of one language."""
    return f"words_{language}"


@dataclass(frozen=True)
class Names:
    """Names carry the version, so that an index of another one is simply not there, and two versions of the portal can
    run beside each other while one takes the place of the other."""

    prefix: str

    @property
    def meta(self) -> str:
        """The index that holds what all processes have to agree on."""
        return f"{self._versioned}-meta"

    def alias(self, collection: Collection, part: str) -> str:
        """What is read and written; stands for the current generation."""
        return f"{self._versioned}-{collection}-{part}"

    def index(self, collection: Collection, part: str, generation: str) -> str:
        """The index itself."""
        return f"{self.alias(collection, part)}-{generation}"

    @property
    def pattern(self) -> str:
        """Finds all of ours, and those of a longer prefix too: see ``is_left_behind``."""
        return f"{self.prefix}-v*"

    def is_left_behind(self, index: str, generation: str) -> bool:
        """Whether an index is ours and neither of this generation nor of a newer version of the portal."""
        match = re.fullmatch(rf"{re.escape(self.prefix)}-v(\d+)\.(\d+)-(?:meta|[a-z]+-(?:whole|sections)-(\w+))", index)
        if not match:
            return False
        made_by = (int(match[1]), int(match[2]))
        return made_by < (VERSION, MAPPING) or (made_by == (VERSION, MAPPING) and match[3] not in (None, generation))

    @property
    def _versioned(self) -> str:
        return f"{self.prefix}-v{VERSION}.{MAPPING}"


def settings(replicas: int | None) -> dict:
    """One shard: how rare a word is is counted over all documents, and some ten thousands fit easily.

    Nothing is looked at again by itself: who writes says when what he wrote is complete.
    """
    copies = {"auto_expand_replicas": "0-1"} if replicas is None else {"number_of_replicas": replicas}
    return {"number_of_shards": 1, "refresh_interval": "-1", **copies}


# Written as terms made by ``search.indexing``, so it is split at spaces only.
_TERMS = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
# Looked up by, never sorted by.
_TOKEN = {"type": "keyword", "doc_values": False}

_WHOLE_FIELDS = {
    "pk": {"type": "long"},
    "version": {"type": "long", "index": False},
    "above": {"type": "long", "doc_values": False},
    "language": _TOKEN,
    "kind": _TOKEN,
    "text": _TERMS,
    "title_terms": _TERMS,
    **{words_field(language): {"type": "keyword"} for language in LANGUAGES},
    "kept": {"type": "object", "enabled": False},
    "sections": {"type": "integer", "index": False},
}
_SECTION_FIELDS = {"pk": {"type": "long"}, "text": _TERMS, "kept": {"type": "object", "enabled": False}}

META_MAPPING = {"dynamic": False, "properties": {}}
MAPPINGS = {
    part: {"dynamic": False, "_source": {"includes": ["kept", "sections"]}, "properties": fields}
    for part, fields in ((WHOLE, _WHOLE_FIELDS), (SECTIONS, _SECTION_FIELDS))
}


def whole_row(indexed: IndexedDocument, sections: int) -> dict:
    """A document as it is found; ``sections`` is how many rows it has in the other index."""
    document = indexed.source
    row = {
        "pk": document.pk,
        "version": document.version,
        "above": list(document.above),
        "language": document.language,
        "kind": document.kind,
        "text": indexed.text,
        "title_terms": indexed.title_terms,
        "kept": _sent({"title": document.title, "source_path": document.source_path}),
        "sections": sections,
    }
    if document.language in LANGUAGES:
        row[words_field(document.language)] = sorted(indexed.words)
    return row


def section_row(pk: int, indexed: IndexedSection) -> dict:
    """One section of the document ``pk``."""
    section = indexed.source
    kept = {"anchor": section.anchor, "heading": section.heading, "text": section.text}
    return {"pk": pk, "text": indexed.text, "kept": _sent(kept)}


def section_id(pk: int, number: int) -> str:
    """What a section is written and deleted by."""
    return f"{pk}-{number}"


def _sent(kept: dict[str, str]) -> dict[str, str]:
    # Half of a surrogate pair is no text to a server.
    return {name: text.encode("utf-8", "replace").decode() for name, text in kept.items()}
