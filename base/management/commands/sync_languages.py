"""``manage.py sync_languages``: the same page tree in every language."""

from django.core.management.base import BaseCommand

from base.translation import sync_languages


class Command(BaseCommand):
    """Make the aliases that are missing and put pages that stand elsewhere in the other language back in their place."""

    help = "Repair the page trees of the languages; meant for every night, run again it changes nothing."

    def handle(self, *args, **options):
        """Run it and say what changed."""
        outcome = sync_languages()
        self.stdout.write(
            f"{outcome['made']} aliases made, {outcome['placed']} pages compared for their place, "
            f"{outcome['matched']} aliases made live or hidden like their original."
        )
