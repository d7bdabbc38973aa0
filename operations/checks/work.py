"""What happens beside the pages: tasks, what is due by the clock, mail that waits, backups."""

from datetime import timedelta

from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task_backends
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from notifications.models import JobRun, Message
from operations.models import BackupRun

from . import Finding, check, fail, ok, warn

TASK_LATE, TASK_STUCK = timedelta(minutes=5), timedelta(hours=1)
# Jobs with an interval of five minutes are among those of every portal.
ROUND_LATE, ROUND_MISSED = timedelta(minutes=15), timedelta(hours=1)
MAIL_LATE = timedelta(hours=4)
BACKUP_LATE, BACKUP_MISSED = timedelta(hours=30), timedelta(days=7)


@check("tasks", gettext_lazy("Tasks in the background"))
def look_at_tasks() -> Finding:
    """Somebody takes tasks from the queue."""
    if not isinstance(task_backends["default"], DatabaseBackend):
        return ok(_("done at once, by the process that asks"))
    waiting = DBTaskResult.objects.ready()
    # A task about something that was deleted before its turn comes to nothing, and nothing is wrong.
    failed = DBTaskResult.objects.failed().exclude(exception_class_path__endswith="DoesNotExist")
    oldest = waiting.aggregate(at=Min("enqueued_at"))["at"]
    count, recent = waiting.count(), failed.filter(finished_at__gte=timezone.now() - timedelta(days=1)).count()
    if oldest and (age := timezone.now() - oldest) > TASK_LATE:
        seen = _("%(count)d wait, the oldest for %(minutes)d minutes") % {
            "count": count,
            "minutes": age.total_seconds() // 60,
        }
        advice = _("Look whether `manage.py db_worker` runs, and start more of them where it does.")
        return fail(seen, advice) if age > TASK_STUCK else warn(seen, advice)
    lost = DBTaskResult.objects.running().filter(started_at__lte=timezone.now() - TASK_STUCK).count()
    if lost:
        return warn(
            _("%(count)d are under way for more than an hour") % {"count": lost},
            _("Their worker may have died: look in its log, and do again what they were for."),
        )
    if recent:
        return warn(
            _("%(count)d wait, %(failed)d failed in the last day") % {"count": count, "failed": recent},
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
    if (age := timezone.now() - last) > ROUND_LATE:
        return fail(seen, advice) if age > ROUND_MISSED else warn(seen, advice)
    failed = list(JobRun.objects.filter(failed_at__isnull=False).order_by("name").values_list("name", flat=True))
    if failed:
        return warn(
            _("failed the last time: %(jobs)s") % {"jobs": ", ".join(failed)},
            _("Look in the log of the process that runs `run_due`."),
        )
    return ok(seen)


@check("mail-queue", gettext_lazy("Mail that waits"))
def look_at_mail_queue() -> Finding:
    """No mail that is due waits for hours, and none was given up lately."""
    due = Message.objects.filter(mail=Message.Mail.WAITING, due_at__lte=timezone.now())
    tried = due.filter(attempts__gt=0).aggregate(at=Min("due_at"))["at"]
    if tried and timezone.now() - tried > MAIL_LATE:
        return fail(
            _("mails fail since %(at)s") % {"at": timezone.localtime(tried).strftime("%Y-%m-%d %H:%M")},
            _("Look at the mail server, and at what it said in the list of messages."),
        )
    return ok(_("%(count)d wait for their hour or the next round") % {"count": due.count()})


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
    if age > BACKUP_LATE:
        advice = _("Look why `manage.py backup` doesn't run each night.")
        return fail(seen, advice) if age > BACKUP_MISSED else warn(seen, advice)
    later = BackupRun.objects.filter(state=BackupRun.State.FAILED, started_at__gt=last.started_at).first()
    if later is not None:
        return warn(
            _("%(seen)s; a newer one failed: %(error)s") % {"seen": seen, "error": later.error}, _("Run it again.")
        )
    return ok(seen)
