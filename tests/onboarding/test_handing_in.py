"""What a step asks to hand in: checked on the server, kept while typing, private, and with its history."""

import io
import json
import uuid
import zipfile
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

from notifications.kinds import get_kind
from notifications.models import Message
from onboarding import uploads
from onboarding.models import Enrolment, OnboardingEvent, StepAnswer, StepAttempt, StepDraft, StepPage, StepProgress
from onboarding.services import complete_step
from onboarding.services.erasing import erase_answers
from onboarding.services.handing_in import (
    AnswersChanged,
    Incomplete,
    NothingHandedIn,
    hand_in_step,
    save_draft,
    send_back_step,
    sign_off_step,
)
from onboarding.uploads import clean_name, clean_upload
from onboarding.walking_along import may_sign_off, who_does
from tests.onboarding.conftest import publish

ID = {name: str(uuid.uuid5(uuid.NAMESPACE_URL, name)) for name in ("line", "text", "date", "choice", "file", "more")}


def asked(kind: str, label: str, *, name: str = "", required: bool = True, choices=()) -> dict:
    items = [{"type": "item", "id": str(uuid.uuid4()), "value": choice} for choice in choices]
    value = {"label": label, "kind": kind, "is_required": required, "hint": "", "choices": items}
    return {"type": "field", "id": ID[name or kind], "value": value}


LINE = asked("line", "Hoe heet je team?")
TEXT = asked("text", "Wat viel je op?", required=False)
DATE = asked("date", "Wanneer liep je mee?", required=False)
CHOICE = asked("choice", "Welke maat?", required=False, choices=("S", "M"))
FILE = asked("file", "Je plan", required=False)
MUST = asked("file", "Je plan")


def set_fields(step, *fields, **more):
    for name, value in {"kind": "submit", **more}.items():
        setattr(step, name, value)
    step.form_fields = StepPage._meta.get_field("form_fields").to_python(list(fields))
    return publish(step)


def pdf(name="plan.pdf", password="") -> SimpleUploadedFile:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return SimpleUploadedFile(name, out.getvalue(), "application/pdf")


def package(name: str, **parts: bytes) -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for path, content in parts.items():
            file.writestr(path.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return SimpleUploadedFile(name, out.getvalue())


def photo(name="foto.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    image = Image.new("RGB", (40, 30), "navy")
    exif = image.getexif()
    exif[0x010F] = "Camera of Sem"
    image.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


@pytest.fixture
def step(steps, settings, tmp_path):
    """The first step: a line that is required, and everything else that can be asked."""
    settings.MEDIA_ROOT = tmp_path
    return set_fields(steps[0], LINE, TEXT, DATE, CHOICE, FILE)


@pytest.fixture
def signed(step):
    """The same, signed off by the buddy."""
    step.signed_off_by = "buddy"
    return publish(step)


@pytest.fixture
def buddy(enrolment, make_user):
    colleague = make_user(first_name="Sem")
    enrolment.supporters.create(colleague=colleague, role="buddy")
    return colleague


def hand_in(enrolment, step, **values):
    return hand_in_step(
        enrolment=enrolment, step_key=step.translation_key, values={ID[key]: value for key, value in values.items()}
    )


def posted(**values) -> dict:
    return {f"f-{ID[key]}" if key in ID else key: value for key, value in values.items()}


def is_done(enrolment, step) -> bool:
    rows = StepProgress.objects.filter(enrolment=enrolment, step_key=step.translation_key)
    return rows.filter(completed_at__isnull=False).exists()


def current() -> dict[str, str]:
    return {str(a.field): a.value or a.file_name for a in StepAnswer.objects.filter(replaced_at=None)}


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


# Files


@pytest.mark.parametrize(
    "file",
    [
        pdf(),
        pdf("PLAN.PDF"),
        photo(),
        package("plan.docx", word__document_xml=b"<x/>"),
        package("plan.odt", content_xml=b"<x/>"),
    ],
    ids=lambda file: file.name,
)
def test_a_good_file_may_come_in(file):
    file.seek(0)
    assert clean_upload(file).size


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (SimpleUploadedFile("leeg.pdf", b""), "empty"),
        (SimpleUploadedFile("plan.exe", b"MZ"), "kind"),
        (SimpleUploadedFile("plan", b"x"), "kind"),
        (SimpleUploadedFile("plan.html", b"<script>"), "kind"),
        (SimpleUploadedFile("plan.svg", b"<svg/>"), "kind"),
        (SimpleUploadedFile("plan.pdf", b"<html>hallo"), "damaged"),
        (SimpleUploadedFile("plan.pdf", b"%PDF-1.7\nrubbish"), "damaged"),
        (pdf(password="geheim"), "password"),
        (SimpleUploadedFile("foto.jpg", b"%PDF-1.7"), "unreadable"),
        (SimpleUploadedFile("foto.png", b"\x89PNG\r\n\x1a\n"), "unreadable"),
        (SimpleUploadedFile("plan.docx", b"PK\x03\x04 no zip"), "damaged"),
        (package("plan.docx", other=b"x"), "damaged"),
        (package("plan.docx", word__document_xml=b"<x/>", word__vbaProject_bin=b"x"), "macros"),
    ],
)
def test_a_bad_file_is_refused_with_words(file, code):
    with pytest.raises(ValidationError) as error:
        clean_upload(file)
    assert error.value.code == code and error.value.messages[0]


