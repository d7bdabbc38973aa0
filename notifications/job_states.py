"""How the jobs stand: which failed, and which should have run by now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .jobs import ROUND_ENDED, Job, all_jobs, last_due
from .models import JobRun

# So much later than due counts as missed; a round may take a while.
GRACE = timedelta(hours=1)
# A scheduler that made no round for so long isn't there.
QUIET_FOR = timedelta(minutes=15)


@dataclass(frozen=True)
class JobState:
    """One job: when it last began (None: not seen yet), failures in a row, the last one, and whether it is late."""

    name: str
    started_at: datetime | None
    failed_at: datetime | None
    failures: int
    error: str
    is_overdue: bool


@dataclass(frozen=True)
class Jobs:
    """All jobs, and when a round last ended: None where none ever did."""

    states: list[JobState]
    round_ended_at: datetime | None

    def stands_still(self, now: datetime) -> bool:
        """Whether nothing is done by the clock at all."""
        return self.round_ended_at is None or self.round_ended_at < now - QUIET_FOR

    @property
    def failing(self) -> list[JobState]:
        """Those whose last run failed."""
        return [state for state in self.states if state.failures]

    @property
    def overdue(self) -> list[JobState]:
        """Those that should have run by now."""
        return [state for state in self.states if state.is_overdue]


def job_states(now: datetime) -> Jobs:
    """How every job stands; one query."""
    rows = {run.name: run for run in JobRun.objects.all()}
    ended = rows.pop(ROUND_ENDED, None)
    return Jobs([_state(job, rows.get(job.name), now) for job in all_jobs()], ended.started_at if ended else None)


def _state(job: Job, run: JobRun | None, now: datetime) -> JobState:
    if run is None:
        return JobState(job.name, None, None, 0, "", is_overdue=False)
    is_overdue = job.every is not None and run.started_at <= last_due(job, now - GRACE)
    return JobState(job.name, run.started_at, run.failed_at, run.failures, run.error, is_overdue)
