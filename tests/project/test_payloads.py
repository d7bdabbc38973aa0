"""What attackers send: ways out of the site, line ends in headers, other hosts, archives and XML that swell, formulas, slow patterns."""

import ast
import csv
import io
import re
import re._constants as constants
import re._parser as parser
import zipfile
from pathlib import Path

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from base.csv_files import UnreadableFile
from base.pictures import picture_html
from guidelines.importing.report import ImportReport
from guidelines.importing.word import unpack_word
from guidelines.models import ManualIndexPage
from people.syncing import table
from search.models import QueryLog
from tests.factories import ImageFactory, ManualFactory, UserFactory

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example//",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/%09/evil.example/..//evil.example",
    "https:evil.example",
    "https:///evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "//testserver@evil.example",
    "http://evil.example\\@testserver/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>1</script>",
    "\x00//evil.example",
    "/ok\r\nSet-Cookie: a=b",
    "/ok\nLocation: //evil.example",
]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", " =cmd|' /C calc'!A0", "＝1"]


def _leads_away(response) -> bool:
    """Whether a browser that follows this answer ends up at another host."""
    target = response.get("Location", "").replace("\\", "/")
    target = re.sub(r"[\t\r\n]", "", target).strip()
    own = re.fullmatch(r"(?:https?://testserver)?(?:/(?!/).*|[?#].*)?", target)
    return own is None


@pytest.mark.django_db
def test_no_way_back_leads_to_another_host(user, trunk):
    manual = ManualFactory(parent=trunk(ManualIndexPage))
    manual.save_revision().publish()
    client = Client()
    client.force_login(user)
    ways = {
        "/language/": {"language": "en"},
        f"/nl/manuals/{manual.pk}/follow/": {},
        f"/nl/manuals/{manual.pk}/unfollow/": {},
        "/accounts/logout/": {},
        "/accounts/login/": {"login": user.email, "password": "secret-enough-1"},
    }
    seen = 0
    for address, fields in ways.items():
        for target in ELSEWHERE:
            for query in (False, True):
                # Neither counts against how often somebody may sign in from one place.
                client = Client(REMOTE_ADDR=f"10.{seen // 250}.{seen % 250}.1")
                if address != "/accounts/login/":
                    client.force_login(user)
                names = dict.fromkeys(("next", "back", "came_from", "redirect_to", "return", "url"), target)
                if query:
                    response = client.post(address, fields, query_params=names)
                else:
                    response = client.post(address, {**fields, **names})
                seen += 1
                assert "\n" not in response.get("Location", "") and not response.has_header("Set-Cookie")
                if response.status_code in (301, 302, 303, 307, 308):
                    assert not _leads_away(response), (address, target, response["Location"])
    assert seen == len(ways) * len(ELSEWHERE) * 2


@pytest.mark.django_db
def test_a_line_end_in_what_is_typed_makes_no_header(user):
    client = Client()
    client.force_login(user)
    typed = "x\r\nX-Injected: 1\r\n\r\n<script>"
    for address in ("/nl/search/", "/nl/search/suggest/", "/nl/questions/new/", "/accounts/login/", "/nl/nothing/"):
        response = client.get(address, {"q": typed, "next": typed, "page": typed, "lang": typed})
        assert not response.has_header("X-Injected"), address
        assert not any("\n" in value or "\r" in value for value in response.headers.values())
    for header in ("X-Request-ID", "HX-Current-URL", "HX-Target", "Referer", "Accept-Language", "X-Forwarded-For"):
        response = client.get("/nl/", headers={header: "a,;\"'<script>"})
        assert response.status_code == 200
        assert "<script>" not in "".join(response.headers.values())


@pytest.mark.django_db
def test_a_mail_names_no_host_that_the_request_brought(settings):
    settings.ALLOWED_HOSTS = ["portal.example.org"]
    user = UserFactory()
    for headers in (
        {"Host": "evil.example"},
        {"Host": "portal.example.org@evil.example"},
        {"Host": "portal.example.org:evil.example"},
        {"Host": "portal.example.org.evil.example"},
    ):
        response = Client(headers=headers).post("/accounts/password/reset/", {"email": user.email})
        assert response.status_code == 400
    assert mail.outbox == []
    forwarded = {"Host": "portal.example.org", "X-Forwarded-Host": "evil.example", "X-Forwarded-Server": "evil.example"}
    Client(headers=forwarded).post("/accounts/password/reset/", {"email": user.email})
    (sent,) = mail.outbox
    assert "evil.example" not in sent.message().as_string()
    assert "portal.example.org" in sent.body


SWELLING = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "'
    + "lol" * 100
    + '">'
    + "".join(f'<!ENTITY a{n} "{("&a" + str(n - 1 if n > 1 else "") + ";") * 12}">' for n in range(1, 9))
    + "]>"
)


