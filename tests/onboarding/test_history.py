"""What somebody did: kept, with the version they read, also when it is over."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onboarding.models import Enrolment, StepPage
from onboarding.services import complete_step, reopen_step, waive_step

from .conftest import publish

pytestmark = pytest.mark.django_db


def read(client, enrolment, language="en") -> BeautifulSoup:
    response = client.get(f"/{language}/onboarding/{enrolment.pk}/history/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_nothing_done_says_so(newcomer, enrolment):
    assert read(newcomer, enrolment).select_one("main .empty")


def test_every_deed_is_kept_with_language_and_version(newcomer, enrolment, steps, make_user, urls):
    newcomer.post(urls("complete", steps[0], "en"))
    newcomer.post(urls("reopen", steps[0]))
    newcomer.post(urls("complete", steps[0]))
    waive_step(enrolment=enrolment, step_key=steps[1].translation_key, actor=make_user(), reason="Kan al.")
    rows = read(newcomer, enrolment).select("main .rows > li")
    assert len(rows) == 2
    text = rows[0].get_text(" ")
    assert text.count("Done on") == 2 and "In Dutch" in text and "In English" in text and "version of" in text
    assert "Kan al." in rows[1].get_text()


def test_a_text_that_changed_since_is_said_so(newcomer, enrolment, steps, urls):
    newcomer.post(urls("complete", steps[0]))
    assert "changed since" not in read(newcomer, enrolment).main.get_text()
    publish(StepPage.objects.get(pk=steps[0].pk))
    assert "changed since" in read(newcomer, enrolment).main.get_text()


@pytest.mark.parametrize("what", ["ended", "gone"])
def test_it_outlives_the_path(newcomer, enrolment, path, steps, what):
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    if what == "gone":
        path.unpublish()
    else:
        Enrolment.objects.update(ended_on=date(2026, 11, 1))
    assert "Done on" in read(newcomer, enrolment).main.get_text()


def test_a_step_that_left_the_plan_is_still_named(newcomer, enrolment, steps):
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    steps[0].unpublish()
    assert steps[0].title in read(newcomer, enrolment).select_one("h2.route__title a").get_text()
    enrolment.progress.filter(step_key=steps[0].translation_key).update(in_plan=False)
    heading = read(newcomer, enrolment).select_one("h2.route__title")
    assert steps[0].title in heading.get_text() and heading.a is None


def test_a_stranger_finds_nothing(as_user, make_user, enrolment):
    assert as_user(make_user()).get(f"/nl/onboarding/{enrolment.pk}/history/").status_code == 404


def test_it_costs_the_same_for_any_number_of_steps(newcomer, enrolment, steps):
    def queries() -> int:
        read(newcomer, enrolment)
        with CaptureQueriesContext(connection) as found:
            read(newcomer, enrolment)
        return len(found)

    def do(step) -> None:
        complete_step(enrolment=enrolment, step_key=step.translation_key)
        reopen_step(enrolment=enrolment, step_key=step.translation_key)
        complete_step(enrolment=enrolment, step_key=step.translation_key)

    do(steps[0])
    few = queries()
    for step in steps[1:]:
        do(step)
    assert queries() == few <= 13
