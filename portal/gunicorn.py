"""How gunicorn serves, writes its log and counts: ``gunicorn -c python:portal.gunicorn portal.wsgi``.

Its own access log stays off, since it holds whole addresses; ``operations.middleware`` writes a line for each request.
"""

import os
import shutil
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
# Where workers count together; has to be there before anything that counts is imported.
_counts = os.environ.get("PROMETHEUS_MULTIPROC_DIR") or tempfile.mkdtemp(prefix="portal-counts-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _counts

from django.conf import settings  # noqa: E402

bind, workers, threads = settings.WEB_BIND, settings.WEB_WORKERS, settings.WEB_THREADS
# A process that hangs is replaced; one that is told to stop lets its requests finish first.
timeout, graceful_timeout, keepalive = 60, 30, 5
# Memory that a request left behind is given back now and then, never by all processes at once.
max_requests, max_requests_jitter = 2000, 400
# The sign of life is a file: in memory where there is such a place, so that a slow disk doesn't look like a hang.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a folder, not a name to guess
# Its socket for commands would be made in the user's home, which isn't there to be written to.
control_socket_disable = True
accesslog = None
logconfig_dict = {
    **settings.LOGGING,
    "loggers": {
        **settings.LOGGING["loggers"],
        "gunicorn.error": {"handlers": ["output"], "level": settings.LOG_LEVEL, "propagate": False},
    },
}


def on_starting(server) -> None:
    """What workers of an earlier start counted goes: figures begin at nothing again, as Prometheus expects."""
    os.makedirs(_counts, exist_ok=True)
    for entry in os.scandir(_counts):
        if entry.name.endswith(".db"):
            os.unlink(entry.path)


def child_exit(server, worker) -> None:
    """A worker that ended is left out of what only stands for the living."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)


def on_exit(server) -> None:
    """A folder of our own making goes with us."""
    if os.path.basename(_counts).startswith("portal-counts-"):
        shutil.rmtree(_counts, ignore_errors=True)