def test_a_file_that_is_too_big_is_refused_with_the_limit(monkeypatch):
    monkeypatch.setattr(uploads, "LIMIT", 100)
    with pytest.raises(ValidationError, match="100") as error:
        clean_upload(pdf())
    assert error.value.code == "too_large"


def test_a_zip_bomb_is_refused_without_unfolding_it():
    bomb = package("plan.xlsx", xl__workbook_xml=b"\0" * (uploads.UNFOLDED + 1))
    assert bomb.size < uploads.LIMIT
    with pytest.raises(ValidationError) as error:
        clean_upload(bomb)
    assert error.value.code == "bomb"


def test_a_photo_loses_what_it_says_of_its_maker():
    file = photo()
    assert b"Camera of Sem" in file.read()
    assert b"Camera of Sem" not in clean_upload(file).read()


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [("../../etc/plan.pdf", "plan.pdf"), ("C:\\map\\plan.pdf", "plan.pdf"), ("pl\0an\n.pdf", "plan.pdf"), ("", "file")],
)
def test_a_name_has_no_folders_and_no_hidden_signs(name, cleaned):
    assert clean_name(name) == cleaned


def test_a_long_name_is_shortened_and_keeps_its_kind():
    name = clean_name("a" * 400 + ".pdf")
    assert len(name) <= 120 and name.endswith(".pdf")


# The pages


def test_it_works_by_a_plain_form(newcomer, enrolment, step, urls):
    text = newcomer.get(urls("hand-in", step)).content.decode()
    for markup in (
        'enctype="multipart/form-data"',
        "<legend",
        'type="date"',
        'type="radio"',
        "<textarea",
        'name="later"',
    ):
        assert markup in text
    values = posted(line="Groen", text="Veel", date="2026-10-02", choice="M", file=pdf())
    response = newcomer.post(urls("hand-in", step), values)
    assert response.status_code == 302
    assert current() == {
        ID["line"]: "Groen",
        ID["text"]: "Veel",
        ID["date"]: "2026-10-02",
        ID["choice"]: "M",
        ID["file"]: "plan.pdf",
    }
    assert is_done(enrolment, step)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, "line"),
        ({"line": "x" * 301}, "line"),
        ({"line": "Gro\0en"}, "line"),
        ({"line": "Groen", "date": "gisteren"}, "date"),
        ({"line": "Groen", "choice": "XXL"}, "choice"),
        ({"line": "Groen", "text": "x" * 10_001}, "text"),
    ],
)
def test_a_mistake_is_named_beside_its_field_and_what_was_typed_is_kept(newcomer, enrolment, step, urls, values, wrong):
    response = newcomer.post(urls("hand-in", step), posted(**{"text": "Bewaar mij", **values}))
    text = response.content.decode()
    assert response.status_code == 200
    assert f'id="hand-in-f-{ID[wrong]}_error"' in text and f'href="#hand-in-f-{ID[wrong]}' in text
    assert "text" in values or "Bewaar mij" in text
    assert not StepAnswer.objects.exists() and not is_done(enrolment, step)
    assert "text" in values or "Bewaar mij" in newcomer.get(urls("hand-in", step)).content.decode()


