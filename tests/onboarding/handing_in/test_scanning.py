"""What is handed in is looked at for viruses before it is kept."""

from django.core.files.uploadedfile import SimpleUploadedFile

from onboarding.models import StepAnswer, StepDraft
from tests.clamd import EICAR, dead_address, running_clamd
from tests.onboarding.handing_in.asking import ID, current, pdf, photo, posted


def test_a_virus_is_named_beside_its_field_and_what_else_was_typed_is_kept(newcomer, step, urls, settings):
    behind = SimpleUploadedFile("foto.jpg", photo().read() + EICAR)
    with running_clamd() as server:
        settings.UPLOAD_SCANNER = server.address
        for file in (SimpleUploadedFile("plan.pdf", EICAR), behind):
            response = newcomer.post(urls("hand-in", step, "en"), posted(line="Groen", text="Bewaar mij", file=file))
            html = response.content.decode()
            assert f'id="hand-in-f-{ID["file"]}_error"' in html and "something harmful" in html
            assert "Groen" in html and "Bewaar mij" in html and 'name="remove"' not in html
        assert not StepAnswer.objects.exists() and ID["file"] not in StepDraft.objects.get().data
        newcomer.post(urls("hand-in", step), posted(line="Groen", file=pdf()))
        assert len(server.received) == 3 and current() == {ID["line"]: "Groen", ID["file"]: "plan.pdf"}


def test_without_an_answer_of_the_scanner_nothing_comes_in_and_later_it_does(newcomer, step, urls, settings):
    settings.UPLOAD_SCANNER = dead_address()
    html = newcomer.post(urls("hand-in", step, "en"), posted(line="Groen", file=pdf())).content.decode()
    assert "Try again in a few minutes" in html and not StepAnswer.objects.exists()
    with running_clamd() as server:
        settings.UPLOAD_SCANNER = server.address
        newcomer.post(urls("hand-in", step), posted(line="Groen", file=pdf()))
    assert current() == {ID["line"]: "Groen", ID["file"]: "plan.pdf"}
