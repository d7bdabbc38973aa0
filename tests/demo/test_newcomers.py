"""The newcomers of the demo: somebody at every stage, for each role to see."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.management import call_command

from competencies.models import Assessment
from demo.building.clock import clock_at
from demo.building.registry import key_of
from notifications.models import Message
from onboarding.figures import SMALLEST, path_figures
from onboarding.models import (
    ChangeSet,
    Enrolment,
    HelpRequest,
    Meeting,
    OnboardingEvent,
    PreboardingInvitation,
    PulseAnswer,
    QuizAttempt,
    StepProgress,
    Supporter,
)
from onboarding.reading import standings_of
from onboarding.reading_outlines import whole_path
from onboarding.reminders import Stage
from onboarding.roles import Who
from onboarding.services import propose_steps
from onboarding.supporting import acting_in, fetched, people_of
from people.models import ClosingDays, User
from tests.demo.standing import NOW, TODAY

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.usefixtures("demo")]

PATH = key_of("path/start")


@pytest.fixture(autouse=True)
def _at_seeding():
    with clock_at(NOW):
        yield


def on_path(first_name):
    return Enrolment.objects.filter(user__first_name=first_name).latest("cycle")


def step(first_name, name):
    return StepProgress.objects.get(enrolment=on_path(first_name), step_key=key_of(f"path/{name}"))


def test_two_are_invited_before_their_start_and_one_withdrew():
    invited = User.objects.filter(is_preboarder=True, is_active=True)
    assert {user.first_name for user in invited} == {"Mila", "Jesse"}
    assert all(user.start_date > TODAY for user in invited)
    assert PreboardingInvitation.objects.usable(NOW).filter(user__first_name="Mila").exists()
    assert step("Jesse", "welkom-van-marlies").completed_at
    assert on_path("Koen").end_reason == Enrolment.Reason.WITHDRAWN


def test_somebody_starts_this_week_and_somebody_the_next_one_after_the_start_was_moved():
    monday = TODAY - timedelta(days=TODAY.weekday())
    assert on_path("David").start_date == monday
    assert on_path("Amira").start_date == monday + timedelta(days=7)
    moved = OnboardingEvent.objects.get(kind=OnboardingEvent.Kind.START_MOVED)
    assert moved.enrolment == on_path("Amira")


def test_some_finished_one_is_paused_and_one_left():
    assert {e.user.first_name for e in Enrolment.objects.exclude(completed_at=None)} == {
        "Bram",
        "Femke",
        "Imane",
        "Tess",
        "Olena",
    }
    assert on_path("Sanne").pauses.filter(ends_on=None).exists()
    assert on_path("Jasper").end_reason == Enrolment.Reason.LEFT
    assert not on_path("Jasper").user.is_active


def test_late_steps_were_nudged_and_one_went_to_the_manager():
    escalated = StepProgress.objects.filter(enrolment=on_path("Ruben"), reminded=Stage.ESCALATED)
    assert escalated.exists()
    assert Message.objects.filter(kind="onboarding.escalated", recipient=on_path("Ruben").user.manager).exists()
    assert step("Mees", "ons-verhaal").nudged_at and step("Mees", "ons-verhaal").due_on < TODAY
    assert step("Ruben", "nachtdienst").waiver_reason


def test_two_cohorts_are_large_enough_for_figures_and_so_is_the_pulse():
    figures = path_figures(whole_path(PATH))
    named = [cohort for cohort in figures.cohorts if cohort.name]
    assert len(named) == 2
    assert all(cohort.is_shown and cohort.size >= 6 for cohort in named)
    assert PulseAnswer.objects.filter(path_key=PATH, day=30).count() >= SMALLEST
    assert PulseAnswer.objects.filter(path_key=PATH, day=30).exclude(comment="").exists()


def test_who_was_enrolled_late_has_the_dates_spread():
    late = on_path("Wout")
    assert late.created_at.date() > late.start_date
    spread = [row for row in late.progress.filter(in_plan=True) if "instead_of" in row.rule]
    assert len({row.due_on for row in spread}) > 3


def test_who_came_back_is_on_the_path_for_the_second_time_with_what_counts():
    nina = on_path("Nina")
    assert nina.cycle == 2
    assert step("Nina", "veilig-quiz").completed_at.date() < nina.start_date
    assert step("Nina", "rondleiding").completed_at != step("Nina", "veilig-quiz").completed_at


def test_a_changed_team_is_a_proposal_that_waits_for_hr():
    proposal = propose_steps(enrolment=on_path("Fleur"))
    assert [each.title for each in proposal.add] == ["Luister een uur mee met de klantenservice"]
    assert (proposal.manager.old.first_name, proposal.manager.new.first_name) == ("Pieter", "Rachid")


def test_what_an_editor_added_waits_to_be_decided_about():
    held = ChangeSet.objects.get(path_key=PATH, decided_at=None)
    assert [(change["kind"], change["step"]) for change in held.changes] == [
        ("added", str(key_of("path/koffie-met-marlies")))
    ]
    assert held.made_by.email == "editor@demo.example"


def test_a_quiz_was_not_passed_and_what_waits_for_it_is_locked():
    attempt = QuizAttempt.objects.get(progress=step("Mees", "veilig-quiz"))
    assert attempt.score < attempt.pass_mark and not attempt.is_passed
    [standing] = standings_of(User.objects.get(email="newcomer@demo.example"), "nl")
    assert standing.is_locked(standing.outline.step(key_of("path/huisregels")))


def test_one_handed_in_waits_and_another_was_sent_back():
    assert step("Yusuf", "eerste-indruk").submitted_at and not step("Yusuf", "eerste-indruk").completed_at
    sent_back = step("Eva", "eerste-indruk")
    assert (sent_back.attempt, sent_back.submitted_at) == (2, None)
    assert sent_back.attempts.get().note


def test_a_step_that_was_done_waits_to_be_signed_off_by_the_manager():
    chosen = step("Eva", "kies-een-training")
    assert chosen.submitted_at and not chosen.completed_at
    assert Message.objects.filter(kind="onboarding.handed_in", recipient__email="manager@demo.example").exists()
    assert step("Bram", "kies-een-training").completed_by != on_path("Bram").user


def test_who_finished_assessed_themselves_twice_and_the_newcomer_did_once():
    names = ("schat-jezelf-in", "schat-jezelf-opnieuw-in")
    finished = Assessment.objects.of(on_path("Bram").user).finished()
    assert [assessment.key for assessment in finished] == [step("Bram", name).assessment_key for name in names][::-1]
    noor = User.objects.get(email="newcomer@demo.example")
    assert step("Noor", names[0]).assessment_key == Assessment.objects.of(noor).finished().get().key
    [standing] = standings_of(noor, "nl")
    asked = standing.outline.step(key_of(f"path/{names[1]}"))
    assert asked.profile_key == key_of("profile/jong-talent") and standing.is_open(asked)


def test_one_question_is_open_and_one_answered():
    assert HelpRequest.objects.unanswered().get().enrolment == on_path("Linh")
    answered = HelpRequest.objects.exclude(answered_at=None).get()
    assert (answered.enrolment, answered.answered_by.email) == (on_path("Noor"), "buddy@demo.example")


def test_the_newcomer_has_an_agreed_meeting_with_her_manager():
    meeting = Meeting.objects.get(cancelled_at=None)
    assert meeting.progress == step("Noor", "waar-sta-je-nu")
    assert meeting.starts_at > NOW and meeting.with_whom.email == "manager@demo.example"


def test_a_buddy_left_and_the_manager_does_what_a_buddy_does():
    henk = Supporter.objects.get(colleague__is_active=False, role=Supporter.Role.BUDDY)
    assert henk.enrolment == on_path("Thijs")
    acting = acting_in(fetched(Enrolment.objects.filter(pk=henk.enrolment_id)).get(), Who.BUDDY)
    assert [colleague.email for colleague in acting.colleagues] == ["manager@demo.example"]
    assert Message.objects.filter(kind="onboarding.supporter_left", recipient__email="hr@demo.example").exists()


def test_one_has_two_buddies_and_for_another_somebody_stands_in():
    wout = fetched(Enrolment.objects.filter(pk=on_path("Wout").pk)).get()
    assert [buddy.first_name for buddy in people_of(wout)["buddy"]] == ["Daan", "Bram"]
    yusuf = fetched(Enrolment.objects.filter(pk=on_path("Yusuf").pk)).get()
    assert [buddy.first_name for buddy in people_of(yusuf)["buddy"]] == ["Tess", "Łukasz"]
    assert yusuf.hand_over_notes.get().colleague.first_name == "Tess"


def test_closing_days_are_still_to_come_and_nothing_is_due_on_them():
    [closing] = ClosingDays.objects.all()
    assert closing.first_day == date(2026, 12, 28)
    due = StepProgress.objects.filter(due_on__range=(closing.first_day, closing.last_day), completed_at=None)
    assert not due.exclude(enrolment__ended_on__isnull=False).exists()


def test_a_text_names_the_readers_own_buddy(as_user):
    noor = User.objects.get(email="newcomer@demo.example")
    [standing] = standings_of(noor, "nl")
    url = standing.outline.step(key_of("path/sociale-media")).url
    html = as_user(noor).get(url).content.decode()
    assert "Laat het Sem" in html and "{{" not in html


def test_the_clock_finds_nothing_left_to_do_and_mails_nobody():
    before = set(Message.objects.values_list("pk", flat=True))
    call_command("run_due")
    assert list(Message.objects.exclude(pk__in=before).values_list("kind", "key")) == []
    assert not mail.outbox


@pytest.mark.parametrize("name", ["newcomer", "buddy", "manager", "hr"])
def test_the_pages_of_onboarding_open_for_everybody_who_has_a_part_in_them(as_user, name):
    client = as_user(User.objects.get(email=f"{name}@demo.example"))
    for language in ("nl", "en"):
        assert client.get(f"/{language}/onboarding/", follow=True).status_code == 200
