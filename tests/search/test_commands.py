"""Commands and settings of search."""

import json

import pytest
from django.core.management import CommandError, call_command

from search import outbox
from search.checks import check_engine, check_secrecy
from search.engine import get_engine
from search.models import OutboxEntry

pytestmark = pytest.mark.django_db


def test_rebuilding_indexes_every_page(make_chapter, capsys):
    page = make_chapter("Vergunning", "<p>x</p>")
    OutboxEntry.objects.create(object_id=page.pk)
    call_command("rebuild_search")
    assert set(get_engine().versions()) == set(outbox.indexed_pages().values_list("pk", flat=True))
    assert not OutboxEntry.objects.exists()
    assert f"{outbox.indexed_pages().count()} pages can be found." in capsys.readouterr().out


def test_a_folder_that_cant_be_written_is_said(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.SEARCH_INDEX_PATH = str(tmp_path / "file" / "index")
    with pytest.raises(CommandError, match="can't be written"):
        call_command("rebuild_search", verbosity=0)


def test_an_evaluation_writes_the_imported_pages_found(make_chapter, tmp_path):
    make_chapter("Verlof aanvragen", "<p>x</p>", source_path="don/verlof.md")
    make_chapter("Verlof", "<p>niet ingevoerd</p>")
    outbox.rebuild()
    queries, run = tmp_path / "queries.jsonl", tmp_path / "run.jsonl"
    queries.write_text(
        '{"qid": "q1", "lang": "nl", "query": "verlof"}\n\n{"qid": "q2", "lang": "en", "query": "zzz"}\n'
    )
    call_command("search_evaluate", queries, out=run, verbosity=0)
    first, second = (json.loads(line) for line in run.read_text().splitlines())
    assert (first["qid"], first["results"], second["results"]) == ("q1", ["don/verlof.md"], [])
    assert first["ms"] > 0


@pytest.mark.parametrize("content", ["no json", '{"qid": "q1"}', "[1]"])
def test_a_broken_list_of_queries_is_said(tmp_path, content):
    outbox.rebuild()
    queries = tmp_path / "queries.jsonl"
    queries.write_text(content)
    with pytest.raises(CommandError):
        call_command("search_evaluate", queries, out=tmp_path / "run.jsonl", verbosity=0)


def test_an_evaluation_without_an_index_says_what_to_do(tmp_path):
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"qid": "q1", "lang": "nl", "query": "verlof"}')
    with pytest.raises(CommandError, match="rebuild_search"):
        call_command("search_evaluate", queries, out=tmp_path / "run.jsonl", verbosity=0)


def test_the_embedded_engine_passes_the_check(settings):
    settings.SEARCH_URL = ""
    assert check_engine() == []


def test_a_server_that_isnt_there_stops_no_start(settings):
    settings.SEARCH_URL = "elasticsearch://localhost:1/portal"
    assert check_engine() == []


@pytest.mark.parametrize("address", ["elasticsearch://localhost:9200", "nonsense", "http://localhost"])
def test_an_engine_that_isnt_there_is_refused_at_the_start(settings, address):
    settings.SEARCH_URL = address
    (error,) = check_engine()
    assert error.id == "search.E001" and "SEARCH_URL" in error.msg


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", []),
        ("elasticsearch://host/portal", []),
        ("elasticsearch://user:secret@host/portal?tls=1", []),
        ("elasticsearch://user:secret@host/portal", ["search.W001"]),
        ("nonsense@", []),
    ],
)
def test_a_password_in_the_clear_is_warned_of(settings, address, said):
    settings.SEARCH_URL = address
    assert [warning.id for warning in check_secrecy()] == said
