"""What a story's page carries so that its reading can be counted once."""

import secrets

from django.core import signing

SALT = "stories.reach"
TOKEN_LASTS = 60 * 60 * 12


def reading_token(page) -> str:
    """A token with which reading ``page`` may be counted once, within half a day; it says nothing about the reader."""
    return signing.dumps([str(page.translation_key), secrets.token_urlsafe(8)], salt=SALT)
