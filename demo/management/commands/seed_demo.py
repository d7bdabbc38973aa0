"""``manage.py seed_demo``: Veldbron, the organisation that shows what the portal does."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from base.translation.by_string import UnpairedText
from demo.building.errors import ContentError
from demo.building.people import PASSWORD, demo_accounts
from demo.building.seeding import seed_demo
from demo.models import Seeded


class Command(BaseCommand):
    """Fill the portal with the demo; run again it makes only what was never made before."""

    help = "Fill the portal with the demo organisation. Run again it changes nothing that people edited or deleted."

    def add_arguments(self, parser):
        """``--if-empty``."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing where the demo is there already")

    def handle(self, *args, **options):
        """Seed, then print the accounts; refuses outside demo mode."""
        if not settings.DEMO:
            raise CommandError(
                "This fills the portal with made-up people whose password is public. Set DEMO=1 to say that you want that."
            )
        if options["if_empty"] and Seeded.objects.exists():
            self.stdout.write("The demo is there already.")
        else:
            begun = time.monotonic()
            try:
                made = seed_demo(report=lambda line: self.stdout.write(f"  {line}"))
            except (ContentError, UnpairedText) as error:
                raise CommandError(f"The demo's content has a fault: {error}") from error
            self.stdout.write(f"The demo is there: {made} new pages in {time.monotonic() - begun:.0f} seconds.")
        self.stdout.write(accounts_table())


def accounts_table() -> str:
    """The accounts to sign in with, as lines of text."""
    rows = demo_accounts()
    width = max(len(email) for email, _, _ in rows)
    name_width = max(len(name) for _, name, _ in rows)
    lines = [f"  {email:<{width}}  {name:<{name_width}}  {role}" for email, name, role in rows]
    return "\n".join(["", f"Sign in with the password {PASSWORD} as:", "", *lines, ""])
