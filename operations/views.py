"""For what watches the portal: whether this process may get readers."""

import threading
import time

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from .checks import Outcome, Status, check_names, run_checks

# A balancer asks often, from several places; the database is asked once in so long.
KEPT_SECONDS = 3.0
WAIT_SECONDS = 3.0

_lock = threading.Lock()
_kept: dict[str, tuple[float, list[Outcome]]] = {}


@login_not_required
@require_safe
def ready(request) -> HttpResponse:
    """200 where this process can show pages, 503 with the names of the parts that fail where it can't.

    A part that pages do without (cache, search, mail) doesn't count: taking all machines out for it would make it worse.
    """
    failing = [outcome.name for outcome in _outcomes() if outcome.status is Status.FAIL]
    if failing:
        return HttpResponse(f"not ready: {', '.join(failing)}", content_type="text/plain", status=503)
    return HttpResponse("ready", content_type="text/plain")


def _outcomes() -> list[Outcome]:
    # One looks; who asks meanwhile gets what that one finds.
    with _lock:
        at, outcomes = _kept.get("ready", (float("-inf"), []))
        if time.monotonic() - at > KEPT_SECONDS:
            outcomes = run_checks(check_names(for_readiness=True), seconds=WAIT_SECONDS)
            _kept["ready"] = time.monotonic(), outcomes
        return outcomes


def forget() -> None:
    """Look anew the next time; for tests."""
    _kept.clear()
