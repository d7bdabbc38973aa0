"""Ticking: what is set stays set, and nobody reaches what isn't theirs."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import PageViewRestriction

from onboarding.models import Enrolment, StepProgress
from onboarding.services import complete_step, enrol

pytestmark = pytest.mark.django_db


def test_a_double_click_keeps_the_first_date(newcomer, steps, urls):
    newcomer.post(urls("complete", steps[0]))
    first = StepProgress.objects.touched().get()
    assert newcomer.post(urls("complete", steps[0])).status_code == 302
    again = StepProgress.objects.touched().get()
    assert (again.pk, again.completed_at, again.opened_at) == (first.pk, first.completed_at, first.opened_at)


def test_reopening_twice_changes_nothing_more(newcomer, steps, urls):
    newcomer.post(urls("complete", steps[0]))
    for _ in range(2):
        assert newcomer.post(urls("reopen", steps[0])).status_code == 302
        assert StepProgress.objects.touched().get().completed_at is None


def test_reopening_what_was_never_done_writes_nothing(newcomer, steps, urls):
    assert newcomer.post(urls("reopen", steps[0])).status_code == 302
    assert not StepProgress.objects.touched().exists()


def test_a_second_tab_that_still_shows_the_old_state_changes_nothing(newcomer, user, steps, urls):
    other_tab = Client()
    other_tab.force_login(user)
    for tab in (newcomer, other_tab):
        tab.get(steps[0].get_url())
    newcomer.post(urls("complete", steps[0]))
    first = StepProgress.objects.touched().get().completed_at
    other_tab.post(urls("complete", steps[0]))
    assert StepProgress.objects.touched().get().completed_at == first


def test_the_last_two_steps_ticked_in_two_tabs_finish_the_path_once(newcomer, enrolment, steps, urls):
    for step in (*steps[:3], steps[2]):
        newcomer.post(urls("complete", step))
    enrolment.refresh_from_db()
    finished = enrolment.completed_at
    newcomer.post(urls("complete", steps[2]))
    enrolment.refresh_from_db()
    assert finished is not None and enrolment.completed_at == finished


@pytest.mark.parametrize("what", ["complete", "reopen"])
def test_looking_is_not_doing(newcomer, steps, urls, what):
    assert newcomer.get(urls(what, steps[0])).status_code == 405
    assert not StepProgress.objects.touched().exists()


@pytest.mark.parametrize("what", ["complete", "reopen"])
def test_without_a_token_nothing_is_done(user, enrolment, steps, urls, what):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.post(urls(what, steps[0])).status_code == 403
    assert not StepProgress.objects.touched().exists()


def test_without_sign_in_there_is_only_sign_in(client, enrolment, steps, urls):
    for response in (
        client.get("/nl/onboarding/"),
        client.get(f"/nl/onboarding/{enrolment.pk}/"),
        client.post(urls("complete", steps[0])),
    ):
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")
    assert not StepProgress.objects.touched().exists()


def _without_token(content: bytes) -> bytes:
    """Without what is another each time: the form's token, and the number of the request."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"|<code>[\w-]+</code>', b"", content)


def test_a_strangers_enrolment_is_as_unknown_as_one_that_does_not_exist(as_user, make_user, enrolment, steps, urls):
    stranger = as_user(make_user())
    unknown = 10**9
    addresses = ["/nl/onboarding/{}/", f"/nl/onboarding/{{}}/steps/{steps[0].translation_key}/complete/"]
    for address in addresses:
        call = stranger.post if "steps" in address else stranger.get
        theirs, nobodys = call(address.format(enrolment.pk)), call(address.format(unknown))
        assert theirs.status_code == nobodys.status_code == 404
        same = [
            # Alike but for the number, in addresses and in the search, and the form's token, which may begin with digits.
            re.sub(rb'(onboarding/|onboarding%2F|"search" value=")\d+', rb"\1N", _without_token(response.content))
            for response in (theirs, nobodys)
        ]
        assert same[0] == same[1]
    assert not StepProgress.objects.touched().exists()


