"""The portal's addresses, and ``/bare/<bytes>/``: a view that does nothing, behind the same middleware."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import path

from portal.urls import *  # noqa: F403
from portal.urls import urlpatterns as of_the_portal
from search import views as searching

LINE = b"<p>As many bytes as the page beside it, and nothing that was asked of a database.</p>\n"
# One person may ask so many times a minute; comparing a page asks for it as fast as it comes.
searching.MOST_RESULTS_A_MINUTE = 1_000_000


@login_not_required
def bare(request, size: int) -> HttpResponse:
    """So many bytes."""
    return HttpResponse((LINE * (size // len(LINE) + 1))[:size])


urlpatterns = [path("bare/<int:size>/", bare), *of_the_portal]
