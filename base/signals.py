"""Wagtail's and Django's events; each receiver calls one service."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import receiver
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    Site,
    get_page_models,
)
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move
from wagtail_localize.models import Translation

from .access import forget_groups
from .documents import delete_file_of
from .indexing import listen
from .models import DocumentVersion, HouseStyle, PortalDocument, PortalImage, PortalMedia
from .stamp import touch_content, touch_content_of_page
from .translation import delete_aliases, mirror_after_delete, mirror_later_or_now
from .translation.restrictions import adopt_groups, lift_restriction, share_restriction

listen()
for _name, _event in {
    "published": page_published,
    "unpublished": page_unpublished,
    "slug_changed": page_slug_changed,
    "moved": post_page_move,
}.items():
    _event.connect(touch_content, dispatch_uid=f"touch_content_page_{_name}")
# Aliases, and pages saved by code, are made and changed without an event of Wagtail's.
for _model in get_page_models():
    post_save.connect(touch_content_of_page, sender=_model, dispatch_uid=f"touch_content_saved_{_model._meta.label}")
for _model in (
    Collection,
    CollectionViewRestriction,
    HouseStyle,
    Locale,
    PageViewRestriction,
    PortalDocument,
    PortalImage,
    PortalMedia,
    Site,
    # Submitting an alias for translation, or stopping it, changes whose text the page shows.
    Translation,
):
    post_save.connect(touch_content, sender=_model, dispatch_uid=f"touch_content_saved_{_model.__name__}")
    post_delete.connect(touch_content, sender=_model, dispatch_uid=f"touch_content_deleted_{_model.__name__}")
post_delete.connect(delete_file_of, sender=DocumentVersion, dispatch_uid="delete_file_of_version")
post_delete.connect(touch_content, sender=Group, dispatch_uid="touch_content_deleted_group")
m2m_changed.connect(
    touch_content, sender=PageViewRestriction.groups.through, dispatch_uid="touch_content_restriction_groups"
)
# Any page type: post_delete of the multi-table parent is sent for every deleted page.
post_delete.connect(touch_content, sender=Page, dispatch_uid="touch_content_deleted_page")
m2m_changed.connect(forget_groups, sender=get_user_model().groups.through, dispatch_uid="forget_groups")


@receiver(page_published, dispatch_uid="mirror_published")
def _mirror_published(sender, instance, **kwargs):
    mirror_later_or_now(instance)


@receiver(post_page_move, dispatch_uid="mirror_moved")
def _mirror_moved(sender, instance, **kwargs):
    mirror_later_or_now(instance, placed=True)


@receiver(pre_delete, sender=Page, dispatch_uid="delete_aliases")
def _delete_aliases(sender, instance, **kwargs):
    delete_aliases(instance)


@receiver(post_delete, sender=Page, dispatch_uid="mirror_after_delete")
def _mirror_after_delete(sender, instance, **kwargs):
    mirror_after_delete(instance)


@receiver(post_save, sender=PageViewRestriction, dispatch_uid="share_restriction")
def _share_restriction(sender, instance, created, **kwargs):
    adopt_groups(instance) if created else share_restriction(instance)


@receiver(m2m_changed, sender=PageViewRestriction.groups.through, dispatch_uid="share_restriction_groups")
def _share_restriction_groups(sender, instance, action, **kwargs):
    share_restriction(instance) if action.startswith("post_") else None


@receiver(post_delete, sender=PageViewRestriction, dispatch_uid="lift_restriction")
def _lift_restriction(sender, instance, origin, **kwargs):
    lift_restriction(instance, origin)
