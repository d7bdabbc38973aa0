"""Joiners, movers and leavers from a file: every change is shown first, all of it is done or nothing, and no more than that."""

import io
from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone, translation
from openpyxl import Workbook
from wagtail.models import ModelLogEntry

from base.csv_files import UnreadableFile
from people.closing import close_account, close_leavers
from people.models import ColleaguesSync, Location, Team, User
from people.syncing.applying import PlanChanged, TooManyChanges, sync_colleagues
from people.syncing.plan import Kind, Options
from people.syncing.planning import make_plan
from people.syncing.table import read_table

pytestmark = pytest.mark.django_db
HEADER = "staff_number;email;first_name;last_name;job_title;team;location;contract_type;manager;start_date;end_date;hours_per_week;working_days\n"
ANNA = "100;anna@example.org;Anna;de Boer;Laborant;Sluizen;Utrecht;permanent;101;2024-03-01;;32;ma di do\n"
BRAM = "101;bram@example.org;Bram;Smit;Teamleider;Sluizen;;vast contract;;01-02-2020;;36;\n"
COMPLETE = Options(is_complete=True)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def places(db):
    """A team and a location."""
    return Team.objects.create(name="Sluizen", name_en="Locks"), Location.objects.create(name="Utrecht")


def table(rows: str, header: str = HEADER):
    return read_table((header + rows).encode())


def sync(rows: str, *, header: str = HEADER, **choices):
    choices.setdefault("options", Options())
    return sync_colleagues(table=table(rows, header), **choices)[0]


def what(plan) -> list[tuple]:
    return [(change.line, change.kind, change.staff_number, sorted(change.fields)) for change in plan.changes]


def told(plan) -> list[tuple]:
    return [(problem.line, problem.column) for problem in plan.problems]


def test_a_first_file_makes_accounts_with_managers_in_any_order(places):
    plan = sync(ANNA + BRAM)
    assert [change.kind for change in plan.changes] == [Kind.JOIN, Kind.JOIN] and not plan.problems
    anna, bram = User.objects.get(staff_number="100"), User.objects.get(staff_number="101")
    assert (anna.manager, anna.team, anna.location, anna.working_days) == (bram, *places, [0, 1, 3])
    assert (anna.start_date, anna.hours_per_week, anna.is_active) == (date(2024, 3, 1), 32, True)
    assert (bram.contract_type, bram.start_date) == (User.ContractType.PERMANENT, date(2020, 2, 1))
    assert not anna.has_usable_password() and anna.wagtail_userprofile


def test_the_same_file_again_finds_nothing_to_do(places):
    sync(ANNA + BRAM)
    before = User.objects.order_by("pk").values_list()
    before = list(before)
    plan = sync(ANNA + BRAM, options=COMPLETE)
    assert plan.changes == [] and plan.notes == []
    assert list(User.objects.order_by("pk").values_list()) == before
    assert ColleaguesSync.objects.first().state == "nothing"


def test_a_mover_is_known_by_the_number_and_by_nothing_else(places):
    sync(ANNA + BRAM)
    Team.objects.create(name="Gemalen")
    renamed = ANNA.replace("anna@", "anna.jansen@").replace("de Boer", "Jansen").replace("Sluizen", "gemalen")
    plan = sync(renamed + BRAM)
    assert what(plan) == [(2, Kind.MOVE, "100", ["email", "last_name", "team"])]
    assert plan.changes[0].fields["team"] == ("Sluizen", "Gemalen")
    anna = User.objects.get(staff_number="100")
    assert (anna.email, anna.last_name, anna.team.name) == ("anna.jansen@example.org", "Jansen", "Gemalen")
    # Somebody of the same name is somebody else.
    plan = sync("102;anna2@example.org;Anna;Jansen;;;;;;;;;\n")
    assert what(plan)[0][1] == Kind.JOIN and User.objects.filter(last_name="Jansen").count() == 2


def test_two_may_swap_addresses_and_a_taken_one_is_told(places, make_user):
    sync(ANNA + BRAM)
    swapped = ANNA.replace("anna@", "x@").replace("bram@", "anna@").replace("x@", "bram@")
    sync(swapped + BRAM.replace("bram@", "anna@"))
    assert User.objects.get(staff_number="100").email == "bram@example.org"
    assert User.objects.get(staff_number="101").email == "anna@example.org"
    make_user(email="Taken@example.org", staff_number="999")
    plan = sync(ANNA.replace("anna@", "taken@") + BRAM.replace("bram@", "anna@"))
    # Anna is passed over and keeps bram@, so that Bram can't get it... and his own he has.
    assert told(plan) == [(2, "email")] and plan.changes == []


