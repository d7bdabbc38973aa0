"""Events about manuals, chapters and their import; each receiver calls one service."""

from django.dispatch import receiver
from django_tasks.base import TaskResultStatus
from django_tasks.signals import task_finished
from wagtail.signals import page_published

from .importing.uploads import note_broken_off, run_import
from .models import ChapterPage, ManualPage
from .services.changes import note_publication


@receiver(page_published, dispatch_uid="guidelines_note_publication")
def _published(sender, instance, revision=None, **kwargs):
    if isinstance(instance, (ManualPage, ChapterPage)):
        note_publication(page=instance, revision=revision)


@receiver(task_finished, dispatch_uid="guidelines_note_broken_off")
def _task_ended(sender, task_result, **kwargs):
    is_import = task_result.task.module_path == run_import.module_path
    if is_import and task_result.status == TaskResultStatus.FAILED:
        note_broken_off(upload_id=task_result.args[0])
