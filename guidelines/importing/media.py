"""Pictures and attachments found beside the text, kept as private files; the same bytes are kept once."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from wagtail.models import Collection, CollectionViewRestriction

from base.models import PortalDocument, PortalImage
from base.photos import clean_photo

from .files import Folder, FolderFile
from .report import ImportReport

COLLECTION = "Handboek-import"


@transaction.atomic
def import_collection() -> Collection:
    """The collection imported files are in: open to everybody who is signed in, and to nobody else."""
    collection = Collection.objects.filter(name=COLLECTION).first()
    if collection is None:
        collection = Collection.get_first_root_node().add_child(name=COLLECTION)
        CollectionViewRestriction.objects.create(
            collection=collection, restriction_type=CollectionViewRestriction.LOGIN
        )
    return collection


@dataclass
class Media:
    """The files of one folder; ``dry_run`` looks at them without keeping any."""

    folder: Folder
    prefix: str
    report: ImportReport
    dry_run: bool = False
    _known: dict[tuple[str, str], int | None] = field(default_factory=dict)

    @cached_property
    def _collection(self) -> Collection:
        return import_collection()

    @cached_property
    def _images(self) -> dict[str, int]:
        rows = PortalImage.objects.filter(source_path__startswith=f"{self.prefix}/", collection__name=COLLECTION)
        return {key.rpartition("#")[2]: pk for key, pk in rows.values_list("source_path", "pk")}

    @cached_property
    def _documents(self) -> dict[str, int]:
        rows = PortalDocument.objects.filter(collection__name=COLLECTION).exclude(source_path="")
        return dict(rows.values_list("file_hash", "pk"))

    def image(self, path: str, source: str, line: int, alt: str) -> int | None:
        """The id of the picture at ``path`` (0 in a dry run where it's new); None, with a note, where it can't be used."""
        return self._once("image", path, source, line, lambda file: self._image(file, alt))

    def document(self, path: str, source: str, line: int) -> int | None:
        """The same for an attachment."""
        return self._once("document", path, source, line, self._document)

    def _once(self, kind: str, path: str, source: str, line: int, make) -> int | None:
        key = (kind, path)
        if key not in self._known:
            try:
                self._known[key] = make(self.folder.others[path])
            except OSError as error:
                self._refuse(source, line, path, error.strerror or "?")
                self._known[key] = None
            except ValidationError as error:
                self._refuse(source, line, path, " ".join(error.messages))
                self._known[key] = None
        elif self._known[key] is None:
            self._refuse(source, line, path, _("see above"))
        return self._known[key]

    def _refuse(self, source: str, line: int, path: str, reason: str) -> None:
        self.report.add(
            source, line, _("file not taken over: %(path)s (%(reason)s)") % {"path": path, "reason": reason}
        )

    def _image(self, file: FolderFile, alt: str) -> int:
        suffix = file.suffix.lstrip(".")
        if suffix not in settings.WAGTAILIMAGES_EXTENSIONS:
            raise ValidationError(
                _("a picture can be %(kinds)s") % {"kinds": ", ".join(settings.WAGTAILIMAGES_EXTENSIONS)}
            )
        self._check_size(file, settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE)
        # Cleaning writes the bytes anew, so what tells two pictures apart is the digest of what came in.
        if (known := self._images.get(file.digest)) is not None:
            return known
        name = PurePosixPath(file.path).name
        content = clean_photo(ContentFile(file.data, name=name), allow_svg=True)
        if self.dry_run:
            return 0
        image = PortalImage(
            title=self._title(file),
            file=content,
            description=alt[:255],
            collection=self._collection,
            source_path=f"{self.prefix}/{file.path}"[-430:] + f"#{file.digest}",
        )
        image._set_image_file_metadata()
        image.save()
        self.report.files_added += 1
        self._images[file.digest] = image.pk
        return image.pk

    def _document(self, file: FolderFile) -> int:
        suffix = file.suffix.lstrip(".")
        if suffix not in settings.WAGTAILDOCS_EXTENSIONS:
            raise ValidationError(
                _("an attachment can be %(kinds)s") % {"kinds": ", ".join(settings.WAGTAILDOCS_EXTENSIONS)}
            )
        self._check_size(file, settings.WAGTAILDOCS_MAX_UPLOAD_SIZE)
        document = PortalDocument(
            title=self._title(file),
            file=ContentFile(file.data, name=PurePosixPath(file.path).name),
            source_path=f"{self.prefix}/{file.path}"[-500:],
        )
        document._set_document_file_metadata()
        if (known := self._documents.get(document.file_hash)) is not None:
            return known
        if self.dry_run:
            return 0
        document.collection = self._collection
        document.save()
        self.report.files_added += 1
        self._documents[document.file_hash] = document.pk
        return document.pk

    @staticmethod
    def _title(file: FolderFile) -> str:
        return (file.stem.replace("-", " ").replace("_", " ").strip() or file.path)[:200]

    @staticmethod
    def _check_size(file: FolderFile, limit: int) -> None:
        size = file.location.stat().st_size
        if size > limit:
            raise ValidationError(
                _("it is %(size)s; at most %(limit)s") % {"size": filesizeformat(size), "limit": filesizeformat(limit)}
            )
