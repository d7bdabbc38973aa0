"""What the tests of handing in share: a step that asks for everything, and files to hand in."""

import io
import uuid
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

from onboarding.models import StepAnswer, StepPage, StepProgress
from onboarding.services.handing_in import (
    hand_in_step,
)
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
