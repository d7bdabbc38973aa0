"""The portal's addresses, and ``/bare/<bytes>/``: a view that does nothing, behind the same middleware."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import path

from portal.urls import *  # noqa: F403
from portal.urls import urlpatterns as of_the_portal

LINE = b"<p>As many bytes as the page beside it, and nothing that was asked of a database.</p>\n"


@login_not_required
def bare(request, size: int) -> HttpResponse:
    """So many bytes."""
    return HttpResponse((LINE * (size // len(LINE) + 1))[:size])


urlpatterns = [path("bare/<int:size>/", bare), *of_the_portal]
