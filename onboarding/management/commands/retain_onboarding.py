"""``manage.py retain_onboarding [--dry-run]``: let go of what onboarding has kept long enough."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from onboarding.services.retention import retain_onboarding
from onboarding.services.withdrawing import erase_withdrawn
from people.retention import current_periods

WORDS = {
    "withdrawn": "Enrolments of who didn't come, with everything in them",
    "answers": "Answers, files, questions and meetings of enrolments that are over",
    "check_ins": "Check-ins of who left",
    "record": "Names in the record of enrolments that are over",
}


class Command(BaseCommand):
    """The same as every night, for who runs the server and wants to look first."""

    help = (
        "Let go of what onboarding has kept as long as the retention periods say (in the admin: Settings > Retention "
        "periods). What is kept on purpose is skipped, and nothing goes until the periods are confirmed."
    )

    def add_arguments(self, parser):
        """Whether only to look."""
        parser.add_argument("--dry-run", action="store_true", help="only print what would go")

    def handle(self, *args, dry_run: bool, **options):
        """Print, per kind of data, over which enrolments it goes and how much of what."""
        periods = current_periods()
        if not periods.is_confirmed:
            self.stdout.write("The retention periods aren't confirmed yet: nothing goes until they are.")
        found = retain_onboarding(dry_run=dry_run)
        for kind, ids in found.enrolments.items():
            self.stdout.write(f"{WORDS[kind]} (after {periods.in_words(kind)}): {len(ids)}")
            if ids:
                self.stdout.write(f"  enrolments {', '.join(map(str, ids))}")
            for name, count in sorted(found.gone[kind].items()):
                self.stdout.write(f"  {name}: {count}")
        accounts = erase_withdrawn(timezone.now(), dry_run=dry_run)
        self.stdout.write(f"Accounts of who didn't come (after {periods.in_words('withdrawn')}): {len(accounts)}")
        if dry_run:
            self.stdout.write("Nothing was changed.")
