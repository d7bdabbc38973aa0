"""HR puts colleagues on paths; nobody else does, and nobody deletes."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from onboarding.models import Enrolment, StepProgress, Supporter
from onboarding.services import complete_step, enrol

pytestmark = pytest.mark.django_db
LIST, NEW = "/admin/enrolments/", "/admin/enrolments/new/"


@pytest.fixture
def hr(make_user, client):
    """The client of somebody of HR."""
    call_command("create_roles", verbosity=0)
    client.force_login(make_user(groups=["HR"]))
    return client


def fill_in(person, on_path, **fields) -> dict:
    return {"user": person.pk, "path": on_path.translation_key, "start_date": "2026-10-01", "buddy": "", **fields}


def errors_of(response) -> dict[str, str]:
    assert response.status_code == 200
    return {name: " ".join(found) for name, found in response.context["form"].errors.items()}


def test_hr_puts_a_colleague_on_a_path(hr, path, make_user):
    person, buddy = make_user(), make_user()
    response = hr.post(NEW, fill_in(person, path, buddy=buddy.pk))
    assert response.status_code == 302
    enrolment = Enrolment.objects.get()
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
    hr.post(NEW, fill_in(person, path, start_date=""))
    assert Enrolment.objects.get().start_date == date(2026, 12, 1)


def test_a_start_date_nobody_knows_is_asked_for_beside_its_field(hr, path, make_user):
    response = hr.post(NEW, fill_in(make_user(), path, start_date=""))
    assert "start_date" in errors_of(response)
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("value", ["gisteren", "2026-02-30", "99999-01-01"])
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


@pytest.mark.parametrize("field", ["user", "path"])
def test_made_up_people_and_paths_are_refused(hr, path, make_user, field):
    made_up = {"user": 10**9, "path": "00000000-0000-0000-0000-000000000000"}[field]
    assert field in errors_of(hr.post(NEW, fill_in(make_user(), path, **{field: made_up})))


def test_hr_changes_date_and_buddy_and_ends_an_enrolment(hr, enrolment, make_user):
    buddy = make_user()
    response = hr.post(
        f"/admin/enrolments/edit/{enrolment.pk}/",
        {"start_date": "2026-11-02", "buddy": buddy.pk, "ended_on": "2026-11-20"},
    )
    assert response.status_code == 302
    enrolment.refresh_from_db()
    assert (enrolment.start_date, enrolment.ended_on) == (date(2026, 11, 2), date(2026, 11, 20))
    assert enrolment.supporters.get().colleague == buddy


def test_an_old_enrolment_stays_ended_for_who_is_on_the_path_again(hr, enrolment, user, path):
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=date(2026, 11, 1))
    enrol(user=user, path=path, start_date=date(2026, 11, 2))
    response = hr.post(
        f"/admin/enrolments/edit/{enrolment.pk}/", {"start_date": "2026-10-01", "buddy": "", "ended_on": ""}
    )
    assert "ended_on" in errors_of(response)


def test_the_list_shows_how_far_people_are_in_as_many_queries_for_any_number(hr, enrolment, path, steps, make_user):
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
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
    for address in (LIST, NEW, f"/admin/enrolments/edit/{enrolment.pk}/"):
        assert client.get(address).status_code in (302, 403)
    client.post(NEW, fill_in(make_user(), path))
    assert Enrolment.objects.count() == 1