def test_who_is_passed_over_keeps_their_address_from_the_next(places, make_user):
    sync(ANNA + BRAM)
    make_user(email="taken@example.org")
    rows = ANNA.replace("anna@", "taken@") + BRAM.replace("bram@", "anna@")
    User.objects.filter(email="taken@example.org").update(staff_number="7")
    plan = sync(rows)
    assert told(plan) == [(2, "email"), (3, "email")] and plan.changes == []
    assert User.objects.get(staff_number="101").email == "bram@example.org"


def test_every_mistake_is_told_by_line_and_the_other_rows_go_on(places):
    rows = (
        ANNA
        + ";nobody@example.org;Nobody;;;;;;;;;;\n"
        + "103;no-address;;;;Nergens;Nowhere;sometimes;888;soon;;80;moonday\n"
        + "104;d@example.org;Dirk;;;;;;104;2024-05-01;2024-04-01;;\n"
        + "105;e@example.org;Els;;;;;;;;;;;too many\n"
        + BRAM
    )
    plan = sync(rows)
    assert told(plan) == [
        (3, "staff_number"),
        (4, "email"),
        (4, "first_name"),
        (4, "contract_type"),
        (4, "start_date"),
        (4, "hours_per_week"),
        (4, "working_days"),
        (4, "team"),
        (4, "location"),
        (4, "manager"),
        (5, "end_date"),
        (5, "manager"),
        (6, ""),
    ]
    assert {person.staff_number for person in User.objects.all()} == {"100", "101"}
    # What is kept of a run holds nothing of what stood there.
    assert "no-address" not in str(ColleaguesSync.objects.get().problems)


def test_of_two_rows_with_one_number_or_address_neither_counts(places):
    plan = sync(ANNA + BRAM + ANNA.replace("anna@", "other@"))
    assert told(plan) == [(2, "staff_number"), (4, "staff_number")]
    assert [user.staff_number for user in User.objects.all()] == ["101"]
    plan = sync(ANNA + ANNA.replace("100;", "200;"))
    assert told(plan) == [(2, "email"), (3, "email")]


def test_a_column_that_is_not_there_changes_nothing_and_an_empty_cell_empties(places):
    sync(ANNA + BRAM)
    sync("100;anna@example.org;Anna\n", header="personeelsnummer;e-mail;voornaam\n")
    assert User.objects.get(staff_number="100").team == places[0]
    plan = sync("100;anna@example.org;Anna;;\n", header="staff number;E-mail;first_name;team;leidinggevende\n")
    anna = User.objects.get(staff_number="100")
    assert sorted(plan.changes[0].fields) == ["manager", "team"] and anna.team is anna.manager is None


def test_who_left_by_the_file_is_closed_and_comes_back_as_the_same_account(places, client):
    sync(ANNA + BRAM)
    anna = User.objects.get(staff_number="100")
    anna.set_password("long-enough-1")
    anna.save()
    client.force_login(anna)
    assert client.get("/en/settings/").status_code == 200
    gone = ANNA.replace(";2024-03-01;;", ";2024-03-01;2026-01-31;")
    assert what(sync(gone + BRAM)) == [(2, Kind.LEAVE, "100", ["end_date"])]
    anna.refresh_from_db()
    assert not anna.is_active and client.get("/en/settings/").status_code == 302
    assert sync(gone + BRAM, options=COMPLETE).changes == []
    back = ANNA.replace("2024-03-01", "2026-09-01")
    assert what(sync(back + BRAM)) == [(2, Kind.RETURN, "100", ["end_date", "start_date"])]
    again = User.objects.get(staff_number="100")
    assert again.pk == anna.pk and again.is_active and again.end_date is None
    # The session of before doesn't come back with the account.
    assert client.get("/en/settings/").status_code == 302 and not client.login(
        email=anna.email, password="long-enough-1"
    )


def test_a_leaver_loses_access_whatever_else_is_wrong_in_the_row(places):
    sync(ANNA + BRAM)
    plan = sync("100;anna@example.org;Anna;de Boer;Laborant;Onbekend;;;;2024-03-01;2026-01-31;;\n" + BRAM)
    assert told(plan) == [(2, "team")] and what(plan) == [(2, Kind.LEAVE, "100", ["end_date"])]
    anna = User.objects.get(staff_number="100")
    assert not anna.is_active and anna.team == places[0]


def test_who_was_closed_by_hand_stays_closed(places, make_user):
    sync(ANNA + BRAM)
    anna = User.objects.get(staff_number="100")
    close_account(person=anna, by=make_user(is_superuser=True))
    plan = sync(ANNA + BRAM)
    assert plan.changes == [] and "by hand" in plan.notes[0][1]
    assert not User.objects.get(staff_number="100").is_active


