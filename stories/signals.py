"""Wagtail's own events; each receiver calls one service."""

from django.contrib.auth import get_user_model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished, workflow_submitted

from base.stamp import touch_content

from .models import StoryCall, StoryPage, StoryTheme
from .services.admin_moderation import follow_publishing, follow_starting, follow_unpublishing
from .services.calling import tell_asked
from .services.reporting import keep_hidden


@receiver(page_published, sender=StoryPage, dispatch_uid="follow_published_story")
def _follow_publishing(sender, instance, **kwargs):
    follow_publishing(page=instance)


@receiver(page_unpublished, sender=StoryPage, dispatch_uid="follow_unpublished_story")
def _follow_unpublishing(sender, instance, **kwargs):
    follow_unpublishing(page=instance)


@receiver(workflow_submitted, dispatch_uid="follow_started_story")
def _follow_starting(sender, instance, **kwargs):
    follow_starting(workflow_state=instance)


@receiver(m2m_changed, sender=get_user_model().groups.through, dispatch_uid="forget_known_judges")
def _forget_known_judges(sender, action, **kwargs):
    touch_content() if action.startswith("post_") else None


@receiver(page_published, sender=StoryPage, dispatch_uid="keep_hidden_story")
def _keep_hidden(sender, instance, **kwargs):
    keep_hidden(page=instance)


@receiver(page_published, sender=StoryCall, dispatch_uid="tell_asked_by_name")
def _tell_asked(sender, instance, **kwargs):
    tell_asked(call=instance)


# Names of themes stand in the filter above lists, which is kept for all readers.
for _event in (post_save, post_delete):
    _event.connect(touch_content, sender=StoryTheme, dispatch_uid=f"touch_content_theme_{id(_event)}")
