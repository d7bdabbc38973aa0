"""``manage.py demo``: from nothing to a filled portal that answers, in one process."""

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Look at the port first, so that nobody waits for a portal that can't be served."""

    help = "Migrate, fill in the demo where it isn't there yet, and serve it on --port (8000). Needs DEMO=1."

    def add_arguments(self, parser):
        """Where to serve."""
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args, port: int, **options):
        """Ends in the server. Raises CommandError where the port is taken or demo mode is off."""
        call_command("serve", port=port, check=True)
        call_command("migrate", verbosity=0)
        call_command("seed_demo", if_empty=True, stdout=self.stdout)
        call_command("serve", port=port, stdout=self.stdout)
