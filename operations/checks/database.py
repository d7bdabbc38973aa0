"""The database: reachable, of an age we know, written to, up to date, and with the same time as this machine."""

import uuid
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.models import JobRun

from . import Finding, check, fail, ok

MOST_SKEW = timedelta(seconds=5)


@check("database", gettext_lazy("Database"), for_readiness=True)
def look_at_database() -> Finding:
    """Answers, and is of a version that Django supports."""
    try:
        connection.ensure_connection()
        connection.check_database_version_supported()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return fail(_refusal(error), _("Start the database, or put DATABASE_URL right."))
    version = ".".join(str(part) for part in connection.get_database_version())
    return ok(f"{connection.display_name} {version}")


@check("database-writing", gettext_lazy("Writing to the database"))
def look_at_writing() -> Finding:
    """A row can be added; it is taken back in the same transaction."""
    try:
        with transaction.atomic():
            JobRun.objects.create(name=f"doctor {uuid.uuid4().hex}", started_at=timezone.now())
            transaction.set_rollback(True)
    except Error as error:
        return fail(
            _refusal(error),
            _("Look whether this is a copy that may only be read, whether the disk is full, and what the user may do."),
        )
    return ok(_("a row was added and taken back"))


@check("migrations", gettext_lazy("Migrations"), for_readiness=True)
def look_at_migrations() -> Finding:
    """All migrations of this version are applied; more than those is what a newer version beside this one did."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    missing = sorted(_on_disk() - applied)
    if missing:
        names = ", ".join(".".join(one) for one in missing[:3])
        return fail(
            _("%(count)d not applied: %(names)s") % {"count": len(missing), "names": names},
            _("Run `manage.py migrate`."),
        )
    return ok(_("%(count)d, all applied") % {"count": len(_on_disk())})


@cache
def _on_disk() -> frozenset[tuple[str, str]]:
    """What this version of the portal has; they don't change while a process runs. What was squashed is there as such."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.graph.nodes)


@check("clock", gettext_lazy("Clock"))
def look_at_clock() -> Finding:
    """This machine and the database server have the same time, within some seconds."""
    if connection.vendor != "postgresql":
        return ok(timezone.localtime().strftime("%Y-%m-%d %H:%M %Z"))
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (theirs,) = cursor.fetchone()
    skew = abs(theirs - (before + (timezone.now() - before) / 2))
    seen = _("%(seconds).1f seconds between this machine and the database") % {"seconds": skew.total_seconds()}
    if skew > MOST_SKEW:
        return fail(seen, _("Have both keep their time by NTP."))
    return ok(seen)


def _refusal(error: Exception) -> str:
    """The first line of what the database said, without the password that a bad address could hold."""
    said = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
    password = settings.DATABASES["default"].get("PASSWORD")
    return said.replace(password, "***") if password else said
