"""``manage.py rebuild_search``: the search index made anew."""

import sys

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from search.engine import IndexBusy, IndexUnavailable
from search.outbox import rebuild


class Command(BaseCommand):
    """Builds beside the index that readers use and swaps them when the new one is complete."""

    help = "Make the search index anew; readers keep finding with the old one until the new one is complete."

    def handle(self, *args, verbosity: int, **options):
        """Show how far it is. Raises CommandError where the index can't be written."""
        bar = tqdm(unit="page", disable=verbosity == 0, file=sys.stderr)

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        try:
            total = rebuild(progress)
        except (IndexBusy, IndexUnavailable) as error:
            raise CommandError(str(error)) from error
        finally:
            bar.close()
        if verbosity:
            self.stdout.write(f"{total} pages can be found.")
