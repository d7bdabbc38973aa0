"""Random requests to every address: built from the addresses, the form classes and the forms on pages there are.

``bench/fuzz.py`` sends many of them, ``tests/demo/test_fuzz.py`` a few. Each request runs in a savepoint that is undone.
"""

import re
import sys
import traceback
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache as kept
from urllib.parse import quote, quote_plus, urlsplit

from bs4 import BeautifulSoup
from django import forms
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.test import Client
from django.test.client import MULTIPART_CONTENT, encode_multipart
from django.urls import Resolver404, resolve
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.addresses import SAMPLES, Pattern, all_patterns

ROLES = ("newcomer", "employee", "editor", "moderator", "hr", "community", "admin")
# Signing out and in again is tried too, but what a request did to the session is undone with the rest.
_ASKED_FOR = re.compile(r"""(?:GET|POST|FILES|QUERY|data)(?:\.get(?:list)?\(|\[)\s*["']([\w-]+)["']""")
ODD = (
    b"",
    b" ",
    b"0",
    b"-1",
    b"1",
    b"2147483648",
    b"99999999999999999999",
    b"1e3",
    b"\xef\xbc\x91",
    b"\x00",
    b"a\x00b",
    b"\xed\xa0\x80",
    b"\xff\xfe",
    b"\xe2\x80\xae\xe2\x80\x8b",
    b"x\r\nX-Injected: 1",
    b"'; DROP TABLE people_user; --",
    b'" OR ""="',
    b"%",
    b"_%_",
    b"{{7*7}}${7*7}{% csrf_token %}",
    b"<script>alert(4711)</script>",
    b"../../../etc/passwd",
    b"//evil.example/",
    b"/\\evil.example",
    b"javascript:alert(1)",
    b"[]",
    b"{}",
    b'{"a": [1, null]}',
    b"null",
    b"NaN",
    b"Infinity",
    b"2026-02-30",
    b"0001-01-01",
    b"9999-12-31",
    b"2026-11-27T25:61",
    b"24:00",
    b"on",
    b"nl",
    b"en",
    b"xx",
    b"00000000-0000-0000-0000-000000000000",
    b"a" * 300,
    b"a" * 20_000,
    b"((((((((((((((((((((((((((((((",
    "\U0001f4a9é漢".encode(),
)
FILES = (
    ("a.txt", b"text"),
    ("a.pdf", b"%PDF-1.4"),
    ("a.png", b"\x89PNG\r\n\x1a\n"),
    ("a.jpg", b"GIF89a/*<script>*/"),
    ("a.xlsx", b"PK\x03\x04"),
    ("a.csv", b"\xff\xfe;\x00"),
    ("..\\..\\a.docx", b""),
    ('a"\r\nX: 1.svg', b"<svg/>"),
    ("\u202e" + "a" * 300 + ".zip", b"PK\x05\x06" + b"\0" * 18),
    ("noname", b"\0" * 64),
)


@dataclass(frozen=True)
class Endpoint:
    """One address with what its view asks for."""

    route: str
    name: str
    view: Callable = field(compare=False, repr=False)
    pattern: Pattern = field(compare=False, repr=False)

    @property
    def is_own(self) -> bool:
        """Whether the view is the portal's and not a package's."""
        return module_of(self.view).split(".")[0] in settings.OWN_APPS


@dataclass(frozen=True)
class Sent:
    """One request, in words that can be typed again."""

    method: str
    address: str
    role: str
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self):
        said = f"{self.role}: {self.method} {self.address}"
        if self.body or self.content_type:
            said += f" [{self.content_type}] {self.body[:400]!r}"
        return said + (f" {dict(self.headers)}" if self.headers else "")


@dataclass
class Failure:
    """A request that broke, the smallest that was found; ``place`` tells one failure from another."""

    sent: Sent
    place: str
    trace: str


def module_of(view) -> str:
    """The module of a view, whatever is wrapped around it."""
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return getattr(view, "view_class", view).__module__


def endpoints() -> list[Endpoint]:
    """Every address there is, each once."""
    found = {}
    for pattern in all_patterns():
        entry = Endpoint(pattern.route, pattern.name, pattern.view, pattern)
        found.setdefault((entry.route, entry.name), entry)
    return list(found.values())


