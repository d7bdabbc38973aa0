"""The editors' concepts as queries are widened by them, and a plan made with them."""

import csv
from collections.abc import Iterator
from pathlib import Path

from base.stamp import content_stamp

from .concepts import Concepts
from .models import Concept
from .planner import Plan, Vocabulary, make_plan

STARTER = Path(__file__).with_name("starter_words.csv")

# Stamp and concepts of this process: unpacking hundreds of them from the cache would cost each query more than finding.
_known: tuple[int, Concepts] | None = None


def concepts_in_use() -> Concepts:
    """Those that are active, read once for each content stamp: an edit works on the next query, in every process."""
    global _known
    stamp = content_stamp()
    known = _known
    if known is None or known[0] != stamp:
        known = _known = (stamp, Concepts(Concept.objects.in_use().wordings()))
    return known[1]


def plan_for(
    query: str, language: str, vocabulary: Vocabulary, *, correct: bool = True, concepts: Concepts | None = None
) -> Plan:
    """``make_plan`` with the concepts in use, or with others: what everything that answers a reader calls."""
    if concepts is None:
        concepts = concepts_in_use()
    return make_plan(query, language, vocabulary, correct=correct, concepts=concepts)


def starter_rows() -> Iterator[tuple[str, list[str], list[str]]]:
    """The list that the portal comes with: a steady name, the Dutch words, the English words."""
    with STARTER.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            words_nl, words_en = (
                [part.strip() for part in row[name].split(";") if part.strip()] for name in ("nl", "en")
            )
            yield f"{words_nl[0]}|{words_en[0]}", words_nl, words_en


def load_starter_words(model=Concept) -> int:
    """Add those that were never added; what editors changed stays. Returns how many.

    What an editor deleted comes back: switching off is what lasts.
    """
    there = set(model.objects.exclude(starter="").values_list("starter", flat=True))
    new = [
        model(starter=name, words_nl="\n".join(words_nl), words_en="\n".join(words_en))
        for name, words_nl, words_en in starter_rows()
        if name not in there
    ]
    return len(model.objects.bulk_create(new))
