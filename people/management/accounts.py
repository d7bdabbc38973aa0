"""Whom a command is about."""

from django.core.management.base import CommandError

from people.models import User


def account_of(address: str) -> User:
    """The account with this e-mail address, in capitals or not. Raises CommandError where there is none."""
    person = User.objects.filter(email__iexact=address).first()
    if person is None:
        raise CommandError(f"There is no account with the address {address}.")
    return person