@kept
def _fields_of(module: str) -> dict[str, forms.Field | None]:
    """What the forms of a module, and of the modules of the forms it uses, are asked for; None: read by hand."""
    loaded = sys.modules[module]
    names: dict[str, forms.Field | None] = {}
    for value in vars(loaded).values():
        if isinstance(value, type) and issubclass(value, forms.BaseForm):
            names |= value.base_fields
    try:
        with open(loaded.__file__) as source:
            names |= dict.fromkeys(_ASKED_FOR.findall(source.read()))
    except (OSError, TypeError, AttributeError):
        pass
    return names


class Standing:
    """What there is to ask for: sessions, numbers and keys of rows, and addresses and forms that pages name.

    ``pages`` is how many pages each role leafs through at the start.
    """

    def __init__(self, users: dict, pages: int = 0):
        self.sessions = {"nobody": {}} | {role: _sign_in(user) for role, user in users.items()}
        self.numbers, self.keys = _numbers(), _keys()
        self.addresses: dict[str, set[str]] = defaultdict(set)
        self.forms: dict[str, list[tuple[str, tuple]]] = defaultdict(list)
        self.broken: list[Failure] = []
        self.sent_since_cleared = 0
        for role in users:
            self._leaf_through(role, pages)

    def send(self, sent: Sent):
        """The answer, or None with what broke in ``broken``; nothing of it stays."""
        self.sent_since_cleared += 1
        if self.sent_since_cleared % 25 == 0:
            # Limits on how often would hide what is behind them.
            cache.clear()
        client = Client(headers=dict(sent.headers))
        client.cookies.load(self.sessions[sent.role])
        with transaction.atomic():
            try:
                extra = {"data": sent.body, "content_type": sent.content_type} if sent.content_type else {}
                response = client.generic(sent.method, sent.address, **extra)
                if response.streaming:
                    b"".join(response.streaming_content)
            finally:
                transaction.set_rollback(True)
        return response

    def _leaf_through(self, role: str, pages: int) -> None:
        waiting, seen = ["/nl/", "/nl/onboarding/", "/nl/stories/mine/", "/admin/"], set()
        kinds: dict[str, int] = defaultdict(int)
        while waiting and len(seen) < pages:
            address = waiting.pop(0)
            if address in seen:
                continue
            seen.add(address)
            response = self.send(Sent("GET", address, role))
            if response.status_code in (301, 302):
                waiting.append(response["Location"])
            if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
                continue
            for link, route in self._named_by(response.content, address):
                kinds[route] += 1
                # Two of a kind say as much as two hundred.
                if kinds[route] <= 2:
                    waiting.append(link)

    def _named_by(self, html: bytes, here: str) -> Iterator[tuple[str, str]]:
        soup = BeautifulSoup(html, "html.parser")
        for form in soup.find_all("form"):
            action = urlsplit(form.get("action") or here).path
            values = tuple(
                (item["name"], item.get("value", "") or item.text)
                for item in form.select("input[name], textarea[name], select[name], button[name]")
                if item["name"] != "csrfmiddlewaretoken"
            )
            if (route := _route_of(action)) and form.get("method", "").lower() == "post":
                self.addresses[route].add(action)
                self.forms[route].append((action, values))
        for link in soup.select("a[href]"):
            parts = urlsplit(link["href"])
            path = parts.path
            if not parts.netloc and parts.scheme in ("", "http") and (route := _route_of(path)):
                self.addresses[route].add(path)
                yield path + (f"?{parts.query}" if parts.query else ""), route


def _sign_in(user) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    return {name: morsel.value for name, morsel in client.cookies.items()}


def _route_of(path: str) -> str | None:
    try:
        return _plain("/" + resolve(path).route)
    except (Resolver404, ValueError):
        return None


def _numbers() -> dict[str, list[str]]:
    found = defaultdict(set)
    for model in apps.get_models():
        if isinstance(model._meta.pk, models.AutoField | models.OneToOneField):
            rows = model._base_manager.order_by("-pk").values_list("pk", flat=True)
            found[model._meta.app_label] |= {str(pk) for pk in [*rows[:4], *rows.reverse()[:2]]}
    return {app: sorted(pks) for app, pks in found.items()}


