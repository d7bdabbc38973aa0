"""A newcomer walks the path."""

import pytest
from bs4 import BeautifulSoup

from onboarding.models import StepProgress

pytestmark = pytest.mark.django_db


def test_the_next_step_comes_first_on_the_path_page(newcomer, steps):
    soup = BeautifulSoup(newcomer.get("/nl/onboarding/").content, "html.parser")
    panel = soup.select_one("main .panel--block")
    assert steps[0].title in panel.get_text()
    assert panel.select_one("a.button--sun")["href"] == steps[0].get_url()
    assert soup.select_one(".route [aria-current=step]")["href"] == steps[0].get_url()


def test_completing_every_required_step_finishes_the_path(newcomer, enrolment, steps, urls):
    for step in steps[:3]:
        response = newcomer.post(urls("complete", step), follow=True)
        assert response.status_code == 200
    enrolment.refresh_from_db()
    assert enrolment.completed_at is not None
    assert StepProgress.objects.done().filter(enrolment=enrolment).count() == 3
    assert response.request["PATH_INFO"] == f"/nl/onboarding/{enrolment.pk}/"
