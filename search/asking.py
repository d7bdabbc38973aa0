"""From a search to the question desk, with the words filled in."""

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode


def ask_url(text: str) -> str:
    """Where a question with these words can be asked; empty where the portal has no question desk."""
    try:
        return f"{reverse('questions:ask')}?{urlencode({'q': text})}"
    except NoReverseMatch:
        return ""
