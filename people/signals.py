"""Events of accounts; each receiver calls one service."""

from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.users.models import UserProfile

from .models import User
from .services import follow_admin_preferences, follow_preferences


@receiver(post_save, sender=User, dispatch_uid="follow_preferences")
def _follow_preferences(sender, instance, update_fields=None, **kwargs):
    follow_preferences(user=instance, fields=update_fields)


@receiver(post_save, sender=UserProfile, dispatch_uid="follow_admin_preferences")
def _follow_admin_preferences(sender, instance, **kwargs):
    follow_admin_preferences(profile=instance)
