"""Wagtail's own events; each receiver calls one service."""

from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished, workflow_submitted

from .models import StoryPage
from .services.admin_moderation import follow_publishing, follow_starting, follow_unpublishing


@receiver(page_published, sender=StoryPage, dispatch_uid="follow_published_story")
def _follow_publishing(sender, instance, **kwargs):
    follow_publishing(page=instance)


@receiver(page_unpublished, sender=StoryPage, dispatch_uid="follow_unpublished_story")
def _follow_unpublishing(sender, instance, **kwargs):
    follow_unpublishing(page=instance)


@receiver(workflow_submitted, dispatch_uid="follow_started_story")
def _follow_starting(sender, instance, **kwargs):
    follow_starting(workflow_state=instance)
