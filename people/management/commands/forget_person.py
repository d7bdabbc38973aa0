"""``manage.py forget_person EMAIL``: forget somebody who asked for it."""

from django.core.management.base import BaseCommand, CommandError

from people.forgetting import forget_person
from people.holding import KeptOnPurpose
from people.management.accounts import account_of


class Command(BaseCommand):
    """The same as in the admin, for who runs the server."""

    help = (
        "Forget a colleague who asked for it: empties and closes the account, deletes what is kept about the person, and "
        "shows what they wrote as by a former colleague. This can't be undone. What somebody typed into a text stays."
    )

    def add_arguments(self, parser):
        """Who."""
        parser.add_argument("email", help="the e-mail address of the account")
        parser.add_argument("--noinput", action="store_true", help="don't ask whether you are sure")

    def handle(self, *args, email: str, noinput: bool, **options):
        """Ask once, then do it. Raises CommandError where there is no such account, or something of it is on hold."""
        person = account_of(email)
        if not noinput and input(f"Forget {person.get_full_name()} ({person.email}) for ever? Type yes: ") != "yes":
            self.stdout.write("Nothing was changed.")
            return
        try:
            forget_person(person=person, by=None)
        except KeptOnPurpose as kept:
            raise CommandError(f"Nothing was changed. {kept}") from kept
        self.stdout.write(f"Account {person.pk} is forgotten.")
