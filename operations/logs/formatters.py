"""The two forms of a log line: one for people, one for programs that collect them. Both hold the same."""

import json
import logging
import traceback
from datetime import UTC, datetime

from django.conf import settings

from .records import EXTRAS
from .scrubbing import message_of, scrub

MOST_ERRORS = 10


def traceback_of(error: BaseException) -> str:
    """Where it went wrong, with the errors that led to it; of each message what ``message_of`` lets through.

    On one's own machine (``DEBUG``) messages are whole: nobody's data is there.
    """
    chain: list[BaseException] = []
    while error is not None and error not in chain and len(chain) < MOST_ERRORS:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = []
    for one in reversed(chain):
        kind = type(one).__qualname__
        message = str(one) if settings.DEBUG else message_of(kind, str(one))
        where = "".join(traceback.format_tb(one.__traceback__))
        parts.append(f"{where}{kind}{': ' if message else ''}{message}")
    return "\n\n".join(parts)


def message_of_record(record: logging.LogRecord) -> str:
    """The scrubbed message on one line: a line break in it would make up a line of its own."""
    return scrub(record.getMessage()).replace("\r", "\\r").replace("\n", "\\n")


def error_of(record: logging.LogRecord) -> BaseException | None:
    """The error a record is about."""
    return record.exc_info[1] if record.exc_info else None


class LineFormatter(logging.Formatter):
    """``2027-01-04 09:00:00,000 INFO operations.access: GET home 200 (request_id=... account=12 ms=31.2 queries=4)``."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the traceback below it."""
        extras = {name: getattr(record, name, None) for name in ("request_id", "account", *EXTRAS)}
        told = " ".join(f"{name}={value}" for name, value in extras.items() if value not in (None, ""))
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {message_of_record(record)}"
        error = error_of(record)
        return f"{line}{f' ({told})' if told else ''}" + (f"\n{traceback_of(error)}" if error else "")


class JsonFormatter(logging.Formatter):
    """One object a line: time (UTC), level, logger, message, request_id, account, what is in ``EXTRAS``, error, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The object as text; what is not in this list of fields is not written."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of_record(record),
        }
        for name in ("request_id", "account", *EXTRAS):
            value = getattr(record, name, None)
            if value not in (None, ""):
                told[name] = value
        if error := error_of(record):
            told |= {"error": type(error).__qualname__, "traceback": traceback_of(error)}
        return json.dumps(told, ensure_ascii=False, default=str)