def test_who_is_not_in_a_complete_file_left_and_only_then(places, make_user):
    sync(ANNA + BRAM)
    visitor, root = make_user(), make_user(is_superuser=True, staff_number="1")
    hr = make_user(staff_number="2", groups=["Administrators"])
    assert sync(BRAM).changes == []
    plan = sync(BRAM, options=COMPLETE, by=hr)
    assert what(plan) == [(0, Kind.LEAVE, "100", ["end_date"])] and len(plan.notes) == 2
    anna = User.objects.get(staff_number="100")
    assert not anna.is_active and anna.end_date == timezone.localdate()
    for person in (visitor, root, hr):
        person.refresh_from_db()
        assert person.is_active
    # Back in the file, so back at work.
    assert what(sync(ANNA + BRAM, options=COMPLETE, by=hr))[0][1] == Kind.RETURN


def test_a_superuser_is_neither_closed_nor_given_another_address(places, make_user):
    root = make_user(email="root@example.org", is_superuser=True, staff_number="1", first_name="Root", last_name="")
    plan = sync("1;evil@example.org;Root;;;;;;;2020-01-01;2020-02-01;;\n")
    root.refresh_from_db()
    assert root.is_active and root.email == "root@example.org" and len(plan.notes) == 2
    nameless = make_user(email="second@example.org", is_superuser=True)
    plan = sync("5;second@example.org;Evil;;;;;;;;;;\n")
    nameless.refresh_from_db()
    assert plan.changes == [] and nameless.staff_number is None and nameless.first_name != "Evil"


def test_an_account_without_a_number_gets_it_by_its_address(places, make_user):
    made = make_user(email="Anna@example.org", first_name="Anna", last_name="de Boer")
    plan = sync(ANNA + BRAM)
    assert what(plan)[0][1] == Kind.MOVE and "staff_number" in plan.changes[0].fields
    made.refresh_from_db()
    assert made.staff_number == "100" and made.manager.staff_number == "101"


def test_who_has_not_started_is_left_to_hr(places, make_user):
    early = make_user(email="anna@example.org", is_preboarder=True)
    plan = sync(ANNA + BRAM)
    assert told(plan) == [(2, "email")]
    User.objects.filter(pk=early.pk).update(staff_number="100")
    plan = sync(ANNA.replace("2024-03-01;;", "2024-03-01;2025-01-01;") + BRAM, options=COMPLETE)
    early.refresh_from_db()
    assert early.is_active and early.first_name != "Anna" and len(plan.notes) == 1


def many(count: int, **changes) -> str:
    rows = []
    for number in range(count):
        title = changes.get("title", "Lezer")
        rows.append(f"{1000 + number};p{number}@example.org;Piet;{number};{title};;;;;;;;\n")
    return "".join(rows)


def test_the_brake_stops_what_is_more_likely_a_wrong_file():
    sync(many(60))
    # A tenth of sixty is six.
    fine = many(60).replace(";Lezer;", ";Anders;", 6)
    assert len(sync(fine).changes) == 6
    for options, rows in ((COMPLETE, many(53)), (Options(), many(60).replace(";Lezer;", ";Weer;", 7))):
        with pytest.raises(TooManyChanges) as stopped:
            sync(rows, options=options)
        plan = stopped.value.args[0]
        assert plan.is_braked and plan.limit == 6 and len(plan.changes) >= 7
        assert User.objects.filter(is_active=True).count() == 60 and not User.objects.filter(job_title="Weer").exists()
    assert sync(many(53), options=COMPLETE, is_forced=True).counts["leave"] == 7
    assert User.objects.filter(is_active=True).count() == 53


def test_mistakes_pull_the_brake_and_joiners_do_not():
    sync(many(60))
    assert sync(many(90)).counts["join"] == 30
    with pytest.raises(TooManyChanges):
        sync(many(90).replace("@example", "#example"))


def test_what_was_seen_is_done_and_nothing_else(places):
    sync(ANNA + BRAM)
    rows = table(ANNA.replace("Laborant", "Analist") + BRAM)
    seen = make_plan(rows, Options())
    with translation.override("nl"):
        assert make_plan(rows, Options()).seal == seen.seal
    User.objects.filter(staff_number="100").update(job_title="Iets anders")
    with pytest.raises(PlanChanged):
        sync_colleagues(table=rows, options=Options(), seal=seen.seal)
    now = make_plan(rows, Options())
    sync_colleagues(table=rows, options=Options(), seal=now.seal)
    # The second click.
    with pytest.raises(PlanChanged):
        sync_colleagues(table=rows, options=Options(), seal=now.seal)


