"""``manage.py run_due``: everything that has to happen by the clock."""

import time

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from notifications.jobs import run_jobs


class Command(BaseCommand):
    """Run all due jobs once, or for ever with ``--loop``."""

    help = "Do all that is due: mails, reminders, escalations. Safe at any interval; --loop 60 goes on for ever."

    def add_arguments(self, parser):
        """``--loop`` is the pause in seconds."""
        parser.add_argument("--loop", type=int, metavar="SECONDS", help="go on, with this pause between rounds")

    def handle(self, *args, loop: int | None, **options):
        """Say what was done; a failing job is named and makes a single run exit with an error."""
        while True:
            outcome = run_jobs()
            for name, count in outcome.items():
                if count is None or count:
                    self.stdout.write(f"{name}: {'failed, see the log' if count is None else count}")
            if not loop:
                if None in outcome.values():
                    raise SystemExit(1)
                return
            close_old_connections()
            time.sleep(loop)
