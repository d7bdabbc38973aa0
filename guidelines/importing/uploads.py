"""Handbooks sent in through the admin: looked at first, then imported, with their report kept beside them."""

import logging
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django_tasks import task
from wagtail.models import Page

from .archives import MAX_UPLOAD_BYTES, unpack
from .errors import ImportRefused
from .files import TEXT_SUFFIXES
from .handbooks import import_handbook
from .records import HandbookUpload
from .report import ImportReport
from .word import unpack_word

logger = logging.getLogger(__name__)
KINDS = (".zip", ".docx", ".md", ".mdx")


def may_import(user, parent: Page) -> bool:
    """Whether ``user`` may make and publish pages below ``parent``."""
    permissions = parent.permissions_for_user(user)
    return permissions.can_add_subpage() and permissions.can_publish_subpage()


def name_of(file_name: str) -> str:
    """A name for the import from that of the file: ``Handboek 2026 (2).zip`` gives ``handboek-2026``."""
    stem = re.sub(r"\s*\(\d+\)$", "", PurePath(file_name).stem)
    return re.sub(r"[^\w.-]+", "-", stem.lower()).strip("-.")[:100] or "handboek"


@contextmanager
def _unpacked(file, name: str, report: ImportReport, *, split: bool) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """The folder a file stands for while the block runs, and the suffixes of its texts."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in KINDS:
        raise ValidationError(_("Choose a file of kind %(kinds)s.") % {"kinds": ", ".join(KINDS)})
    if file.size > MAX_UPLOAD_BYTES:
        raise ValidationError(
            _("This file is %(size)s. It may be %(limit)s at most.")
            % {"size": filesizeformat(file.size), "limit": filesizeformat(MAX_UPLOAD_BYTES)}
        )
    with tempfile.TemporaryDirectory(prefix="handbook-") as temporary:
        into = Path(temporary)
        file.seek(0)
        if suffix == ".zip":
            yield unpack(file, into), TEXT_SUFFIXES
        elif suffix == ".docx":
            yield unpack_word(file, PurePath(name).name, into, report, split=split), (".html",)
        else:
            (into / f"index{suffix}").write_bytes(file.read())
            yield into, TEXT_SUFFIXES


def _import(file, name: str, *, prefix: str, parent: Page, split: bool, dry_run: bool, user) -> ImportReport:
    reading = ImportReport()
    with _unpacked(file, name, reading, split=split) as (folder, suffixes):
        report = import_handbook(
            folder=folder,
            locale=parent.locale.language_code,
            parent_id=parent.pk,
            prefix=prefix,
            dry_run=dry_run,
            user=user,
            suffixes=suffixes,
        )
    for problem in reading.problems:
        report.add(problem.file, problem.line, problem.message)
    return report


def preview_upload(*, file: UploadedFile, prefix: str, parent: Page, split: bool, user) -> HandbookUpload:
    """Keep a file with the report of what importing it would do.

    Raises ValidationError or ImportRefused, in words for beside the field, where it can't be imported.
    """
    prefix = prefix or name_of(file.name)
    report = _import(file, file.name, prefix=prefix, parent=parent, split=split, dry_run=True, user=user)
    file.seek(0)
    upload = HandbookUpload(user=user, prefix=prefix, parent=parent, split=split, report=report.as_dict())
    upload.file.save(f"{name_of(file.name)}{PurePath(file.name).suffix.lower()}", file, save=True)
    return upload


@transaction.atomic
def start_import(*, upload: HandbookUpload) -> bool:
    """Begin importing what was looked at; False where it is going on or done already (a double click)."""
    started = HandbookUpload.objects.filter(
        pk=upload.pk, status__in=(HandbookUpload.Status.PREVIEW, HandbookUpload.Status.FAILED)
    ).update(status=HandbookUpload.Status.RUNNING)
    if started:
        transaction.on_commit(lambda: run_import.enqueue(upload.pk))
    return bool(started)


def _broke_off() -> str:
    return _("Something went wrong. What was imported so far stays; you can try again.")


@task()
def run_import(upload_id: int) -> None:
    """Import a file that was sent in; how it went is kept beside it."""
    upload = HandbookUpload.objects.select_related("parent__locale", "user").filter(pk=upload_id).first()
    if upload is None:
        return
    try:
        with upload.file.open("rb") as file:
            report = _import(
                file,
                upload.file.name,
                prefix=upload.prefix,
                parent=upload.parent,
                split=upload.split,
                dry_run=False,
                user=upload.user,
            )
        upload.status, upload.report = HandbookUpload.Status.DONE, report.as_dict()
    except (ImportRefused, ValidationError) as error:
        upload.status = HandbookUpload.Status.FAILED
        upload.report |= {"refused": " ".join(getattr(error, "messages", [str(error)]))}
    except Exception:
        logger.exception("The import of upload %s broke off", upload_id)
        upload.status = HandbookUpload.Status.FAILED
        upload.report |= {"refused": _broke_off()}
    upload.save(update_fields=["status", "report"])


def note_broken_off(*, upload_id: int) -> None:
    """The import of this upload ended without saying how, with the worker that did it: it may be begun again."""
    upload = HandbookUpload.objects.filter(pk=upload_id, status=HandbookUpload.Status.RUNNING).first()
    if upload is not None:
        upload.status = HandbookUpload.Status.FAILED
        upload.report |= {"refused": _broke_off()}
        upload.save(update_fields=["status", "report"])


def discard_upload(*, upload: HandbookUpload) -> None:
    """Throw a file away that was only looked at, or is done with; the pages stay."""
    upload.file.delete(save=False)
    upload.delete()
