"""HR puts colleagues on paths; nobody else does, and nobody deletes."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from notifications.models import Message
from onboarding.models import Enrolment, StepProgress, Supporter
from onboarding.periods import full_date
from onboarding.services import complete_step, enrol

from .conftest import publish, translate
from .hr import confirm, errors_of, preview

pytestmark = pytest.mark.django_db
LIST, NEW = "/admin/enrolments/", "/admin/enrolments/new/"


def fill_in(person, on_path, **fields) -> dict:
    return {"user": person.pk, "path": on_path.translation_key, "start_date": "2026-10-01", "buddy": "", **fields}


def test_hr_puts_a_colleague_on_a_path(hr, path, make_user):
    person, buddy = make_user(), make_user()
    response = confirm(hr, NEW, fill_in(person, path, buddy=buddy.pk, cohort="Herfst", probation_end="2026-12-01"))
    enrolment = Enrolment.objects.get()
    assert response["Location"] == f"/admin/enrolments/edit/{enrolment.pk}/"
    assert (enrolment.cohort, enrolment.probation_end) == ("Herfst", date(2026, 12, 1))
    assert (enrolment.user, enrolment.path_key) == (person, path.translation_key)
    assert enrolment.start_date == date(2026, 10, 1)
    assert Supporter.objects.get(enrolment=enrolment).colleague == buddy


def test_the_form_opens_and_lists_published_paths_only(hr, path, make_path):
    draft = make_path(steps=(1,), title="Nog een concept")
    draft.unpublish()
    soup = BeautifulSoup(hr.get(NEW).content, "html.parser")
    options = [option.get_text() for option in soup.select("select[name=path] option")]
    assert path.title in options and "Nog een concept" not in options


def test_the_start_date_is_the_first_day_where_none_is_given(hr, path, make_user):
    person = make_user(start_date=date(2026, 12, 1))
    confirm(hr, NEW, fill_in(person, path, start_date=""))
    assert Enrolment.objects.get().start_date == date(2026, 12, 1)


@pytest.mark.parametrize("year", [1989, 2099])
def test_a_first_day_that_cannot_be_meant_is_no_start_of_a_path(hr, path, make_user, year):
    person = make_user(start_date=date(year, 12, 1))
    assert "start_date" in errors_of(hr.post(NEW, fill_in(person, path, start_date="")))
    assert not Enrolment.objects.exists()


def test_the_plan_is_shown_before_anything_is_made_and_is_the_one_that_is_made(hr, path, steps, make_user):
    data = fill_in(make_user(), path, start_date="2027-02-01")
    outlook = preview(hr, NEW, data).context["outlook"]
    assert not Enrolment.objects.exists() and not StepProgress.objects.exists()
    (plan,) = [table for table in outlook.tables if len(table.columns) == 5]
    assert [row[0] for row in plan.rows] == [step.title for step in steps]
    hr.post(NEW, {**data, "seen": outlook.fingerprint})
    made = StepProgress.objects.order_by("pk")
    assert [row[3] for row in plan.rows] == [full_date(row.due_on) for row in made]


def test_what_will_be_told_later_is_shown_and_not_told(hr, path, steps, make_user):
    person = make_user(locale="en")
    outlook = preview(hr, NEW, fill_in(person, path, start_date="2027-02-01")).context["outlook"]
    (later,) = [table for table in outlook.tables if table.is_folded]
    assert all(any(step.title in row[2] for row in later.rows) for step in steps)
    assert any("is planned for" in row[2] for row in later.rows), later.rows[:3]
    assert not Message.objects.exists()


def test_what_will_be_told_names_each_step_in_the_language_it_is_told_in(hr, path, phases, steps, make_user):
    for number, page in enumerate((path, *phases, steps[0])):
        translate(page, title=f"In English {number}")
    outlook = preview(hr, NEW, fill_in(make_user(locale="en"), path, start_date="2027-02-01")).context["outlook"]
    (later,) = [table for table in outlook.tables if table.is_folded]
    said = " ".join(row[2] for row in later.rows)
    assert "“In English 3” is planned for" in said and steps[0].title not in said
    assert steps[1].title in said


def test_confirmed_twice_there_is_one_enrolment(hr, path, make_user):
    data = fill_in(make_user(), path)
    seen = preview(hr, NEW, data).context["outlook"].fingerprint
    for status in (302, 422):
        assert hr.post(NEW, {**data, "seen": seen}).status_code == status
    assert Enrolment.objects.count() == 1


def test_what_was_not_seen_is_not_done(hr, path, make_user):
    data = fill_in(make_user(), path)
    seen = preview(hr, NEW, data).context["outlook"].fingerprint
    changed = hr.post(NEW, {**data, "start_date": "2026-10-08", "seen": seen})
    assert changed.context["has_changed"] and not Enrolment.objects.exists()


def test_changing_something_brings_the_form_back_with_what_was_typed(hr, path, make_user):
    response = hr.post(NEW, {**fill_in(make_user(), path, cohort="Lente"), "change": "1"})
    assert b"Lente" in response.content and "outlook" not in response.context


def test_a_role_with_steps_and_nobody_in_it_is_warned_of(hr, path, steps, make_user):
    steps[0].assignee = "mentor"
    publish(steps[0])
    person, mentor = make_user(), make_user()
    outlook = preview(hr, NEW, fill_in(person, path)).context["outlook"]
    assert len(outlook.warnings) == 1
    assert not preview(hr, NEW, fill_in(person, path, mentor=mentor.pk)).context["outlook"].warnings


def test_a_start_date_nobody_knows_is_asked_for_beside_its_field(hr, path, make_user):
    response = hr.post(NEW, fill_in(make_user(), path, start_date=""))
    assert "start_date" in errors_of(response)
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("value", ["gisteren", "2026-02-30", "99999-01-01", "2126-10-01", "1926-10-01"])
def test_a_date_that_is_none_is_said_beside_its_field(hr, path, make_user, value):
    assert "start_date" in errors_of(hr.post(NEW, fill_in(make_user(), path, start_date=value)))


def test_on_the_path_already_is_said_beside_the_path_and_keeps_what_was_typed(hr, path, enrolment):
    response = hr.post(NEW, fill_in(enrolment.user, path, start_date="2026-12-05"))
    assert "path" in errors_of(response)
    assert b"2026-12-05" in response.content
    assert Enrolment.objects.count() == 1


def test_nobody_is_their_own_buddy(hr, path, make_user):
    person = make_user()
    assert "buddy" in errors_of(hr.post(NEW, fill_in(person, path, buddy=person.pk)))


def test_a_path_the_colleague_may_not_see_is_refused(hr, path, make_user):
    restriction = PageViewRestriction.objects.create(page=path.page_ptr, restriction_type="groups")
    restriction.groups.add(Group.objects.get(name="HR"))
    assert "path" in errors_of(hr.post(NEW, fill_in(make_user(), path)))


@pytest.mark.parametrize(
    ("field", "made_up"),
    [
        ("user", 10**9),
        ("user", "x"),
        ("user", "9" * 5000),
        ("buddy", "\0"),
        ("path", "00000000-0000-0000-0000-000000000000"),
    ],
)
def test_made_up_people_and_paths_are_refused(hr, path, make_user, field, made_up):
    assert field in errors_of(hr.post(NEW, fill_in(make_user(), path, **{field: made_up})))


def test_the_list_shows_how_far_people_are_in_as_many_queries_for_any_number(hr, enrolment, path, steps, make_user):
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    for _again in range(2):
        hr.get(LIST)
    row = BeautifulSoup(hr.get(LIST).content, "html.parser").select_one("main table tbody tr")
    assert path.title in row.get_text()
    assert "1" in row.get_text() and "3" in row.get_text()
    # Who may see a step decides whether it counts, so the groups of everybody listed are needed.
    PageViewRestriction.objects.create(page=steps[3].page_ptr, restriction_type="groups")
    hr.get(LIST)
    with CaptureQueriesContext(connection) as few:
        hr.get(LIST)
    for _ in range(20):
        enrol(user=make_user(), path=path, start_date=date(2026, 10, 1))
    hr.get(LIST)
    with CaptureQueriesContext(connection) as many:
        hr.get(LIST)
    assert len(many) == len(few)


def test_an_enrolment_is_never_deleted_not_even_by_an_administrator(client, make_user, enrolment, steps):
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    client.force_login(make_user(is_superuser=True))
    client.post(f"/admin/enrolments/delete/{enrolment.pk}/")
    assert Enrolment.objects.filter(pk=enrolment.pk).exists()
    assert StepProgress.objects.exists()
    assert b"/admin/enrolments/delete/" not in client.get(LIST).content


@pytest.mark.parametrize("role", [[], ["Editors"], ["Moderators"]])
def test_others_than_hr_neither_see_nor_make_enrolments(client, make_user, enrolment, path, role):
    call_command("create_roles", verbosity=0)
    client.force_login(make_user(groups=role))
    for address in (LIST, NEW, f"/admin/enrolments/edit/{enrolment.pk}/", "/admin/enrolments/import/"):
        assert client.get(address).status_code in (302, 403)
    client.post(NEW, fill_in(make_user(), path))
    assert Enrolment.objects.count() == 1
