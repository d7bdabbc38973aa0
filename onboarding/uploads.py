"""Files that people hand in: what may come in, how it is looked at, and where it lies.

Nothing here is an open file: what comes in lies under a name nobody can guess and is only sent by a view that asks who
may see it. What can be checked by reading is; a virus scanner looks at it where there is one (``base.scanning``).
"""

import zipfile
from io import BytesIO
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from base.photos import clean_photo
from base.scanning import scan_upload

from .models import StepAnswer

LIMIT = 10 * 1024 * 1024
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif")
# The part that makes such a package what it says it is.
PACKAGES = {
    ".docx": "word/document.xml",
    ".odt": "content.xml",
    ".xlsx": "xl/workbook.xml",
    ".ods": "content.xml",
    ".pptx": "ppt/presentation.xml",
    ".odp": "content.xml",
}
KINDS = (".pdf", *PICTURES, *PACKAGES)
KINDS_IN_WORDS = "PDF, JPEG, PNG, WebP, HEIC, DOCX, XLSX, PPTX, ODT, ODS, ODP"
# A package may unfold to so much at most, and hold so many parts.
UNFOLDED, PARTS = 100 * 1024 * 1024, 5000
NAME_LENGTH = 120
# Macros and programs have no place in what is handed in.
_MACROS = ("vbaproject.bin", "basic/script-lc.xml")
_DAMAGED = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError)


def limits_in_words() -> str:
    """What may be handed in, to stand beside the field."""
    return _("%(kinds)s; %(limit)s at most.") % {"kinds": KINDS_IN_WORDS, "limit": filesizeformat(LIMIT)}


def clean_upload(file: File) -> ContentFile:
    """The file as it may be kept: pictures written anew without place and device, others as they came.

    Raises ValidationError, with what is allowed in its message, for what is empty, too big, of another kind, damaged,
    closed with a password, or unfolds to too much, and what ``scan_upload`` raises.
    """
    name = clean_name(file.name)
    kind = PurePath(name).suffix.lower()
    if not file.size:
        raise ValidationError(_("This file is empty. Choose it once more."), code="empty")
    if file.size > LIMIT:
        raise ValidationError(
            _("This file is %(size)s. It may be %(limit)s at most.")
            % {"size": filesizeformat(file.size), "limit": filesizeformat(LIMIT)},
            code="too_large",
        )
    if kind not in KINDS:
        raise ValidationError(
            _("A file of this kind can't be handed in. These can: %(kinds)s.") % {"kinds": KINDS_IN_WORDS},
            code="kind",
        )
    if kind in PICTURES:
        return clean_photo(File(file, name=name))
    scan_upload(file)
    raw = file.read()
    if kind == ".pdf":
        _check_pdf(raw)
    else:
        _check_package(raw, kind)
    return ContentFile(raw, name=name)


def clean_name(name: str | None) -> str:
    """The file's own name without folders and signs that don't belong in one, short enough to show."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    path = PurePath("".join(sign for sign in last if sign.isprintable()).strip() or "file")
    return f"{path.stem[: NAME_LENGTH - len(path.suffix)]}{path.suffix[:20]}"


def _check_pdf(raw: bytes) -> None:
    try:
        if b"%PDF-" not in raw[:1024]:
            raise ValueError("no PDF")
        reader = PdfReader(BytesIO(raw))
        if reader.is_encrypted:
            raise ValidationError(_("This PDF has a password. Hand it in without one."), code="password")
        if not reader.pages or reader.pages[0].mediabox is None:
            raise ValueError("no pages")
    except ValidationError:
        raise
    except (PyPdfError, RecursionError, ArithmeticError, LookupError, AttributeError, TypeError, *_DAMAGED) as error:
        raise _damaged("PDF") from error


def _check_package(raw: bytes, kind: str) -> None:
    try:
        with zipfile.ZipFile(BytesIO(raw)) as package:
            parts = package.infolist()
            names = {part.filename.lower() for part in parts}
            # The sizes that a bomb says are true enough here: nothing is unfolded.
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNFOLDED:
                raise ValidationError(
                    _("This file unfolds to more than %(limit)s. Make it smaller.")
                    % {"limit": filesizeformat(UNFOLDED)},
                    code="bomb",
                )
            if PACKAGES[kind] not in names:
                raise _damaged(kind[1:].upper())
    except _DAMAGED as error:
        raise _damaged(kind[1:].upper()) from error
    if any(name.endswith(_MACROS) for name in names):
        raise ValidationError(_("This file has macros in it. Save it without them."), code="macros")


def _damaged(kind: str) -> ValidationError:
    return ValidationError(
        _("This file can't be read as %(kind)s. Save it anew, or hand in a PDF.") % {"kind": kind}, code="damaged"
    )


def storage() -> Storage:
    """Where these files lie."""
    return StepAnswer._meta.get_field("file").storage


def keep_file(file: File) -> str:
    """Write the file under a name of its own; returns that. Not part of a transaction: see ``drop_files``."""
    place = StepAnswer._meta.get_field("file").generate_filename(None, file.name)
    return storage().save(place, file)


def drop_files(places: list[str]) -> None:
    """Take these files away once the transaction around it is through; what is gone already is fine."""
    for place in places:
        transaction.on_commit(lambda place=place: storage().delete(place), robust=True)
