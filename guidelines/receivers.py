"""Wagtail's events about manuals and chapters; each receiver calls one service."""

from django.dispatch import receiver
from wagtail.signals import page_published

from .models import ChapterPage, ManualPage
from .services.changes import note_publication


@receiver(page_published, dispatch_uid="guidelines_note_publication")
def _published(sender, instance, revision=None, **kwargs):
    if isinstance(instance, (ManualPage, ChapterPage)):
        note_publication(page=instance, revision=revision)
