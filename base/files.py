"""Uploaded files: found by their address, checked against their collection, and only then sent.

A picture, document or video is as private as the collection it is in; somebody's photo is open to all who are signed
in. A file nobody's is nobody's to open. Being used on a restricted page alone doesn't close a file: confidential ones
belong in a restricted collection.
"""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.storage import Storage
from django.db.models import Exists, Model, OuterRef, Q
from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date, quote_etag
from django.views.decorators.http import require_safe
from django_sendfile import sendfile
from wagtail.documents.models import document_served
from wagtail.models import Collection, CollectionViewRestriction

from .models import DocumentVersion, PortalDocument, PortalImage, PortalMedia, PortalRendition
from .ranges import StorageAwayError, ranged_response
from .views import no_access

OWN_SENDFILE_BACKEND = "django_sendfile.backends.simple"
# Shown in the browser; everything else is offered for keeping. None of these can run a script of its own.
INLINE_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".vtt": "text/vtt; charset=utf-8",
    ".webm": "video/webm",
    ".webp": "image/webp",
}
CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
# Chrome shows no PDF in a sandbox; a PDF has no scripts that reach the site.
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
OPEN_FILE_CACHE = "private, max-age=86400"
CLOSED_FILE_CACHE = "private, no-store"


@dataclass(frozen=True)
class StoredFile:
    """Where a file is kept and who may open it: the tree path of its collection, None for all who are signed in.

    ``image_pk`` is the picture that it is, or is a scaled copy of; ``is_hidden`` whether that was taken from view.
    """

    name: str
    storage: Storage
    collection_path: str | None
    image_pk: int | None = None
    is_hidden: bool = False


_admitting: list[Callable] = []


def admit(check: Callable) -> None:
    """Let ``check(image_pk, user) -> bool`` open a picture to somebody whom its collection refuses, or a hidden one.

    For apps, when they are ready; asked only after a refusal.
    """
    if check not in _admitting:
        _admitting.append(check)


def find_file(name: str) -> StoredFile | None:
    """The file stored under ``name``, if it belongs to something; one query."""
    folder = name.partition("/")[0]
    if "\0" in name or folder not in _folders():
        return None
    model, fields, collection = _folders()[folder]
    named = Q()
    for field in fields:
        named |= Q(**{field: name})
    picture, hidden = _PICTURES.get(model, ("pk", "pk"))
    row = model._default_manager.filter(named).values_list(collection or "pk", picture, hidden).first()
    if row is None:
        return None
    storage = model._meta.get_field(fields[0]).storage
    place = row[0] if collection else None
    if model not in _PICTURES:
        return StoredFile(name, storage, place)
    return StoredFile(name, storage, place, image_pk=row[1], is_hidden=row[2] is not None)


# Where a file's picture says what it is, and since when it is hidden.
_PICTURES = {PortalImage: ("pk", "hidden_at"), PortalRendition: ("image_id", "image__hidden_at")}


@cache
def _folders() -> dict[str, tuple[type[Model], tuple[str, ...], str]]:
    media = (PortalMedia, ("file", "thumbnail", "captions_nl", "captions_en"), "collection__path")
    return {
        "images": (PortalRendition, ("file",), "image__collection__path"),
        "original_images": (PortalImage, ("file",), "collection__path"),
        "documents": (PortalDocument, ("file",), "collection__path"),
        "media": media,
        "media_thumbnails": media,
        "captions": media,
        "people": (get_user_model(), ("photo",), ""),
    }


def restrictions_on(collection_path: str, user) -> list[bool]:
    """For each restriction on the collection and those above it: whether this signed-in user meets it; one query."""
    steps = range(Collection.steplen, len(collection_path) + 1, Collection.steplen)
    in_group = CollectionViewRestriction.groups.through.objects.filter(
        collectionviewrestriction=OuterRef("pk"), group__user=user.pk
    )
    rows = (
        CollectionViewRestriction.objects.filter(collection__path__in=[collection_path[:step] for step in steps])
        .exclude(restriction_type=CollectionViewRestriction.LOGIN)
        .values_list("restriction_type", Exists(in_group))
    )
    return [user.is_superuser or (kind == CollectionViewRestriction.GROUPS and is_member) for kind, is_member in rows]


