"""What was read out of a document's file."""

from django.db import models

from base.models import PortalDocument


class DocumentText(models.Model):
    """The text of a document's newest file, kept so that making the index anew needn't read it again.

    ``file_key`` says of which file; ``parts`` are ``[page, heading, text]``, page 0 where there are none; ``problem`` is why
    there is no text, for editors of the log.
    """

    document = models.OneToOneField(
        PortalDocument, primary_key=True, on_delete=models.CASCADE, related_name="found_text"
    )
    file_key = models.CharField(max_length=255)
    language = models.CharField(max_length=8, blank=True)
    parts = models.JSONField(default=list)
    problem = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(auto_now=True)

    # What was read out of a document is no use of it.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = "text of a document"
        verbose_name_plural = "texts of documents"

    def __str__(self) -> str:
        return f"{self.document_id} {self.file_key}"
