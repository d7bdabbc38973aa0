"""Wagtail's own events; each receiver calls one service."""

from django.dispatch import receiver
from wagtail.signals import page_published

from .models import CompanyStoryPage, StoryChapterPage
from .using import tell_authors_taken_up


@receiver(page_published, sender=CompanyStoryPage, dispatch_uid="tell_authors_taken_up_by_opening")
@receiver(page_published, sender=StoryChapterPage, dispatch_uid="tell_authors_taken_up_by_chapter")
def _tell_authors_taken_up(sender, instance, revision=None, **kwargs):
    tell_authors_taken_up(page=instance, actor=revision and revision.user)
