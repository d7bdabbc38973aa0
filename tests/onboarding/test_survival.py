"""Whatever editors do to the pages of a path, nobody loses what they did."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from wagtail.models import Page

from onboarding.models import PathPage, StepPage, StepProgress
from onboarding.reading import own_standing
from onboarding.services import complete_step, enrol

from .conftest import publish, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(enrolment, steps):
    """The first step, done; and its rows as they are."""
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    return steps[0], list(StepProgress.objects.order_by("pk").values())


def standing(enrolment, language="nl"):
    return own_standing(enrolment.user, enrolment.pk, language)


def test_progress_survives_moving_the_step_to_another_phase(enrolment, phases, done):
    step, rows = done
    step.move(phases[1], pos="last-child")
    now = standing(enrolment)
    assert (now.done, now.total) == (1, 3)
    assert now.outline.step(step.translation_key).phase == 2
    assert list(StepProgress.objects.order_by("pk").values()) == rows


def test_progress_survives_moving_the_whole_path(enrolment, make_path, path, done):
    other = make_path(steps=(1,), title="Ander pad")
    Page.objects.get(pk=path.pk).move(Page.objects.get(pk=other.pk), pos="right")
    now = standing(enrolment)
    assert (now.done, now.total) == (1, 3)
    assert list(StepProgress.objects.order_by("pk").values()) == done[1]


def test_progress_survives_renaming_path_phase_and_step(enrolment, path, phases, done):
    step = done[0]
    for page in (path, phases[0], step):
        page.refresh_from_db()
        page.title, page.slug = f"{page.title} nieuw", f"{page.slug}-nieuw"
        publish(page)
    now = standing(enrolment)
    shown = now.outline.step(step.translation_key)
    assert shown.title.endswith("nieuw") and "nieuw" in shown.url
    assert (now.done, now.total) == (1, 3)
    assert list(StepProgress.objects.order_by("pk").values()) == done[1]


def test_progress_survives_reordering(enrolment, steps, done):
    step = done[0]
    step.move(steps[1], pos="right")
    now = standing(enrolment)
    assert now.outline.step(step.translation_key).number == 2
    assert now.is_done(now.outline.step(step.translation_key))
    assert now.next_step.key == steps[1].translation_key
    assert list(StepProgress.objects.order_by("pk").values()) == done[1]


def test_an_unpublished_step_goes_on_counting_for_who_has_it(enrolment, done):
    step, rows = done
    step.unpublish()
    away = standing(enrolment)
    assert (away.done, away.total) == (1, 3)
    assert list(StepProgress.objects.order_by("pk").values()) == rows
    publish(StepPage.objects.get(pk=step.pk))
    back = standing(enrolment)
    assert (back.done, back.total) == (1, 3)
    assert list(StepProgress.objects.order_by("pk").values()) == rows


def test_what_is_done_in_dutch_is_done_in_english(newcomer, enrolment, steps, done):
    for step in steps:
        step.refresh_from_db()
        translate(step, title=f"{step.title} in English", slug=f"{step.slug}-en")
    now = standing(enrolment, "en")
    assert (now.done, now.total) == (1, 3)
    first = now.outline.steps[0]
    assert first.title.endswith("in English") and first.language == "en"
    soup = BeautifulSoup(newcomer.get(first.url).content, "html.parser")
    assert first.url.startswith("/en/")
    assert soup.select_one("form[action$='/reopen/']")
    assert StepProgress.objects.done().count() == 1
    assert StepProgress.objects.count() == len(steps)


def test_a_tick_on_the_english_page_counts_in_dutch(newcomer, enrolment, steps, urls):
    translate(steps[0], title="In English", slug="in-english")
    newcomer.post(urls("complete", steps[0], language="en"))
    assert standing(enrolment, "nl").done == 1


def test_a_step_that_is_not_there_in_english_is_shown_in_dutch_and_counts(newcomer, enrolment, path, done):
    translate(path, title="Young talent", slug="young-talent")
    Page.objects.filter(locale__language_code="en", title__contains="stap").delete()
    now = standing(enrolment, "en")
    assert now.outline.title == "Young talent"
    assert [step.language for step in now.outline.steps] == ["nl"] * 4
    soup = BeautifulSoup(newcomer.get(f"/en/onboarding/{enrolment.pk}/").content, "html.parser")
    assert {a.get("lang") for a in soup.select(".route__title a")} == {"nl"}
    assert (now.done, now.total) == (1, 3)


def test_an_alias_waiting_for_its_translation_keeps_the_reader_in_english(newcomer, enrolment, done):
    now = standing(enrolment, "en")
    first = now.outline.steps[0]
    assert first.url.startswith("/en/") and first.language == "nl"
    assert (now.done, now.total) == (1, 3)
    soup = BeautifulSoup(newcomer.get(first.url).content, "html.parser")
    assert soup.select_one("form[action$='/reopen/']")
    assert soup.h1["lang"] == "nl"


def test_a_step_moved_only_in_dutch_is_moved_for_english_readers_too(enrolment, phases, steps, done):
    for step in steps:
        step.refresh_from_db()
        translate(step, title=f"{step.title} EN", slug=f"{step.slug}-en")
    step = done[0]
    step.move(phases[1], pos="last-child")
    for language in ("nl", "en"):
        now = standing(enrolment, language)
        assert now.outline.step(step.translation_key).phase == 2
        assert (now.done, now.total) == (1, 3)


def test_deleting_a_step_page_loses_no_rows(newcomer, enrolment, done):
    step, rows = done
    StepPage.objects.get(pk=step.pk).delete()
    assert list(StepProgress.objects.order_by("pk").values()) == rows
    assert standing(enrolment).total == 2
    assert newcomer.get("/nl/onboarding/").status_code == 200


def test_a_path_that_is_gone_is_a_message_and_loses_nothing(newcomer, enrolment, path, done):
    PathPage.objects.get(pk=path.pk).delete()
    for address in ("/nl/onboarding/", f"/nl/onboarding/{enrolment.pk}/", f"/en/onboarding/{enrolment.pk}/"):
        response = newcomer.get(address)
        assert response.status_code == 200
        assert b'class="empty"' in response.content
    assert newcomer.get("/nl/").status_code == 200
    assert list(StepProgress.objects.order_by("pk").values()) == done[1]


def test_who_leaves_keeps_every_row(user, enrolment, done):
    user.is_active = False
    user.save()
    assert list(StepProgress.objects.order_by("pk").values()) == done[1]
    user.is_active = True
    user.save()
    assert standing(enrolment).done == 1


def test_a_copied_path_starts_clean(enrolment, path, done):
    copy = PathPage.objects.get(pk=path.pk).copy(recursive=True, update_attrs={"slug": "kopie", "title": "Kopie"})
    publish(copy)
    again = enrol(user=enrolment.user, path=copy, start_date=date(2026, 11, 1))
    assert again.pk != enrolment.pk
    now = standing(again)
    assert (now.done, now.total) == (0, 3)
