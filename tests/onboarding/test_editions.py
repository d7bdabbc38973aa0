"""A text that was confirmed is published again: an editor decides, and a large change asks once more."""

from datetime import date

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from guidelines.models import ManualIndexPage, ManualPage
from notifications.kinds import get_kind
from notifications.models import Message
from onboarding.editions import undecided
from onboarding.groups import path_groups
from onboarding.models import Enrolment, PageEdition, StepAttempt, StepPage, StepProgress
from onboarding.reading import standings_of
from onboarding.services import enrol
from onboarding.services.editions import AGAIN, NothingToDecide, ask_again, decide_edition
from onboarding.services.reminding import send_reminders
from onboarding.services.ticking import confirm_step
from tests.factories import ManualFactory

from .conftest import publish, translate
from .test_authoring_form import filled_in

pytestmark = pytest.mark.django_db
URL = "/admin/onboarding/editions/"


@pytest.fixture
def editor(make_user):
    return make_user(is_superuser=True)


@pytest.fixture
def confirmed(newcomer, steps, urls):
    """``user`` confirmed the first step as it first was; it was published again since, with other words."""
    step = steps[0]
    step.kind, step.summary = StepPage.Kind.CONFIRM, "Je mag alles delen."
    publish(step)
    newcomer.post(urls("complete", step), {"understood": "on"})
    step = StepPage.objects.get(pk=step.pk)
    step.summary = "Je mag niets delen."
    return publish(step)


def test_only_what_changed_after_somebody_confirmed_is_to_be_decided(newcomer, editor, steps, urls):
    steps[0].kind = StepPage.Kind.CONFIRM
    publish(steps[0])
    publish(steps[0])
    assert undecided(editor) == []
    newcomer.post(urls("complete", steps[0]), {"understood": "on"})
    assert undecided(editor) == []
    publish(steps[0])
    assert [(text.key, text.confirmed) for text in undecided(editor)] == [(steps[0].translation_key, 1)]


def test_a_small_change_stands(editor, confirmed):
    decide_edition(page_key=confirmed.translation_key, is_large=False, actor=editor)
    assert undecided(editor) == [] and ask_again(timezone.now()) == 0
    assert StepProgress.objects.done().count() == 1 and not Message.objects.filter(kind=AGAIN).exists()


@time_machine.travel("2026-10-06 12:00+02:00")
def test_a_large_change_asks_once_more_and_keeps_what_was_confirmed(editor, newcomer, user, confirmed, urls):
    decide_edition(
        page_key=confirmed.translation_key, is_large=True, note="Delen mag niet.", grace_days=3, actor=editor
    )
    assert ask_again(timezone.now()) == 1
    assert ask_again(timezone.now()) == 0
    row = StepProgress.objects.get(step_key=confirmed.translation_key)
    assert (row.completed_at, row.attempt, row.due_on) == (None, 2, date(2026, 10, 9))
    assert StepAttempt.objects.get().completed_at is not None
    message = Message.objects.get(recipient=user, kind=AGAIN)
    assert "Delen mag niet." in get_kind(message.kind).resolve(message.payload, user).text
    soup = BeautifulSoup(newcomer.get(confirmed.get_url()).content, "html.parser")
    assert "Je mag niets delen." in soup.select_one("ins").get_text()
    assert "Je mag alles delen." in soup.select_one("del").get_text()
    newcomer.post(urls("complete", confirmed), {"understood": "on"})
    row.refresh_from_db()
    assert (row.edition, row.completed_at is not None) == (1, True)
    assert ask_again(timezone.now()) == 0
    assert get_kind(message.kind).resolve(message.payload, user) is None


def test_one_decision_counts_for_both_languages(editor, confirmed, newcomer, user):
    english = translate(confirmed, summary="You may share nothing.")
    decide_edition(page_key=confirmed.translation_key, is_large=True, note="Anders.", actor=editor)
    assert set(PageEdition.objects.values_list("revision_id", "number")) == {
        (confirmed.live_revision_id, 1),
        (english.live_revision_id, 1),
    }
    assert undecided(editor) == []


@pytest.fixture
def behind(confirmed):
    """The English page of ``confirmed``, which doesn't have its last change yet."""
    english = translate(confirmed, summary="You may share everything.")
    confirmed.summary = "Je mag echt niets delen."
    publish(confirmed)
    return english


