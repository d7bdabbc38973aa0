"""``manage.py load_search_words``: the list of words that the portal comes with."""

from django.core.management.base import BaseCommand
from django.db import transaction

from base.stamp import touch_content
from search.words_in_use import load_starter_words


class Command(BaseCommand):
    """Adds those that aren't there, for a list that was emptied or a newer portal; what editors changed stays."""

    help = "Add the starter list of words that search understands; changed ones stay, deleted ones come back."

    @transaction.atomic
    def handle(self, *args, verbosity: int, **options):
        """Say how many were added."""
        added = load_starter_words()
        if added:
            touch_content()
        if verbosity:
            self.stdout.write(f"{added} concepts added.")
