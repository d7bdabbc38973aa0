"""A line for every request, found by its id, and nothing in it of what somebody typed or who they are."""

import json
import logging
import re
import uuid

import pytest
from django.core import mail
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client, RequestFactory

from base.trail import current_id, trail
from notifications import jobs
from operations.logs.records import TrailFilter
from operations.logs.scrubbing import scrub
from operations.middleware import RequestMiddleware, is_trusted
from search.rebuilding import rebuild_index
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
FORMS = ["json", "line"]
CANARY = "kanariepiet"
ADDRESS = f"{CANARY}@geheim.example"


def _lines(output: str) -> list[dict]:
    return [json.loads(line) for line in output.splitlines()]


def _access(output: str) -> list[dict]:
    return [line for line in _lines(output) if line["logger"] == "operations.access"]


@pytest.fixture
def crash(monkeypatch):
    """``crash(error)``: the settings page breaks with it."""

    def crash(error):
        def broken(*args, **kwargs):
            raise error

        monkeypatch.setattr("people.views.render", broken)

    return crash


def _act(crash) -> list[str]:
    """Somebody does a bit of everything; returns what must not be read anywhere."""
    UserFactory(email=ADDRESS, first_name=f"{CANARY}voornaam", password="heel-geheim-123")
    client = Client(raise_request_exception=False)
    assert client.post("/accounts/login/", {"login": ADDRESS, "password": "wachtwoordkanarie"}).status_code == 200
    assert client.post("/accounts/login/", {"login": ADDRESS, "password": "heel-geheim-123"}).status_code == 302
    client.get(f"/nl/search/?q={CANARY}woord")
    client.get(f"/nl/search/suggest/?q={CANARY}")
    key = uuid.uuid4()
    words = {"step": "words", "version": 0, "title": f"{CANARY}titel", "text": f"{CANARY}tekst", "language": "nl"}
    assert client.post(f"/nl/stories/draft/{key}/", words | {"go": "photos"}).status_code == 302
    assert client.get(f"/nl/{CANARY}/{CANARY}pad/?q={CANARY}").status_code == 404
    assert client.get(f"/nl/%0aINFO%20{CANARY}/").status_code == 404
    client.get("/nl/", headers={"host": f"{CANARY}@x"})
    Client(enforce_csrf_checks=True).post(f"/nl/settings/?{CANARY}=1", {"a": CANARY}, headers={"referer": f"/{CANARY}"})
    crash(ValueError(f"invalid literal for int(): '{CANARY}'"))
    assert client.get(f"/nl/settings/?{CANARY}={CANARY}").status_code == 500
    crash(OSError(f"/srv/{CANARY}: no such file"))
    assert client.post("/nl/settings/", {"first_name": CANARY}).status_code == 500
    stranger = Client(raise_request_exception=False)
    stranger.post("/accounts/password/reset/", {"email": ADDRESS})
    link = re.search(r"/accounts/password/reset/key/\S+", mail.outbox[-1].body)[0].rstrip("/") + "/"
    assert stranger.get(link).status_code == 302
    stranger.get(f"/accounts/password/reset/key/1-{CANARY}/")
    stranger.get(f"/nl/preboarding/{CANARY}link0123456789abcdefghij/")
    stranger.get(f"/share/{CANARY}/")
    return [CANARY, link.split("/")[-2], "wachtwoordkanarie", "heel-geheim"]


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_anybody_reaches_the_log(written, crash, form):
    output = written(form)
    secrets = _act(crash)
    text = output()
    assert text.count("operations.access") > 12
    told = {secret: line[:300] for line in text.splitlines() for secret in secrets if secret.lower() in line.lower()}
    assert told == {}


def test_the_records_that_other_handlers_get_hold_no_address_either(caplog, crash):
    caplog.handler.addFilter(TrailFilter())
    _act(crash)
    assert caplog.records
    assert [record.getMessage() for record in caplog.records if CANARY in record.getMessage()] == []


@pytest.mark.parametrize("form", FORMS)
def test_a_crash_says_where_and_of_what_kind(written, crash, user, form):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    output = written(form)
    crash(ValueError(f"what {CANARY} wrote"))
    response = client.get("/nl/settings/")
    text = output()
    assert "ValueError" in text and "people/views.py" in text and "message of" in text
    assert text.count(response["X-Request-ID"]) >= 2


def test_a_request_is_one_line_with_its_route(written, as_user, user):
    output = written("json")
    response = as_user(user).get("/nl/search/?q=x")
    (line,) = _access(output())
    assert (line["method"], line["route"], line["status"], line["account"]) == ("GET", "search:results", 200, user.pk)
    assert line["ms"] > 0 and line["queries"] > 0
    assert line["request_id"] == response["X-Request-ID"]
    assert line["message"] == "GET search:results 200"


def test_an_unheard_of_method_and_address_have_no_words_of_their_own(written, client):
    output = written("json")
    client.generic("KANARIE", "/xx/kanarie/")
    (line,) = _access(output())
    assert (line["method"], line["route"]) == ("OTHER", "none")


def test_whether_it_lives_is_asked_too_often_to_be_told(written, client):
    output = written("json")
    client.get("/health/")
    assert {line["level"] for line in _access(output())} == {"DEBUG"}


