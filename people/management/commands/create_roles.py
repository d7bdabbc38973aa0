"""``manage.py create_roles``: the roles as groups."""

from django.core.management.base import BaseCommand

from people.roles import ROLES
from people.services import create_roles


class Command(BaseCommand):
    """Give every role exactly the permissions that ``people/roles.py`` declares; see the roles report in the admin."""

    help = "Make the roles' groups and their permissions; run again it changes nothing."

    def handle(self, *args, **options):
        """Run it and say so."""
        changed = create_roles()
        self.stdout.write(f"{len(ROLES)} roles stand; {changed} permissions changed.")