def test_unchanged_rows_cost_no_query(django_assert_num_queries, django_assert_max_num_queries):
    sync(many(20))
    with django_assert_num_queries(5):
        make_plan(table(many(20)), COMPLETE)
    sync(many(120))
    with django_assert_num_queries(5):
        make_plan(table(many(120)), COMPLETE)


def test_a_workbook_of_excel_is_read_as_well(places):
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append(["staff_number", "email", "first_name", "start_date", "hours_per_week"])
    sheet.append([100, "anna@example.org", "Anna", timezone.datetime(2024, 3, 1), 32.0])
    sheet.append([None] * 5)
    book.save(out)
    sync_colleagues(table=read_table(out.getvalue()), options=Options())
    anna = User.objects.get(staff_number="100")
    assert (anna.start_date, anna.hours_per_week) == (date(2024, 3, 1), 32)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "missing"),
        (b"staff_number;email;first_name\n", "no rows"),
        (b"staff_number;email;first_name;shoe_size\n1;a@b.nl;A;42\n", "shoe_size"),
        (b"staff_number;email;first_name;e-mail\n1;a@b.nl;A;a@b.nl\n", "twice"),
        (b"email;first_name\na@b.nl;A\n", "staff_number"),
        (b'staff_number;email;first_name\n1;a@b.nl;"A\n', "Line 2"),
        (b"PK\x03\x04 no workbook", "Excel"),
        (b"\x00\x01\x02", "text file"),
    ],
)
def test_what_can_not_be_read_is_said(content, words):
    with pytest.raises(UnreadableFile, match=words):
        make_plan(read_table(content), Options())


def test_a_workbook_that_unpacks_to_terabytes_is_refused(monkeypatch):
    book, out = Workbook(), io.BytesIO()
    book.active.append(["staff_number"] * 2000)
    book.save(out)
    monkeypatch.setattr("people.syncing.table.MAX_UNPACKED", 3000)
    with pytest.raises(UnreadableFile, match="too large"):
        read_table(out.getvalue())


def test_the_command_shows_stops_and_does(places, tmp_path):
    file, out = tmp_path / "hr.csv", io.StringIO()
    file.write_text(HEADER + ANNA + BRAM.replace("Sluizen", "Gemalen"), encoding="utf-8-sig")
    with pytest.raises(SystemExit):
        call_command("sync_colleagues", str(file), "--dry-run", stdout=out, stderr=out)
    assert "line 3, team" in out.getvalue() and not User.objects.exists() and not ColleaguesSync.objects.exists()
    call_command("sync_colleagues", str(file), "--create-teams", stdout=out)
    assert Team.objects.get(name="Gemalen").members.get().staff_number == "101"
    file.write_text(HEADER + many(60))
    call_command("sync_colleagues", str(file), stdout=out)
    file.write_text(HEADER + many(50))
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("sync_colleagues", str(file), "--complete", stdout=out, stderr=out)
    assert User.objects.filter(is_active=True).count() == 62
    with pytest.raises(CommandError, match="can't be opened"):
        call_command("sync_colleagues", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError, match="one character"):
        call_command("sync_colleagues", str(file), "--delimiter", "::")


def test_the_history_of_an_account_says_what_a_file_changed_without_saying_what_it_was(places, make_user):
    by = make_user(is_superuser=True)
    sync(ANNA + BRAM, by=by)
    sync(ANNA.replace("Laborant", "Analist").replace(";2024-03-01;;", ";2024-03-01;2026-01-31;") + BRAM, by=by)
    anna = User.objects.get(staff_number="100")
    entries = ModelLogEntry.objects.filter(object_id=str(anna.pk)).order_by("pk")
    assert [(entry.action, entry.user) for entry in entries] == [
        ("people.sync", by),
        ("people.sync", by),
        ("people.close", by),
    ]
    assert entries[1].data == {"kind": "leave", "fields": ["end_date", "job_title"]}


def test_the_clock_closes_an_account_the_day_after_the_last_one(client, make_user):
    today = timezone.localdate()
    leaver = make_user(end_date=today - timedelta(days=1))
    others = [make_user(end_date=today), make_user(), make_user(end_date=date(2020, 1, 1), is_superuser=True)]
    client.force_login(leaver)
    assert client.get("/en/settings/").status_code == 200
    assert close_leavers(timezone.now()) == 1 and close_leavers(timezone.now()) == 0
    assert client.get("/en/settings/").status_code == 302
    assert not [row for row in Session.objects.all() if row.get_decoded().get("_auth_user_id") == str(leaver.pk)]
    assert all(User.objects.get(pk=other.pk).is_active for other in others)
