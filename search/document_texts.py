"""Reading the text of documents, never while somebody waits for a page.

The reading itself is done by ``search.file_reader`` in a process of its own, with limits on time and memory. A file that
can't be read is logged once and found by its title; one that couldn't be fetched is tried again.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from base.models import PortalDocument

from .analysis import words_of
from .file_reader import READERS
from .models import DocumentText
from .stopwords import STOP_WORDS

logger = logging.getLogger(__name__)
READER = Path(__file__).with_name("file_reader.py")
MOST_SECONDS = 30
LARGEST_FILE = 100_000_000
# Of so many words at the beginning the language is told.
WORDS_TOLD_BY = 2000
LEAST_STOP_WORDS = 5


def file_key(document: PortalDocument) -> str:
    """Tells one file from another: another file has another name, and once it was worked out another hash."""
    return document.file_hash or document.file.name


def is_read(document: PortalDocument) -> bool:
    """Whether the text of its newest file is there, as far as there is any; asks for ``found_text`` once."""
    if document.file_extension.lower() not in READERS:
        return True
    found = getattr(document, "found_text", None)
    return found is not None and found.file_key == file_key(document)


def read_texts(pks: Iterable[int]) -> int:
    """Read the files of these documents that weren't read yet; returns how many were."""
    count = 0
    for document in (
        PortalDocument.objects.filter(pk__in=list(pks)).select_related("found_text").defer("found_text__parts")
    ):
        if not is_read(document) and _read(document):
            count += 1
    return count


def _read(document: PortalDocument) -> bool:
    try:
        parts, problem = _parts_of(document)
    except OSError as error:
        logger.warning("Document %s can't be read for search now, it is tried again: %s", document.pk, error)
        return False
    if problem:
        logger.warning("Document %s is found by its title only: %s", document.pk, problem)
    DocumentText.objects.update_or_create(
        document_id=document.pk,
        defaults={
            "file_key": file_key(document),
            "parts": parts,
            "language": language_of(text for _page, _heading, text in parts),
            "problem": problem[:300],
        },
    )
    return True


def _parts_of(document: PortalDocument) -> tuple[list, str]:
    """``(parts, "")``, or ``([], why not)``. Raises OSError where the file can't be fetched."""
    storage, name = document.file.storage, document.file.name
    if not storage.exists(name):
        return [], "the file is gone"
    if (size := storage.size(name)) > LARGEST_FILE:
        return [], f"{size} bytes are too many"
    with storage.open(name, "rb") as file:
        data = file.read()
    try:
        outcome = subprocess.run(  # noqa: S603 - our own reader; the file comes in by standard input
            [sys.executable, "-IB", str(READER), document.file_extension.lower()],
            input=data,
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        return [], "reading it takes too long"
    if outcome.returncode != 0:
        lines = outcome.stderr.decode(errors="replace").replace("\0", "").strip().splitlines()
        return [], lines[-1] if lines else f"the reader ended with {outcome.returncode}"
    return json.loads(outcome.stdout)["parts"], ""


def language_of(texts: Iterable[str]) -> str:
    """The language whose stop words are most of the first words; the portal's own where that says too little."""
    counts = dict.fromkeys(STOP_WORDS, 0)
    left = WORDS_TOLD_BY
    for text in texts:
        words = words_of(text[: left * 20])[:left]
        left -= len(words)
        for language, stop in STOP_WORDS.items():
            others = frozenset().union(*(words for other, words in STOP_WORDS.items() if other != language))
            counts[language] += sum(word in stop and word not in others for word in words)
        if left <= 0:
            break
    best = max(counts, key=counts.get)
    return best if counts[best] >= LEAST_STOP_WORDS else settings.LANGUAGE_CODE[:2]
