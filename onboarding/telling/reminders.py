"""What is told about steps that are due: reminders, nudges, and the signal to the manager that a step stays open."""

from datetime import date

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from notifications.kinds import Content, Kind, people_in_words, register
from people.clock import today_for
from people.models import User

from ..models import Enrolment, StepProgress
from ..outline import Step
from ..periods import day_and_month
from ..preloading import preload_progress, progress_of
from ..querysets import is_asked_after
from ..reading_outlines import path_outline
from ..roles import Who
from ..standing import Standing
from ..step_pages import held_step
from ..supporting import lead_words, people_of
from ..visibility import HR_PERMISSION
from .addressing import does_step, newcomer_name, step_url


def reminder_title(step: str, name: str, due: date | None, today: date) -> str:
    """The one sentence of a reminder on this day, in the active language; ``name`` is the newcomer's, for others only."""
    words = {"step": step, "name": name, "date": day_and_month(due) if due else ""}
    if due is None:
        title = _("“%(step)s” for %(name)s is still open") if name else _("“%(step)s” is still open")
    elif due > today:
        title = (
            _("“%(step)s” for %(name)s is planned for %(date)s") if name else _("“%(step)s” is planned for %(date)s")
        )
    elif due == today:
        title = _("“%(step)s” for %(name)s is planned for today") if name else _("“%(step)s” is planned for today")
    elif name:
        title = _("“%(step)s” for %(name)s was planned for %(date)s and is still open")
    else:
        title = _("“%(step)s” was planned for %(date)s and is still open")
    return title % words


def signal_title(step: str, name: str, due: date | None) -> str:
    """The one sentence of the signal to the manager: facts only."""
    words = {"step": step, "name": name, "date": day_and_month(due) if due else ""}
    return _("“%(step)s” in the onboarding of %(name)s has been open since %(date)s") % words


def _open_step(payload: dict) -> tuple[StepProgress, Step] | None:
    """The row and its step in the active language, as long as the step waits for somebody; else None."""
    row = progress_of(payload)
    if row is None or row.attempt != payload.get("attempt") or not row.in_plan:
        return None
    enrolment = row.enrolment
    if row.completed_at or row.submitted_at or row.waived_at or enrolment.ended_on:
        return None
    if enrolment.completed_at is not None and not is_asked_after(row, enrolment.completed_at):
        return None
    if enrolment.is_paused_now or not enrolment.user.is_active:
        return None
    path = path_outline(enrolment.user, enrolment.path_key, get_language() or settings.LANGUAGE_CODE)
    step = held_step(enrolment, path, row.step_key)
    if step is None or step.reads_is_missing:
        return None
    if step.prerequisites and Standing(enrolment, path, _progress_of(row, step)).waits_for(step):
        return None
    return row, step


def _progress_of(row: StepProgress, step: Step) -> dict:
    rows = StepProgress.objects.filter(enrolment=row.enrolment_id, step_key__in=[step.key, *step.prerequisites])
    return rows.as_progress()


def _reminder(payload: dict, recipient) -> Content | None:
    """Nothing once a later reminder was told, or the step is no longer this colleague's."""
    found = _open_step(payload)
    if found is None or not does_step(recipient, found[0]) or found[0].reminded != payload.get("stage"):
        return None
    row, step = found
    today = today_for(row.enrolment.user)
    title = reminder_title(step.title, newcomer_name(recipient, row.enrolment), row.due_on, today)
    return Content(
        title,
        step_url(recipient, row.enrolment, step),
        text=_lead_words(recipient, row),
        action=_("Open the step"),
        who=f"“{step.title}”",
    )


def _lead_words(recipient, row: StepProgress) -> str:
    """Why a step that several do is mailed to this one."""
    if recipient.pk == row.enrolment.user_id:
        return ""
    return lead_words(row.enrolment, row.assignee, recipient)


def _nudge(payload: dict, recipient) -> Content | None:
    found = _open_step(payload)
    actor = User.objects.filter(pk=payload["actor"]).first()
    if found is None or actor is None or not does_step(recipient, found[0]):
        return None
    row, step = found
    name = newcomer_name(recipient, row.enrolment)
    title = _("%(actor)s reminds you of “%(step)s”")
    if name:
        title = _("%(actor)s reminds you of “%(step)s” for %(name)s")
    return Content(
        title % {"actor": actor.get_full_name(), "step": step.title, "name": name},
        step_url(recipient, row.enrolment, step),
        text=_("Are you stuck? You can ask for help on the step itself.") if not name else _lead_words(recipient, row),
        action=_("Open the step"),
        who=f"“{step.title}”",
    )


def _escalated(payload: dict, recipient) -> Content | None:
    found = _open_step(payload)
    if found is None or not _looks_after(recipient, found[0].enrolment):
        return None
    row, step = found
    # Where that isn't known, nothing is said of it.
    count = payload.get("reminders", 0)
    facts = ngettext(
        "There was %(count)d reminder after that day.", "There were %(count)d reminders after that day.", count
    )
    assurance = _("Who does the step can see that you were told.")
    return Content(
        signal_title(step.title, row.enrolment.user.get_full_name(), row.due_on),
        step_url(recipient, row.enrolment, step),
        text=f"{facts % {'count': count}} {assurance}" if count else assurance,
        action=_("See how it stands"),
        who=f"“{step.title}”",
    )


def _looks_after(recipient, enrolment: Enrolment) -> bool:
    people = people_of(enrolment)
    named = (*people[Who.MANAGER], *people[Who.HR])
    return any(colleague.pk == recipient.pk for colleague in named) or recipient.has_perm(HR_PERMISSION)


def _seen(payload: dict, recipient) -> Content | None:
    found = _open_step(payload)
    if found is None or not does_step(recipient, found[0]):
        return None
    row, step = found
    told = User.objects.filter(pk__in=payload.get("told", [])).order_by("pk")
    names = people_in_words([colleague.get_full_name() for colleague in told])
    return Content(
        _("%(names)s got a signal that “%(step)s” is still open") % {"names": names, "step": step.title},
        step_url(recipient, row.enrolment, step),
        text=_("It says which step it is, for which day it was planned and how often there was a reminder. No more."),
        action=_("Open the step"),
        who=f"“{step.title}”",
    )


def _together(contents: list[Content]) -> str:
    """The title of several steps of one person: the newest by name, and how many more."""
    others = len(contents) - 1
    words = {"step": contents[0].who, "count": others}
    return (
        ngettext(
            "%(step)s and %(count)d more step ask for your attention",
            "%(step)s and %(count)d more steps ask for your attention",
            others,
        )
        % words
    )


def _register(name: str, label, resolve, **options) -> None:
    register(Kind(name, label, resolve, daily=True, together=_together, preload=preload_progress, **options))


_register("onboarding.reminder", gettext_lazy("A step of an onboarding is due"), _reminder, asks=True)
_register("onboarding.nudge", gettext_lazy("A colleague reminds you of a step"), _nudge, asks=True)
_register("onboarding.escalated", gettext_lazy("A step of somebody you look after stays open"), _escalated, asks=True)
_register("onboarding.escalation_seen", gettext_lazy("Your manager got a signal about a step"), _seen)
