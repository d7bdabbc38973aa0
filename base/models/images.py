"""Images, documents and media: files that only those who may see their collection can open."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtailmedia.models import AbstractMedia

from ..photos import CleanedFile, clean_photo
from .photo_field import named_file


class PortalImage(AbstractImage):
    """An image whose metadata (place, device) is removed on upload; see ``base.photos``."""

    source_path = models.CharField(_("source path"), max_length=500, blank=True, editable=False, db_index=True)
    hidden_at = models.DateTimeField(
        _("hidden since"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Taken from view wherever it is used, until it is settled; its file is closed as well."),
    )

    admin_form_fields = Image.admin_form_fields

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        indexes = [models.Index(fields=["file"], name="base_portalimage_file")]

    def save(self, *args, **kwargs):
        """Write a new picture anew first, whichever way it came in; raises ValidationError for what is no picture."""
        if self.file and not self.file._committed and not isinstance(self.file.file, CleanedFile):
            self.file = clean_photo(named_file(self.file), allow_svg=True)
            self._set_image_file_metadata()
        super().save(*args, **kwargs)

    @property
    def default_alt_text(self) -> str:
        """Never the title: a file name read aloud helps nobody. Empty unless described."""
        return self.description


class PortalRendition(AbstractRendition):
    """A scaled copy of an image, as private as the image."""

    image = models.ForeignKey(PortalImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)
        indexes = [models.Index(fields=["file"], name="base_portalrendition_file")]


class PortalDocument(AbstractDocument):
    """A document: one address, which gives the newest of its files; see ``base.documents``.

    ``address_name`` is the name in its address once its file was replaced; until then that is the file's own.
    ``replaced_at`` is when it last got another file.
    """

    source_path = models.CharField(_("source path"), max_length=500, blank=True, editable=False, db_index=True)
    address_name = models.CharField(max_length=255, blank=True, editable=False)
    replaced_at = models.DateTimeField(_("file replaced on"), null=True, blank=True, editable=False)

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [models.Index(fields=["file"], name="base_portaldocument_file")]

    @property
    def filename(self) -> str:
        """The name in its address, and of what is downloaded."""
        return self.address_name or super().filename


class PortalMedia(AbstractMedia):
    """A video or sound with its captions (WebVTT) and the written text in both languages."""

    captions_nl = models.FileField(_("captions in Dutch (WebVTT)"), upload_to="captions", blank=True)
    captions_en = models.FileField(_("captions in English (WebVTT)"), upload_to="captions", blank=True)

    admin_form_fields = (*AbstractMedia.admin_form_fields, "captions_nl", "captions_en")

    class Meta:
        verbose_name = _("video or sound")
        verbose_name_plural = _("videos and sounds")
        indexes = [
            models.Index(fields=[field], name=f"base_portalmedia_{field}")
            for field in ("file", "thumbnail", "captions_nl", "captions_en")
        ]

    def save(self, *args, **kwargs):
        """Write a new still picture anew first; raises ValidationError for what is no picture."""
        if self.thumbnail and not self.thumbnail._committed:
            self.thumbnail = clean_photo(named_file(self.thumbnail))
        super().save(*args, **kwargs)
