"""How well search answers: three real handbooks beside the demo, and queries that people judged.

The bars are those of the portal's own promise; docs/search-quality.md has the figures for each type. The set is other people's work
and stays outside the repository: without it these tests skip. Making the index takes some two minutes.
"""

import importlib.util
import json
import os
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.test import override_settings

from guidelines.importing.handbooks import import_handbook
from search import outbox
from tests.demo.standing import standing_demo
from tests.requirements import need
from tests.search.conftest import own_indices

SET = Path(os.environ.get("PORTAL_SEARCHSET") or Path(__file__).resolve().parents[3] / "shared" / "searchset")
HANDBOOKS = (("don", "nl"), ("publiccode", "en"), ("sourcegraph", "en"))
ENGINES = ("embedded", "elasticsearch")
ALIKE = 0.01

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("searchset")]


@pytest.fixture(scope="module")
def handbooks(django_db_setup, django_db_blocker):
    """The demo and the three handbooks in the database, for the tests of this file."""
    if not (SET / "pages").is_dir() and not os.environ.get("PORTAL_SEARCHSET"):
        pytest.skip("needs the shared set of handbooks (PORTAL_SEARCHSET)")
    need((SET / "pages").is_dir(), "the shared set of handbooks (PORTAL_SEARCHSET)")
    nothing = SimpleNamespace(enqueue=lambda *args: None)
    with standing_demo(django_db_blocker), pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        # The index that only the admin searches is dear and not what is measured.
        patch.setattr("modelsearch.signal_handlers.insert_or_update_object_task", nothing)
        patch.setattr("base.indexing._index", lambda model, keys: None)
        for name, locale in HANDBOOKS:
            import_handbook(folder=SET / "pages" / name, locale=locale, prefix=name)
        yield


@pytest.fixture(scope="module")
def judge():
    """The set's own ``evaluate.py``."""
    spec = importlib.util.spec_from_file_location("evaluate", SET / "evaluate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def run_of(handbooks, judge, tmp_path_factory, django_db_blocker, request):
    """``run_of(engine)``: its answers to every query with its figures; asked of each engine once."""
    runs = {}

    def run(engine: str) -> SimpleNamespace:
        server = request.getfixturevalue("server") if engine == "elasticsearch" else ""
        if engine not in runs:
            folder, queries = tmp_path_factory.mktemp(engine), SET / "queries.jsonl"
            with (
                django_db_blocker.unblock(),
                own_indices(server) if server else nullcontext("") as address,
                override_settings(SEARCH_URL=address, SEARCH_INDEX_PATH=str(folder / "index")),
            ):
                outbox.rebuild()
                call_command("search_evaluate", queries, out=folder / "run.jsonl", verbosity=0)
            answers = [json.loads(line) for line in (folder / "run.jsonl").read_text().splitlines()]
            asked = judge.load(queries)
            runs[engine] = SimpleNamespace(
                queries=asked,
                answers={answer["qid"]: answer for answer in answers},
                scores=judge.evaluate(asked, answers)[0],
            )
        return runs[engine]

    return run


@pytest.fixture(params=ENGINES)
def run(request, run_of):
    """The run of each engine there is."""
    return run_of(request.param)


def mean_of(run, figure: str = "nDCG@10", **only) -> float:
    """The mean over queries of ``only`` these; what only a page in the other language answers counts apart."""
    rows = [
        row[figure]
        for row in run.scores
        if all(row[name] == value for name, value in only.items()) and ("type" in only or row["type"] != "crosslang")
    ]
    assert rows
    return sum(rows) / len(rows)


@pytest.mark.parametrize(
    ("figure", "only", "bar"),
    [
        ("nDCG@10", {}, 0.82),
        ("nDCG@10", {"lang": "en"}, 0.79),
        ("nDCG@10", {"lang": "nl"}, 0.86),
        ("S@3", {}, 0.86),
        ("S@10", {}, 0.93),
        ("nDCG@10", {"type": "typo"}, 0.93),
        ("nDCG@10", {"type": "prefix"}, 0.93),
        ("nDCG@10", {"type": "compound", "lang": "nl"}, 0.92),
        ("nDCG@10", {"type": "inflect", "lang": "nl"}, 0.92),
        ("nDCG@10", {"type": "crosslang"}, 0.50),
    ],
    ids=lambda value: "-".join(value.values()) or "all" if isinstance(value, dict) else None,
)
def test_the_right_page_stands_high(run, figure, only, bar):
    assert mean_of(run, figure, **only) >= bar


def test_nearly_every_query_finds_something(run):
    assert sum(row["zero"] for row in run.scores) <= 1


def weak_share(run, has_answer: bool) -> float:
    """Of the queries with or without an answer in the set, those whose results are called weak or that find nothing."""
    answers = [run.answers[query["qid"]] for query in run.queries if (query["type"] != "none") is has_answer]
    return sum(answer["weak"] or not answer["results"] for answer in answers) / len(answers)


def test_what_has_no_answer_is_called_weak(run):
    assert weak_share(run, has_answer=False) >= 0.80


def test_what_has_an_answer_is_not_called_weak(run):
    assert weak_share(run, has_answer=True) <= 0.06


def test_engines_answer_alike(run_of):
    first, *others = [run_of(engine) for engine in ENGINES]
    for other in others:
        for only in ({}, {"lang": "en"}, {"lang": "nl"}):
            assert abs(mean_of(first, **only) - mean_of(other, **only)) <= ALIKE
