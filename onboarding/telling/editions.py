"""What is told about a text that was changed after people confirmed it."""

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from notifications.kinds import Content, Kind, register
from people.clock import today_for

from ..models import PageEdition
from ..periods import due_words
from ..preloading import preload_progress, progress_of
from ..reading_outlines import path_outline
from ..services.editions import AGAIN
from ..step_pages import held_step
from .addressing import does_step, newcomer_name, step_url


def _again(payload: dict, recipient) -> Content | None:
    """Nothing once it was confirmed again, waived, or is off the path or no longer this colleague's."""
    row = progress_of(payload)
    edition = PageEdition.objects.filter(pk=payload["edition"]).first()
    if row is None or edition is None or row.completed_at or row.waived_at or row.enrolment.ended_on:
        return None
    if not does_step(recipient, row):
        return None
    enrolment = row.enrolment
    outline = path_outline(enrolment.user, enrolment.path_key, get_language() or settings.LANGUAGE_CODE)
    step = held_step(enrolment, outline, row.step_key)
    if step is None:
        return None
    due = due_words(row.due_on, today_for(enrolment.user)) if row.due_on else ""
    name = newcomer_name(recipient, enrolment)
    title = _("Please confirm “%(step)s” once more: the text was changed")
    if name:
        title = _("Please confirm “%(step)s” for %(name)s once more: the text was changed")
    return Content(
        title=title % {"step": step.title, "name": name},
        url=step_url(recipient, enrolment, step),
        text=" ".join(filter(None, [edition.note, f"({due})" if due else ""])),
        action=_("See what is different"),
    )


register(
    Kind(
        AGAIN,
        gettext_lazy("A text that you confirmed was changed"),
        _again,
        daily=True,
        asks=True,
        preload=preload_progress,
    )
)
