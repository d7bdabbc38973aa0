"""What is told about a text that was changed after people confirmed it."""

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from notifications.kinds import Content, Kind, register

from ..models import PageEdition, StepProgress
from ..periods import due_words
from ..reading_outlines import path_outline
from ..services.editions import AGAIN


def _again(payload: dict, recipient) -> Content | None:
    """Nothing once it was confirmed again, waived, or is off the path."""
    rows = StepProgress.objects.select_related("enrolment__user")
    row = rows.filter(pk=payload["progress"], completed_at=None, waived_at=None, enrolment__ended_on=None).first()
    edition = PageEdition.objects.filter(pk=payload["edition"]).first()
    if row is None or edition is None or row.enrolment.user_id != recipient.pk:
        return None
    outline = path_outline(row.enrolment.user, row.enrolment.path_key, get_language() or settings.LANGUAGE_CODE)
    step = outline.step(row.step_key) if outline else None
    if step is None:
        return None
    due = due_words(row.due_on) if row.due_on else ""
    return Content(
        title=_("Please confirm “%(step)s” once more: the text was changed") % {"step": step.title},
        url=step.url,
        text=" ".join(filter(None, [edition.note, f"({due})" if due else ""])),
        action=_("See what is different"),
    )


register(Kind(AGAIN, gettext_lazy("A text that you confirmed was changed"), _again, daily=True, asks=True))