def test_a_good_file_beside_a_mistake_is_not_lost(newcomer, enrolment, step, urls):
    text = newcomer.post(urls("hand-in", step), posted(file=pdf())).content.decode()
    assert "plan.pdf" in text and 'name="remove"' in text
    newcomer.post(urls("hand-in", step), posted(line="Groen"))
    assert current() == {ID["line"]: "Groen", ID["file"]: "plan.pdf"}


def test_a_kept_file_can_be_taken_away(newcomer, enrolment, step, urls):
    newcomer.post(urls("hand-in", step), posted(line="Gro", file=pdf(), later="1"))
    assert "plan.pdf" in newcomer.get(urls("hand-in", step)).content.decode()
    newcomer.post(urls("hand-in", step), posted(line="Groen", remove=ID["file"]))
    assert StepDraft.objects.get().data == {ID["line"]: "Groen"}


def test_a_bad_file_is_named_beside_its_field_and_not_kept(newcomer, step, urls):
    response = newcomer.post(urls("hand-in", step), posted(line="Groen", file=SimpleUploadedFile("a.exe", b"MZ")))
    assert f'id="hand-in-f-{ID["file"]}_error"' in response.content.decode()
    assert not StepAnswer.objects.exists()


def test_keeping_for_later_needs_nothing_and_comes_back(newcomer, enrolment, step, urls):
    assert newcomer.post(urls("hand-in", step), posted(text="Half", later="1")).status_code == 302
    assert "Half" in newcomer.get(urls("hand-in", step)).content.decode()
    assert not is_done(enrolment, step)


def send_draft(client, url, body, **more):
    return client.post(url, body if isinstance(body, str) else json.dumps(body), "application/json", **more)


def test_typing_is_kept_by_itself(newcomer, step, urls):
    response = send_draft(newcomer, urls("hand-in/draft", step), {"values": {ID["line"]: "Gr\0o"}})
    assert response.status_code == 200 and response.json()["token"] and response.json()["said"]
    assert StepDraft.objects.get().data == {ID["line"]: "Gro"}
    assert newcomer.get(urls("hand-in/draft", step)).json()["token"]


@pytest.mark.parametrize("body", ["", "[]", "{", '{"values": []}', '{"values": {"a": 1}}', "[" * 20_000])
def test_a_draft_that_is_none_is_400(newcomer, step, urls, body):
    assert send_draft(newcomer, urls("hand-in/draft", step), body).status_code == 400
    assert not StepDraft.objects.exists()


def test_a_draft_for_a_step_that_is_done_is_409(newcomer, enrolment, step, urls):
    hand_in(enrolment, step, line="Groen")
    response = send_draft(newcomer, urls("hand-in/draft", step), {"values": {ID["line"]: "x"}})
    assert response.status_code == 409 and response.json()["said"]


def test_who_is_signed_out_is_sent_to_sign_in_and_nothing_is_kept(client, enrolment, step, urls):
    response = send_draft(client, urls("hand-in/draft", step), {"values": {ID["line"]: "x"}})
    assert response.status_code in (302, 401)
    assert not StepDraft.objects.exists()


@pytest.mark.parametrize("what", ["hand-in", "hand-in/draft"])
def test_a_stranger_gets_404(as_user, make_user, enrolment, step, urls, what):
    client = as_user(make_user())
    assert client.get(urls(what, step)).status_code == 404
    assert client.post(urls(what, step), posted(line="x")).status_code == 404


def test_an_ended_path_is_not_changed(newcomer, enrolment, step, urls):
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=date(2026, 11, 1))
    assert newcomer.post(urls("hand-in", step), posted(line="Groen")).status_code == 302
    assert not StepAnswer.objects.exists()


