"""``manage.py import_handbook``: a folder of Markdown becomes pages of the handbook."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from tqdm import tqdm

from guidelines.importing.errors import ImportRefused
from guidelines.importing.handbooks import import_handbook


class Command(BaseCommand):
    """Import a folder, say what happened and list what could not be converted by file and line."""

    help = (
        "Turn a folder of Markdown or MDX files into manual pages. Run again, it changes only the pages whose files "
        "changed, keeps their ids and reports files that are gone. Exit code 1 means that nothing could be imported."
    )

    def add_arguments(self, parser):
        """The folder, its language and its place."""
        parser.add_argument("folder", type=Path, help="the folder with the files")
        parser.add_argument("--locale", required=True, metavar="LANG", help="the language of the texts: nl or en")
        parser.add_argument(
            "--parent", type=int, metavar="PAGE_ID", help="the handbook, manual or chapter to put it below"
        )
        parser.add_argument(
            "--source-prefix", default="", metavar="NAME", help="its name here; else that of the folder"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")

    def handle(self, *args, **options):
        """Run it. Raises CommandError where nothing can be imported."""
        quiet = options["verbosity"] == 0

        def progress(branches):
            return tqdm(branches, unit="page", disable=quiet, file=self.stderr, dynamic_ncols=True, mininterval=0.5)

        with translation.override("en"):
            try:
                report = import_handbook(
                    folder=options["folder"],
                    locale=options["locale"],
                    parent_id=options["parent"],
                    prefix=options["source_prefix"],
                    dry_run=options["dry_run"],
                    progress=progress,
                )
            except ImportRefused as refusal:
                raise CommandError(str(refusal)) from refusal
            self._show(report, options["verbosity"])

    def _show(self, report, verbosity: int) -> None:
        if verbosity > 0:
            for file, problems in report.by_file():
                self.stdout.write(file)
                for problem in problems:
                    self.stdout.write(f"  {problem.line or '-':>5}  {problem.message}")
        if verbosity > 1:
            for name in ("created", "updated", "vanished"):
                for path in getattr(report, name):
                    self.stdout.write(f"{name}: {path}")
        for kind, count in report.kinds():
            self.stdout.write(f"{count:6d} x {kind}")
        if report.dry_run:
            self.stdout.write("Dry run: nothing was written.")
        self.stdout.write(report.summary())
