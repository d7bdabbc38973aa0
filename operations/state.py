"""How the portal stands now, in numbers: for whoever watches, read anew each time in a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import datetime

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

from .models import BackupRun

CACHE_KEY = "operations:is-there"


@dataclass(frozen=True)
class Queue:
    """What waits: how many, since when the oldest, and how many went wrong for good (None: it has no such thing)."""

    waiting: int = 0
    oldest_at: datetime | None = None
    failed: int | None = None

    def age(self, now: datetime) -> float:
        """Seconds that the oldest waits; 0 where nothing does."""
        return max((now - self.oldest_at).total_seconds(), 0.0) if self.oldest_at else 0.0


@dataclass(frozen=True)
class State:
    """Everything that is asked of the database, the cache and the search engine about how things go.

    ``tasks`` is None where tasks run at once, ``sessions`` where they aren't in the database, ``connections`` where the database
    can't tell. ``parts`` says of database, cache and search whether they answer.
    """

    parts: dict[str, bool]
    mails: Queue = Queue()
    index: Queue = Queue()
    tasks: Queue | None = None
    running_tasks: int = 0
    jobs: Jobs = field(default_factory=lambda: Jobs([], None))
    backup: BackupRun | None = None
    sessions: int | None = None
    connections: int | None = None


def read_state(now: datetime) -> State:
    """How it stands; where the database doesn't answer, only which parts do."""
    parts = {"database": True, "cache": _cache_answers(), "search": _search_answers()}
    try:
        tasks, running = _tasks()
        return State(
            parts=parts,
            mails=_mails(now),
            index=_index(),
            tasks=tasks,
            running_tasks=running,
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


def _mails(now: datetime) -> Queue:
    due = Message.objects.to_mail(now).aggregate(waiting=Count("pk"), oldest_at=Min("due_at"))
    return Queue(due["waiting"], due["oldest_at"], Message.objects.failed(now).count())


def _index() -> Queue:
    return Queue(**OutboxEntry.objects.aggregate(waiting=Count("pk"), oldest_at=Min("created_at")))


def _tasks() -> tuple[Queue | None, int]:
    if not isinstance(task_backends["default"], DatabaseBackend):
        return None, 0
    ready = DBTaskResult.objects.ready()
    waiting = ready.aggregate(waiting=Count("pk"), oldest_at=Min("enqueued_at"))
    states = DBTaskResult.objects.aggregate(
        failed=Count("pk", filter=Q(status="FAILED")), running=Count("pk", filter=Q(status="RUNNING"))
    )
    return Queue(**waiting, failed=states["failed"]), states["running"]


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