def _zip(parts: dict[str, bytes | str]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    out.seek(0)
    return out


WORD = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body></w:document>'


@pytest.mark.parametrize("entity", ["&a8;", "&file;"])
def test_a_word_file_that_swells_or_reads_along_is_refused(tmp_path, entity):
    start = SWELLING if entity == "&a8;" else '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    file = _zip({"word/document.xml": start + WORD % entity, "[Content_Types].xml": "<Types/>", "_rels/.rels": "<x/>"})
    try:
        unpack_word(file, "a.docx", tmp_path, ImportReport(), split=False)
    except ValidationError:
        return
    written = "".join(path.read_text() for path in tmp_path.rglob("*.html"))
    assert "root:" not in written and len(written) < 10_000


def _workbook(**changed: str | bytes) -> bytes:
    book = Workbook()
    book.active.append(["email"])
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return _zip(parts | changed).getvalue()


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c></row></sheetData></worksheet>'


def test_a_workbook_that_swells_is_refused():
    swollen = _workbook(**{"xl/worksheets/sheet1.xml": SWELLING + SHEET % "&a8;"})
    with pytest.raises(UnreadableFile):
        table.read_table(swollen)
    assert len(swollen) < 50_000


def test_a_workbook_of_nothing_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(table, "MAX_UNPACKED", 1_000_000)
    monkeypatch.setattr(table, "load_workbook", lambda *args, **kwargs: pytest.fail("unpacked"))
    with pytest.raises(UnreadableFile):
        table.read_table(_workbook(**{"xl/worksheets/sheet1.xml": b"\0" * 2_000_000}))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_words_that_colleagues_search_for_are_no_formulas_in_the_list(kind):
    admin = UserFactory(is_superuser=True)
    week = timezone.localdate() - timezone.timedelta(days=timezone.localdate().weekday())
    for words in FORMULAS:
        QueryLog.objects.create(query=words, language="nl", week=week, asked=9, without_result=9)
    client = Client()
    client.force_login(admin)
    response = client.get(reverse("search_queries"), {"export": kind, "show": "all"})
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if kind == "csv":
        cells = [cell for row in csv.reader(io.StringIO(content.decode())) for cell in row]
        assert sum("SUM" in cell for cell in cells) == 1
        assert [cell for cell in cells if cell.strip(" \t").startswith(("=", "+", "@", "＝")) or cell == "-1"] == []
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


# Patterns -----------------------------------------------------------------------------------
# A repetition within a repetition may take a text apart in more ways than there are atoms. Each of these was looked at: what
# follows a part can't begin one, or nothing has to follow, so there is one way only. Where one is added, look, and write it here.
LOOKED_AT = {
    ("guidelines/importing/mdx.py", 3),
    ("guidelines/importing/anchors.py", 1),
    ("stories/outside.py", 1),
    ("search/personal_words.py", 2),
    ("operations/logs/scrubbing.py", 1),
    ("base/reading_level.py", 1),
}
_TAKING_PATTERNS = {"compile", "match", "search", "sub", "findall", "finditer", "fullmatch", "split", "subn"}


def _is_nested(parsed, inside: bool = False) -> bool:
    for kind, argument in parsed:
        if kind in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            _least, most, repeated = argument
            endless = most == constants.MAXREPEAT
            if (endless and inside) or _is_nested(repeated, inside or endless):
                return True
        elif kind is constants.SUBPATTERN or kind in (constants.ASSERT, constants.ASSERT_NOT):
            if _is_nested(argument[-1], inside):
                return True
        elif kind is constants.BRANCH and any(_is_nested(branch, inside) for branch in argument[1]):
            return True
    return False


def test_every_pattern_that_repeats_what_repeats_was_looked_at():
    assert _is_nested(parser.parse(r"(a+)+b")) and not _is_nested(parser.parse(r"(?:ab)+c*"))
    found: dict[str, int] = {}
    for path in sorted(ROOT.glob("[a-z]*/**/*.py")):
        place = path.relative_to(ROOT)
        if place.parts[0] in ("tests", "bench") or "migrations" in place.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _TAKING_PATTERNS and node.args):
                continue
            pattern = getattr(node.args[0], "value", None)
            if getattr(getattr(node.func, "value", None), "id", "") == "re" and isinstance(pattern, str):
                found[str(place)] = found.get(str(place), 0) + _is_nested(parser.parse(pattern))
    assert {(place, count) for place, count in found.items() if count} <= LOOKED_AT


# What random requests found ------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("parent", [" ", "x", "9" * 30, "0"])
def test_a_page_that_is_none_is_said_beside_its_field(parent):
    client = Client()
    client.force_login(UserFactory(is_superuser=True))
    response = client.post("/admin/handbook-import/", {"parent": parent})
    assert response.status_code == 422
    assert "file" in response.context["form"].errors


@pytest.mark.django_db
@pytest.mark.parametrize("deed", ["complete", "reopen", "remove"])
def test_a_number_that_no_database_holds_is_not_there(user, deed):
    client = Client()
    client.force_login(user)
    for path, own in (("9" * 30, "1"), ("1", "9" * 30)):
        assert client.post(f"/nl/onboarding/{path}/own/{own}/{deed}/").status_code == 404


@pytest.mark.django_db
def test_a_picture_whose_file_is_gone_leaves_its_page_standing():
    image = ImageFactory()
    image.file.storage.delete(image.file.name)
    html = picture_html(image, "Een pomp")
    assert image.file.url in html and 'alt="Een pomp"' in html
