"""Lets somebody be linked to single sign-on anew."""

from django.core.management.base import BaseCommand

from people.management.accounts import account_of
from people.oidc.linking import unlink_account


class Command(BaseCommand):
    """Forget which identity at the issuer is somebody's; their next sign-in links again."""

    help = "Forget which identity at the issuer of single sign-on is somebody's, so that their next sign-in links anew."

    def add_arguments(self, parser):
        """The e-mail address of the account."""
        parser.add_argument("address", help="the e-mail address of the account")

    def handle(self, *args, address: str, **options):
        """Raises CommandError where there is no such account."""
        person = account_of(address)
        count = unlink_account(person=person)
        self.stdout.write(f"{count} identities unlinked." if count != 1 else "One identity unlinked.")
