"""``manage.py retain_onboarding [--dry-run]``: let go of what onboarding has kept long enough."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from onboarding.services.retention import retain_onboarding
from onboarding.services.withdrawing import erase_withdrawn

WORDS = {
    "withdrawn": "Enrolments of who didn't come, with everything in them",
    "answers": "Answers, files, questions and meetings of enrolments that are over",
    "record": "Names in the record of enrolments that are over",
}


class Command(BaseCommand):
    """The same as every night, for who runs the server and wants to look first."""

    help = (
        "Let go of what onboarding has kept as long as ONBOARDING_KEEP_DAYS says. What is kept on purpose is skipped."
    )

    def add_arguments(self, parser):
        """Whether only to look."""
        parser.add_argument("--dry-run", action="store_true", help="only print what would go")

    def handle(self, *args, dry_run: bool, **options):
        """Print, per kind of data, over which enrolments it goes and how much of what."""
        found = retain_onboarding(dry_run=dry_run)
        for kind, ids in found.enrolments.items():
            days = settings.ONBOARDING_KEEP_DAYS[kind]
            self.stdout.write(f"{WORDS[kind]} (after {days} days): {len(ids)}")
            if ids:
                self.stdout.write(f"  enrolments {', '.join(map(str, ids))}")
            for name, count in sorted(found.gone[kind].items()):
                self.stdout.write(f"  {name}: {count}")
        accounts = erase_withdrawn(timezone.now(), dry_run=dry_run)
        self.stdout.write(
            f"Accounts of who didn't come (after {settings.ONBOARDING_KEEP_DAYS['withdrawn']} days): {len(accounts)}"
        )
        if dry_run:
            self.stdout.write("Nothing was changed.")
