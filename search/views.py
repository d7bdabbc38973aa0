"""Pages of search: what was found, and what somebody may mean while typing."""

import hashlib
import logging
from dataclasses import dataclass

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from base.access import cache_key_for
from base.measuring import measured_search
from base.pace import is_within
from base.reading import number_in

from . import outbox, query_log
from .analysis import without_stop_words, words_of
from .asking import ask_url
from .engine import IndexMissing, IndexUnavailable, get_engine
from .facets import Facets
from .fallback import find_plainly, suggest_plainly
from .groups import in_collection, other_groups
from .narrowing import NARROWED_BY
from .query import PER_PAGE, Question, answer
from .rebuilding import start_rebuild
from .results import results_for, still_readable
from .suggestions import SHORTEST, Options, suggest
from .waiting import looked_once

logger = logging.getLogger(__name__)
KEEP_SECONDS = 300
SINGLE_WORDS = 3
# Far above what anybody types or leafs through; below what a script asks.
MOST_RESULTS_A_MINUTE, MOST_SUGGESTIONS_A_MINUTE = 90, 300


@dataclass(frozen=True)
class Shown:
    """What was found, rendered; ``pages`` are checked again each time it is shown."""

    html: SafeString
    pages: tuple[int, ...]
    total: int
    is_weak: bool


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """``?q=`` with what it is narrowed to (``NARROWED_BY``, each several times), ``page``, ``exact`` and ``in``.

    ``in`` names a collection to see all of. Anything malformed is ignored. 429 for who asks more often than people can.
    """
    question = _question(request)
    context: dict = {"question": question, "ask_url": ask_url(question.text)}
    if not is_within(f"search-results:{request.user.pk}", MOST_RESULTS_A_MINUTE, 60):
        return render(request, "search/results.html", context | {"too_often": True}, status=429)
    outbox.look_later()
    if words_of(question.text):
        with measured_search("results") as search:
            try:
                with looked_once():
                    context |= _found_in_index(question, request)
            except IndexUnavailable:
                search.by = "database"
                context["plain"] = find_plainly(question.text, request.user)
    return render(request, "search/results.html", context)


def _found_in_index(question: Question, request: HttpRequest) -> dict:
    try:
        return _all_groups(question, request)
    except IndexMissing:
        # Made on the spot where that takes a moment; else in the background, and the database answers meanwhile.
        if outbox.make_missing_index():
            return _all_groups(question, request)
        start_rebuild()
        raise


def _all_groups(question: Question, request: HttpRequest) -> dict:
    if (name := request.GET.get("in")) and (
        found := in_collection(question, request.user, name, number_in(request.GET.get("page")) or 1)
    ):
        return {"source": found[0], "page_obj": found[1]}
    shown = _shown(question, request)
    groups = other_groups(question, request.user) if not question.choices else []
    everything = shown.total + sum(len(group.rows) for group in groups)
    query_log.note_search(request, question, total=everything, is_weak=shown.is_weak)
    return {
        "shown": shown,
        "everything": everything,
        "people": [group for group in groups if group.source.collection == "people"],
        "groups": [group for group in groups if group.source.collection != "people"],
        # Where no page fits well, a document or an answer that does is the answer.
        "groups_first": shown.is_weak or not shown.total,
    }


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What somebody may mean by ``?q=``, as the options below a search box; ``box`` is which one it is.

    Who asks more often than people type gets none, and so doesn't notice.
    """
    question, found = _question(request), []
    if len(question.text) >= SHORTEST and is_within(f"search-suggest:{request.user.pk}", MOST_SUGGESTIONS_A_MINUTE, 60):
        found = _suggested(question, request)
    box = request.GET.get("box")
    context = {
        "groups": found,
        "number": sum(len(group.options) for group in found),
        "question": question,
        "box": box if box == "page" else "top",
    }
    return render(request, "search/_suggestions.html", context)


def _suggested(question: Question, request: HttpRequest) -> Options:
    with measured_search("suggestions") as search:
        try:
            with looked_once():
                return suggest(question, request.user)
        except IndexUnavailable:
            search.by = "database"
            return suggest_plainly(question.text, request.user)


@require_POST
def clicked(request: HttpRequest) -> HttpResponse:
    """A result of ``q`` was opened, at place ``rank``; 204 whatever was sent, for nobody waits for it."""
    try:
        query_log.note_click(
            user=request.user,
            text=Question.from_input(request.POST.get("q", ""), get_language()).text,
            language=get_language(),
            rank=number_in(request.POST.get("rank")),
            is_suggestion=request.POST.get("suggested") == "1",
        )
    except Exception as error:  # noqa: BLE001 - whatever went wrong, nobody waits for it
        logger.error("An opened result could not be counted: %s.", type(error).__name__)
    return HttpResponse(status=204)


def _question(request: HttpRequest) -> Question:
    return Question.from_input(
        request.GET.get("q", ""),
        get_language(),
        {name: request.GET.getlist(name) for name in NARROWED_BY},
        exact=request.GET.get("exact") == "1",
    )


def _shown(question: Question, request: HttpRequest) -> Shown:
    number = number_in(request.GET.get("page")) or 1
    # The day: what is put first for words ends with one.
    # And the address as it is: the links to further pages have all of it in them.
    asked = repr((get_engine().version(), question.key, number, timezone.localdate(), request.GET.urlencode()))
    digest = hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()
    key = f"search:{cache_key_for(request.user)}:{digest}"
    shown = cache.get(key)
    if shown is None or still_readable(shown.pages, request.user) != set(shown.pages):
        shown = _find(question, number, request)
        cache.set(key, shown, KEEP_SECONDS)
    return shown


def _find(question: Question, number: int, request: HttpRequest) -> Shown:
    found = answer(question, request.user)
    page_obj = Paginator(found.pages, PER_PAGE).get_page(number)
    rows = results_for(page_obj.object_list, found.plan, request.user, question.chosen("language"))
    words = list(dict.fromkeys(without_stop_words(words_of(question.text), question.language)))
    context = {
        "question": question,
        "answer": found,
        "facets": Facets(question, found),
        "page_obj": page_obj,
        "results": rows,
        "single_words": words[:SINGLE_WORDS] if len(words) > 1 else [],
        "ask_url": ask_url(question.text),
    }
    html = render_to_string("search/_found.html", context, request)
    return Shown(html, tuple(row.pk for row in rows), found.total, found.is_weak)
