"""The two Tantivy indexes: one document per page for finding, one per section for what is shown of it."""

import json
from collections.abc import Callable, Iterator

import tantivy

from ...analysis import LANGUAGES, index_terms, words_of
from ...documents import PageDocument

# One more whenever what is written changes: fields, weights, or the terms that search.analysis makes.
VERSION = 1
# In one field, repeated by worth: a cheap and faithful BM25F. The title is a field of its own as well.
TITLE_WORTH, SUMMARY_WORTH, HEADING_WORTH = 5, 3, 2


def words_field(language: str) -> str:
    """The field with the unstemmed words of one language."""
    return f"words_{language}"


def page_schema() -> tantivy.Schema:
    """Text is stored as terms made by ``search.analysis``, so every field splits at spaces only."""
    builder = tantivy.SchemaBuilder()
    # Signed: the binding writes Python numbers as signed ones and an unsigned field kills the writer later.
    builder.add_integer_field("pk", stored=True, indexed=True, fast=True)
    builder.add_integer_field("version", fast=True)
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
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


def page_words(page: PageDocument) -> dict[str, list[str]]:
    """The words of each part of a page: ``{"title", "summary", "keywords", "crumbs", "headings", "body"}``."""
    return {
        "title": words_of(page.title),
        "summary": words_of(page.summary),
        "keywords": words_of(page.keywords),
        "crumbs": words_of(" ".join(page.crumbs)),
        "headings": words_of(" ".join(section.heading for section in page.sections)),
        "body": words_of(" ".join(section.text for section in page.sections)),
    }


def page_row(page: PageDocument, split: Callable[[str], tuple[str, ...]]) -> tantivy.Document:
    """A page as it is found."""
    words = page_words(page)
    terms = {part: index_terms(some, page.language, split) for part, some in words.items()}
    row = tantivy.Document()
    row.add_integer("pk", page.pk)
    row.add_integer("version", page.version)
    row.add_text("language", page.language)
    row.add_text(
        "text",
        " ".join(
            terms["title"] * TITLE_WORTH
            + (terms["summary"] + terms["keywords"]) * SUMMARY_WORTH
            + terms["headings"] * HEADING_WORTH
            + terms["crumbs"]
            + terms["body"]
        ),
    )
    row.add_text("title_terms", " ".join(terms["title"]))
    if page.language in LANGUAGES:
        row.add_text(words_field(page.language), " ".join({word for some in words.values() for word in some}))
    kept = {"title": page.title, "source_path": page.source_path}
    row.add_bytes("stored", json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace"))
    return row


def section_rows(page: PageDocument, split: Callable[[str], tuple[str, ...]]) -> Iterator[tantivy.Document]:
    """The sections of a page, each with its heading twice."""
    for section in page.sections:
        heading = index_terms(words_of(section.heading), page.language, split)
        body = index_terms(words_of(section.text), page.language, split)
        if not heading and not body:
            continue
        row = tantivy.Document()
        row.add_integer("pk", page.pk)
        row.add_text("text", " ".join(heading * HEADING_WORTH + body))
        kept = {"anchor": section.anchor, "heading": section.heading, "text": section.text}
        row.add_bytes("stored", json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace"))
        yield row
