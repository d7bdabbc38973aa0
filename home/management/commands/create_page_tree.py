"""``manage.py create_page_tree``: the empty portal."""

from django.core.management.base import BaseCommand

from home.services import create_page_tree


class Command(BaseCommand):
    """Make the front page, company story, news, handbook, onboarding and stories in both languages."""

    help = "Make the pages every portal starts from, in Dutch and English; run again it changes nothing."

    def handle(self, *args, **options):
        """Run it and say so."""
        home = create_page_tree()
        self.stdout.write(f"The page tree stands below page {home.pk}.")
