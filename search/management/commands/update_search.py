"""``manage.py update_search``: bring to the index what is waiting and what was missed."""

from django.core.management.base import BaseCommand, CommandError

from search.engine import IndexBusy, IndexMissing, IndexUnavailable
from search.outbox import drain, rebuild, reconcile


class Command(BaseCommand):
    """For a schedule, every few minutes: works off the outbox and compares the index with the database."""

    help = "Bring the search index up to date: what waits in the outbox, and what no event told about."

    def handle(self, *args, verbosity: int, **options):
        """Rebuilds where there is no usable index. Raises CommandError where it can't be written."""
        try:
            try:
                missed = reconcile()
                done = drain()
            except IndexMissing as error:
                self.stderr.write(f"{error} It is made anew.")
                missed, done = 0, rebuild()
        except IndexBusy as error:
            self.stderr.write(f"{error} It takes along what is waiting.")
            return
        except IndexUnavailable as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(f"{done} pages brought up to date, {missed} of them had been missed.")
