"""The form to hand in by, and who sees what was handed in."""

import json
from datetime import date

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from onboarding import uploads
from onboarding.models import Enrolment, OnboardingEvent, StepAnswer, StepDraft
from onboarding.services import complete_step
from onboarding.uploads import clean_upload
from onboarding.views.handing_in import UPLOADS_AN_HOUR
from tests.onboarding.handing_in.asking import (
    ID,
    current,
    hand_in,
    is_done,
    pdf,
    posted,
)


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


def test_a_lot_of_files_in_an_hour_wait_and_what_was_typed_stays(newcomer, enrolment, step, urls):
    cache.set(f"hand-in-files:{enrolment.user_id}", UPLOADS_AN_HOUR, 60)
    response = newcomer.post(urls("hand-in", step), posted(line="Groen gebleven", file=pdf()))
    assert response.context["form"].non_field_errors()
    assert "Groen gebleven" in response.content.decode()
    assert not is_done(enrolment, step) and not StepDraft.objects.exists()
    assert newcomer.post(urls("hand-in", step), posted(line="Groen")).status_code == 302


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


def test_half_an_emoji_is_left_out_of_a_draft_and_closes_no_page(newcomer, step, urls):
    response = send_draft(newcomer, urls("hand-in/draft", step), {"values": {ID["line"]: "Groen \ud83d 🌱"}})
    assert response.status_code == 200
    assert StepDraft.objects.get().data == {ID["line"]: "Groen  🌱"}
    for page in (step.get_url(), urls("hand-in", step)):
        assert "Groen  🌱" in newcomer.get(page).content.decode()


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
        back = f'href="/nl/onboarding/for/{enrolment.pk}/"' in response.content.decode()
        assert back == (status == 200 and person != user)
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