def closed_collections(user) -> dict[str, int]:
    """The collections closed to this signed-in user, ``{tree path: primary key}``; what is below them is closed as well.

    At most one query.
    """
    in_group = CollectionViewRestriction.groups.through.objects.filter(
        collectionviewrestriction=OuterRef("pk"), group__user=user.pk
    )
    if user.is_superuser:
        return {}
    rows = CollectionViewRestriction.objects.exclude(restriction_type=CollectionViewRestriction.LOGIN)
    rows = rows.exclude(Q(restriction_type=CollectionViewRestriction.GROUPS) & Exists(in_group))
    return dict(rows.order_by("collection__path").values_list("collection__path", "collection"))


@require_safe
def serve_file(request, name: str) -> HttpResponse:
    """The uploaded file ``name``; 403 for who may not open its collection. Raises Http404 for what is nobody's."""
    found = find_file(name)
    if found is None:
        raise Http404(name)
    restrictions = restrictions_on(found.collection_path, request.user) if found.collection_path else []
    refused = found.is_hidden or not all(restrictions)
    if refused and not _is_admitted(found.image_pk, request.user):
        return no_access(request)
    response = _send(request, found)
    response["Cache-Control"] = CLOSED_FILE_CACHE if restrictions or found.is_hidden else OPEN_FILE_CACHE
    return response


def _is_admitted(image_pk: int | None, user) -> bool:
    return image_pk is not None and any(check(image_pk, user) for check in _admitting)


@require_safe
def serve_document(request, document_id: int, document_filename: str) -> HttpResponse:
    """The newest file of a document by number and name, under the rules of every file and never kept in a cache.

    An address from before its file was replaced gives the newest as well. Raises Http404 where number and name don't
    belong together.
    """
    document = PortalDocument.objects.select_related("collection").filter(pk=document_id).first()
    if document is None or not _is_name_of(document, document_filename):
        raise Http404(document_filename)
    if not all(restrictions_on(document.collection.path, request.user)):
        return no_access(request)
    document_served.send(sender=PortalDocument, instance=document, request=request)
    stored = StoredFile(document.file.name, document.file.storage, document.collection.path)
    response = _send(request, stored, document.filename)
    response["Cache-Control"] = CLOSED_FILE_CACHE
    return response


def _is_name_of(document: PortalDocument, name: str) -> bool:
    if name in (document.filename, PurePosixPath(document.file.name).name):
        return True
    # Only what was replaced had other names; NUL is in no name and in no query.
    if document.replaced_at is None or "\0" in name:
        return False
    return any(version.filename == name for version in document.versions.all())


@require_safe
def serve_document_version(request, document_id: int, version_id: int) -> HttpResponse:
    """An earlier file of a document, for who may change the document and open its collection. Raises Http404 otherwise."""
    found = DocumentVersion.objects.select_related("document__collection")
    # By the key itself: of a relation a number that is too large for the database is an error.
    version = found.filter(pk=version_id, document__pk=document_id).first()
    if version is None or not version.document.is_editable_by_user(request.user):
        raise Http404(str(version_id))
    path = version.document.collection.path
    if not all(restrictions_on(path, request.user)):
        return no_access(request)
    response = _send(request, StoredFile(version.file.name, version.file.storage, path))
    response["Cache-Control"] = CLOSED_FILE_CACHE
    return response


def _send(request, found: StoredFile, shown_name: str = "") -> HttpResponse:
    path = PurePosixPath(found.name)
    extension = path.suffix.lower()
    response = _whole_or_part(request, found, _content_type(path))
    response["Content-Disposition"] = content_disposition_header(extension not in INLINE_TYPES, shown_name or path.name)
    response["Content-Security-Policy"] = PDF_POLICY if extension == ".pdf" else CONTENT_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _whole_or_part(request, found: StoredFile, content_type: str) -> HttpResponse:
    try:
        path = found.storage.path(found.name)
    except NotImplementedError:
        path = None
    if path is not None and settings.SENDFILE_BACKEND != OWN_SENDFILE_BACKEND:
        return sendfile(request, path, mimetype=content_type)
    try:
        size, modified = found.storage.size(found.name), found.storage.get_modified_time(found.name)
        etag = quote_etag(f"{size:x}-{int(modified.timestamp() * 1000):x}")
        response = get_conditional_response(request, etag=etag, last_modified=int(modified.timestamp()))
        if response is None:
            response = ranged_response(
                request,
                getattr(found.storage, "stream", found.storage.open)(found.name),
                size=size,
                content_type=content_type,
                etag=etag,
                modified=modified,
            )
    except FileNotFoundError:
        raise Http404(found.name) from None
    except StorageAwayError:
        return HttpResponse(status=503, headers={"Retry-After": "30"})
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified.timestamp())
    return response


def _content_type(path: PurePosixPath) -> str:
    known = INLINE_TYPES.get(path.suffix.lower())
    return known or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
