"""What a process counts about itself, for ``operations.metrics`` to show: how long requests and searches take.

With several web workers each counts for itself in files of ``PROMETHEUS_MULTIPROC_DIR``, and who asks gets the sum. No label
has a value that somebody can make up.
"""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Histogram

REGISTRY = CollectorRegistry()
SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

requests = Histogram(
    "portal_request_seconds",
    "Requests, by the name of the route, and the seconds they took.",
    ["method", "route", "status"],
    registry=REGISTRY,
    buckets=SECONDS,
)
searches = Histogram(
    "portal_search_seconds",
    "Searches and suggestions, what answered (index, or database while there is no index), and the seconds they took.",
    ["asked", "by"],
    registry=REGISTRY,
    buckets=SECONDS,
)


@dataclass
class Search:
    """One that is going on; whoever answers it sets ``by``."""

    by: str = "index"


@contextlib.contextmanager
def measured_search(asked: str) -> Iterator[Search]:
    """Counts what is looked up in the block; ``asked`` is ``results`` or ``suggestions``."""
    search, started = Search(), time.perf_counter()
    try:
        yield search
    finally:
        searches.labels(asked, search.by).observe(time.perf_counter() - started)
