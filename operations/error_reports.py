"""Mistakes told to Sentry, or to what speaks its language (GlitchTip, Bugsink): where in the code, never what somebody sent.

A report is built from a list of what may be in it (``report_of``); all else that Sentry's library gathers stays here. Imported
only where ``SENTRY_DSN`` is set.
"""

from collections.abc import Callable

import sentry_sdk
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.logging import LoggingIntegration

from base.trail import current

from .logs.scrubbing import message_of, scrub

KEPT = ("event_id", "timestamp", "level", "platform", "release", "environment", "logger", "sdk")
KEPT_OF_FRAME = (
    "filename",
    "abs_path",
    "function",
    "module",
    "lineno",
    "in_app",
    "pre_context",
    "context_line",
    "post_context",
)
# What strangers send to find a way in is nobody's mistake here.
LEFT_OUT = ("django.security.",)


def start(dsn: str, *, environment: str = "", release: str = "", transport: Callable | None = None) -> None:
    """Tell mistakes from here on. ``transport`` takes the place of the network in tests."""
    sentry_sdk.init(
        dsn=dsn,
        environment=environment or None,
        release=release or None,
        transport=transport,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        traces_sample_rate=None,
        integrations=[DjangoIntegration(transaction_style="function_name"), LoggingIntegration(level=None)],
        before_send=report_of,
        before_send_transaction=lambda event, hint: None,
    )


def report_of(event: dict, hint: dict) -> dict | None:
    """What is sent of an event; None for what isn't told at all."""
    if event.get("logger", "").startswith(LEFT_OUT):
        return None
    report = {name: event[name] for name in KEPT if name in event}
    if trail := current():
        report["tags"] = {"request_id": trail.id, "route": trail.route or "none"}
        report["transaction"] = trail.route
        if account := trail.find_account():
            report["user"] = {"id": str(account)}
    if values := event.get("exception", {}).get("values"):
        report["exception"] = {"values": [_error(value) for value in values]}
    elif message := event.get("logentry", {}).get("message"):
        # As it stands in the code, without what was filled in.
        report["logentry"] = {"message": scrub(message)}
    return report


def _error(value: dict) -> dict:
    kind = value.get("type") or ""
    frames = (value.get("stacktrace") or {}).get("frames") or []
    mechanism = value.get("mechanism") or {}
    return {
        "type": kind,
        "module": value.get("module"),
        "value": message_of(kind, value.get("value") or ""),
        "mechanism": {name: mechanism[name] for name in ("type", "handled") if name in mechanism},
        "stacktrace": {"frames": [{name: frame[name] for name in KEPT_OF_FRAME if name in frame} for frame in frames]},
    }
