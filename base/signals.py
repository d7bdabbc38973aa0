"""Wagtail's and Django's events; each receiver calls one service."""

from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed, post_delete, post_save
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from .models import HouseStyle, PortalImage, PortalMedia
from .stamp import touch_content

for _event in (page_published, page_unpublished, page_slug_changed, post_page_move):
    _event.connect(touch_content, dispatch_uid=f"touch_content_{id(_event)}")
for _model in (PageViewRestriction, Site, Locale, HouseStyle, PortalImage, PortalMedia):
    post_save.connect(touch_content, sender=_model, dispatch_uid=f"touch_content_saved_{_model.__name__}")
    post_delete.connect(touch_content, sender=_model, dispatch_uid=f"touch_content_deleted_{_model.__name__}")
post_delete.connect(touch_content, sender=Group, dispatch_uid="touch_content_deleted_group")
m2m_changed.connect(
    touch_content, sender=PageViewRestriction.groups.through, dispatch_uid="touch_content_restriction_groups"
)
# Any page type: post_delete of the multi-table parent is sent for every deleted page.
post_delete.connect(touch_content, sender=Page, dispatch_uid="touch_content_deleted_page")
