"""Pages of search: what was found, and what somebody may mean while typing."""

import hashlib
from dataclasses import dataclass

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from base.access import cache_key_for
from base.reading import number_in

from . import outbox
from .analysis import LANGUAGES, without_stop_words, words_of
from .engine import IndexUnavailable, get_engine
from .facets import Facets
from .query import PER_PAGE, Question, answer
from .results import results_for, still_readable
from .suggestions import suggest

KEEP_SECONDS = 300
SINGLE_WORDS = 3


@dataclass(frozen=True)
class Shown:
    """What was found, rendered; ``pages`` are checked again each time it is shown."""

    html: SafeString
    pages: tuple[int, ...]
    total: int


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """``?q=`` with ``kind``, ``language`` (both several times), ``page`` and ``exact``; anything malformed is ignored."""
    question = _question(request)
    outbox.look_later()
    shown, unavailable = None, False
    if words_of(question.text):
        try:
            shown = _shown(question, request)
        except IndexUnavailable:
            # Made on the spot where that takes a moment; else the page says so, and says who can be asked.
            if outbox.make_missing_index():
                shown = _shown(question, request)
            else:
                unavailable = True
    context = {"question": question, "shown": shown, "unavailable": unavailable}
    return render(request, "search/results.html", context, status=503 if unavailable else 200)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What somebody may mean by ``?q=``, as the fragment below a search box; ``box`` is which one it is."""
    try:
        found = suggest(_question(request), request.user)
    except IndexUnavailable:
        found = []
    box = request.GET.get("box")
    return render(request, "search/_suggestions.html", {"suggestions": found, "box": box if box == "page" else "top"})


def _question(request: HttpRequest) -> Question:
    return Question.from_input(
        request.GET.get("q", ""),
        get_language(),
        kinds=request.GET.getlist("kind"),
        languages=request.GET.getlist("language"),
        exact=request.GET.get("exact") == "1",
    )


def _shown(question: Question, request: HttpRequest) -> Shown:
    number = number_in(request.GET.get("page")) or 1
    asked = repr((get_engine().version(), question, number)).encode("utf-8", "replace")
    key = f"search:{cache_key_for(request.user)}:{hashlib.sha256(asked).hexdigest()}"
    shown = cache.get(key)
    if shown is None or still_readable(shown.pages, request.user) != set(shown.pages):
        shown = _find(question, number, request)
        cache.set(key, shown, KEEP_SECONDS)
    return shown


def _find(question: Question, number: int, request: HttpRequest) -> Shown:
    found = answer(question, request.user)
    page_obj = Paginator(found.pages, PER_PAGE).get_page(number)
    rows = results_for(page_obj.object_list, found.plan, request.user, question.languages)
    words = list(dict.fromkeys(without_stop_words(words_of(question.text), question.language)))
    context = {
        "question": question,
        "answer": found,
        "facets": Facets(question, found),
        "page_obj": page_obj,
        "results": rows,
        "single_words": words[:SINGLE_WORDS] if len(words) > 1 else [],
        "all_languages": LANGUAGES,
    }
    html = render_to_string("search/_found.html", context, request)
    return Shown(html, tuple(row.pk for row in rows), found.total)
