"""Real handbooks that nobody here wrote: all of them are read, and one goes the whole way."""

import collections
import gzip
import html
import json
import os
import re
import time
from pathlib import Path

import pytest
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from base.blocks import TEXT_FEATURES
from guidelines.blocks import ManualBodyBlock
from guidelines.importing.blocks import BlockMaker
from guidelines.importing.cleaning import clean_stored
from guidelines.importing.documents import read_document
from guidelines.importing.files import read_folder
from guidelines.importing.handbooks import import_handbook
from guidelines.importing.linking import Linker
from guidelines.importing.media import Media
from guidelines.importing.nodes import read_nodes
from guidelines.importing.report import ImportReport
from guidelines.importing.targets import Targets
from guidelines.models import ChapterPage
from tests.requirements import need

SET = Path(os.environ.get("PORTAL_SEARCHSET") or Path(__file__).resolve().parents[3] / "shared" / "searchset")
HANDBOOKS = ("sourcegraph", "publiccode", "don")


@pytest.fixture(scope="module")
def converted():
    """``{"don/docs/a.md": (title, blocks)}`` of all three."""
    if not (SET / "pages").is_dir() and not os.environ.get("PORTAL_SEARCHSET"):
        pytest.skip("needs the shared set of handbooks (PORTAL_SEARCHSET)")
    need((SET / "pages").is_dir(), "the shared set of handbooks (PORTAL_SEARCHSET)")
    pages = {}
    for name in HANDBOOKS:
        report = ImportReport()
        folder = read_folder(SET / "pages" / name, report)
        documents = {path: read_document(file, report, name=file.stem) for path, file in folder.texts.items()}
        ids = {path: number for number, path in enumerate(documents, 1)}
        targets = Targets(folder, set(ids), {}, lambda path, known=documents: known[path].anchors)
        linker = Linker(targets, Media(folder, name, report, dry_run=True), ids, report)
        for path, document in documents.items():
            nodes = read_nodes(document.html)
            linker.link(nodes, path)
            pages[f"{name}/{path}"] = (document.title, BlockMaker(path, report).make(nodes))
    return pages


def words(text: str) -> collections.Counter:
    return collections.Counter(re.findall(r"\w+", text.lower()))


def text_of(blocks: list[dict]) -> str:
    """All that a reader would read in these blocks."""
    parts: list[str] = []

    def gather(value, key=""):
        if isinstance(value, dict):
            for name, inner in value.items():
                if name not in ("id", "anchor", "level", "tone", "language", "type"):
                    gather(inner, name)
        elif isinstance(value, list):
            for inner in value:
                gather(inner)
        elif isinstance(value, str) and key == "code":
            parts.append(value)
        elif isinstance(value, str):
            value = re.sub(r'<embed[^>]*?alt="([^"]*)"[^>]*>', r" \1 ", value)
            value = re.sub(r"</?(?:b|i|a|code|s|sup|sub|kbd|span)\b[^>]*>", "", value)
            parts.append(html.unescape(re.sub(r"</?[a-z][^>]*>", " ", value)))

    for block in blocks:
        gather(block["value"], "value" if block["type"] != "code" else "code")
    return " ".join(parts)


def test_every_word_of_every_page_comes_in(converted):
    low = {}
    total = 0
    with gzip.open(SET / "pages.jsonl.gz", "rt") as rows:
        for row in map(json.loads, rows):
            total += 1
            title, blocks = converted[row["path"]]
            want = words(row["body"])
            missing = want - words(f"{title} {text_of(blocks)}")
            recall = 1 - sum(missing.values()) / sum(want.values())
            if recall < 0.98:
                low[row["path"]] = round(recall, 3)
    # What is left are addresses of films, comments, and marks the set's own plain reading takes for words.
    assert len(low) <= 8, low
    assert min(low.values(), default=1) > 0.84, low
    assert total == 757


def test_every_block_passes_the_editors_own_checks(converted):
    stream = ManualBodyBlock(required=False)
    for path, (_title, blocks) in converted.items():
        value = stream.to_python([block for block in blocks if block["type"] != "image"])
        assert len(stream.clean(value)) == len(value), path


def test_opening_and_saving_in_the_editor_changes_no_text(converted):
    converter = ContentstateConverter(TEXT_FEATURES)
    checked = 0
    for path, (_title, blocks) in list(converted.items())[::3]:
        for block in blocks:
            if block["type"] == "formatted":
                assert clean_stored(block["value"]) == block["value"], path
            elif block["type"] == "rich_text" and "linktype" not in block["value"]:
                saved = converter.to_database_format(converter.from_database_format(block["value"]))
                assert squeeze(saved) == squeeze(block["value"]), path
                checked += 1
    assert checked > 500


def squeeze(source: str) -> str:
    """Rich text without the keys, and with tags at the edges of spaces in one order."""
    source = re.sub(r' data-block-key="[^"]*"', "", html.unescape(source))
    text = re.sub(r"<(?!/?(?:li|ul|ol|p|blockquote|br|hr|a)\b)[^>]*>", "", source)
    text = re.sub(r"<p>\s*</p>", "", text)
    return re.sub(r"\s+", "", text)


@pytest.mark.django_db
def test_a_whole_handbook_comes_in_and_a_second_time_nothing_happens(converted):
    folder = SET / "pages" / "publiccode"
    report = import_handbook(folder=folder, locale="en")
    files = [path for path in converted if path.startswith("publiccode/")]
    sources = set(ChapterPage.objects.filter(alias_of=None).values_list("source_path", flat=True))
    assert set(files) <= sources
    assert len(report.created) == len(files) + 1
    started = time.monotonic()
    again = import_handbook(folder=folder, locale="en")
    assert (again.created, again.updated, len(again.unchanged)) == ([], [], len(files) + 1)
    assert time.monotonic() - started < 10
