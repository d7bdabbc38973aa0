"""What is told from now on: the reminders that a plan still brings, and the waiting messages that still hold."""

from dataclasses import replace

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from notifications.models import Message
from notifications.resolving import resolve

from ..messages_ahead import StepAhead, windows_between
from ..models import Enrolment
from ..outline import Outline
from ..reading_outlines import path_outline
from ..services import calendar_of
from .plan_words import reminders_table
from .previewed import Table


def waiting_messages(enrolment: Enrolment) -> set[int]:
    """The messages about this path that wait to be mailed and still hold now."""
    messages = Message.objects.filter(mail=Message.Mail.WAITING, thread=f"onboarding-{enrolment.pk}")
    return {message.pk for message in messages.select_related("recipient") if resolve(message) is not None}


def lapse_words(before: set[int], after: set[int]) -> list[str]:
    """How many waiting messages are no longer sent."""
    count = len(before - after)
    if not count:
        return [_("Every message that waits is still sent.")] if before else []
    words = ngettext(
        "%(count)s message that waits is no longer sent.", "%(count)s messages that wait are no longer sent.", count
    )
    return [words % {"count": count}]


def reminders_ahead(enrolment: Enrolment, outline: Outline | None) -> list[Table]:
    """Every reminder to come if nothing is done, folded; no table where none comes.

    The database is asked, so within a rehearsal this is what comes after the deed.
    """
    enrolment = Enrolment.objects.select_related("user").get(pk=enrolment.pk)
    if outline is None or enrolment.planned_at is None or enrolment.ended_on or enrolment.completed_at:
        return []
    person = enrolment.user
    told_in = outline
    if person.locale != get_language():
        # The sentences are in the newcomer's language, so what they call a step is as well.
        told_in = path_outline(person, enrolment.path_key, person.locale) or outline
    titles = {step.key: step.title for step in told_in.steps}
    rows = {row.step_key: row for row in enrolment.progress.open().filter(submitted_at=None)}
    steps = [
        StepAhead(
            titles.get(step.key, step.title), rows[step.key].due_on, rows[step.key].assignee, rows[step.key].reminded
        )
        for step in outline.steps
        if step.key in rows and not step.reads_is_missing
    ]
    windows = windows_between(
        enrolment.pauses.values_list("starts_on", "ends_on"),
        planned_on=timezone.localdate(enrolment.planned_at),
        today=timezone.localdate(),
    )
    table = reminders_table(
        steps, calendar_of(enrolment), name=person.get_full_name(), language=person.locale, windows=windows
    )
    return [replace(table, is_folded=True)] if table.rows else []