def test_a_large_change_waits_for_the_translation(client, editor, confirmed, behind, path, make_user):
    key, note = confirmed.translation_key, {"size": "large", "note": "Delen mag niet.", "grace_days": "5"}
    client.force_login(editor)
    edit = reverse("wagtailadmin_pages:edit", args=[behind.pk])
    assert edit in client.get(URL).content.decode()
    client.post(URL, {"text": str(key), **note})
    assert ask_again(timezone.now()) == 0 and undecided(editor) == []
    with pytest.raises(NothingToDecide):
        decide_edition(page_key=key, is_large=False, actor=editor)
    page = BeautifulSoup(client.get(URL).content, "html.parser")
    section = page.select_one("section[aria-labelledby=waiting]")
    assert "Delen mag niet." in section.get_text() and section.select_one(f'a[href="{edit}"]')
    assert not page.select("form input[name=text]")
    # Until then who reads Dutch reads the new text, and who reads English the old one.
    found = {}
    for language in ("nl", "en"):
        person = enrol(user=make_user(), path=path, start_date=date(2026, 10, 1))
        with override(language):
            confirm_step(enrolment=person, step_key=key)
        found[language] = StepProgress.objects.get(enrolment=person, step_key=key)
    assert [found[language].edition for language in ("nl", "en")] == [1, 0]
    # A slip of the pen that is mended meanwhile goes along with it.
    publish(confirmed)
    behind.summary = "You may share nothing."
    publish(behind)
    assert ask_again(timezone.now()) == 2 and ask_again(timezone.now()) == 0
    for row in found.values():
        row.refresh_from_db()
    assert (found["nl"].attempt, found["en"].attempt) == (1, 2) and found["en"].completed_at is None
    assert undecided(editor) == [] and not PageEdition.objects.filter(waits=True).exists()


def test_a_small_change_waits_for_nothing(editor, confirmed, behind):
    (text,) = undecided(editor)
    assert text.behind_id == behind.pk
    decide_edition(page_key=text.key, is_large=False, actor=editor)
    assert ask_again(timezone.now()) == 0 and undecided(editor) == []
    assert not PageEdition.objects.filter(waits=True).exists()


def test_who_publishes_a_confirmed_text_is_asked_how_large_the_change_is(client, editor, confirmed, steps):
    client.force_login(editor)

    def said(page) -> list[str]:
        words = filled_in(title=page.title, slug=page.slug, kind=page.kind, summary="Anders.")
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        response = client.post(url, {**words, "action-publish": "1"}, follow=True)
        return [str(message) for message in response.context["messages"] if URL in str(message)]

    (hint,) = said(confirmed)
    assert f"{URL}#text-{confirmed.translation_key}" in hint and confirmed.title in hint
    # What nobody confirmed is nobody's question.
    assert said(steps[1]) == []


@time_machine.travel("2026-10-06 12:00+02:00", tick=False)
def test_a_supporters_own_confirmation_is_asked_of_the_supporter(editor, as_user, make_user, user, path, steps):
    buddy, stranger = make_user(first_name="Bo", locale="en"), make_user()
    StepPage.objects.filter(pk=steps[0].pk).update(assignee="buddy")
    step = StepPage.objects.get(pk=steps[0].pk)
    step.kind, step.summary = StepPage.Kind.CONFIRM, "Je mag alles delen."
    publish(step)
    enrolment = enrol(user=user, path=path, start_date=date(2026, 10, 1), buddy=buddy)
    confirm_step(enrolment=enrolment, step_key=step.translation_key, actor=buddy, as_role="buddy")
    step.summary = "Je mag niets delen."
    publish(step)
    decide_edition(page_key=step.translation_key, is_large=True, note="Delen mag niet.", actor=editor)
    with time_machine.travel("2026-10-06 12:05+02:00", tick=False):
        assert (ask_again(timezone.now()), ask_again(timezone.now())) == (1, 0)
    message = Message.objects.get(kind=AGAIN)
    assert message.recipient == buddy
    with override("en"):
        content = get_kind(AGAIN).resolve(message.payload, buddy)
    where = reverse("onboarding:supported_step", args=[enrolment.pk, step.translation_key])
    assert user.get_full_name() in content.title and content.url.endswith(where[3:])
    assert [get_kind(AGAIN).resolve(message.payload, other) for other in (user, stranger)] == [None, None]
    page = as_user(buddy).get(where)
    assert "Je mag niets delen." in BeautifulSoup(page.content, "html.parser").select_one("ins").get_text()
    as_user(buddy).post(f"{where}complete/")
    row = StepProgress.objects.get(enrolment=enrolment, step_key=step.translation_key)
    assert (row.completed_by, row.edition) == (buddy, 1)
    assert get_kind(AGAIN).resolve(message.payload, buddy) is None


def test_deciding_twice_is_refused(editor, confirmed):
    decide_edition(page_key=confirmed.translation_key, is_large=False, actor=editor)
    with pytest.raises(NothingToDecide):
        decide_edition(page_key=confirmed.translation_key, is_large=True, note="Toch.", actor=editor)