@pytest.mark.parametrize("tail", [f"{10**30}/", "0/", "-1/", "x/", "1/steps/", "1/steps/x/complete/"])
def test_malformed_addresses_are_404(newcomer, tail):
    address = f"/nl/onboarding/{tail}"
    assert newcomer.get(address).status_code == 404
    assert newcomer.post(address).status_code in (404, 405)


def test_an_unknown_step_is_404(newcomer, enrolment):
    response = newcomer.post(f"/nl/onboarding/{enrolment.pk}/steps/{uuid4()}/complete/")
    assert response.status_code == 404
    assert not StepProgress.objects.touched().exists()


def test_a_step_of_another_path_is_404(newcomer, make_path, urls):
    from onboarding.models import StepPage

    other = make_path(steps=(1,), title="Ander pad")
    step = StepPage.objects.descendant_of(other).get()
    assert newcomer.post(urls("complete", step)).status_code == 404
    assert not StepProgress.objects.touched().exists()


def test_a_step_that_left_the_plan_is_404_and_a_draft_stays_unseen(newcomer, enrolment, steps, urls):
    steps[0].unpublish()
    enrolment.progress.filter(step_key=steps[0].translation_key).update(in_plan=False)
    assert newcomer.post(urls("complete", steps[0])).status_code == 404
    assert newcomer.get(steps[0].get_url()).status_code == 404
    assert steps[0].title.encode() not in newcomer.get("/nl/onboarding/").content


def test_a_step_closed_to_the_reader_is_not_on_their_path(newcomer, user, enrolment, steps, urls):
    closed = PageViewRestriction.objects.create(page=steps[0].page_ptr, restriction_type="groups")
    group = Group.objects.create(name="Bestuur")
    closed.groups.add(group)
    assert newcomer.post(urls("complete", steps[0])).status_code == 404
    assert newcomer.get(steps[0].get_url()).status_code == 403
    content = newcomer.get("/nl/onboarding/").content
    assert steps[0].title.encode() not in content
    assert b">0</span>" in content
    user.groups.add(group)
    assert newcomer.post(urls("complete", steps[0])).status_code == 302


def test_an_ended_enrolment_can_be_read_but_not_changed(newcomer, enrolment, steps, urls):
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=date(2026, 11, 1))
    response = newcomer.post(urls("complete", steps[0]), follow=True)
    assert response.status_code == 200
    assert b"toast--stays" in response.content
    assert not StepProgress.objects.filter(completed_at__isnull=False).exists()
    page = newcomer.get(steps[0].get_url())
    assert page.status_code == 200 and b"/complete/" not in page.content


def test_htmx_gets_the_fragment_the_page_has_too(newcomer, steps, urls):
    response = newcomer.post(urls("complete", steps[0]), headers={"HX-Request": "true"})
    assert response.status_code == 200
    text = response.content.decode()
    assert "<html" not in text and 'id="state"' in text and "/reopen/" in text
    assert 'role="status"' in text and "autofocus" in text
    assert text.count("hx-swap-oob") == 2


def test_htmx_is_sent_to_the_path_when_it_is_finished(newcomer, enrolment, steps, urls):
    for step in steps[:2]:
        newcomer.post(urls("complete", step))
    response = newcomer.post(urls("complete", steps[2]), headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == f"/nl/onboarding/{enrolment.pk}/"


def test_two_people_on_one_path_do_not_touch_each_other(newcomer, enrolment, path, make_user, steps):
    other = enrol(user=make_user(), path=path, start_date=date(2026, 10, 5))
    complete_step(enrolment=other, step_key=steps[0].translation_key)
    assert not StepProgress.objects.touched().filter(enrolment=enrolment).exists()
    assert b"/complete/" in newcomer.get(steps[0].get_url()).content
