"""The way to the question desk, where there is one."""

from django.urls import NoReverseMatch, reverse


def ask_url(page) -> str:
    """Where a reader asks a question about ``page``; empty where the portal has no question desk.

    The desk belongs to an app above this one, so it is known by the name of its address only.
    """
    try:
        return f"{reverse('questions:ask')}?about={page.pk}"
    except NoReverseMatch:
        return ""
