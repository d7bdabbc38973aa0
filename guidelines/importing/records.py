"""What the portal remembers of an import: which page came from which file, and who is at it now."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page


class Handbook(models.Model):
    """A folder that was imported. ``busy_since`` is set while an import is at it and renewed while it goes on."""

    prefix = models.CharField(_("name"), max_length=100)
    locale = models.ForeignKey(Locale, verbose_name=_("language"), on_delete=models.CASCADE, related_name="+")
    busy_since = models.DateTimeField(null=True, blank=True, editable=False)
    busy_token = models.CharField(max_length=32, blank=True, editable=False)
    finished = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("imported handbook")
        constraints = [
            models.UniqueConstraint(fields=["prefix", "locale"], name="guidelines_handbook_once_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.prefix} ({self.locale.language_code})"


class ImportedFile(models.Model):
    """The page made from one file or folder. ``input_digest`` covers the bytes and what links may lead to."""

    handbook = models.ForeignKey(Handbook, on_delete=models.CASCADE, related_name="files")
    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=400, blank=True)
    input_digest = models.CharField(max_length=64, blank=True)
    output_digest = models.CharField(max_length=64, blank=True)
    revision_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("imported file")
        constraints = [
            models.UniqueConstraint(fields=["handbook", "path"], name="guidelines_importedfile_once_per_path")
        ]

    def __str__(self) -> str:
        return self.path


class HandbookUpload(models.Model):
    """A zip or Word file somebody sent in, kept until it is imported or thrown away, with its report."""

    class Status(models.TextChoices):
        """How far it is."""

        PREVIEW = "preview", _("Looked at")
        RUNNING = "running", _("Being imported")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Failed")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    file = models.FileField(_("file"), upload_to="handbook-uploads")
    prefix = models.CharField(_("name"), max_length=100)
    parent = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    split = models.BooleanField(default=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PREVIEW)
    report = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("uploaded handbook")

    def __str__(self) -> str:
        return self.prefix
