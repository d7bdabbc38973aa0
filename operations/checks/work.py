"""What happens beside the pages: tasks, what is due by the clock, mail that waits, backups."""

from datetime import timedelta

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.models import JobRun
from operations.lateness import BACKUP, MAILS, REFUSED, ROUND, TASKS, Bounds
from operations.models import BackupRun
from operations.state import Queue, read_mails, read_tasks

from . import Finding, check, fail, ok, warn


@check("tasks", gettext_lazy("Tasks in the background"))
def look_at_tasks() -> Finding:
    """Somebody takes tasks from the queue."""
    now = timezone.now()
    tasks = read_tasks(now)
    if tasks is None:
        return ok(_("done at once, by the process that asks"))
    count, age = tasks.queue.waiting, tasks.queue.age(now)
    if age > TASKS.late:
        seen = _("%(count)d wait, the oldest for %(minutes)d minutes") % {
            "count": count,
            "minutes": age.total_seconds() // 60,
        }
        advice = _("Look whether `manage.py db_worker` runs, and start more of them where it does.")
        return _late(age, TASKS, seen, advice)
    if tasks.overlong:
        return warn(
            _("%(count)d are under way for more than an hour") % {"count": tasks.overlong},
            _("Their worker may have died: look in its log. They are given to another after two hours."),
        )
    if tasks.failed_lately:
        return warn(
            _("%(count)d wait, %(failed)d failed in the last day") % {"count": count, "failed": tasks.failed_lately},
            _("Look in the log of the worker."),
        )
    return ok(_("%(count)d wait") % {"count": count})


@check("scheduler", gettext_lazy("What is due by the clock"))
def look_at_scheduler() -> Finding:
    """``run_due`` has been here lately, and no job failed the last time."""
    advice = _("Start `manage.py run_due --loop`, or set RUN_DUE_IN_PROCESS on one machine.")
    last = JobRun.objects.aggregate(at=Max("started_at"))["at"]
    if last is None:
        return warn(_("it has never run"), advice)
    seen = _("last round: %(at)s") % {"at": timezone.localtime(last).strftime("%Y-%m-%d %H:%M")}
    if (age := timezone.now() - last) > ROUND.late:
        return _late(age, ROUND, seen, advice)
    failed = list(JobRun.objects.filter(failed_at__isnull=False).order_by("name").values_list("name", flat=True))
    if failed:
        return warn(
            _("failed the last time: %(jobs)s") % {"jobs": ", ".join(failed)},
            _("Look in the log of the process that runs `run_due`."),
        )
    return ok(seen)


@check("mail-queue", gettext_lazy("Mail that waits"))
def look_at_mail_queue() -> Finding:
    """No mail that is due waits for hours, and none is refused or was given up."""
    now = timezone.now()
    mails = read_mails(now)
    due, refused = mails["mails"], mails["refused"]
    if (age := refused.age(now)) > REFUSED.late:
        advice = _("Look at the mail server, and at what it said in the list of messages.")
        return _late(age, REFUSED, _("%(count)d are refused, the first since %(at)s") % _told(refused), advice)
    if (age := due.age(now)) > MAILS.late:
        advice = _("Look whether `manage.py run_due` runs.")
        return _late(age, MAILS, _("%(count)d are due, the first since %(at)s") % _told(due), advice)
    if due.failed:
        return warn(
            _("%(count)d were given up") % {"count": due.failed},
            _("The list of messages says why, and tries again."),
        )
    return ok(_("%(count)d wait for the next round") % {"count": due.waiting})


@check("backup", gettext_lazy("Backup"))
def look_at_backup() -> Finding:
    """The last good backup is of about a day ago, and no newer one failed."""
    last = BackupRun.objects.last_good()
    if last is None:
        return warn(
            _("there is none"), _("Run `manage.py backup` each night, and keep what it makes on another machine.")
        )
    age = timezone.now() - last.started_at
    seen = _("the last good one: %(at)s") % {"at": timezone.localtime(last.started_at).strftime("%Y-%m-%d %H:%M")}
    if age > BACKUP.late:
        advice = _("Look why `manage.py backup` doesn't run each night.")
        return _late(age, BACKUP, seen, advice)
    later = BackupRun.objects.filter(state=BackupRun.State.FAILED, started_at__gt=last.started_at).first()
    if later is not None:
        return warn(
            _("%(seen)s; a newer one failed: %(error)s") % {"seen": seen, "error": later.error}, _("Run it again.")
        )
    return ok(seen)


def _late(age: timedelta, bounds: Bounds, seen: str, advice: str) -> Finding:
    return fail(seen, advice) if age > bounds.missed else warn(seen, advice)


def _told(queue: Queue) -> dict:
    return {"count": queue.waiting, "at": timezone.localtime(queue.oldest_at).strftime("%Y-%m-%d %H:%M")}
