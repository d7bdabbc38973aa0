"""What somebody has to look at, out of how the portal stands: in words, with what to do."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .lateness import BACKUP, INDEX, MAILS, REFUSED, TASKS
from .state import State, read_state

KEPT_SECONDS = 60


@dataclass(frozen=True)
class Trouble:
    """What is wrong, what to do about it, and where in the admin, where that is the place."""

    seen: str
    advice: str
    url: str = ""


def current_troubles() -> list[Trouble]:
    """Those of now, at most a minute old; for a page that many open."""
    key = f"operations:troubles:{get_language()}"
    troubles = cache.get(key)
    if troubles is None:
        now = timezone.now()
        troubles = troubles_in(read_state(now), now)
        cache.set(key, troubles, KEPT_SECONDS)
    return troubles


def troubles_in(state: State, now: datetime) -> list[Trouble]:
    """All of them, the gravest first; asks the database nothing."""
    return [*_parts(state), *_scheduler(state, now), *_jobs(state), *_queues(state, now), *_backup(state, now)]


def _parts(state: State) -> list[Trouble]:
    found = []
    if not state.parts["database"]:
        found.append(Trouble(_("The database doesn't answer."), _("Start it, or put DATABASE_URL right.")))
    if not state.parts["search"]:
        advice = _("Start the search server, or run manage.py rebuild_search. Meanwhile a plainer search answers.")
        found.append(Trouble(_("Search doesn't answer."), advice))
    if not state.parts["cache"]:
        found.append(Trouble(_("The cache doesn't answer."), _("Start Redis, or put CACHE_URL right.")))
    return found


def _scheduler(state: State, now: datetime) -> list[Trouble]:
    if not state.parts["database"] or not state.jobs.stands_still(now):
        return []
    advice = _("Start manage.py run_due --loop, or set RUN_DUE_IN_PROCESS on one machine.")
    return [Trouble(_("Nothing is done by the clock: no mails, no reminders, nothing is thrown away."), advice)]


def _jobs(state: State) -> list[Trouble]:
    found = []
    for job in state.jobs.failing:
        times = ngettext("once", "%(number)s times in a row", job.failures) % {"number": job.failures}
        seen = _("The job “%(name)s” failed, %(times)s: %(error)s.") % {
            "name": job.name,
            "times": times,
            "error": job.error,
        }
        found.append(Trouble(seen, _("Search the log for what stands in brackets: it says why. It is tried again.")))
    for job in state.jobs.overdue:
        seen = _("The job “%(name)s” should have run an hour ago.") % {"name": job.name}
        found.append(Trouble(seen, _("Look whether manage.py run_due runs, and whether one of its jobs hangs.")))
    return found


def _queues(state: State, now: datetime) -> list[Trouble]:
    return [*_mails(state, now), *_index(state, now), *_tasks(state, now)]


def _mails(state: State, now: datetime) -> list[Trouble]:
    found = []
    if state.mails.age(now) > MAILS.late:
        seen = _("Mails that are due wait for more than an hour.")
        found.append(Trouble(seen, _("Look whether manage.py run_due runs."), reverse("mail_report")))
    if state.refused.age(now) > REFUSED.late:
        seen = ngettext(
            "The mail server doesn't take %(number)s mail.",
            "The mail server doesn't take %(number)s mails.",
            state.refused.waiting,
        )
        advice = _("The list says why, and tries again. Look at the mail server and EMAIL_URL.")
        found.append(Trouble(seen % {"number": state.refused.waiting}, advice, reverse("mail_report")))
    if state.mails.failed:
        seen = ngettext(
            "%(number)s mail was not delivered.", "%(number)s mails were not delivered.", state.mails.failed
        )
        advice = _("The list says why, and tries again.")
        found.append(Trouble(seen % {"number": state.mails.failed}, advice, reverse("mail_report")))
    return found


def _index(state: State, now: datetime) -> list[Trouble]:
    if state.index.age(now) <= INDEX.late:
        return []
    seen = _("Texts wait for more than a quarter of an hour to be found by search.")
    return [Trouble(seen, _("Run manage.py update_search; it says what is wrong."))]


def _tasks(state: State, now: datetime) -> list[Trouble]:
    if state.tasks is None:
        return []
    found = []
    if state.tasks.queue.age(now) > TASKS.late:
        seen = _("Background tasks wait for more than five minutes.")
        found.append(Trouble(seen, _("Look whether manage.py db_worker runs, and start more of them where it does.")))
    if state.tasks.failed_lately:
        seen = ngettext(
            "%(number)s background task failed in the last day.",
            "%(number)s background tasks failed in the last day.",
            state.tasks.failed_lately,
        )
        advice = _("Look in the log of manage.py db_worker.")
        found.append(Trouble(seen % {"number": state.tasks.failed_lately}, advice))
    return found


def _backup(state: State, now: datetime) -> list[Trouble]:
    if not state.parts["database"]:
        return []
    advice = _("Have manage.py backup run each night, and keep what it makes on another machine.")
    if state.backup is None:
        return [Trouble(_("There is no backup yet."), advice)]
    if now - state.backup.started_at > BACKUP.late:
        return [Trouble(_("The last good backup is more than thirty hours old."), advice)]
    return []
