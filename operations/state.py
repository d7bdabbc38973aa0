"""How the portal stands now, in numbers: for whoever watches, read anew each time in a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Count, Min, Q
from django_tasks import task_backends
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from base.trail import new_id
from notifications.job_states import Jobs, job_states
from notifications.models import Message
from search.engine import get_engine
from search.models import OutboxEntry

from .lateness import TASKS
from .models import BackupRun

CACHE_KEY = "operations:is-there"
LATELY = timedelta(days=1)


@dataclass(frozen=True)
class Queue:
    """What waits: how many, since when the oldest, and how many went wrong for good (None: it has no such thing)."""

    waiting: int = 0
    oldest_at: datetime | None = None
    failed: int | None = None

    def age(self, now: datetime) -> timedelta:
        """How long the oldest waits; nothing where none does."""
        return max(now - self.oldest_at, timedelta()) if self.oldest_at else timedelta()


@dataclass(frozen=True)
class Tasks:
    """The queue of tasks, how many are going on, how many of them for more than an hour, and how many failed in a day."""

    queue: Queue = Queue()
    running: int = 0
    overlong: int = 0
    failed_lately: int = 0


@dataclass(frozen=True)
class State:
    """Everything that is asked of the database, the cache and the search engine about how things go.

    ``tasks`` is None where tasks run at once, ``sessions`` where they aren't in the database, ``connections`` where the database
    can't tell. ``parts`` says of database, cache and search whether they answer. ``refused`` are mails that the mail server
    didn't take and that are tried again, since they were told.
    """

    parts: dict[str, bool]
    mails: Queue = Queue()
    refused: Queue = Queue()
    index: Queue = Queue()
    tasks: Tasks | None = None
    jobs: Jobs = field(default_factory=lambda: Jobs([], None))
    backup: BackupRun | None = None
    sessions: int | None = None
    connections: int | None = None


def read_state(now: datetime) -> State:
    """How it stands; where the database doesn't answer, only which parts do."""
    parts = {"database": True, "cache": _cache_answers(), "search": _search_answers()}
    try:
        return State(
            parts=parts,
            **read_mails(now),
            index=_index(),
            tasks=read_tasks(now),
            jobs=job_states(now),
            backup=BackupRun.objects.last_good(),
            sessions=_sessions(now),
            connections=_connections(),
        )
    except (DatabaseError, InterfaceError):
        return State(parts=parts | {"database": False})


def _cache_answers() -> bool:
    mark = new_id()
    try:
        cache.set(f"{CACHE_KEY}:{mark}", mark, 10)
        return cache.get(f"{CACHE_KEY}:{mark}") == mark
    except Exception:  # noqa: BLE001 - each cache has errors of its own; any means that it doesn't answer
        return False


def _search_answers() -> bool:
    try:
        return bool(get_engine().version())
    except Exception:  # noqa: BLE001 - whatever is wrong with it, readers don't find anything
        return False


def read_mails(now: datetime) -> dict[str, Queue]:
    """``mails`` that are due, with how many failed for good, and those that were ``refused``; two queries."""
    due, tried = Q(due_at__lte=now), Q(attempts__gt=0)
    seen = Message.objects.waiting_for_mail().aggregate(
        due=Count("pk", filter=due),
        due_since=Min("due_at", filter=due),
        refused=Count("pk", filter=tried),
        refused_since=Min("created_at", filter=tried),
    )
    return {
        "mails": Queue(seen["due"], seen["due_since"], Message.objects.failed(now).count()),
        "refused": Queue(seen["refused"], seen["refused_since"]),
    }


def _index() -> Queue:
    return Queue(**OutboxEntry.objects.aggregate(waiting=Count("pk"), oldest_at=Min("created_at")))


def read_tasks(now: datetime) -> Tasks | None:
    """How tasks stand; None where they are done at once, without a queue. Two queries."""
    if not isinstance(task_backends["default"], DatabaseBackend):
        return None
    # A task about something that was deleted before its turn comes to nothing, and nothing is wrong.
    amiss = Q(status="FAILED") & ~Q(exception_class_path__endswith="DoesNotExist")
    seen = DBTaskResult.objects.aggregate(
        failed=Count("pk", filter=amiss),
        failed_lately=Count("pk", filter=amiss & Q(finished_at__gte=now - LATELY)),
        running=Count("pk", filter=Q(status="RUNNING")),
        overlong=Count("pk", filter=Q(status="RUNNING", started_at__lte=now - TASKS.missed)),
    )
    waiting = DBTaskResult.objects.ready().aggregate(waiting=Count("pk"), oldest_at=Min("enqueued_at"))
    return Tasks(Queue(**waiting, failed=seen.pop("failed")), **seen)


def _sessions(now: datetime) -> int | None:
    if not settings.SESSION_ENGINE.endswith((".db", ".cached_db")):
        return None
    return Session.objects.filter(expire_date__gt=now).count()


def _connections() -> int | None:
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return cursor.fetchone()[0]
