"""What a document was before: its earlier files, each kept when another took its place."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .images import PortalDocument

NOTE_LENGTH = 200


class DocumentVersion(models.Model):
    """An earlier file of a document; the newest is the document's own.

    ``replaced_at``, ``replaced_by`` and ``note`` are about the file that came in its place.
    """

    document = models.ForeignKey(PortalDocument, on_delete=models.CASCADE, related_name="versions")
    file = models.FileField(_("file"), max_length=255)
    file_size = models.PositiveBigIntegerField(null=True)
    file_hash = models.CharField(max_length=40, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded on"))
    replaced_at = models.DateTimeField(_("replaced on"), auto_now_add=True)
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("replaced by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    note = models.CharField(_("what is different since"), max_length=NOTE_LENGTH, blank=True)

    # An earlier file is no use of the document.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("earlier version of a document")
        verbose_name_plural = _("earlier versions of documents")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "file"], name="base_documentversion_of_a_file_once"),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def filename(self) -> str:
        """Its name without the folder."""
        return self.file.name.rpartition("/")[2]
