"""What editors may upload: said beside the field, with the limit named."""

from pathlib import PurePath

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm
from wagtailmedia.forms import BaseMediaForm

from .documents import keep_version
from .models.document_versions import NOTE_LENGTH
from .photos import DAMAGED, clean_photo
from .scanning import scan_upload
from .typed import storable

HEAD = 2048
CAPTIONS_LIMIT = 2 * 1024 * 1024
# How a file of each kind begins; what is missing here is text.
BEGINNINGS = {
    "docx": (b"PK\x03\x04",),
    "odp": (b"PK\x03\x04",),
    "ods": (b"PK\x03\x04",),
    "odt": (b"PK\x03\x04",),
    "pptx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
}
TEXT_KINDS = frozenset({"csv", "ics", "txt", "vtt"})
_PAGE_BEGINNINGS = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml")


def check_contents(file, extension: str) -> None:
    """Refuse a file that obviously isn't of the kind its name says; raises ValidationError."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    is_page = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGE_BEGINNINGS)
    if extension == "pdf":
        fits = b"%PDF-" in head[:1024]
    elif extension in BEGINNINGS:
        fits = head.startswith(BEGINNINGS[extension])
    elif extension in TEXT_KINDS:
        fits = b"\0" not in head and not is_page
    else:
        fits = not is_page
    if not fits:
        raise ValidationError(
            _("This isn't a %(kind)s file, whatever its name says. Save it anew as %(kind)s.")
            % {"kind": extension.upper()},
            code="wrong_kind",
        )


class SaysWhoCanOpenIt:
    """A form for a file: being used on a closed page alone doesn't close the file, its collection does."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if collection := self.fields.get("collection"):
            collection.help_text = _(
                "Everybody who is signed in can open the file by its address. Is it confidential? Put it in a "
                "collection that is for some groups only, also if it is used on a closed page."
            )


class PictureField(WagtailImageField):
    """Wagtail's field, which lets a damaged picture through as a server error; this one writes it anew."""

    def to_python(self, data):
        """The cleaned picture; raises ValidationError for what is none."""
        try:
            file = super().to_python(data)
        except DAMAGED as error:
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from error
        return clean_photo(file, allow_svg=True) if isinstance(file, UploadedFile) else file


class PortalImageForm(SaysWhoCanOpenIt, BaseImageForm):
    """A picture is written anew before anything else happens to it; see ``base.photos``."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            self.fields["file"] = PictureField(label=field.label, required=field.required, widget=field.widget)


class PortalDocumentForm(SaysWhoCanOpenIt, BaseDocumentForm):
    """A document is what its name says it is; another file leaves the address and the file before as they were."""

    def __init__(self, *args, **kwargs):
        self.editor = kwargs.get("user")
        super().__init__(*args, **kwargs)
        # The form that names many uploads at once has no file.
        if self.instance.pk and "file" in self.fields:
            self.fields["version_note"] = forms.CharField(
                label=_("What is different?"),
                help_text=_(
                    "Only with another file. The address stays the same and gives the new file; the one before is kept "
                    "for editors."
                ),
                required=False,
                max_length=NOTE_LENGTH,
            )

    def save(self, commit=True):
        """The document; its file before, if another came in its place, is kept as an earlier version."""
        if not commit or "file" not in self.changed_data or not self.instance.pk:
            return super().save(commit=commit)
        # Wagtail would delete it.
        self.original_file = None
        with transaction.atomic():
            keep_version(document=self.instance, by=self.editor, note=self.cleaned_data.get("version_note", ""))
            return super().save(commit=commit)

    def clean_version_note(self) -> str:
        """The words, without what can't be kept."""
        return storable(self.cleaned_data["version_note"])

    def clean_file(self):
        """The file as it is, if the scanner finds nothing in it."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            check_contents(file, PurePath(file.name).suffix.lower().lstrip("."))
            scan_upload(file)
        return file


class PortalMediaForm(SaysWhoCanOpenIt, BaseMediaForm):
    """A video, its picture and its captions."""

    def clean_file(self):
        """The video, if it is of a kind browsers play, isn't too big and no web page in disguise."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            FileExtensionValidator(settings.WAGTAILMEDIA[f"{self.instance.type.upper()}_EXTENSIONS"])(file)
            check_size(file, settings.MEDIA_MAX_UPLOAD_SIZE)
            check_contents(file, PurePath(file.name).suffix.lower().lstrip("."))
            scan_upload(file)
        return file

    def clean_thumbnail(self):
        """The picture, written anew."""
        file = self.cleaned_data["thumbnail"]
        return clean_photo(file) if isinstance(file, UploadedFile) else file

    def clean_captions_nl(self):
        """The Dutch captions."""
        return self._captions("captions_nl")

    def clean_captions_en(self):
        """The English captions."""
        return self._captions("captions_en")

    def _captions(self, field: str):
        file = self.cleaned_data[field]
        if isinstance(file, UploadedFile):
            check_size(file, CAPTIONS_LIMIT)
            file.seek(0)
            head = file.read(HEAD).removeprefix(b"\xef\xbb\xbf")
            file.seek(0)
            if not head.startswith(b"WEBVTT") or not file.name.lower().endswith(".vtt"):
                raise ValidationError(
                    _("Captions have to be a WebVTT file (.vtt), which begins with WEBVTT."), code="wrong_kind"
                )
            scan_upload(file)
        return file


def check_size(file, limit: int) -> None:
    """Raise ValidationError for a file of more than ``limit`` bytes."""
    if file.size > limit:
        raise ValidationError(
            _("This file is %(size)s. It may be %(limit)s at most.")
            % {"size": filesizeformat(file.size), "limit": filesizeformat(limit)},
            code="too_large",
        )
