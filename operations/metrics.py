"""``/metrics`` for Prometheus: what this process and its siblings counted, and how everything stands at the moment.

For who sends ``METRICS_TOKEN`` as a bearer token; for everybody else there is nothing here.
"""

import os
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from base.measuring import REGISTRY

from .state import Queue, State, read_state


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything in Prometheus' text format; 404 without the token, also where none is set."""
    sent = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(sent, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponseNotFound("Not found", content_type="text/plain")
    standing = CollectorRegistry(auto_describe=False)
    standing.register(Standing(timezone.now()))
    return HttpResponse(generate_latest(_counted()) + generate_latest(standing), content_type=CONTENT_TYPE_LATEST)


def _counted() -> CollectorRegistry:
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)
    return together


class Standing:
    """How things stand at ``now``, as gauges."""

    def __init__(self, now: datetime):
        self.now = now

    def describe(self) -> list[Metric]:
        """Nothing beforehand: that would ask the database twice."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Each gauge, read from the database, the cache and the search engine."""
        state = read_state(self.now)
        yield _gauge("portal_up", "Whether a part answers.", "part", {k: int(v) for k, v in state.parts.items()})
        if not state.parts["database"]:
            return
        queues = {"mails": state.mails, "search_index": state.index} | (
            {"tasks": state.tasks.queue} if state.tasks else {}
        )
        yield from self._queues(queues)
        yield from self._jobs(state)
        yield from self._rest(state)

    def _queues(self, queues: dict[str, Queue]) -> Iterator[Metric]:
        waiting = {name: queue.waiting for name, queue in queues.items()}
        yield _gauge("portal_queue_waiting", "What waits for its turn and is due.", "queue", waiting)
        ages = {name: queue.age(self.now).total_seconds() for name, queue in queues.items()}
        yield _gauge("portal_queue_oldest_seconds", "How long the oldest of it waits.", "queue", ages)
        failed = {name: queue.failed for name, queue in queues.items() if queue.failed is not None}
        yield _gauge("portal_queue_failed", "What went wrong and isn't tried again by itself.", "queue", failed)

    def _jobs(self, state: State) -> Iterator[Metric]:
        # "job" would be Prometheus' own label of whom it asks.
        jobs = state.jobs.states
        began = {job.name: job.started_at.timestamp() for job in jobs if job.started_at}
        yield _gauge("portal_job_started_timestamp_seconds", "When a job last began.", "name", began)
        failures = {job.name: job.failures for job in jobs}
        yield _gauge("portal_job_failures", "How often a job failed since it last went well.", "name", failures)
        late = {job.name: int(job.is_overdue) for job in jobs}
        yield _gauge("portal_job_overdue", "Whether a job should have run an hour ago.", "name", late)
        if state.jobs.round_ended_at:
            age = (self.now - state.jobs.round_ended_at).total_seconds()
            yield GaugeMetricFamily("portal_scheduler_age_seconds", "Since the last round of run_due ended.", age)

    def _rest(self, state: State) -> Iterator[Metric]:
        if state.tasks:
            yield GaugeMetricFamily("portal_tasks_running", "Background tasks that are going on.", state.tasks.running)
        if state.sessions is not None:
            yield GaugeMetricFamily("portal_sessions", "Sessions that aren't over, signed in or not.", state.sessions)
        if state.connections is not None:
            yield GaugeMetricFamily("portal_database_connections", "Connections to the database.", state.connections)
        if state.backup:
            age = (self.now - state.backup.finished_at).total_seconds()
            yield GaugeMetricFamily("portal_backup_age_seconds", "Since the last good backup ended.", age)


def _gauge(name: str, help_text: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
