"""Many at once by a file: read whole, told by line and column, all or nothing."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from base import csv_files
from base.csv_files import UnreadableFile, decode
from onboarding.csv_lines import COLUMNS
from onboarding.models import Enrolment, StepProgress, Supporter
from onboarding.reading_csv import read_rows

pytestmark = pytest.mark.django_db
URL = "/admin/enrolments/import/"


@pytest.fixture
def people(make_user):
    """Two newcomers and a buddy, by staff number and address."""
    return [
        make_user(email="an@example.org", staff_number="100", first_name="An"),
        make_user(email="bo@example.org", staff_number="200", first_name="Bo"),
        make_user(email="buddy@example.org", staff_number="900", first_name="Bas"),
    ]


def send(client, text: str | bytes, name: str = "mensen.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(URL, {"file": SimpleUploadedFile(name, content, "text/csv")})


def confirm(client, response):
    carried = response.context["form"].data["carried"]
    return client.post(URL, {"carried": carried, "seen": response.context["outlook"].fingerprint})


def problems(text: str, reader) -> list[tuple]:
    return [(p.line, p.column) for p in read_rows(text, reader, "nl").problems]


def test_a_file_is_read_shown_and_then_done(hr, people, path):
    text = (
        "staff_number;email;path;start_date;buddy;cohort;probation_end;late;spread_days\r\n"
        f"100;;{path.title};01-12-2026;buddy@example.org;Winter;2027-01-31;skip;5\r\n"
        f";BO@example.org;{path.slug};2026-12-01;900;Winter;;;\r\n"
    )
    response = send(hr, text)
    assert response.status_code == 200 and response.context["outlook"].may_confirm
    assert not Enrolment.objects.exists()
    assert confirm(hr, response).status_code == 302
    one, two = Enrolment.objects.order_by("user__first_name")
    assert (one.start_date, one.cohort, one.probation_end) == (date(2026, 12, 1), "Winter", date(2027, 1, 31))
    assert (one.late, one.spread_days, two.late, two.spread_days) == ("skip", 5, "spread", 10)
    assert {row.colleague for row in Supporter.objects.all()} == {people[2]}
    assert StepProgress.objects.filter(enrolment=two).count() == 4


def test_sending_it_again_changes_nothing(hr, people, path):
    text = f"staff_number,path,start_date\n100,{path.title},2026-12-01\n"
    confirm(hr, send(hr, text))
    again = send(hr, text.replace("2026-12-01", "2026-12-08"))
    assert not again.context["outlook"].may_confirm
    more = send(hr, f"{text}200,{path.title},2026-12-01\n")
    confirm(hr, more)
    confirm(hr, more)
    assert list(Enrolment.objects.order_by("pk").values_list("user__staff_number", flat=True)) == ["100", "200"]
    assert Enrolment.objects.first().start_date == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("staff_number;naam;path", "naam"),
        ("staff_number;start_date", "path"),
        ("path;start_date", "email"),
        ("email;path;e-mail", "email"),
    ],
)
def test_wrong_columns_are_named(user, header, said):
    with pytest.raises(UnreadableFile, match=said):
        read_rows(f"{header}\n1;2;3\n", user, "nl")


def test_dutch_names_of_columns_are_known(people, path, user):
    text = f"Personeelsnummer;Onboardingpad;Startdatum;Leidinggevende\n100;{path.title};1-12-2026;900\n"
    (row,) = read_rows(text, user, "nl").rows
    assert (row.line, row.user, row.supporters) == (2, people[0], {"manager": [people[2]]})


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (";;{path};2026-12-01;;", "staff_number"),
        ("404;;{path};2026-12-01;;", "staff_number"),
        (";niemand@example.org;{path};2026-12-01;;", "email"),
        ("100;bo@example.org;{path};2026-12-01;;", "email"),
        ("100;;Ander pad;2026-12-01;;", "path"),
        ("100;;;2026-12-01;;", "path"),
        ("100;;{path};morgen;;", "start_date"),
        ("100;;{path};2026-02-30;;", "start_date"),
        ("100;;{path};2096-12-01;;", "start_date"),
        ("100;;{path};;;", "start_date"),
        ("100;;{path};2026-12-01;100;", "buddy"),
        ("100;;{path};2026-12-01;wie@example.org;", "buddy"),
        ("100;;{path};2026-12-01;;" + "x" * 61, "cohort"),
        ("100;;{path};2026-12-01;;x;te veel", ""),
    ],
)
def test_what_is_wrong_is_told_by_line_and_column(people, path, user, cells, column):
    text = "staff_number;email;path;start_date;buddy;cohort\n200;;{path};2026-12-01;;\n\n" + cells
    reading = read_rows(text.format(path=path.title), user, "nl")
    assert [(p.line, p.column) for p in reading.problems] == [(4, column)]
    assert reading.rows == []


def test_all_mistakes_of_a_file_are_told_at_once_and_nobody_is_put_on_a_path(hr, people, path):
    text = f"staff_number;path;start_date;late;spread_days\n100;{path.title};2026-12-01;;\n200;x;y;ooit;500\n"
    response = send(hr, text)
    assert response.status_code == 422
    found = [(p.line, p.column) for p in response.context["form"].problems]
    assert found == [(3, "path"), (3, "start_date"), (3, "late"), (3, "spread_days")]
    assert not Enrolment.objects.exists()


def test_double_rows_are_refused_with_the_line_of_the_first(people, path, user):
    text = f"staff_number;email;path;start_date\n100;;{path.title};2026-12-01\n;an@example.org;{path.slug};2026-12-02\n"
    (problem,) = read_rows(text, user, "nl").problems
    assert problem.line == 3 and "2" in problem.message


def test_closed_accounts_and_closed_paths_are_refused(people, path, user):
    people[0].is_active = False
    people[0].save()
    assert problems(f"staff_number;path;start_date\n100;{path.title};2026-12-01\n", user) == [(2, "staff_number")]
    path.unpublish()
    assert problems(f"staff_number;path;start_date\n200;{path.title};2026-12-01\n", user) == [(2, "path")]


def test_who_does_not_come_after_all_is_put_on_no_path(make_user, path, user):
    make_user(email="weg@example.org", is_preboarder=True, is_active=False)
    assert problems(f"email;path;start_date\nweg@example.org;{path.slug};2026-12-01\n", user) == [(2, "email")]


def test_lines_are_those_of_the_file_when_a_cell_holds_several(people, path, user):
    text = f'staff_number;path;start_date;cohort\n100;{path.title};2026-12-01;"twee\nregels"\n404;{path.title};2026-12-01;\n'
    assert problems(text, user) == [(2, "cohort"), (4, "staff_number")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"staff_number;path\n",
        b"PK\x03\x04 an excel file",
        b"\x00\x01\x02",
        b"\xff\xfea",
        b'staff_number;path\n"100;open\n',
        b"x" * 1_500_001,
    ],
)
def test_a_file_that_is_none_is_said_beside_its_field(hr, content):
    response = send(hr, content)
    assert response.status_code == 422 and response.context["form"].errors["file"]


def test_without_a_file_or_with_a_forged_one_nothing_happens(hr):
    for data in ({}, {"carried": "forged:text", "seen": "x"}):
        response = hr.post(URL, data)
        assert response.status_code == 422 and "file" in response.context["form"].errors


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_way_in_which_excel_saves_is_read(encoding):
    assert decode("naam;José\n".encode(encoding)) == "naam;José\n"


def test_more_rows_than_allowed_are_refused(user, monkeypatch):
    monkeypatch.setattr(csv_files, "MAX_ROWS", 3)
    with pytest.raises(UnreadableFile, match="3"):
        read_rows("staff_number;path\n" + "1;x\n" * 4, user, "nl")


def test_formulas_and_html_are_only_text(hr, people, path):
    cohort = "=1+1<script>alert(1)</script>"
    response = send(hr, f"staff_number;path;start_date;cohort\n100;{path.title};2026-12-01;{cohort}\n")
    assert b"<script>alert(1)" not in response.content
    confirm(hr, response)
    assert Enrolment.objects.get().cohort == cohort
    assert b"<script>alert(1)" not in hr.get("/admin/enrolments/").content


def test_one_that_fails_leaves_nobody_on_a_path(hr, people, path, monkeypatch):
    text = f"staff_number;path;start_date\n100;{path.title};2026-12-01\n200;{path.title};2026-12-01\n"
    response = send(hr, text)
    from onboarding.services import enrolling_many

    real = enrolling_many.enrol

    def breaks(**given):
        if given["user"].staff_number == "200":
            raise RuntimeError
        return real(**given)

    monkeypatch.setattr(enrolling_many, "enrol", breaks)
    with pytest.raises(RuntimeError):
        confirm(hr, response)
    assert not Enrolment.objects.exists()


def test_a_file_takes_as_many_queries_for_any_number(hr, make_user, path):
    for number in range(30):
        make_user(staff_number=f"n{number}")
    head, rows = "staff_number;path;start_date\n", [f"n{n};{path.title};2026-12-01\n" for n in range(30)]
    send(hr, head + rows[0])
    with CaptureQueriesContext(connection) as few:
        send(hr, head + rows[0])
    with CaptureQueriesContext(connection) as many:
        assert send(hr, head + "".join(rows)).context["outlook"].may_confirm
    assert len(many) == len(few)


def test_the_empty_file_has_every_column(hr):
    content = hr.get("/admin/enrolments/import/template/").content.decode("utf-8-sig")
    assert content.strip().split(";") == list(COLUMNS)


@pytest.mark.parametrize("role", [[], ["Editors"]])
def test_others_than_hr_send_no_file(client, make_user, people, path, role):
    call_command("create_roles", verbosity=0)
    client.force_login(make_user(groups=role))
    response = send(client, f"staff_number;path;start_date\n100;{path.title};2026-12-01\n")
    assert response.status_code in (302, 403)
    assert client.get("/admin/enrolments/import/template/").status_code in (302, 403)


def test_a_first_day_that_cannot_be_meant_is_told_beside_the_column(people, path, make_user):
    people[0].start_date = date(1989, 4, 3)
    people[0].save()
    text = f"staff_number;path\n100;{path.title}\n"
    assert problems(text, make_user(groups=["HR"])) == [(2, "start_date")]
