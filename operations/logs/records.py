"""What is added to every record before it is written: the trail it belongs to, and no address as it was asked for."""

import logging

from base.trail import current

# Of what a logger says besides its message, only this is written.
EXTRAS = ("method", "route", "status", "ms", "queries", "job", "task", "count")


class TrailFilter(logging.Filter):
    """Gives a record ``request_id`` and ``account``, and puts a route's name where the path of the request stands."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True: nothing is held back. A record that came by already stays as it is."""
        if hasattr(record, "request_id"):
            return True
        trail = current()
        record.request_id = trail.id if trail else ""
        record.account = trail.find_account() if trail else None
        if record.name.startswith("django.security."):
            _leave_out_what_was_sent(record)
        if trail and trail.path:
            _put_route(record, trail.path, f"[{trail.route or 'address'}]")
        return True


def _leave_out_what_was_sent(record: logging.LogRecord) -> None:
    # "Invalid HTTP_HOST header: '...'", "Origin checking failed - ... does not match": the kind is enough to act upon.
    if record.name == "django.security.csrf" and isinstance(record.args, tuple) and record.args:
        record.args = (str(record.args[0]).partition(" - ")[0], *record.args[1:])
    elif record.name != "django.security.csrf":
        record.msg, record.args = "Refused a request: %s", (record.name.rpartition(".")[2],)


def _put_route(record: logging.LogRecord, path: str, route: str) -> None:
    # Django writes what isn't ASCII, and line breaks, as escapes. "/" alone is of nobody.
    forms = {path, path.encode("unicode_escape").decode("ascii")}
    if len(path) > 1 and isinstance(record.args, tuple):
        record.args = tuple(route if isinstance(arg, str) and arg in forms else arg for arg in record.args)
