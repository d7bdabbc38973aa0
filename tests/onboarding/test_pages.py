"""Who sees which page of onboarding, and what it says when there is nothing to show."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import PageViewRestriction

from onboarding.models import Enrolment, PathIndexPage, PathPage, StepPage
from onboarding.reading import front_page_panel
from onboarding.services import complete_step, enrol
from tests.factories import PathFactory, PhaseFactory

from .conftest import publish

pytestmark = pytest.mark.django_db


def soup_of(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_who_is_on_no_path_sees_their_manager_and_hr_to_ask(as_user, make_user):
    call_command("create_roles", verbosity=0)
    make_user(first_name="Fatima", groups=["HR"])
    make_user(first_name="Joost", groups=["Editors"])
    person = make_user(manager=make_user(first_name="Ingrid"))
    asked = soup_of(as_user(person).get("/nl/onboarding/")).select_one("#ask").find_parent("section").get_text()
    assert "Ingrid" in asked and "Fatima" in asked and "Joost" not in asked


@pytest.mark.parametrize("language", ["nl", "en"])
def test_without_a_path_the_page_says_who_to_ask(as_user, user, trunk, language):
    page = trunk(PathIndexPage, language)
    page.summary = "Hier begin je."
    publish(page)
    soup = soup_of(as_user(user).get(f"/{language}/onboarding/"))
    assert soup.select_one(".kicker").get_text().strip() == page.title
    assert "Hier begin je." in soup.get_text()
    assert "HR" in soup.select_one(".empty").get_text()


def test_several_paths_are_a_choice(newcomer, user, enrolment, make_path):
    second = enrol(user=user, path=make_path(steps=(1,), title="Ander pad"), start_date=date(2026, 11, 1))
    soup = soup_of(newcomer.get("/nl/onboarding/"))
    links = [a["href"] for a in soup.select("main .rows a")]
    assert links == [f"/nl/onboarding/{enrolment.pk}/", f"/nl/onboarding/{second.pk}/"]
    assert all(newcomer.get(link).status_code == 200 for link in links)


def test_one_running_path_is_shown_though_another_is_finished(newcomer, user, enrolment, make_path, steps):
    for step in steps:
        complete_step(enrolment=enrolment, step_key=step.translation_key)
    enrol(user=user, path=make_path(steps=(1,), title="Ander pad"), start_date=date(2026, 11, 1))
    soup = soup_of(newcomer.get("/nl/onboarding/"))
    assert soup.h1.get_text() == "Ander pad"
    assert soup.select_one(f"aside a[href='/nl/onboarding/{enrolment.pk}/']")


def test_a_path_without_steps_is_a_message(as_user, user, trunk):
    path = publish(PathFactory(parent=trunk(PathIndexPage), title="Leeg pad", slug="leeg-pad"))
    enrol(user=user, path=path, start_date=date(2026, 11, 1))
    assert soup_of(as_user(user).get("/nl/onboarding/")).select_one(".empty")
    assert soup_of(as_user(user).get("/nl/"))


def test_the_pages_of_a_path_lead_who_is_on_it_to_their_progress(newcomer, enrolment, path, phases):
    assert newcomer.get(path.get_url())["Location"] == f"/nl/onboarding/{enrolment.pk}/"
    response = newcomer.get(phases[1].get_url())
    assert response["Location"] == f"/nl/onboarding/{enrolment.pk}/?by=phase#{phases[1].translation_key}"


def test_who_is_not_on_the_path_can_read_it_but_tick_nothing(as_user, make_user, path, steps):
    reader = as_user(make_user())
    overview = soup_of(reader.get(path.get_url()))
    assert [a["href"] for a in overview.select(".route__title a")] == [step.get_url() for step in steps]
    step = soup_of(reader.get(steps[0].get_url()))
    assert step.h1.get_text() == steps[0].title
    assert step.select_one("main .callout")
    assert not step.select("main form")


def test_a_step_below_an_unpublished_phase_is_readable_but_on_no_path(as_user, make_user, path, phases, steps):
    phases[0].unpublish()
    later = enrol(user=make_user(), path=path, start_date=date(2026, 10, 1))
    soup = soup_of(as_user(later.user).get(steps[0].get_url()))
    assert soup.h1.get_text() == steps[0].title
    assert not soup.select("main form")


def test_the_index_page_leads_to_ones_own_path_wherever_it_stands(newcomer, trunk):
    page = trunk(PathIndexPage)
    page.slug = "inwerken"
    publish(page)
    assert newcomer.get("/nl/inwerken/")["Location"] == "/nl/onboarding/"
    assert newcomer.get("/nl/onboarding/").status_code == 200


def test_a_path_closed_to_its_walker_shows_nothing_of_it(newcomer, path, enrolment):
    PageViewRestriction.objects.create(page=path.page_ptr, restriction_type="groups")
    for address in ("/nl/onboarding/", f"/nl/onboarding/{enrolment.pk}/"):
        response = newcomer.get(address)
        assert response.status_code == 200 and path.title.encode() not in response.content


@pytest.mark.parametrize("language", ["nl", "en"])
def test_step_page_says_where_it_is_and_who_sees_what(newcomer, steps, language):
    page = StepPage.objects.get(translation_key=steps[1].translation_key, locale__language_code=language)
    soup = soup_of(newcomer.get(page.get_url()))
    assert "2" in soup.select_one(".kicker").get_text() and "4" in soup.select_one(".kicker").get_text()
    assert soup.select_one("a[rel=prev]") and soup.select_one("a[rel=next]")
    assert soup.select_one("#phase-route [aria-current=page]").get_text() == steps[1].title
    assert len(soup.select("h1")) == 1


@pytest.mark.parametrize("model", [PathIndexPage, PathPage, StepPage])
def test_an_editor_can_preview_an_unpublished_page(client, admin, path, rf, model):
    page = model.objects.filter(locale__language_code="nl").first()
    page.title = "Nog een concept"
    page.save_revision()
    client.force_login(admin)
    response = client.get(f"/admin/pages/{page.pk}/view_draft/")
    assert response.status_code == 200
    assert "Nog een concept" in response.content.decode()


@pytest.fixture
def admin(make_user):
    return make_user(is_superuser=True)


def test_the_front_page_shows_the_next_step_and_a_compliment_for_a_week(newcomer, user, enrolment, steps):
    panel = soup_of(newcomer.get("/nl/")).select_one("main .panel--block")
    assert panel.select_one("a.button--sun")["href"] == steps[0].get_url()
    for step in steps:
        complete_step(enrolment=enrolment, step_key=step.translation_key)
    assert front_page_panel(user, "nl")["standing"].is_finished
    Enrolment.objects.update(completed_at=timezone.now() - timedelta(days=8))
    assert front_page_panel(user, "nl") is None


def test_who_is_on_no_path_has_no_panel(user):
    assert front_page_panel(user, "nl") is None


def test_a_path_whose_address_is_a_number_is_refused(trunk):
    with pytest.raises(ValidationError) as error:
        PathFactory(parent=trunk(PathIndexPage), title="2026", slug="2026")
    assert "slug" in error.value.message_dict


@pytest.mark.parametrize(("days", "field"), [((0, 5), "first_day"), ((-7, 0), "last_day"), ((8, 7), "last_day")])
def test_a_phase_with_days_that_cannot_be_is_refused(path, days, field):
    with pytest.raises(ValidationError) as error:
        PhaseFactory(parent=path, title="Fase", first_day=days[0], last_day=days[1])
    assert field in error.value.message_dict


def test_names_of_every_script_are_shown_and_escaped(newcomer, steps):
    steps[0].title = "Łukasz & 山田 <script>alert(1)</script> عربى 👩🏽‍🚀"
    publish(steps[0])
    content = newcomer.get("/nl/onboarding/").content.decode()
    assert "<script>alert(1)</script>" not in content
    assert "山田" in content
