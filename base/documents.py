"""Replacing the file of a document: its address stays, and nothing that was there is lost."""

from pathlib import PurePath

from django.db import transaction
from django.utils import timezone

from .models import DocumentVersion, PortalDocument


@transaction.atomic
def keep_version(*, document: PortalDocument, by, note: str = "") -> DocumentVersion:
    """Keep the file that ``document`` has in the database as an earlier version, before another is saved over it.

    ``document`` has its new file already and is saved by the caller, in the same transaction; its address stays, unless
    the new file is of another kind. ``note`` is what is different in the new one, ``by`` (None: nobody in particular) who
    brought it.
    """
    # What is there now, not what was there when the form was opened: two editors may replace it at once.
    stored = PortalDocument.objects.select_for_update().get(pk=document.pk)
    version, _created = DocumentVersion.objects.get_or_create(
        document=stored,
        file=stored.file.name,
        defaults={
            "file_size": stored.file_size,
            "file_hash": stored.file_hash,
            "uploaded_at": stored.replaced_at or stored.created_at,
            "replaced_by": by,
            "note": note,
        },
    )
    is_same_kind = PurePath(stored.filename).suffix.lower() == PurePath(document.file.name).suffix.lower()
    document.address_name = stored.filename if is_same_kind else PurePath(document.file.name).name
    document.replaced_at = timezone.now()
    return version


@transaction.atomic
def replace_file(*, document: PortalDocument, file, by, note: str = "") -> PortalDocument:
    """Give a document another file (a Django ``File`` with a name); see ``keep_version``."""
    document.file = file
    document._set_document_file_metadata()
    keep_version(document=document, by=by, note=note)
    document.save()
    return document


def delete_file_of(instance: DocumentVersion, **kwargs) -> None:
    """Delete the file of a version that was deleted, once that is certain."""
    storage, name = instance.file.storage, instance.file.name
    transaction.on_commit(lambda: storage.delete(name), robust=True)
