"""``manage.py doctor``: looks at every part of the portal and says what to do."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from operations.checks import SECONDS, Status, check_names, run_checks

MARKS = {Status.OK: "ok  ", Status.WARN: "WARN", Status.FAIL: "FAIL"}


class Command(BaseCommand):
    """Say of each part what was seen; exit with status 1 where one fails. Takes at most some seconds."""

    help = (
        "Look at every part: database, cache, search, files, mail, tasks, clock. Says what to do where something is "
        "wrong, and ends with status 1 where something fails. Writes nothing that stays, sends no mail."
    )
    # It says itself what is wrong, also where Django's own checks would stop it.
    requires_system_checks = []

    def add_arguments(self, parser):
        """Which parts, and in what form."""
        parser.add_argument("names", nargs="*", metavar="PART", help="only these; see --list")
        parser.add_argument("--list", action="store_true", help="only list the names of the parts")
        parser.add_argument("--json", action="store_true", help="a list of objects, for other programs")
        parser.add_argument("--seconds", type=float, default=SECONDS, help="how long one part may take (5)")

    def handle(self, *args, names: list[str], seconds: float, **options):
        """Raises CommandError for a part that doesn't exist."""
        if options["list"]:
            self.stdout.write("\n".join(check_names()))
            return
        if unknown := set(names) - set(check_names()):
            raise CommandError(f"No part is called {', '.join(sorted(unknown))}. They are: {', '.join(check_names())}.")
        # For a log or another program: the same words whatever language the portal speaks.
        with override("en"):
            outcomes = run_checks(names or None, seconds=seconds)
        if options["json"]:
            self.stdout.write(json.dumps([outcome.as_dict() for outcome in outcomes], indent=2))
        else:
            width = max(len(outcome.name) for outcome in outcomes)
            for outcome in outcomes:
                line = f"{MARKS[outcome.status]}  {outcome.name:<{width}}  {outcome.seen} ({outcome.milliseconds} ms)"
                self.stdout.write(line)
                if outcome.advice:
                    self.stdout.write(f"      {'':<{width}}  {outcome.advice}")
        if any(outcome.status is Status.FAIL for outcome in outcomes):
            raise SystemExit(1)
