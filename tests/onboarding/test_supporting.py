"""The supporters' pages: one newcomer, one step, and what may be done with it."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.rich_text import RichText

from guidelines.models import ManualIndexPage
from notifications.kinds import all_kinds
from onboarding.checks import content_problems, findings_of
from onboarding.models import (
    Enrolment,
    OnboardingEvent,
    StepAttempt,
    StepPage,
    StepPrerequisite,
    StepProgress,
    Supporter,
)
from onboarding.reading import people_around
from onboarding.services import complete_step, enrol, reopen_step, set_supporter, waive_step
from onboarding.services.handing_in import hand_in_step
from onboarding.standing import Standing
from people.models import User
from tests.factories import ManualFactory

from .conftest import opens_in_english, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def buddy(make_user):
    return make_user(first_name="Bo")


@pytest.fixture
def manager(make_user):
    return make_user(first_name="Mo")


@pytest.fixture
def hr(make_user):
    return make_user(first_name="Hanna", groups=["HR"])


@pytest.fixture
def supported(path, steps, user, buddy, manager):
    """``user`` with a buddy and a manager; the second step is the buddy's, the third the manager's."""
    for step, assignee in ((steps[1], "buddy"), (steps[2], "manager")):
        step.assignee = assignee
        publish(step)
    User.objects.filter(pk=user.pk).update(manager=manager)
    user.refresh_from_db()
    return enrol(user=user, path=path, start_date=date(2026, 10, 1), buddy=buddy)


def address(enrolment, step=None, what: str = "", language: str = "nl") -> str:
    tail = f"{step.translation_key}/" if step else ""
    return f"/{language}/onboarding/for/{enrolment.pk}/{tail}{what + '/' if what else ''}"


def row_of(enrolment, step) -> StepProgress:
    return StepProgress.objects.get(enrolment=enrolment, step_key=step.translation_key)


# Reading --------------------------------------------------------------------------------


def test_a_buddy_reads_the_path_of_their_newcomer(as_user, supported, buddy, steps, user):
    page = as_user(buddy).get(address(supported))
    assert page.status_code == 200
    words = page.content.decode()
    assert user.get_full_name() in words
    for step in steps:
        assert step.title in words


def test_a_supporter_reads_the_text_with_the_words_of_their_newcomer(as_user, supported, manager, buddy, steps, user):
    step = StepPage.objects.get(pk=steps[0].pk)
    step.body = [("rich_text", RichText("<p>{{first_name}} spreekt {{manager}} en {{buddy}}.</p>"))]
    publish(step)
    words = as_user(manager).get(address(supported, step)).content.decode()
    assert (
        f"{user.first_name} spreekt {manager.get_full_name()} en {buddy.get_full_name()}." in words
        and "{{" not in words
    )


def test_a_stranger_an_editor_and_an_unknown_number_are_told_the_same(as_user, supported, make_user, steps):
    for stranger in (make_user(), make_user(groups=["Editors"])):
        client = as_user(stranger)
        assert client.get(address(supported)).status_code == 404
        assert client.get(address(supported, steps[1])).status_code == 404
        assert client.post(address(supported, steps[1], "complete")).status_code == 404
    assert client.get("/nl/onboarding/for/99999999/").status_code == 404
    assert client.get("/nl/onboarding/for/99999999999999999999999/").status_code == 404
    assert row_of(supported, steps[1]).completed_at is None


def test_ones_own_path_is_shown_as_ones_own(as_user, supported, user, steps):
    client = as_user(user)
    assert client.get(address(supported)).headers["Location"] == f"/nl/onboarding/{supported.pk}/"
    assert client.get(address(supported, steps[1])).status_code == 404


def test_nobody_is_shown_when_a_step_was_opened(as_user, supported, buddy, steps, user):
    as_user(user).get(steps[0].get_url())
    assert row_of(supported, steps[0]).opened_at is not None
    page = as_user(buddy).get(address(supported)).content.decode()
    newcomer = as_user(buddy).get(address(supported)).context["newcomer"]
    assert newcomer.last_done_at is None
    assert "Begonnen" not in page


def test_a_path_that_ended_is_closed_to_a_buddy_and_open_to_hr(as_user, supported, buddy, hr, steps):
    Enrolment.objects.filter(pk=supported.pk).update(ended_on=date(2026, 11, 1))
    assert as_user(buddy).get(address(supported)).status_code == 404
    client = as_user(hr)
    assert client.get(address(supported)).status_code == 200
    page = client.get(address(supported, steps[0]))
    assert page.status_code == 200
    assert not page.context["may_waive"]
    client.post(address(supported, steps[0], "waive"), {"reason": "Kan het al"})
    assert row_of(supported, steps[0]).waived_at is None


def test_a_step_that_is_closed_to_the_supporter_keeps_its_text(as_user, supported, buddy, steps):
    from wagtail.models import PageViewRestriction

    restriction = PageViewRestriction.objects.create(page=steps[1], restriction_type="groups")
    page = as_user(buddy).get(address(supported, steps[1]))
    # The newcomer can't see it either, so it is on nobody's path as long as it is closed.
    assert page.status_code == 404
    restriction.delete()


# A step of one's own ----------------------------------------------------------------------


def test_a_buddy_does_their_own_step_without_the_admin(as_user, supported, buddy, steps):
    client = as_user(buddy)
    assert not buddy.has_perm("wagtailadmin.access_admin")
    assert "This is done" in client.get(address(supported, steps[1], language="en")).content.decode()
    client.post(address(supported, steps[1], "complete"))
    row = row_of(supported, steps[1])
    assert row.completed_at is not None
    assert row.completed_by == buddy


def test_doing_it_twice_keeps_the_first_date(as_user, supported, buddy, steps):
    client = as_user(buddy)
    client.post(address(supported, steps[1], "complete"))
    first = row_of(supported, steps[1]).completed_at
    client.post(address(supported, steps[1], "complete"))
    assert row_of(supported, steps[1]).completed_at == first
    assert OnboardingEvent.objects.filter(kind="done", enrolment=supported).count() == 1


@pytest.mark.parametrize("number", [0, 2])
def test_a_buddy_does_neither_the_newcomers_nor_the_managers_step(as_user, supported, buddy, steps, number):
    assert as_user(buddy).post(address(supported, steps[number], "complete")).status_code == 404
    assert row_of(supported, steps[number]).completed_at is None


def test_the_newcomer_can_not_do_the_buddys_step(as_user, supported, user, steps):
    assert as_user(user).post(address(supported, steps[1], "complete")).status_code == 404
    as_user(user).post(f"/nl/onboarding/{supported.pk}/steps/{steps[1].translation_key}/complete/")
    assert row_of(supported, steps[1]).completed_at is None


def test_the_manager_stands_in_for_a_buddy_who_left(as_user, supported, buddy, manager, steps):
    assert as_user(manager).post(address(supported, steps[1], "complete")).status_code == 404
    User.objects.filter(pk=buddy.pk).update(is_active=False)
    as_user(manager).post(address(supported, steps[1], "complete"))
    assert row_of(supported, steps[1]).completed_by == manager


def test_all_of_hr_stands_in_where_nobody_is_left(as_user, supported, buddy, manager, hr, steps):
    assert as_user(hr).post(address(supported, steps[2], "complete")).status_code == 404
    User.objects.filter(pk__in=[buddy.pk, manager.pk]).update(is_active=False)
    as_user(hr).post(address(supported, steps[2], "complete"))
    assert row_of(supported, steps[2]).completed_by == hr


def test_a_named_manager_takes_the_place_of_the_persons_own(as_user, supported, manager, make_user, steps):
    other = make_user()
    Supporter.objects.create(enrolment=supported, colleague=other, role="manager")
    assert as_user(manager).get(address(supported)).status_code == 404
    assert as_user(other).get(address(supported)).status_code == 200
    User.objects.filter(pk=other.pk).update(is_active=False)
    assert as_user(manager).get(address(supported)).status_code == 200


def test_a_supporter_confirms_nothing_that_is_not_there(as_user, supported, buddy, steps, trunk):
    manual = publish(ManualFactory(parent=trunk(ManualIndexPage), title="Regels"))
    steps[1].kind, steps[1].reads = StepPage.Kind.CONFIRM, manual
    publish(steps[1])
    manual.unpublish()
    client = as_user(buddy)
    page = BeautifulSoup(client.get(address(supported, steps[1])).content, "html.parser")
    assert page.select_one("#state") and not page.select_one("#state form[action$='/complete/']")
    client.post(address(supported, steps[1], "complete"))
    assert row_of(supported, steps[1]).completed_at is None
    publish(manual)
    client.post(address(supported, steps[1], "complete"))
    assert row_of(supported, steps[1]).completed_at


def test_who_did_it_by_mistake_opens_it_again_without_a_word(as_user, supported, buddy, steps):
    client = as_user(buddy)
    client.post(address(supported, steps[1], "complete"))
    client.post(address(supported, steps[1], "reopen"))
    client.post(address(supported, steps[1], "reopen"))
    assert row_of(supported, steps[1]).completed_at is None
    assert StepAttempt.objects.count() == 1


def test_a_step_that_waits_for_another_says_so_and_stays_open(as_user, supported, buddy, steps):
    page = StepPage.objects.get(pk=steps[1].pk)
    page.prerequisites = [StepPrerequisite(step=steps[0])]
    publish(page)
    client = as_user(buddy)
    shown = client.get(address(supported, steps[1]))
    assert shown.context["row"].state == "locked"
    assert steps[0].title in shown.content.decode()
    client.post(address(supported, steps[1], "complete"))
    assert row_of(supported, steps[1]).completed_at is None


def test_opening_a_step_again_locks_nothing_that_came_after_it(as_user, supported, buddy, user, steps):
    page = StepPage.objects.get(pk=steps[1].pk)
    page.prerequisites = [StepPrerequisite(step=steps[0])]
    publish(page)
    complete_step(enrolment=supported, step_key=steps[0].translation_key)
    reopen_step(enrolment=supported, step_key=steps[0].translation_key, actor=user)
    client = as_user(buddy)
    assert client.get(address(supported, steps[1])).context["row"].state == "todo"
    client.post(address(supported, steps[1], "complete"))
    assert row_of(supported, steps[1]).completed_at


def test_a_date_counted_from_a_step_goes_and_comes_with_it(supported, user, steps):
    rule = {"from": "step", "step": str(steps[0].translation_key), "unit": "working", "count": 3}
    StepProgress.objects.filter(pk=row_of(supported, steps[2]).pk).update(rule=rule, due_on=None)
    complete_step(enrolment=supported, step_key=steps[0].translation_key)
    assert row_of(supported, steps[2]).due_on
    reopen_step(enrolment=supported, step_key=steps[0].translation_key, actor=user)
    assert row_of(supported, steps[2]).due_on is None


def test_the_newcomer_is_shown_one_manager_the_one_who_was_named(as_user, supported, manager, make_user, user):
    standing = Standing(supported, None)
    assert [row["colleague"] for row in people_around(user, standing) if row["role"] == "manager"] == [manager]
    named = make_user(first_name="Nora")
    set_supporter(enrolment=supported, role="manager", colleague=named)
    assert [row["colleague"] for row in people_around(user, standing) if row["role"] == "manager"] == [named]
    assert manager.get_full_name() not in as_user(user).get(f"/nl/onboarding/{supported.pk}/").content.decode()


def test_a_manager_who_is_the_buddy_as_well_is_shown_as_both(supported, manager, user):
    set_supporter(enrolment=supported, role="buddy", colleague=manager)
    roles = [row["role"] for row in people_around(user, Standing(supported, None)) if row["colleague"] == manager]
    assert roles == ["buddy", "manager"]


# Waiving and opening again ------------------------------------------------------------------


@pytest.mark.parametrize("who", ["manager", "hr"])
def test_the_manager_and_hr_waive_a_step_with_a_reason_and_take_it_back(request, as_user, supported, steps, who):
    client = as_user(request.getfixturevalue(who))
    assert client.get(address(supported, steps[0])).context["may_waive"]
    client.post(address(supported, steps[0], "waive"), {"reason": "Heeft het certificaat al"})
    client.post(address(supported, steps[0], "waive"), {"reason": "Nog eens"})
    row = row_of(supported, steps[0])
    assert row.waived_at is not None
    assert row.waiver_reason == "Heeft het certificaat al"
    assert "Heeft het certificaat al" in client.get(address(supported, steps[0])).content.decode()
    client.post(address(supported, steps[0], "unwaive"))
    client.post(address(supported, steps[0], "unwaive"))
    assert row_of(supported, steps[0]).waived_at is None


def test_waiving_without_a_reason_says_what_is_missing(as_user, supported, manager, steps):
    page = as_user(manager).post(address(supported, steps[0], "waive", "en"), {"reason": "  "})
    assert page.status_code == 422
    words = page.content.decode()
    assert "Say in a few words why this step need not be done." in words
    assert "<title>\n      Error:" in words or "Error:" in words
    assert row_of(supported, steps[0]).waived_at is None


def test_what_was_typed_is_kept_when_it_is_too_long(as_user, supported, manager, steps):
    client = as_user(manager)
    page = client.post(address(supported, steps[0], "waive"), {"reason": "x" * 301})
    assert page.status_code == 422 and opens_in_english(client, page)
    assert "x" * 301 in page.content.decode()


@pytest.mark.parametrize("what", ["waive", "unwaive", "reopen"])
def test_a_buddy_waives_nothing_and_opens_nothing_of_the_newcomer(as_user, supported, buddy, steps, what):
    answer = as_user(buddy).post(address(supported, steps[0], what), {"reason": "x", "note": "x"})
    assert answer.status_code == 404


def test_a_manager_who_is_on_a_path_waives_nothing_of_their_own(as_user, supported, hr, path, steps):
    own = enrol(user=hr, path=path, start_date=date(2026, 10, 1))
    assert as_user(hr).post(address(own, steps[0], "waive"), {"reason": "Geen zin"}).status_code == 404
    assert row_of(own, steps[0]).waived_at is None


def test_why_a_step_is_waived_is_not_told_to_the_buddy(as_user, supported, buddy, manager, steps):
    waive_step(enrolment=supported, step_key=steps[0].translation_key, actor=manager, reason="Heeft het al")
    assert "Heeft het al" not in as_user(buddy).get(address(supported, steps[0])).content.decode()
    assert "Heeft het al" in as_user(manager).get(address(supported, steps[0])).content.decode()


def test_the_manager_opens_a_step_again_with_a_note_and_what_was_done_stays(as_user, supported, manager, user, steps):
    as_user(user).post(f"/nl/onboarding/{supported.pk}/steps/{steps[0].translation_key}/complete/")
    client = as_user(manager)
    assert client.post(address(supported, steps[0], "reopen"), {"note": ""}).status_code == 422
    assert row_of(supported, steps[0]).completed_at is not None
    client.post(address(supported, steps[0], "reopen"), {"note": "Het adres ontbreekt"})
    assert row_of(supported, steps[0]).completed_at is None
    assert StepAttempt.objects.get().note == "Het adres ontbreekt"


def test_writes_are_posts(as_user, supported, manager, steps):
    client = as_user(manager)
    for what in ("complete", "reopen", "waive", "unwaive"):
        assert client.get(address(supported, steps[2], what)).status_code == 405


def test_who_is_signed_out_is_asked_to_sign_in(client, supported):
    assert client.get(address(supported)).status_code == 302


# Reminding and signing off ----------------------------------------------------------------


def test_a_buddy_reminds_once_a_day_from_the_page_and_a_stranger_does_not(as_user, supported, buddy, make_user, steps):
    url = address(supported, steps[0], "nudge")
    assert as_user(make_user()).post(url).status_code == 404
    client = as_user(buddy)
    assert client.get(url).status_code == 405
    for _ in range(2):
        assert client.post(url).status_code == 302
    assert OnboardingEvent.objects.filter(kind="nudged", actor=buddy).count() == 1


@pytest.fixture
def handed_in(supported, steps):
    """The first step, handed in and waiting for the buddy."""
    page = StepPage.objects.get(pk=steps[0].pk)
    page.kind, page.signed_off_by = StepPage.Kind.SUBMIT, "buddy"
    publish(page)
    hand_in_step(enrolment=supported, step_key=page.translation_key, values={})
    return row_of(supported, page)


def test_who_signs_off_says_that_it_is_in_order_and_nobody_else(as_user, supported, handed_in, buddy, manager, steps):
    url, seen = address(supported, steps[0], "sign-off"), {"seen": handed_in.submitted_at.isoformat()}
    for stranger in (manager, supported.user):
        assert as_user(stranger).post(url, seen).status_code == 404
    client = as_user(buddy)
    client.post(url, {"seen": "2026-01-01T00:00:00Z"})
    assert row_of(supported, steps[0]).completed_at is None
    for _ in range(2):
        assert client.post(url, seen).status_code == 302
    assert row_of(supported, steps[0]).completed_by == buddy
    assert OnboardingEvent.objects.filter(kind="done", actor=buddy).count() == 1


def test_sending_back_asks_why_and_opens_the_step_once(as_user, supported, handed_in, buddy, manager, steps):
    url, seen = address(supported, steps[0], "send-back"), {"seen": handed_in.submitted_at.isoformat()}
    assert as_user(manager).post(url, {**seen, "reason": "Nee"}).status_code == 404
    client = as_user(buddy)
    wrong = client.post(url, {**seen, "reason": " "})
    assert wrong.status_code == 422 and wrong.context["send_back_form"].errors["reason"]
    assert row_of(supported, steps[0]).submitted_at
    for _ in range(2):
        assert client.post(url, {**seen, "reason": "Het cijfer mist"}).status_code == 302
    row = row_of(supported, steps[0])
    assert (row.submitted_at, row.attempt) == (None, 2)
    assert StepAttempt.objects.get(progress=row).note == "Het cijfer mist"


def test_a_quiz_leads_its_manager_to_new_attempts_and_its_buddy_not(as_user, supported, buddy, manager, steps):
    page = StepPage.objects.get(pk=steps[0].pk)
    page.kind = StepPage.Kind.QUIZ
    publish(page)
    way = reverse("onboarding:quiz_attempts", args=[supported.pk, page.translation_key])
    assert way in as_user(manager).get(address(supported, page)).content.decode()
    assert way not in as_user(buddy).get(address(supported, page)).content.decode()


def test_a_quiz_that_an_older_plan_gives_a_supporter_stops_nobody_and_is_broken(as_user, supported, manager, steps):
    page = StepPage.objects.get(pk=steps[2].pk)
    page.kind = StepPage.Kind.QUIZ
    publish(page)
    _outline, findings = findings_of(supported.path_key)
    said = content_problems(StepPage.objects.get(pk=page.pk))["assignee"]
    assert [each.step.key for each in findings if each.is_broken and each.text == said] == [page.translation_key]
    client = as_user(manager)
    shown = client.get(address(supported, page, language="en"))
    assert "there are no questions for you here" in shown.content.decode() and not shown.context["may_give_attempts"]
    assert client.post(address(supported, page, "complete")).status_code == 302
    assert row_of(supported, page).completed_by == manager


def test_what_onboarding_tells_is_in_the_one_mail_of_the_day_but_for_meetings():
    at_once = {kind.name for kind in all_kinds() if kind.name.startswith("onboarding.") and kind.urgent}
    assert at_once == {"onboarding.meeting", "onboarding.meeting_cancelled"}
