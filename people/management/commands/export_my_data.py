"""``manage.py export_my_data EMAIL --out FILE``: what the portal keeps about somebody, in one file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from people.management.accounts import account_of
from people.personal_data import write_zip


class Command(BaseCommand):
    """The same file as the person can download, for who asks by letter or has left."""

    help = "Write everything the portal keeps about a colleague into a ZIP: data.json, data.html and their files."

    def add_arguments(self, parser):
        """Who, and where to."""
        parser.add_argument("email", help="the e-mail address of the account")
        parser.add_argument("--out", required=True, type=Path, help="the file to make; it may not be there yet")

    def handle(self, *args, email: str, out: Path, **options):
        """Raises CommandError where there is no such account, or the file can't be made."""
        person = account_of(email)
        try:
            with out.open("xb") as file, override(person.locale):
                write_zip(person, file)
        except OSError as error:
            raise CommandError(f"{out} can't be made: {error.strerror}.") from error
        out.chmod(0o600)
        self.stdout.write(f"Written to {out}.")