def test_a_step_done_meanwhile_in_another_tab_is_left_as_it_is(newcomer, enrolment, step, urls):
    newcomer.post(urls("hand-in", step), posted(line="Groen"))
    assert newcomer.post(urls("hand-in", step), posted(line="Rood")).status_code == 302
    assert current() == {ID["line"]: "Groen"}


# Who sees it


def test_answers_are_seen_by_person_manager_hr_and_signer_and_looking_is_kept(
    client, enrolment, signed, buddy, urls, make_user, user
):
    hand_in(enrolment, signed, line="Groen", file=clean_upload(pdf()))
    file = f"/nl/onboarding/files/{StepAnswer.objects.exclude(file='').get().pk}/"
    boss, hr, mentor, editor = make_user(), make_user(groups=["HR"]), make_user(), make_user(groups=["Editors"])
    user.manager = boss
    user.save()
    enrolment.supporters.create(colleague=mentor, role="mentor")
    for person, status in (
        (user, 200),
        (boss, 200),
        (hr, 200),
        (buddy, 200),
        (mentor, 404),
        (editor, 404),
        (make_user(), 404),
    ):
        client.force_login(person)
        OnboardingEvent.objects.filter(kind="looked").delete()
        response = client.get(urls("answers", signed))
        assert response.status_code == status
        assert (b"Groen" in response.content) == (status == 200)
        assert client.get(file).status_code == status
        looked = OnboardingEvent.objects.filter(kind="looked", actor=person).count()
        assert looked == (2 if status == 200 and person != user else 0)
        client.get(urls("answers", signed), headers={"Sec-Purpose": "prefetch"})
        client.head(urls("answers", signed))
        assert OnboardingEvent.objects.filter(kind="looked", actor=person).count() == looked


def test_a_buddy_who_signs_nothing_off_sees_no_answers(client, enrolment, step, buddy, urls):
    hand_in(enrolment, step, line="Groen")
    client.force_login(buddy)
    assert client.get(urls("answers", step)).status_code == 404


def test_a_file_is_sent_for_keeping_and_by_no_other_way(client, enrolment, step, user):
    hand_in(enrolment, step, line="Groen", file=clean_upload(pdf()))
    answer = StepAnswer.objects.exclude(file="").get()
    client.force_login(user)
    response = client.get(f"/nl/onboarding/files/{answer.pk}/")
    assert response["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert "no-store" in response["Cache-Control"] and response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert client.get(f"/media/{answer.file.name}", follow=True).status_code == 404
    uploads.storage().delete(answer.file.name)
    assert client.get(f"/nl/onboarding/files/{answer.pk}/").status_code == 404


def test_answers_cost_the_same_with_a_long_history(
    client, enrolment, signed, buddy, user, urls, django_assert_num_queries
):
    hand_in(enrolment, signed, line="Groen")
    client.force_login(user)
    client.get(urls("answers", signed))
    with django_assert_num_queries(10):
        client.get(urls("answers", signed))
    for number in range(12):
        hand_in(enrolment, signed, line=f"Groen {number}")
    with django_assert_num_queries(10):
        client.get(urls("answers", signed))


def test_the_plain_way_does_not_complete_what_has_to_be_handed_in(newcomer, enrolment, step, urls):
    newcomer.post(urls("complete", step))
    assert not is_done(enrolment, step)


def test_a_step_reopened_by_its_owner_keeps_the_answers_in_the_form(newcomer, enrolment, step, urls):
    hand_in(enrolment, step, line="Groen")
    newcomer.post(urls("reopen", step))
    assert "Groen" in newcomer.get(urls("hand-in", step)).content.decode()
    newcomer.post(urls("hand-in", step), posted(line="Groen"))
    assert is_done(enrolment, step) and StepAnswer.objects.count() == 1


def test_completing_by_hand_is_not_undone(enrolment, step):
    complete_step(enrolment=enrolment, step_key=step.translation_key)
    assert hand_in(enrolment, step, line="Groen").completed_at
    assert not StepAnswer.objects.exists()
