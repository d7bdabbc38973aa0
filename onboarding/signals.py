"""Wagtail's events about the pages of a path; each receiver calls one service."""

from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.log_actions import get_active_log_context
from wagtail.signals import page_published, page_unpublished, post_page_move

from .models import PathPage, PhasePage, StepPage
from .services.changing import note_moved_away, note_structure, path_keys_of

PAGES = (PathPage, PhasePage, StepPage)


def _note(*tree_paths: str, actor=None) -> None:
    # Who is at work in the admin, where the event itself doesn't say.
    actor = actor or get_active_log_context().user
    for key in path_keys_of(*tree_paths):
        note_structure(path_key=key, actor=actor)


@receiver(page_published, dispatch_uid="onboarding_structure_published")
def _published(sender, instance, revision=None, **kwargs):
    if isinstance(instance, PAGES) and not instance.alias_of_id:
        _note(instance.path, actor=revision.user if revision else None)


@receiver(page_unpublished, dispatch_uid="onboarding_structure_unpublished")
def _unpublished(sender, instance, **kwargs):
    if isinstance(instance, PAGES) and not instance.alias_of_id:
        _note(instance.path)


@receiver(post_page_move, dispatch_uid="onboarding_structure_moved")
def _moved(sender, instance, parent_page_before, **kwargs):
    if issubclass(sender, PAGES) and not instance.alias_of_id:
        note_moved_away(moved=instance, parent_before=parent_page_before)
        _note(instance.path, parent_page_before.path)


@receiver(post_delete, sender=StepPage, dispatch_uid="onboarding_structure_deleted")
def _deleted(sender, instance, **kwargs):
    if not instance.alias_of_id:
        _note(instance.path)
