"""Events of accounts; each receiver calls one service."""

from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.users.models import UserProfile

from base.stamp import touch_content

from .models import ClosingDays, Location, Team, User
from .own_sessions import begin_session
from .services import follow_admin_preferences, follow_preferences, show_new_profile


@receiver(post_save, sender=User, dispatch_uid="follow_preferences")
def _follow_preferences(sender, instance, update_fields=None, **kwargs):
    follow_preferences(user=instance, fields=update_fields)


@receiver(post_save, sender=UserProfile, dispatch_uid="follow_admin_preferences")
def _follow_admin_preferences(sender, instance, **kwargs):
    follow_admin_preferences(profile=instance)


@receiver(post_save, sender=User, dispatch_uid="show_new_profile")
def _show_new_profile(sender, update_fields=None, **kwargs):
    show_new_profile(fields=update_fields)


for _event in (post_save, post_delete):
    for _model in (Team, Location, ClosingDays):
        _event.connect(touch_content, sender=_model, dispatch_uid=f"touch_content_{_model.__name__}_{id(_event)}")


@receiver(user_logged_in, dispatch_uid="begin_session")
def _begin_session(sender, request, **kwargs):
    begin_session(request=request)
