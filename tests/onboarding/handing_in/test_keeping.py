"""Answers, drafts and signing off: kept with their history, and done once."""

import pytest

from notifications.kinds import get_kind
from notifications.models import Message
from onboarding import uploads
from onboarding.models import OnboardingEvent, StepAnswer, StepAttempt, StepDraft, StepProgress
from onboarding.services.erasing import erase_answers
from onboarding.services.handing_in import Incomplete, hand_in_step, save_draft
from onboarding.services.signing_off import AnswersChanged, NothingHandedIn, send_back_step, sign_off_step
from onboarding.uploads import clean_upload
from onboarding.walking_along import may_sign_off, who_does
from tests.onboarding.handing_in.asking import (
    FILE,
    ID,
    MUST,
    asked,
    current,
    hand_in,
    is_done,
    pdf,
    set_fields,
)

# The service


def test_handing_in_keeps_question_and_revision_and_completes_the_step(enrolment, step):
    hand_in(enrolment, step, line="Groen")
    answer = StepAnswer.objects.get()
    assert (answer.question, answer.value, answer.kind) == ("Hoe heet je team?", "Groen", "line")
    assert (answer.revision_id, answer.given_by) == (step.live_revision_id, enrolment.user)
    assert is_done(enrolment, step)


def test_what_is_required_holds_handing_in_and_keeps_nothing(enrolment, step):
    with pytest.raises(Incomplete) as error:
        hand_in(enrolment, step, text="Veel")
    assert error.value.fields == [ID["line"]]
    assert not StepAnswer.objects.exists() and not is_done(enrolment, step)


def test_handing_in_twice_changes_nothing(enrolment, step):
    hand_in(enrolment, step, line="Groen")
    hand_in(enrolment, step, line="Rood")
    assert current() == {ID["line"]: "Groen"}
    assert StepAnswer.objects.count() == 1


def test_another_answer_takes_the_place_of_the_one_before_which_is_kept(enrolment, signed, buddy):
    hand_in(enrolment, signed, line="Groen", text="Veel")
    hand_in(enrolment, signed, line="Rood", text="Veel")
    assert current() == {ID["line"]: "Rood", ID["text"]: "Veel"}
    assert StepAnswer.objects.get(replaced_at__isnull=False).value == "Groen"
    hand_in(enrolment, signed, line="Rood")
    assert current() == {ID["line"]: "Rood"}


def test_a_question_that_changed_later_leaves_answers_as_they_were_asked(enrolment, signed, buddy):
    hand_in(enrolment, signed, line="Groen")
    set_fields(signed, asked("line", "Hoe heet je ploeg?"))
    assert StepAnswer.objects.get().question == "Hoe heet je team?"
    hand_in(enrolment, signed, line="Groen")
    assert StepAnswer.objects.get(replaced_at=None).question == "Hoe heet je ploeg?"


# Signing off


def test_it_waits_for_who_signs_off_and_is_told_once(enrolment, signed, buddy):
    row = hand_in(enrolment, signed, line="Groen")
    assert row.submitted_at and not row.completed_at
    hand_in(enrolment, signed, line="Groen")
    message = Message.objects.get(recipient=buddy, kind="onboarding.handed_in")
    assert get_kind(message.kind).resolve(message.payload, buddy) is not None
    sign_off_step(enrolment=enrolment, step_key=signed.translation_key, actor=buddy)
    assert get_kind(message.kind).resolve(message.payload, buddy) is None


def test_signing_off_completes_the_step_in_the_name_of_who_did(enrolment, signed, buddy):
    with pytest.raises(NothingHandedIn):
        sign_off_step(enrolment=enrolment, step_key=signed.translation_key, actor=buddy)
    hand_in(enrolment, signed, line="Groen")
    for _time in range(2):
        sign_off_step(enrolment=enrolment, step_key=signed.translation_key, actor=buddy)
    row = StepProgress.objects.get(enrolment=enrolment, step_key=signed.translation_key)
    assert row.completed_at and row.completed_by == buddy
    assert OnboardingEvent.objects.filter(kind="done", step_key=signed.translation_key).count() == 1
    assert Message.objects.filter(recipient=enrolment.user, kind="onboarding.signed_off").count() == 1


