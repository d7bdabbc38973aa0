"""The two Tantivy indexes of a collection: one row per document for finding, one per section for what is shown of it."""

import json

import tantivy

from ...analysis import LANGUAGES
from ...indexing import VERSION, IndexedDocument, IndexedSection


def words_field(language: str) -> str:
    """The field with the unstemmed words of one language."""
    return f"words_{language}"


def whole_schema() -> tantivy.Schema:
    """Text is stored as terms made by ``search.indexing``, so every field splits at spaces only."""
    builder = tantivy.SchemaBuilder()
    # Signed: the binding writes Python numbers as signed ones and an unsigned field kills the writer later.
    builder.add_integer_field("pk", stored=True, indexed=True, fast=True)
    builder.add_integer_field("version", fast=True)
    builder.add_integer_field("above", indexed=True)
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("title_terms", tokenizer_name="whitespace", index_option="freq")
    for language in LANGUAGES:
        builder.add_text_field(words_field(language), tokenizer_name="whitespace", index_option="basic")
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


def section_schema() -> tantivy.Schema:
    """A schema of its own: average lengths are counted over all documents of an index."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("pk", indexed=True, fast=True)
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


def fingerprint() -> str:
    """What an index was made by: one of another kind is not read but made anew."""
    return f"{VERSION}-tantivy-{tantivy.__version__}"


def whole_row(indexed: IndexedDocument) -> tantivy.Document:
    """A document as it is found."""
    document = indexed.source
    row = tantivy.Document()
    row.add_integer("pk", document.pk)
    row.add_integer("version", document.version)
    for number in document.above:
        row.add_integer("above", number)
    row.add_text("language", document.language)
    row.add_text("kind", document.kind)
    row.add_text("text", indexed.text)
    row.add_text("title_terms", indexed.title_terms)
    if document.language in LANGUAGES:
        row.add_text(words_field(document.language), " ".join(indexed.words))
    row.add_bytes("stored", _stored({"title": document.title, "source_path": document.source_path}))
    return row


def section_row(pk: int, indexed: IndexedSection) -> tantivy.Document:
    """One section of the document ``pk``."""
    section = indexed.source
    row = tantivy.Document()
    row.add_integer("pk", pk)
    row.add_text("text", indexed.text)
    row.add_bytes("stored", _stored({"anchor": section.anchor, "heading": section.heading, "text": section.text}))
    return row


def _stored(kept: dict[str, str]) -> bytes:
    return json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace")
