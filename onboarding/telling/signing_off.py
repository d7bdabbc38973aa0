"""What is told about what waits to be signed off: that it waits, that it is in order, that it comes back."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from notifications.kinds import Content, Kind, people_in_words, register
from notifications.services import Telling, notify_many
from people.models import User

from ..models import Enrolment, StepPage, StepProgress
from ..outline import Step
from ..periods import day_and_month
from ..preloading import preload_progress, progress_of
from ..reading_outlines import path_outline
from ..roles import Who, in_sentence
from ..step_pages import held_step
from ..supporting import acts_as, fetched
from ..visibility import HR_PERMISSION
from ..walking_along import hr_colleagues, told_for
from .addressing import does_step, newcomer_name, step_url


def tell_submitted(*, row: StepProgress, role: str) -> None:
    """Tell who signs it off. Handed in anew in the same attempt, they hear nothing again."""
    _notify("onboarding.handed_in", row, role)


def tell_settled(*, row: StepProgress, kind: str) -> None:
    """Tell whose step it is that it was signed off, or comes back."""
    _notify(kind, row, row.assignee)


def _notify(kind: str, row: StepProgress, role: str) -> None:
    enrolment = fetched(Enrolment.objects.filter(pk=row.enrolment_id)).get()
    # All of HR is asked for only where it comes to that, and then one of them is told.
    people = told_for(enrolment, role, []) or told_for(enrolment, role, hr_colleagues())[:1]
    payload = {"progress": row.pk, "attempt": row.attempt}
    notify_many(kind=kind, tellings=[Telling(person, f"{row.pk}:{row.attempt}", payload) for person in people])


# What they say ---------------------------------------------------------------------------


def _row_and_step(payload: dict) -> tuple[StepProgress | None, Step | None]:
    row = progress_of(payload)
    if row is None or row.attempt != payload["attempt"] or row.enrolment.ended_on:
        return None, None
    enrolment = row.enrolment
    outline = path_outline(enrolment.user, enrolment.path_key, get_language() or settings.LANGUAGE_CODE)
    return row, held_step(enrolment, outline, row.step_key)


def _waiting(payload: dict) -> tuple[StepProgress, Step] | None:
    """The row and its step, as long as it waits to be signed off."""
    row, step = _row_and_step(payload)
    if step is None or not step.signed_off_by or row.submitted_at is None or row.completed_at or row.waived_at:
        return None
    return row, step


def _signs(recipient, row: StepProgress, step: Step) -> bool:
    return acts_as(recipient, row.enrolment, step.signed_off_by)


def _is_hr(recipient, row: StepProgress) -> bool:
    return acts_as(recipient, row.enrolment, Who.HR) or recipient.has_perm(HR_PERMISSION)


def _handed_in(payload: dict, recipient) -> Content | None:
    found = _waiting(payload)
    if found is None or not (_signs(recipient, *found) or _is_hr(recipient, found[0])):
        return None
    row, step = found
    if step.kind == StepPage.Kind.SUBMIT:
        title = _("%(name)s handed in “%(step)s”: will you look at it?")
    elif row.assignee == Who.NEWCOMER:
        title = _("%(name)s did “%(step)s”: will you sign it off?")
    else:
        title = _("“%(step)s” for %(name)s was done: will you sign it off?")
    words = {"name": row.enrolment.user.get_full_name(), "step": step.title}
    return Content(title % words, step_url(recipient, row.enrolment, step), action=_("Look at it"))


def _signed_off(payload: dict, recipient) -> Content | None:
    row, step = _row_and_step(payload)
    if step is None or row.completed_at is None or not does_step(recipient, row):
        return None
    title = _("“%(step)s” is in order: done")
    name = newcomer_name(recipient, row.enrolment)
    if name:
        title = _("“%(step)s” for %(name)s is in order: done")
    return Content(title % {"step": step.title, "name": name}, step_url(recipient, row.enrolment, step))


def _sent_back(payload: dict, recipient) -> Content | None:
    row, step = _row_and_step(payload)
    if step is None or row.completed_at or row.submitted_at or not does_step(recipient, row):
        return None
    title = _("Please look at “%(step)s” once more")
    name = newcomer_name(recipient, row.enrolment)
    if name:
        title = _("Please look at “%(step)s” for %(name)s once more")
    # What somebody wrote about it stands on the step, not in a mail.
    url = step_url(recipient, row.enrolment, step)
    return Content(title % {"step": step.title, "name": name}, url, action=_("Open the step"))


def _since(row: StepProgress, step: Step) -> dict:
    day = day_and_month(timezone.localdate(row.submitted_at))
    return {"step": step.title, "name": row.enrolment.user.get_full_name(), "date": day}


def _waits(payload: dict, recipient) -> Content | None:
    """Nothing once a later reminder was told, during a pause, or where somebody else signs it off by now."""
    found = _waiting(payload)
    if found is None or not _signs(recipient, *found) or found[0].reminded != payload["stage"]:
        return None
    row, step = found
    if row.enrolment.is_paused_now:
        return None
    title = _("“%(step)s” of %(name)s has been waiting for you since %(date)s") % _since(row, step)
    return Content(title, step_url(recipient, row.enrolment, step), action=_("Look at it"), who=f"“{step.title}”")


def _left(payload: dict, recipient) -> Content | None:
    """For HR that they may do it; for who signs it off, that HR was told."""
    found = _waiting(payload)
    if found is None:
        return None
    row, step = found
    url = step_url(recipient, row.enrolment, step)
    if recipient.pk in payload["told"]:
        if not _is_hr(recipient, row):
            return None
        words = ngettext("There was %(count)d reminder.", "There were %(count)d reminders.", payload["reminders"])
        may = _("You may sign it off on behalf of the %(role)s; the record says so.")
        return Content(
            _("“%(step)s” of %(name)s has been waiting to be signed off since %(date)s") % _since(row, step),
            url,
            text=f"{words} {may}" % {"count": payload["reminders"], "role": in_sentence(step.signed_off_by)},
            action=_("Look at it"),
            who=f"“{step.title}”",
        )
    if not _signs(recipient, row, step):
        return None
    told = User.objects.filter(pk__in=payload["told"][:3]).order_by("pk")
    names = people_in_words([colleague.get_full_name() for colleague in told])
    return Content(
        _("%(names)s got a signal that “%(step)s” waits to be signed off") % {"names": names, "step": step.title},
        url,
        action=_("Look at it"),
        who=f"“{step.title}”",
    )


def _register(name: str, label, resolve, **options) -> None:
    register(Kind(name, label, resolve, daily=True, preload=preload_progress, **options))


_register("onboarding.handed_in", gettext_lazy("A step waits for you to sign it off"), _handed_in, asks=True)
_register("onboarding.signed_off", gettext_lazy("A step of yours was signed off"), _signed_off)
_register("onboarding.sent_back", gettext_lazy("A step of yours comes back"), _sent_back, asks=True)
_register("onboarding.sign_off", gettext_lazy("A step still waits for you to sign it off"), _waits, asks=True)
_register("onboarding.sign_off_left", gettext_lazy("A step waits long to be signed off"), _left, asks=True)
