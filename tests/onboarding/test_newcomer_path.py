"""My path: by date, honest about progress, kind about what is late."""

from datetime import date, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.utils import timezone

from onboarding.groups import path_groups
from onboarding.models import Enrolment, OnboardingEvent, Pause, StepPage, StepProgress
from onboarding.periods import due_words
from onboarding.reading import own_standing
from onboarding.services import complete_step, enrol, record_event, waive_step

pytestmark = pytest.mark.django_db
# A Tuesday.
NOON = "2026-10-06 12:00+02:00"


def soup_of(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def set_due(enrolment, step, due) -> None:
    enrolment.progress.filter(step_key=step.translation_key).update(due_on=due)


@pytest.fixture
def dated(enrolment, steps):
    """One step was due on 2 October, one is today, one next week, the optional one has no date."""
    for step, due in zip(steps, [date(2026, 10, 2), date(2026, 10, 6), date(2026, 10, 14), None], strict=True):
        set_due(enrolment, step, due)


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_step_stands_in_one_group_by_its_date(newcomer, steps, dated, language):
    soup = soup_of(newcomer.get(f"/{language}/onboarding/"))
    assert [group["id"] for group in soup.select("details.phase")] == ["late", "week", "later", "undated"]
    assert [len(group.select(".route > li")) for group in soup.select("details.phase")] == [1, 1, 1, 1]
    assert not soup.select("#late [class*=bad]")


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 10, 6), "today"),
        (date(2026, 10, 7), "tomorrow"),
        (date(2026, 12, 4), "by 4 December"),
        (date(2027, 1, 4), "by 4 January 2027"),
        (date(2026, 10, 5), "was planned for 5 October"),
    ],
)
def test_dates_are_said_as_one_would(settings, due, words):
    from django.utils.translation import override

    with override("en"):
        assert due_words(due, timezone.localdate()) == words


@time_machine.travel(NOON, tick=False)
def test_done_steps_stay_with_their_date_and_the_other_order_is_one_tap_away(newcomer, steps, dated, urls):
    newcomer.post(urls("complete", steps[0]))
    soup = soup_of(newcomer.get("/nl/onboarding/"))
    done = soup.select_one("#done")
    assert not done.has_attr("open") and "6 oktober" in done.get_text()
    other = soup.select_one("#steps a:not([aria-current])")["href"].split("#")[0]
    by_phase = soup_of(newcomer.get(f"/nl/onboarding/{other}"))
    assert len(by_phase.select("details.phase")) == 2 and len(by_phase.select(".route > li")) == 4
    assert by_phase.select_one("#steps [aria-current]")["href"].startswith("?by=phase")


@time_machine.travel(NOON, tick=False)
def test_a_paused_path_has_no_dates_and_nothing_late(newcomer, enrolment, steps, dated):
    Pause.objects.create(enrolment=enrolment, starts_on=date(2026, 10, 1))
    soup = soup_of(newcomer.get("/nl/onboarding/"))
    assert [group["id"] for group in soup.select("details.phase")] == ["paused"]
    assert "uiterlijk" not in soup.main.get_text()


def test_a_path_that_editors_made_longer_says_so_for_a_while(newcomer, enrolment):
    record_event(kind=OnboardingEvent.Kind.CHANGED, enrolment=enrolment, added=2, removed=1)
    assert "2 steps were added" in soup_of(newcomer.get("/en/onboarding/")).main.get_text()
    OnboardingEvent.objects.filter(kind="changed").update(at=timezone.now() - timedelta(days=15))
    assert "were added" not in soup_of(newcomer.get("/en/onboarding/")).main.get_text()


def test_a_path_of_optional_steps_only_counts_them(as_user, user, make_path):
    path = make_path(steps=(0,), title="Vrij pad", optional=3)
    enrolment = enrol(user=user, path=path, start_date=date(2026, 10, 1))
    step = StepPage.objects.descendant_of(path).first()
    complete_step(enrolment=enrolment, step_key=step.translation_key)
    panel = soup_of(as_user(user).get("/en/onboarding/")).select_one("main .panel--block").get_text()
    assert "1 of 3 steps that are optional" in panel and "%" not in panel


def test_a_waived_step_leaves_the_total_and_a_removed_one_too(enrolment, steps, make_user):
    waive_step(enrolment=enrolment, step_key=steps[0].translation_key, actor=make_user(), reason="Kan al.")
    enrolment.progress.filter(step_key=steps[1].translation_key).update(in_plan=False)
    standing = own_standing(enrolment.user, enrolment.pk, "nl")
    assert (standing.done, standing.total) == (0, 1)


def test_a_finished_path_stays_all_done_and_thanks(as_user, make_user, path, steps):
    person = make_user()
    enrolment = enrol(user=person, path=path, start_date=date(2026, 10, 1), buddy=make_user(first_name="Sem"))
    for step in steps[:3]:
        complete_step(enrolment=enrolment, step_key=step.translation_key)
    # An editor makes the optional step required afterwards.
    enrolment.progress.filter(step_key=steps[3].translation_key).update(is_required=True)
    panel = soup_of(as_user(person).get(f"/en/onboarding/{enrolment.pk}/")).select_one("main .panel--block")
    assert panel.select_one(".ring__value")["stroke-dasharray"].startswith("100 ")
    assert "You did all 3 steps" in panel.get_text() and "Sem" in panel.get_text()
    assert panel.select_one(f"a[href='/en/onboarding/{enrolment.pk}/history/']")


def test_an_ended_path_shows_what_was_not_done_without_dates(newcomer, enrolment, steps, urls):
    newcomer.post(urls("complete", steps[0]))
    Enrolment.objects.update(ended_on=date(2026, 11, 1))
    soup = soup_of(newcomer.get(f"/nl/onboarding/{enrolment.pk}/"))
    assert [group["id"] for group in soup.select("details.phase")] == ["open", "done"]


def test_no_step_is_lost_or_doubled_by_any_state(enrolment, steps):
    keys = [step.translation_key for step in steps]
    StepProgress.objects.filter(step_key=keys[0]).update(submitted_at=timezone.now())
    StepProgress.objects.filter(step_key=keys[1]).update(waived_at=timezone.now())
    StepProgress.objects.filter(step_key=keys[2]).update(completed_at=timezone.now(), waived_at=timezone.now())
    standing = own_standing(enrolment.user, enrolment.pk, "nl")
    shown = [row.step.key for group in path_groups(standing, {}) for row in group.rows]
    assert sorted(shown) == sorted(keys)