def test_a_finished_path_stays_finished(editor, newcomer, enrolment, steps, confirmed, urls):
    for step in steps[1:3]:
        newcomer.post(urls("complete", step))
    decide_edition(page_key=confirmed.translation_key, is_large=True, note="Anders.", actor=editor)
    assert ask_again(timezone.now()) == 1
    enrolment.refresh_from_db()
    assert enrolment.completed_at is not None


@time_machine.travel("2026-10-06 12:00+02:00", tick=False)
def test_on_a_finished_path_it_is_to_be_done_all_the_same(editor, newcomer, enrolment, user, steps, confirmed, urls):
    for step in steps[1:3]:
        newcomer.post(urls("complete", step))
    decide_edition(page_key=confirmed.translation_key, is_large=True, note="Anders.", grace_days=3, actor=editor)
    with time_machine.travel("2026-10-06 12:05+02:00", tick=False):
        assert ask_again(timezone.now()) == 1
    Enrolment.objects.update(planned_at=timezone.now())
    (row,) = StepProgress.objects.open().filter(enrolment=enrolment)
    assert (row.step_key, row.due_on) == (confirmed.translation_key, date(2026, 10, 9))
    with time_machine.travel("2026-10-07 12:00+02:00", tick=False):
        assert groups_of(user, "week") == ["Jong talent stap 1.1"]
        # What doesn't have to be done, and never was, is still for who likes to.
        assert groups_of(user, "more") == ["Jong talent mag 0"]
    with time_machine.travel("2026-10-09 12:00+02:00", tick=False):
        assert send_reminders(timezone.now()) == 1
        (message,) = Message.objects.filter(recipient=user, kind="onboarding.reminder")
        assert get_kind(message.kind).resolve(message.payload, user) is not None
    with time_machine.travel("2026-10-12 12:00+02:00", tick=False):
        assert groups_of(user, "late") == ["Jong talent stap 1.1"]
        (standing,) = standings_of(user, "nl")
        assert [step.key for step in standing.planned if standing.is_overdue(step)] == [confirmed.translation_key]


def groups_of(user, key: str) -> list[str]:
    """The titles of the steps in this group of the person's own path."""
    (standing,) = standings_of(user, "nl")
    return [row.step.title for group in path_groups(standing, {}) if group.key == key for row in group.rows]


@time_machine.travel("2026-10-12 12:00+02:00")
def test_what_may_be_done_and_is_opened_again_stays_a_choice_on_a_finished_path(newcomer, enrolment, user, steps, urls):
    for step in steps:
        newcomer.post(urls("complete", step))
    newcomer.post(urls("reopen", steps[3]))
    assert groups_of(user, "more") == ["Jong talent mag 0"]
    assert not StepProgress.objects.open().filter(enrolment=enrolment).exists()


def test_the_editors_page_shows_the_difference_and_takes_the_decision(client, editor, confirmed):
    client.force_login(editor)
    page = client.get(URL)
    assert page.status_code == 200 and "Je mag niets delen." in page.content.decode()
    key = str(confirmed.translation_key)
    wrong = client.post(URL, {"text": key, "size": "large", "note": "", "grace_days": "5"})
    assert wrong.status_code == 200 and not PageEdition.objects.exists()
    for _number in range(2):
        answer = client.post(URL, {"text": key, "size": "large", "note": "Delen mag niet.", "grace_days": "5"})
        assert answer.status_code == 302
    assert PageEdition.objects.get().is_large


def test_who_may_not_publish_decides_nothing(client, user, confirmed):
    client.force_login(user)
    key = str(confirmed.translation_key)
    assert client.post(URL, {"text": key, "size": "small", "grace_days": "5"}).status_code in (302, 403)
    assert not PageEdition.objects.exists()


def test_who_decides_starts_from_what_was_said_when_it_was_published(as_user, editor, newcomer, steps, urls, trunk):
    manual = ManualFactory(parent=trunk(ManualIndexPage), title="Delen")
    manual.save_revision().publish()
    step = steps[0]
    step.kind, step.reads = StepPage.Kind.CONFIRM, manual.page_ptr
    publish(step)
    newcomer.post(urls("complete", step), {"understood": "on"})
    for fields in ({"change_size": "large", "change_note": "Delen mag niet."}, {"summary": "Zonder typefout."}):
        manual = ManualPage.objects.get(pk=manual.pk)
        for name, value in fields.items():
            setattr(manual, name, value)
        manual.save_revision().publish()
    form = BeautifulSoup(as_user(editor).get(URL).content, "html.parser").select_one(
        f"section[aria-labelledby=text-{manual.translation_key}]"
    )
    assert form.select_one("[name=size][checked]")["value"] == "large"
    assert form.select_one("[name=note]")["value"] == "Delen mag niet."
