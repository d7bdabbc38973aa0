"""``manage.py run_due``: everything that has to happen by the clock."""

import signal
import threading

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from notifications.jobs import run_jobs


class Command(BaseCommand):
    """Do all that is due once, or for ever with ``--loop``."""

    help = (
        "Do all that is due: mails, reminders, escalations, cleaning, the search index. Safe at any interval and in "
        "several processes at once. --loop goes on until it is told to stop (SIGTERM, Ctrl+C)."
    )

    def add_arguments(self, parser):
        """Once or for ever."""
        parser.add_argument("--loop", action="store_true", help="go on until SIGTERM or Ctrl+C")
        parser.add_argument("--every", type=int, default=60, metavar="SECONDS", help="pause between rounds (60)")

    def handle(self, *args, loop: bool, every: int, **options):
        """Say what was done; a failing job is named, and makes a single run end with status 1."""
        if not loop:
            if None in self._round().values():
                raise SystemExit(1)
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            self._round(stop.is_set)
            close_old_connections()
            stop.wait(max(every, 1))

    def _round(self, should_stop=lambda: False) -> dict[str, int | None]:
        outcome = run_jobs(should_stop=should_stop)
        for name, count in outcome.items():
            if count is None:
                self.stderr.write(f"{name}: failed, see the log")
            elif count:
                self.stdout.write(f"{name}: {count}")
        self.stdout.flush()
        return outcome
