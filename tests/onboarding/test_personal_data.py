"""Somebody takes along what the portal keeps about them: theirs, all of it, and nobody else's."""

import io
import json
import zipfile
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from onboarding.models import HelpRequest, StepAnswer
from onboarding.services import complete_step, set_supporter
from people.personal_data import collect

pytestmark = pytest.mark.django_db
PAGE = "/nl/people/me/data/"


@pytest.fixture
def full(enrolment, steps, user, make_user, settings, tmp_path):
    """The enrolment with an answer, a file, a question and a buddy."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key, actor=user)
    row = enrolment.progress.get(step_key=steps[0].translation_key)
    StepAnswer.objects.create(progress=row, field=uuid4(), question="Welke maat?", kind="text", value="<b>XL</b>")
    answer = StepAnswer(progress=row, field=uuid4(), question="Brief", kind="file", file_name="../../mijn brief.pdf")
    answer.file.save("x", ContentFile(b"inhoud"))
    HelpRequest.objects.create(enrolment=enrolment, step_key=row.step_key, text="Waar is het?")
    set_supporter(enrolment=enrolment, role="buddy", colleague=make_user(first_name="Bas"))
    return enrolment


def opened(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def test_the_file_has_data_a_page_and_the_files(as_user, user, full, steps):
    client = as_user(user)
    assert client.get(PAGE).status_code == 200
    response = client.post(PAGE)
    assert "no-store" in response["Cache-Control"]
    archive = opened(b"".join(response.streaming_content))
    data = json.loads(archive.read("data.json"))
    (path,) = data["onboarding"]["enrolments"]
    assert data["account"]["email"] == user.email
    assert path["questions"][0]["question"] == "Waar is het?"
    assert path["supporters"][0]["name"].startswith("Bas")
    assert any(step["step"] == steps[0].title and step["completed_at"] for step in path["steps"])
    html = archive.read("data.html").decode()
    assert "&lt;b&gt;XL&lt;/b&gt;" in html and "<b>XL" not in html
    (name,) = [name for name in archive.namelist() if name.startswith("files/")]
    assert ".." not in name and archive.read(name) == b"inhoud"


def test_it_is_nobody_elses(as_user, make_user, full):
    other = make_user()
    archive = opened(b"".join(as_user(other).post(PAGE).streaming_content))
    text = archive.read("data.json").decode()
    assert "Waar is het?" not in text and "XL" not in text
    assert json.loads(text)["onboarding"]["enrolments"] == []


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.post(PAGE).status_code == 302


def test_collecting_takes_as_many_queries_for_any_number_of_steps(user, full, django_assert_max_num_queries):
    collect(user)
    with django_assert_max_num_queries(95):
        collect(user)


def test_a_file_that_is_gone_stops_nothing(as_user, user, full):
    answer = StepAnswer.objects.exclude(file="").get()
    answer.file.storage.delete(answer.file.name)
    archive = opened(b"".join(as_user(user).post(PAGE).streaming_content))
    assert sorted(archive.namelist()) == ["data.html", "data.json"]


def test_the_command_writes_the_same_and_overwrites_nothing(user, full, tmp_path):
    out = tmp_path / "data.zip"
    call_command("export_my_data", user.email.upper(), out=out, stdout=io.StringIO())
    assert json.loads(opened(out.read_bytes()).read("data.json"))["account"]["email"] == user.email
    assert out.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError):
        call_command("export_my_data", user.email, out=out)
    with pytest.raises(CommandError):
        call_command("export_my_data", "niemand@example.org", out=tmp_path / "x.zip")