def test_sending_back_says_why_and_opens_the_step(enrolment, signed, buddy, as_user, user):
    hand_in(enrolment, signed, line="Groen")
    common = {"enrolment": enrolment, "step_key": signed.translation_key, "actor": buddy}
    with pytest.raises(ValueError):
        send_back_step(**common, reason=" ")
    send_back_step(**common, reason="Welk team precies?")
    with pytest.raises(NothingHandedIn):
        send_back_step(**common, reason="Nog eens")
    attempt = StepAttempt.objects.get()
    assert (attempt.note, attempt.reopened_by) == ("Welk team precies?", buddy)
    message = Message.objects.get(recipient=user, kind="onboarding.sent_back")
    assert get_kind(message.kind).resolve(message.payload, user)
    hand_in(enrolment, signed, line="Groen, Noord")
    assert get_kind(message.kind).resolve(message.payload, user) is None
    assert Message.objects.filter(recipient=buddy, kind="onboarding.handed_in").count() == 2


def test_nobody_signs_off_what_changed_since_they_looked(enrolment, signed, buddy):
    seen = hand_in(enrolment, signed, line="Groen").submitted_at
    hand_in(enrolment, signed, line="Rood")
    with pytest.raises(AnswersChanged):
        sign_off_step(enrolment=enrolment, step_key=signed.translation_key, actor=buddy, seen=seen)
    assert not is_done(enrolment, signed)


def test_who_signs_off_is_the_role_else_the_manager_and_never_the_person(enrolment, make_user):
    assert who_does(enrolment, "buddy") is None or who_does(enrolment, "buddy").groups.filter(name="HR")
    boss, hr = make_user(), make_user(groups=["HR"])
    enrolment.user.manager = boss
    enrolment.user.save()
    assert who_does(enrolment, "buddy") == boss
    assert may_sign_off(boss, enrolment, "buddy") and may_sign_off(hr, enrolment, "buddy")
    assert not may_sign_off(make_user(), enrolment, "buddy")
    assert not may_sign_off(enrolment.user, enrolment, "manager")
    enrolment.supporters.create(colleague=hr, role="buddy")
    assert who_does(enrolment, "buddy") == hr


# Drafts


def test_a_draft_is_kept_and_gone_when_it_is_handed_in(enrolment, step):
    key = step.translation_key
    save_draft(enrolment=enrolment, step_key=key, texts={ID["line"]: "Gro", "made-up": "x"})
    assert StepDraft.objects.get().data == {ID["line"]: "Gro"}
    hand_in(enrolment, step, line="Groen")
    assert not StepDraft.objects.exists()
    assert save_draft(enrolment=enrolment, step_key=key, texts={ID["line"]: "Later"}) is None
    assert not StepDraft.objects.exists()


def test_a_kept_file_is_handed_in_without_being_chosen_again(enrolment, step, django_capture_on_commit_callbacks):
    set_fields(step, MUST)
    key = step.translation_key
    with django_capture_on_commit_callbacks(execute=True):
        save_draft(enrolment=enrolment, step_key=key, texts={}, files={ID["file"]: clean_upload(pdf("oud.pdf"))})
        first = StepDraft.objects.get().data[ID["file"]]["file"]
        save_draft(enrolment=enrolment, step_key=key, texts={}, files={ID["file"]: clean_upload(pdf())})
    assert not uploads.storage().exists(first)
    with django_capture_on_commit_callbacks(execute=True):
        hand_in_step(enrolment=enrolment, step_key=key, values={})
    answer = StepAnswer.objects.get()
    assert answer.file_name == "plan.pdf" and uploads.storage().exists(answer.file.name)
    assert "plan" not in answer.file.name


def test_erasing_takes_the_files_away_as_well(enrolment, step, steps, django_capture_on_commit_callbacks):
    set_fields(steps[1], FILE)
    hand_in(enrolment, step, line="Groen", file=clean_upload(pdf()))
    drafted = {ID["file"]: clean_upload(pdf())}
    save_draft(enrolment=enrolment, step_key=steps[1].translation_key, texts={}, files=drafted)
    places = [StepAnswer.objects.exclude(file="").get().file.name, StepDraft.objects.get().data[ID["file"]]["file"]]
    assert all(uploads.storage().exists(place) for place in places)
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_answers(enrolment=enrolment)["files"] == 2
    assert not any(uploads.storage().exists(place) for place in places)
    assert is_done(enrolment, step)
