"""For who lost their phone and their spare codes."""

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand

from people.management.accounts import account_of
from people.own_sessions import end_sessions


class Command(BaseCommand):
    """Take somebody's app with codes and spare codes away, and end their sessions."""

    help = "Take away the app with codes of somebody who lost it, with the spare codes, and end their sessions."

    def add_arguments(self, parser):
        """The e-mail address of the account."""
        parser.add_argument("address", help="the e-mail address of the account")

    def handle(self, *args, address: str, **options):
        """Raises CommandError where there is no such account."""
        person = account_of(address)
        Authenticator.objects.filter(user=person).delete()
        end_sessions(person=person)
        self.stdout.write("Gone. They sign in with their password, and set up another app where that is asked.")
