"""What somebody sees when it goes wrong: what happened, whose fault it isn't, and what to do now."""

import re
import sys
from urllib.parse import unquote

from django.db import InterfaceError, OperationalError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from redis.exceptions import ConnectionError as CacheAway
from redis.exceptions import TimeoutError as CacheSilent

from .access import has_not_started, visible_pages
from .broken import broken_answer, is_htmx, wants_json
from .chrome import root_pages
from .trail import current_id

SUGGESTIONS = 5
# The page says five minutes as well.
LIMIT_SECONDS = 5 * 60
AWAY = (OperationalError, InterfaceError, CacheAway, CacheSilent)
# For a notice, where there is no room for the whole page.
IN_SHORT = {
    "400.html": _("Your browser sent something strange. Load the page again and try it once more."),
    "403.html": _("This isn't open to you, or isn't any more."),
    "403_csrf.html": _(
        "The page was open for too long. Copy what you typed, load the page again and send it once more."
    ),
    "404.html": _("This isn't there, or isn't there any more."),
    "429.html": _("This was tried too often in a short time. Wait five minutes and try again."),
}


def error_answer(request: HttpRequest, template: str, status: int, context: dict | None = None) -> HttpResponse:
    """The page, or in short: a notice for htmx, which leaves what was typed where it is, or JSON for a program."""
    if wants_json(request):
        return JsonResponse({"error": str(IN_SHORT[template]), "request_id": current_id()}, status=status)
    if is_htmx(request):
        return render(request, "components/error_notice.html", {"words": IN_SHORT[template]}, status=status)
    return render(request, template, context, status=status)


def bad_request(request, exception=None) -> HttpResponse:
    """400: the browser sent something that can't be read."""
    return error_answer(request, "400.html", 400)


def permission_denied(request, exception=None) -> HttpResponse:
    """403 for anything but a page; pages are refused by ``base.views.no_access``."""
    return error_answer(request, "403.html", 403)


def page_not_found(request, exception=None) -> HttpResponse:
    """404 with the words of the address to search for, and pages that look like it."""
    if wants_json(request) or is_htmx(request):
        return error_answer(request, "404.html", 404)
    words = words_of(request.path)
    context = {"words": " ".join(words), "suggestions": suggestions(words, request.user)}
    return error_answer(request, "404.html", 404, context)


def too_many_requests(request) -> HttpResponse:
    """429: asked too often in a short time. Whatever the limit is, it is over in so many seconds."""
    response = error_answer(request, "429.html", 429)
    response["Retry-After"] = str(LIMIT_SECONDS)
    return response


def server_error(request) -> HttpResponse:
    """500, or 503 while the database or the cache can't be reached; see ``base.broken``."""
    return broken_answer(request, 503 if isinstance(sys.exc_info()[1], AWAY) else 500)


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
