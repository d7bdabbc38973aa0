"""``manage.py compile_catalogues``: make the translations usable."""

from django.core.management.base import BaseCommand

from portal.catalogues import compile_catalogues


class Command(BaseCommand):
    """Compile what changed."""

    help = "Compile the message catalogues that changed; needs no GNU gettext."
    requires_system_checks = []

    def handle(self, *args, **options):
        """Say how many were written."""
        self.stdout.write(f"{len(compile_catalogues())} catalogue(s) compiled.")
