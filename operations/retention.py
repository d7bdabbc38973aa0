"""Every kind of data that goes by the clock, in one report: how long it is kept, since when, and how much would go now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from django.conf import settings

from notifications.jobs import all_jobs
from people.models import RetentionPeriods
from people.retention import current_periods, due_counts

# Which job lets go of a kind (``RetentionPeriods.KINDS``); with who doesn't come their account goes as well.
JOBS = {
    "answers": ("onboarding retention",),
    "check_ins": ("onboarding retention",),
    "assessments": ("assessments retention",),
    "record": ("onboarding retention",),
    "withdrawn": ("onboarding retention", "preboarding erasure"),
    "messages": ("old messages",),
    "questions": ("questions retention",),
    "audit": ("audit retention",),
}
# What goes after a time that the portal set itself, whether or not the periods were confirmed.
FIXED_JOBS = ("names of old feedback", "search words", "old sessions")


@dataclass(frozen=True)
class Due:
    """How one kind stands: what it is, how long it is kept and from when, what was over by ``before`` goes: ``count``."""

    kind: str
    label: str
    period: str
    counted_from: str
    before: datetime
    count: int


def report(now: datetime) -> tuple[RetentionPeriods, list[Due]]:
    """The periods as they stand, and each kind in their order; a few counts, changes nothing. In the active language."""
    periods, counts = current_periods(), due_counts(now)
    return periods, [
        Due(
            kind,
            periods.label(kind),
            periods.in_words(kind),
            periods.counted_from(kind),
            periods.before(kind, now),
            counts[kind],
        )
        for kind in periods.KINDS
    ]


def retain(now: datetime) -> Iterator[tuple[str, int]]:
    """Do now what the jobs of the night do: ``(job, how many things it did)``, one after the other."""
    wanted = {name for names in JOBS.values() for name in names} | set(FIXED_JOBS)
    for job in all_jobs():
        if job.name in wanted:
            yield job.name, job.run(now)


def clear_old_sessions(now: datetime) -> int:
    """Throw away sessions that ended by themselves; a store that does so itself has nothing to do. Returns 1."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return 1
