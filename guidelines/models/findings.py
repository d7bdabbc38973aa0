"""What the night finds wrong: links that lead nowhere, and files that nothing uses."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LinkProblem(models.Model):
    """A link of a published page that leads nowhere; gone once the page or what it leads to is mended."""

    class Kind(models.TextChoices):
        PAGE_GONE = "page_gone", _("page is gone")
        PAGE_HIDDEN = "page_hidden", _("page isn’t published")
        PLACE_GONE = "place_gone", _("place on the page is gone")
        DOCUMENT_GONE = "document_gone", _("document is gone")
        PICTURE_GONE = "picture_gone", _("picture is gone")
        OUTSIDE = "outside", _("address outside doesn’t answer")

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+", verbose_name=_("page"))
    kind = models.CharField(_("what is wrong"), max_length=14, choices=Kind.choices)
    target = models.CharField(_("leads to"), max_length=300)
    words = models.CharField(_("words of the link"), max_length=200, blank=True)
    found_at = models.DateTimeField(_("found on"), default=timezone.now)

    class Meta:
        verbose_name = _("broken link")
        verbose_name_plural = _("broken links")
        ordering = ["page__path", "pk"]
        constraints = [models.UniqueConstraint(fields=["page", "kind", "target"], name="guidelines_link_reported_once")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.kind} {self.target}"


class UnusedFile(models.Model):
    """A document or picture that no page and nothing else uses, and since when that is known."""

    class Kind(models.TextChoices):
        DOCUMENT = "document", _("document")
        PICTURE = "picture", _("picture")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    file_id = models.PositiveBigIntegerField()
    title = models.CharField(_("title"), max_length=255)
    since = models.DateTimeField(_("unused since"), default=timezone.now)

    class Meta:
        verbose_name = _("unused file")
        verbose_name_plural = _("unused files")
        ordering = ["since", "pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "file_id"], name="guidelines_file_unused_once")]

    def __str__(self) -> str:
        return self.title
