"""Around every request: its id, its line in the log, and its place in the figures."""

import logging
import time

from django.conf import settings
from django.db import connection
from django.utils.functional import SimpleLazyObject

from base import measuring
from base.proxies import is_trusted
from base.trail import VALID, Trail, current, follow, new_id

logger = logging.getLogger("operations.access")
HEADER = "X-Request-ID"
# Asked every few seconds by machines: worth a line only to whoever asks for everything.
QUIET = frozenset({"health", "ready", "metrics", "static"})


class RequestMiddleware:
    """Gives a request an id, answers with it in ``X-Request-ID``, and writes one line about it: nothing of its address.

    An id that a proxy of ``TRUSTED_PROXIES`` sent along is kept, so that its log and ours name the same. It stands outside
    all other middleware, so that what those answer is counted as well.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        trail = Trail(_id_of(request), path=request.path, find_account=lambda: _account_of(request))
        request.id = trail.id
        follow(trail)
        queries = Counter()
        started = time.perf_counter()
        with connection.execute_wrapper(queries):
            response = self.get_response(request)
        seconds = time.perf_counter() - started
        trail.route, account = route_of(request), _account_of(request)
        # What is done after the answer belongs to the trail; the request itself may go.
        trail.find_account = lambda: account
        follow(trail)
        response[HEADER] = trail.id
        _write(request, response.status_code, trail.route, seconds, queries.count)
        return response

    def process_view(self, request, view, args, kwargs):
        """Notes where the address leads, for what is logged on the way; decides nothing."""
        if trail := current():
            trail.route = route_of(request)


class Counter:
    """Counts the questions to the database."""

    def __init__(self):
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        """One more."""
        self.count += 1
        return execute(sql, params, many, context)


def route_of(request) -> str:
    """The name of the pattern that the address met (``stories:read``), never the address: their number is limited.

    ``static`` for files of the interface, ``none`` where no pattern fits.
    """
    if request.resolver_match:
        return request.resolver_match.view_name
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"


def method_of(request) -> str:
    """The method, ``OTHER`` for one that nobody needs: a label with words of strangers would have no end."""
    return request.method if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "OTHER"


def _write(request, status: int, route: str, seconds: float, queries: int) -> None:
    method = method_of(request)
    facts = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1), "queries": queries}
    level = logging.DEBUG if route in QUIET else logging.INFO
    measuring.requests.labels(method, route, f"{status // 100}xx").observe(seconds)
    logger.log(level, "%s %s %s", method, route, status, extra=facts)


def _account_of(request) -> int | None:
    # Only where somebody looked already: a log line is no reason to ask the database who this is.
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject):
        user = getattr(request, "_cached_user", None)
    return user.pk if user is not None else None


def _id_of(request) -> str:
    sent = request.headers.get(HEADER, "")
    if sent and VALID.fullmatch(sent) and is_trusted(request.META.get("REMOTE_ADDR", "")):
        return sent
    return new_id()
