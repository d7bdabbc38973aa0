"""What somebody sees when it goes wrong: what happened, whose fault it isn't, and what to do now."""

import re
import sys
from urllib.parse import unquote

from django.db import InterfaceError, OperationalError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language

from .access import has_not_started, visible_pages
from .chrome import root_pages

SUGGESTIONS = 5
RETRY_SECONDS = "60"


def bad_request(request, exception=None) -> HttpResponse:
    """400: the browser sent something that can't be read."""
    return render(request, "400.html", status=400)


def permission_denied(request, exception=None) -> HttpResponse:
    """403 for anything but a page; pages are refused by ``base.views.no_access``."""
    return render(request, "403.html", status=403)


def page_not_found(request, exception=None) -> HttpResponse:
    """404 with the words of the address to search for, and pages that look like it."""
    words = words_of(request.path)
    context = {"words": " ".join(words), "suggestions": suggestions(words, request.user)}
    return render(request, "404.html", context, status=404)


def too_many_requests(request) -> HttpResponse:
    """429: asked too often in a short time."""
    return render(request, "429.html", status=429)


def server_error(request) -> HttpResponse:
    """500, or 503 while the database can't be reached. The pages are plain files that need nothing but stylesheets."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": RETRY_SECONDS})
    return HttpResponse(render_to_string("500.html"), status=500)


def words_of(path: str) -> list[str]:
    """The words in the last part of an address, at most six: ``/nl/handboek/samen-werken/`` gives samen, werken."""
    parts = [part for part in unquote(path, errors="ignore").split("/") if part]
    return re.findall(r"[^\W_]+", parts[-1])[:6] if len(parts) > 1 else []


def suggestions(words: list[str], user) -> list[dict[str, str]]:
    """Pages of this language that this reader may see with one of the words in their address."""
    root = root_pages().get(get_language())
    wanted = [word.lower() for word in words if len(word) > 3]
    if root is None or not wanted or not user.is_authenticated or has_not_started(user):
        return []
    match = Q()
    for word in wanted:
        match |= Q(slug__contains=word)
    pages = visible_pages(user).filter(match, path__startswith=root["path"]).order_by("depth", "path")[:50]
    best = sorted(pages, key=lambda page: -sum(word in page.slug for word in wanted))[:SUGGESTIONS]
    return [{"title": page.title, "url": page.get_url()} for page in best]