def test_an_address_with_accents_or_line_breaks_is_left_out_too(written, as_user, user):
    output = written("line")
    for path in ("/nl/geheim%C3%A9/zo/", "/xx/geheim%0Azo/", "/xx/%E2%80%AEgeheim/"):
        as_user(user).get(path)
    assert output().count("Not Found") == 3 and "geheim" not in output()


def test_each_request_has_an_id_of_its_own(client):
    first, second = (client.get("/health/")["X-Request-ID"] for _ in range(2))
    assert first != second and len(first) == 32


@pytest.mark.parametrize(
    ("proxies", "address", "sent", "is_kept"),
    [
        (["10.0.0.0/8"], "10.1.2.3", "abc-12345678", True),
        (["unix"], "", "abc-12345678", True),
        (["10.0.0.0/8"], "192.0.2.1", "abc-12345678", False),
        ([], "127.0.0.1", "abc-12345678", False),
        (["10.0.0.0/8"], "", "abc-12345678", False),
        (["10.0.0.0/8"], "nonsense", "abc-12345678", False),
        (["::1"], "::1", "abc-12345678", True),
        (["10.0.0.1"], "10.0.0.1", "short", False),
        (["10.0.0.1"], "10.0.0.1", "a" * 65, False),
        (["10.0.0.1"], "10.0.0.1", "abc 12345678", False),
        (["10.0.0.1"], "10.0.0.1", "abc12345\r\nX-Evil: 1", False),
        (["10.0.0.1"], "10.0.0.1", "sam@example.org1", False),
    ],
)
def test_only_what_our_own_proxy_sends_is_believed(client, settings, proxies, address, sent, is_kept):
    settings.TRUSTED_PROXIES = proxies
    response = client.get("/health/", headers={"x-request-id": sent}, REMOTE_ADDR=address)
    assert (response["X-Request-ID"] == sent) == is_kept
    assert "X-Evil" not in response


def test_a_network_that_is_none_is_said_at_the_first_request(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/99"]
    with pytest.raises(ValueError, match="10.0.0.0/99"):
        is_trusted("10.0.0.1")


def test_what_is_logged_after_the_answer_belongs_to_the_request():
    response = RequestMiddleware(lambda request: HttpResponse("ok"))(RequestFactory().get("/health/"))
    assert current_id() == response["X-Request-ID"]


def test_a_job_that_fails_is_found_by_an_id(written, monkeypatch):
    def broken(now):
        logging.getLogger("notifications").info("Half-way.")
        raise ValueError(CANARY)

    monkeypatch.setattr(jobs, "_jobs", {"x": jobs.Job("x", broken), "y": jobs.Job("y", lambda now: 1)})
    output = written("json")
    assert jobs.run_jobs() == {"x": None, "y": 1}
    lines = [line for line in _lines(output()) if line["logger"].startswith("notifications")]
    assert len(lines) == 2 and len({line["request_id"] for line in lines}) == 1
    assert lines[0]["request_id"].startswith("job-")


def test_a_task_has_its_own_id_and_the_request_goes_on_with_its_own(written, monkeypatch):
    monkeypatch.setattr("search.rebuilding.rebuild", lambda: 0, raising=False)
    output = written("json")
    with trail("request") as mine:
        result = rebuild_index.enqueue()
        assert current_id() == mine.id
    ids = {line["request_id"] for line in _lines(output()) if line["logger"] == "django_tasks"}
    assert f"task-{result.id}" in ids


def test_a_line_break_makes_no_line(written):
    output = written("line")
    logging.getLogger("search").warning("one\n2027-01-04 INFO operations.access: forged")
    assert len(output().splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("refused for Jan.Jansen+x@veldbron.example: 550", "refused for [e-mail]: 550"),
        ("<jan@veldbron.example>", "<[e-mail]>"),
        ("jan%40veldbron.example asked", "[e-mail] asked"),
        ("Not Found: /nl/search/?q=ziek&page=2", "Not Found: /nl/search/?[query]"),
        ("/share/abc/ is gone", "/share/[token] is gone"),
        ("/nl/preboarding/abc_DEF-1/", "/nl/preboarding/[token]"),
        ("/accounts/password/reset/key/1a-xyz/", "/accounts/password/reset/key/[token]"),
        ("key abcdefghijklmnop0123456789ABCDEFG", "key [token]"),
        ("page 6f0d0c5e-2c4a-4a37-9d5f-0d4f0a8b7c66 is gone", "page 6f0d0c5e-2c4a-4a37-9d5f-0d4f0a8b7c66 is gone"),
        ("postgres://portal:s3cret@db/portal", "postgres://[account]@db/portal"),
        ("The job send_due failed. Why?", "The job send_due failed. Why?"),
        ('File "/srv/portal/search/outbox.py", line 12', 'File "/srv/portal/search/outbox.py", line 12'),
        ("Task path=guidelines.importing.uploads.run_import", "Task path=guidelines.importing.uploads.run_import"),
    ],
)
def test_the_belt(text, expected):
    assert scrub(text) == expected


def test_run_due_writes_no_names(written, user):
    output = written("line")
    call_command("run_due", verbosity=0)
    assert user.email not in output()
