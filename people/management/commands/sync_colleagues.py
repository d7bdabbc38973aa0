"""``manage.py sync_colleagues FILE``: joiners, movers and leavers from a file of HR."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from base.csv_files import UnreadableFile
from people.syncing.applying import TooManyChanges, sync_colleagues
from people.syncing.plan import Options, Plan
from people.syncing.planning import make_plan
from people.syncing.table import read_table
from people.syncing.words import field_in_words

SHOWN = 200


class Command(BaseCommand):
    """The same as in the admin, for large files and for who runs the server."""

    help = (
        "Take joiners, movers and leavers over from a CSV or Excel file; see docs/colleagues.md. Rows with a mistake are "
        "passed over and told, and end the command with status 1. Run again it changes nothing."
    )

    def add_arguments(self, parser):
        """The file and how to read it."""
        parser.add_argument("file", type=Path, help="CSV (comma, semicolon or tab) or XLSX")
        parser.add_argument("--dry-run", action="store_true", help="only print what would change")
        parser.add_argument("--complete", action="store_true", help="who works here and isn't in the file left")
        parser.add_argument("--create-teams", action="store_true", help="make teams and locations that aren't there")
        parser.add_argument("--force", action="store_true", help="also where more than a tenth of the accounts changes")
        parser.add_argument("--delimiter", default="", help="between cells, where it isn't the commonest of , ; tab")

    def handle(self, *args, file: Path, dry_run: bool, **options):
        """Print every change and every mistake. Raises CommandError where nothing could be done."""
        how = Options(is_complete=options["complete"], makes_places=options["create_teams"])
        delimiter = {"tab": "\t", "\\t": "\t"}.get(options["delimiter"], options["delimiter"])
        if len(delimiter) > 1:
            raise CommandError("A delimiter is one character.")
        try:
            table = read_table(file.read_bytes(), delimiter)
            if dry_run:
                plan = make_plan(table, how)
            else:
                plan, _run = sync_colleagues(table=table, options=how, is_forced=options["force"])
        except OSError as error:
            raise CommandError(f"The file can't be opened: {error.strerror}.") from error
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        except TooManyChanges as stopped:
            plan = stopped.args[0]
            self._print(plan)
            raise CommandError(
                f"Nothing was changed: more than {plan.limit} of {plan.open_accounts} accounts would change. "
                "Look whether this is the right file, and use --force where it is."
            ) from stopped
        self._print(plan)
        if dry_run:
            self.stdout.write("Nothing was changed.")
            if plan.is_braked:
                self.stdout.write(f"More than {plan.limit} accounts would change: that takes --force.")
        if plan.problems:
            raise SystemExit(1)

    def _print(self, plan: Plan) -> None:
        for change in plan.changes[:SHOWN]:
            where = f"line {change.line}" if change.line else "not in the file"
            fields = ", ".join(field_in_words(name) for name in change.fields)
            self.stdout.write(f"{where}: {change.kind.label} {change.staff_number} {change.name} ({fields})")
        if len(plan.changes) > SHOWN:
            self.stdout.write(f"... and {len(plan.changes) - SHOWN} more")
        for column, names in plan.new_places.items():
            self.stdout.write(f"new {column}: {', '.join(names)}")
        for line, words in plan.notes[:SHOWN]:
            self.stdout.write(f"line {line}: {words}" if line else words)
        for problem in plan.problems:
            self.stderr.write(f"line {problem.line}, {problem.column or '-'}: {problem.message}")
        counts = ", ".join(f"{kind} {count}" for kind, count in plan.counts.items())
        self.stdout.write(f"{plan.rows} rows: {counts}")