def _keys() -> dict[str, list[str]]:
    found = defaultdict(set)
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if isinstance(column, models.UUIDField):
                values = model._base_manager.order_by("-pk").values_list(column.name, flat=True)[:8]
                found[model._meta.app_label] |= {str(value) for value in values if value}
    return {app: sorted(keys) for app, keys in found.items()}


def _of(found: dict[str, list[str]], endpoint: Endpoint) -> list[str]:
    app = module_of(endpoint.view).split(".")[0]
    return found.get(app, []) + found.get("wagtailcore", [])


def requests_to(endpoint: Endpoint, standing: Standing) -> st.SearchStrategy[Sent]:
    """Requests that are nearly right, and ones that are not at all."""
    numbers, keys = _of(standing.numbers, endpoint) or ["1"], _of(standing.keys, endpoint) or [str(uuid.UUID(int=0))]
    parts = {
        "int": st.sampled_from(numbers) | st.sampled_from(["0", "2147483648", "9" * 30]),
        "uuid": st.sampled_from(keys) | st.sampled_from([str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1))]),
        "str": st.sampled_from([*numbers[:5], *keys[:5], "x", "live", "mail", "en", "%00", "é", "..", "x:y"]),
        "slug": st.sampled_from(["x", "heart", "thanks", "mail", "me", "leader", "a" * 300]),
        "path": st.sampled_from(["x/y.png", "%2e%2e/x", "..%5cx", "a%00b", "/x", "x" * 400, "a/b/c/"]),
        "locale": st.sampled_from(["nl", "en", "xx"]),
    }
    pieces = re.split(r"<(?:(\w+):)?\w+>", endpoint.route)
    made = [
        st.just(piece) if place % 2 == 0 else parts.get(piece or "str", st.just(SAMPLES.get(piece or "str", "x")))
        for place, piece in enumerate(pieces)
    ]
    address = st.tuples(*made).map("".join)
    if "(" in endpoint.route or "\\" in endpoint.route:
        address = st.just(endpoint.pattern.address)
    if real := sorted(standing.addresses.get(_plain(endpoint.route), ())):
        address = st.sampled_from(real) | address
    fields = _fields_of(module_of(endpoint.view))
    names = st.sampled_from(sorted(fields)) if fields else st.nothing()
    names |= st.sampled_from(["q", "page", "next", "id", "kind", "csrfmiddlewaretoken", "_method", "a[]", "\0"])
    values = st.sampled_from(ODD) | st.sampled_from([*numbers, *keys]).map(str.encode) | st.binary(max_size=12)
    values |= st.text(max_size=12).map(lambda text: text.encode("utf-8", "surrogatepass"))
    pairs = st.lists(st.tuples(names, values), max_size=6)
    if fields:
        # The whole form, with something in every field: what is right for a choice, odd for the rest.
        pairs |= st.fixed_dictionaries({name: _right(fields[name]) | values for name in sorted(fields)[:40]}).map(
            lambda filled: list(filled.items())
        )
    if sent_by_pages := standing.forms.get(_plain(endpoint.route)):
        pairs |= st.builds(_mended, st.sampled_from(sent_by_pages[:20]), st.lists(st.tuples(names, values), max_size=2))
    return st.builds(
        _built,
        method=st.sampled_from(("GET", "GET", "POST", "POST", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")),
        address=address,
        role=st.sampled_from(sorted(standing.sessions)),
        query=st.lists(st.tuples(names, values), max_size=4),
        pairs=pairs,
        kind=st.sampled_from(("form", "form", "form", "files", "json", "rubbish")),
        files=st.lists(st.tuples(names, st.sampled_from(FILES)), max_size=2),
        headers=st.lists(
            st.sampled_from(
                (
                    ("HX-Request", "true"),
                    ("HX-Target", "x'\""),
                    ("HX-Current-URL", "http://evil.example/%ff"),
                    ("Accept-Language", "xx;q=9,\u00e9"),
                    ("Referer", "//evil.example/"),
                    ("Accept", "application/json"),
                    ("Range", "bytes=9-1"),
                    ("If-None-Match", '"'),
                    ("If-Modified-Since", "yesterday"),
                    ("X-Forwarded-For", "999.1.1.1, \x7f"),
                    ("X-Request-ID", "a" * 500),
                    ("X-HTTP-Method-Override", "DELETE"),
                )
            ),
            max_size=2,
            unique_by=lambda header: header[0],
        ),
    )


def _plain(route: str) -> str:
    """Django leaves the mark of a beginning away where it isn't the first."""
    return route.replace("^", "")


def _right(asked: forms.Field | None) -> st.SearchStrategy[bytes]:
    """Something that a field of this kind takes."""
    if isinstance(asked, forms.ModelChoiceField):
        return st.sampled_from(["1", "2", "3", "9"]).map(str.encode)
    if isinstance(asked, forms.ChoiceField):
        try:
            choices = [str(value) for value, _label in asked.choices][:12]
        except Exception:  # noqa: BLE001 - choices that need a request have none here
            choices = []
        return st.sampled_from(choices or ["1"]).map(str.encode)
    if isinstance(asked, forms.DateField):
        return st.dates().map(lambda day: day.isoformat().encode())
    if isinstance(asked, forms.BooleanField):
        return st.just(b"on")
    if isinstance(asked, forms.IntegerField | forms.DecimalField):
        return st.integers(-5, 10**20).map(lambda number: str(number).encode())
    if isinstance(asked, forms.UUIDField):
        return st.uuids().map(lambda key: str(key).encode())
    return st.just(b"Woorden die ertoe doen")


def _mended(form: tuple[str, tuple], changes: list) -> list:
    filled = {name: value.encode("utf-8", "surrogatepass") for name, value in form[1]}
    return list((filled | dict(changes)).items())


def _built(method, address, role, query, pairs, kind, files, headers) -> Sent:
    if query:
        address += "?" + _form(query).decode()
    body, content_type = b"", ""
    if method in ("POST", "PUT", "PATCH"):
        if kind == "form":
            body, content_type = _form(pairs), "application/x-www-form-urlencoded"
        elif kind == "files":
            data = {name: value.decode("utf-8", "replace") for name, value in pairs}
            data |= {name: SimpleUploadedFile(file[0] or "x", file[1]) for name, file in files}
            body, content_type = encode_multipart("BoUnDaRyStRiNg", data), MULTIPART_CONTENT
        elif kind == "json":
            body, content_type = (pairs[0][1] if pairs else b"{}"), "application/json"
        else:
            body, content_type = b"".join(value for _name, value in pairs) or b"\xff", "multipart/form-data; boundary="
    return Sent(method, quote(address, safe="/?&=%:@,;+~"), role, body, content_type, tuple(headers))


def _form(pairs) -> bytes:
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode()


def _place_of(error: BaseException) -> str:
    """The class of an error and the last line of the project's code it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    base = str(settings.BASE_DIR)
    own = [
        f for f in frames if f.filename.startswith(base) and "/tests/" not in f.filename and ".venv" not in f.filename
    ]
    last = (own or frames)[-1]
    return f"{type(error).__name__} {last.filename.removeprefix(base).lstrip('/')}:{last.lineno} {last.name}"


def fuzz(endpoint: Endpoint, standing: Standing, requests: int, number: int = 4711, most: int = 3) -> tuple[int, list]:
    """``(how many requests were sent, failures)``: at most ``most`` different ones, each made as small as it gets."""
    known, failures, count = set(), [], 0

    @seed(number)
    @hypothesis_settings(
        max_examples=requests,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    @given(requests_to(endpoint, standing))
    def run(sent: Sent) -> None:
        nonlocal count, last
        count += 1
        try:
            response = standing.send(sent)
        except Exception as error:
            if _place_of(error) in known:
                return
            last = Failure(sent, _place_of(error), traceback.format_exc())
            raise
        if response.status_code >= 500 and str(response.status_code) not in known:
            last = Failure(sent, str(response.status_code), "")
            raise AssertionError(last.place)

    last: Failure | None = None
    for _time in range(most):
        try:
            run()
        except Exception:
            if last is None:
                raise
            known.add(last.place)
            failures.append(last)
            last = None
        else:
            break
    return count, failures
