"""``manage.py retain [--dry-run]``: let go of everything that was kept long enough, or say what that would be."""

from django.core.management.base import BaseCommand
from django.utils import timezone, translation
from django.utils.formats import date_format

from operations.retention import FIXED_JOBS, report, retain


class Command(BaseCommand):
    """The same as every night, for who wants to look first; ``retain_onboarding`` says more about onboarding alone."""

    help = (
        "Let go of what was kept as long as the retention periods say (in the admin: Settings > Retention periods). What is "
        "on hold stays, and nothing of it goes until the periods are confirmed."
    )

    def add_arguments(self, parser):
        """Whether only to look."""
        parser.add_argument("--dry-run", action="store_true", help="only print what would go")

    def handle(self, *args, dry_run: bool, **options):
        """Print each kind with its period and how much is past it; then what each job did."""
        now = timezone.now()
        with translation.override("en"):
            periods, rows = report(now)
            for due in rows:
                before = date_format(due.before, "Y-m-d")
                self.stdout.write(f"{due.label}: {due.period}, {due.counted_from}; over by {before}: {due.count}")
        if not periods.is_confirmed:
            self.stdout.write("The retention periods aren't confirmed yet: nothing of this goes until they are.")
        if dry_run:
            self.stdout.write(f"Besides, after a time of their own: {', '.join(FIXED_JOBS)}.")
            self.stdout.write("Nothing was changed.")
            return
        for name, count in retain(now):
            self.stdout.write(f"{name}: {count}")
