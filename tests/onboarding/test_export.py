"""HR takes the list along: what they may see, no formulas, and it is kept in the record."""

import csv
import io
from datetime import date, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from base.sheets import as_csv, as_xlsx, harmless
from onboarding.models import OnboardingEvent
from onboarding.services import enrol

pytestmark = pytest.mark.django_db
EXPORT = "/admin/enrolments/export/"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "  =", "＝"])
def test_a_cell_is_never_a_formula(start):
    text = f"{start}cmd|' /C calc'!A0"
    assert harmless(text) == f"'{text}"
    (cell,) = next(load_workbook(io.BytesIO(as_xlsx([text], []))).active.iter_rows())
    assert cell.data_type == "s" and str(cell.value).startswith("'")
    assert as_csv([text], []).decode("utf-8-sig").lstrip('"').startswith("'")


def test_other_cells_stay_what_they_are():
    moment = timezone.make_aware(datetime(2026, 10, 1, 12))
    for value in (3, -3, 2.5, None, date(2026, 10, 1), "Anna", "a=b", "1+1"):
        assert harmless(value) == value
    assert harmless(moment) == datetime(2026, 10, 1, 12)
    assert harmless("a\x00b") == "ab"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_is_exported_as_it_is_narrowed_and_that_is_kept(hr, path, make_user, kind):
    evil = make_user(first_name="=HYPERLINK(1)", staff_number="7")
    enrol(user=evil, path=path, start_date=date(2026, 10, 1), cohort="Herfst")
    enrol(user=make_user(first_name="Ander"), path=path, start_date=date(2026, 10, 1))
    response = hr.post(EXPORT, {"format": kind, "narrowed_by": "cohort=Herfst"})
    assert response.status_code == 200 and f".{kind}" in response["Content-Disposition"]
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    else:
        rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(response.content)).active.iter_rows()]
    assert len(rows) == 2 and rows[1][0] == "'=HYPERLINK(1) de Vries" and rows[1][4] == path.title
    event = OnboardingEvent.objects.get(kind="exported")
    assert (event.path_key, event.data["people"], event.data["format"]) == (path.translation_key, 1, kind)


def test_it_takes_as_many_queries_for_any_number(hr, path, make_user):
    counts = []
    for _round in range(2):
        for _number in range(1 + 20 * len(counts)):
            enrol(user=make_user(), path=path, start_date=date(2026, 10, 1))
        hr.post(EXPORT, {"format": "csv"})
        with CaptureQueriesContext(connection) as captured:
            hr.post(EXPORT, {"format": "csv"})
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_only_by_a_form_and_only_in_known_formats(hr):
    assert hr.get(EXPORT).status_code == 405
    assert hr.post(EXPORT, {"format": "exe"}).status_code in (302, 404)
    assert not OnboardingEvent.objects.filter(kind="exported").exists()


@pytest.mark.parametrize("role", [[], ["Editors"], ["Managers"]])
def test_others_take_nothing_along(client, make_user, path, role):
    call_command("create_roles", verbosity=0)
    enrol(user=make_user(), path=path, start_date=date(2026, 10, 1))
    client.force_login(make_user(groups=role))
    response = client.post(EXPORT, {"format": "csv"})
    assert response.status_code in (302, 403) and "csv" not in response.get("Content-Type", "")
    assert not OnboardingEvent.objects.filter(kind="exported").exists()
