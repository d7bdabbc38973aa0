"""The page of the admin: who may be there, what is shown is what is done, and what takes two people."""

import io

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from people.models import ColleaguesSync, Team, User
from people.syncing.exporting import EXPORTED

pytestmark = pytest.mark.django_db
HEADER = "staff_number;email;first_name;last_name;team\n"
ANNA, BRAM = "100;anna@example.org;Anna;de Boer;Sluizen\n", "101;bram@example.org;Bram;Smit;\n"


@pytest.fixture
def page() -> str:
    return reverse("colleagues_sync")


@pytest.fixture
def administrator(make_user):
    return make_user(groups=["Administrators"], locale="en", first_name="Ada", last_name="Min")


@pytest.fixture
def sluizen(db):
    return Team.objects.create(name="Sluizen")


def look(client, page, rows: str, **choices) -> dict:
    """Choose the file; returns what the form of the preview would send."""
    file = SimpleUploadedFile("hr.csv", (HEADER + rows).encode())
    response = client.post(page, {"file": file, **choices})
    assert response.status_code == 200, response.context["form"].errors
    form = BeautifulSoup(response.content, "html.parser").select_one("form input[name=seen]").find_parent("form")
    return {field["name"]: field.get("value", "") for field in form.select("input[name]")}


@pytest.mark.parametrize("groups", [["Editors"], ["HR"], ["Employees"], []])
def test_others_neither_see_nor_do_it(as_user, make_user, page, groups):
    client = as_user(make_user(groups=groups))
    file = SimpleUploadedFile("hr.csv", (HEADER + ANNA).encode())
    responses = [client.get(page), client.post(page, {"file": file}), client.post(page + "export/")]
    assert all(response.status_code in (302, 403) for response in responses)
    assert page not in client.get("/en/").content.decode()


def test_what_is_seen_is_done_once(as_user, administrator, page, sluizen):
    client = as_user(administrator)
    assert client.get(page).status_code == 200
    seen = look(client, page, ANNA + "102;no;Cor;;Nergens\n" + BRAM)
    assert not User.objects.filter(staff_number="100").exists()
    # A double click, or the second of two tabs.
    first, second = client.post(page, seen), client.post(page, seen)
    assert first.status_code == 302 and second.status_code == 200 and second.context["has_changed"]
    assert User.objects.filter(staff_number__in=["100", "101", "102"]).count() == 2
    assert ColleaguesSync.objects.filter(state="done").count() == 1
    shown = client.get(page).content.decode()
    assert "2 colleagues join, 1 row has a mistake." in shown and "Ada Min" in shown


def test_the_preview_names_lines_changes_and_mistakes(as_user, administrator, page, sluizen):
    client = as_user(administrator)
    client.post(page, look(client, page, ANNA + BRAM))
    file = SimpleUploadedFile(
        "hr.csv", (HEADER + ANNA.replace(";Sluizen", ";") + "101;bram;Bram;Smit;Nergens\n").encode()
    )
    text = BeautifulSoup(client.post(page, {"file": file}).content, "html.parser").get_text(" ")
    assert "team: Sluizen → –" in " ".join(text.split())
    assert "There is no team of this name." in text and "This is no e-mail address." in text


def test_what_changed_since_is_shown_anew(as_user, administrator, page, sluizen):
    client = as_user(administrator)
    client.post(page, look(client, page, ANNA + BRAM))
    seen = look(client, page, ANNA.replace("Anna", "Annet") + BRAM)
    User.objects.filter(staff_number="101").update(last_name="Anders")
    response = client.post(page, seen)
    assert response.context["has_changed"] and User.objects.get(staff_number="100").first_name == "Anna"


def test_what_is_carried_can_not_be_altered(as_user, administrator, page, sluizen):
    client = as_user(administrator)
    seen = look(client, page, ANNA)
    response = client.post(page, {**seen, "carried": seen["carried"] + "x"})
    assert response.status_code == 422 and not User.objects.filter(staff_number="100").exists()


@pytest.mark.parametrize("content", [b"", b"\xff\x00\x01", b"PK\x03\x04", b"what;is;this\n1;2;3\n", b"a" * 2_000_000])
def test_what_is_no_such_file_is_said_beside_the_field(as_user, administrator, page, content):
    client = as_user(administrator)
    response = client.post(page, {"file": SimpleUploadedFile("hr.csv", content), "is_complete": "on"})
    assert response.status_code == 422 and response.context["form"].errors["file"]
    assert response.context["form"]["is_complete"].value()


def test_what_pulls_the_brake_takes_two_people(as_user, administrator, make_user, page, client):
    rows = "".join(f"{n};p{n}@example.org;Piet;{n};\n" for n in range(1000, 1060))
    client.force_login(administrator)
    client.post(page, look(client, page, rows))
    fewer = "\n".join(rows.splitlines()[:40]) + "\n"
    for _time in range(2):
        assert client.post(page, look(client, page, fewer, is_complete="on")).status_code == 302
    # Asked once, and not given by who asked.
    assert ColleaguesSync.objects.filter(state="asked").count() == 1
    assert User.objects.filter(staff_number__isnull=False, is_active=True).count() == 60
    second = make_user(groups=["Administrators"], locale="nl")
    client.force_login(second)
    # Another file is another question.
    client.post(page, look(client, page, "\n".join(rows.splitlines()[:41]) + "\n", is_complete="on"))
    assert User.objects.filter(staff_number__isnull=False, is_active=True).count() == 60
    client.post(page, look(client, page, fewer, is_complete="on"))
    assert User.objects.filter(staff_number__isnull=False, is_active=True).count() == 40


def test_what_is_taken_along_can_be_read_in_again_and_is_logged(as_user, administrator, page, sluizen):
    client = as_user(administrator)
    client.post(page, look(client, page, ANNA + BRAM.replace("Bram", "=Bram")))
    assert client.get(page + "export/").status_code == 405
    response = client.post(page + "export/")
    rows = list(load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["staff_number", "100", "101"] and rows[2][2] == "'=Bram"
    assert ModelLogEntry.objects.get(action=EXPORTED).data == {"rows": 2}
    again = client.post(page, {"file": SimpleUploadedFile("hr.xlsx", response.content), "is_complete": "on"})
    assert again.status_code == 200 and not again.context["outlook"].may_confirm
