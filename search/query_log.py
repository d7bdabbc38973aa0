"""Counting which words are asked and what becomes of it, without keeping who asked.

A search is noted in memory and counted after the response is out; nothing that goes wrong there reaches the reader. That
one person's reloading counts once is remembered by the cache for some minutes, under a key that can't be read back.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import date, timedelta

from asgiref.local import Local
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from base.pace import is_within
from base.reading import number_in

from .analysis import words_of
from .models import QueryDismissal, QueryLog
from .models.query_log import LONGEST_QUERY
from .personal_words import looks_personal, names_a_colleague
from .query import Question
from .querysets import monday_of

logger = logging.getLogger(__name__)
ONCE_IN_SECONDS = 600
# More than somebody who works types in an hour; a script that searches all night adds no more than this.
MOST_AN_HOUR = 60
# New words in all languages together; those that are known already go on being counted.
MOST_NEW_A_DAY = 2000
FARTHEST_RANK = 1000
KEPT = timedelta(days=396)

_local = Local()


@dataclass(frozen=True)
class _Noted:
    text: str
    language: str
    total: int
    is_weak: bool
    user_pk: int


def normalised(text: str) -> str:
    """The folded words with a space between them, at most a hundred signs; empty for what looks personal."""
    if looks_personal(text):
        return ""
    kept = ""
    for word in words_of(text):
        longer = f"{kept} {word}" if kept else word
        if len(longer) > LONGEST_QUERY:
            break
        kept = longer
    return kept


def note_search(request: HttpRequest, question: Question, *, total: int, is_weak: bool) -> None:
    """Have a search counted once its page is out. Leafing through, narrowing and "as typed" are no new question."""
    narrowed = question.choices or question.exact
    is_first = (number_in(request.GET.get("page")) or 1) == 1
    is_fetched_ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    if is_first and not narrowed and not is_fetched_ahead and request.user.is_authenticated:
        _local.noted = _Noted(question.text, question.language, total, is_weak, request.user.pk)


def request_started(**kwargs) -> None:
    """Nothing of a request that broke off is taken for the next one's."""
    _local.noted = None


def request_finished(**kwargs) -> None:
    """Count what this request noted."""
    noted = getattr(_local, "noted", None)
    _local.noted = None
    if noted is None:
        return
    try:
        query = normalised(noted.text)
        if query and _is_new_for(noted.user_pk, "asked", query, noted.language):
            count_search(
                query=query, text=noted.text, language=noted.language, total=noted.total, is_weak=noted.is_weak
            )
    except Exception as error:  # noqa: BLE001 - a search is worth more than its count
        # Only its kind: what a database says of a row has the words in it, and log files are read by others.
        logger.error("A search could not be counted: %s.", type(error).__name__)


def _is_new_for(user_pk: int, deed: str, query: str, language: str) -> bool:
    """Whether this person didn't do the same some minutes ago, nor too much in an hour."""
    who = f"{settings.SECRET_KEY}:{user_pk}"
    person = hashlib.sha256(f"{who}:{deed}".encode()).hexdigest()
    asked = hashlib.sha256(f"{who}:{deed}:{language}:{query}".encode()).hexdigest()
    return cache.add(f"search-noted:{asked}", 1, ONCE_IN_SECONDS) and is_within(
        f"search-noting:{person}", MOST_AN_HOUR, 3600
    )


def count_search(*, query: str, text: str, language: str, total: int, is_weak: bool, today: date | None = None) -> bool:
    """Add one time asked; one query for words that were asked this week before. Whether it was counted.

    ``query`` is normalised; ``text`` as typed, of which is seen whether it names somebody. Several at once all count.
    """
    week = monday_of(today or timezone.localdate())
    rows = QueryLog.objects.filter(query=query, language=language, week=week)
    if _add(rows, total=total, is_weak=is_weak):
        return True
    if names_a_colleague(text) or not is_within(f"search-new-words:{week}", MOST_NEW_A_DAY, 86400):
        return False
    try:
        with transaction.atomic():
            QueryLog.objects.create(
                query=query,
                language=language,
                week=week,
                asked=1,
                without_result=int(total == 0),
                weak=int(total > 0 and is_weak),
                last_total=total,
            )
    except IntegrityError:
        # Somebody else asked it first, in this very moment.
        return _add(rows, total=total, is_weak=is_weak)
    return True


def _add(rows, *, total: int, is_weak: bool) -> bool:
    return bool(
        rows.update(
            asked=F("asked") + 1,
            without_result=F("without_result") + int(total == 0),
            weak=F("weak") + int(total > 0 and is_weak),
            last_total=total,
        )
    )


def note_click(*, user, text: str, language: str, rank: int | None, is_suggestion: bool = False) -> bool:
    """Add one time opened, at place ``rank`` from 1, to words that are counted already; whether it was added.

    Anything that can't be is passed over: words nobody asked, a place that isn't there, more clicks than there were
    results. A suggestion that was chosen is a question and its answer at once.
    """
    query = normalised(text)
    if not query or rank is None or not 1 <= rank <= FARTHEST_RANK or language not in dict(settings.LANGUAGES):
        return False
    if not _is_new_for(user.pk, "clicked", query, language):
        return False
    return count_click(query=query, language=language, rank=rank, is_suggestion=is_suggestion)


def count_click(*, query: str, language: str, rank: int, is_suggestion: bool, today: date | None = None) -> bool:
    """The same for words as they are counted; last week's where the question was asked on Sunday night."""
    week = monday_of(today or timezone.localdate())
    for monday in (week, week - timedelta(weeks=1)):
        rows = QueryLog.objects.filter(query=query, language=language, week=monday)
        opened = {"clicked": F("clicked") + 1, "rank_sum": F("rank_sum") + rank}
        if is_suggestion:
            if rows.update(asked=F("asked") + 1, **opened):
                return True
        elif rows.filter(clicked__lt=F("asked") - F("without_result")).update(**opened):
            return True
    return False


@transaction.atomic
def dismiss_query(*, query: str, language: str, by, today: date | None = None) -> QueryDismissal:
    """Say that nothing has to be done about these words for thirteen weeks; again begins anew."""
    row, _created = QueryDismissal.objects.update_or_create(
        query=query,
        language=language,
        defaults={"dismissed_on": today or timezone.localdate(), "dismissed_by": by},
    )
    return row


@transaction.atomic
def bring_back_query(*, query: str, language: str) -> None:
    """Put words back on the list that were taken off it; nothing where they weren't."""
    QueryDismissal.objects.filter(query=query, language=language).delete()


def forget_old_words(now) -> int:
    """Throw away weeks older than thirteen months, and words too seldom to be ever shown; how many rows."""
    today = timezone.localdate(now)
    old = QueryLog.objects.filter(week__lt=today - KEPT)
    deleted = old.delete()[0] + QueryLog.objects.never_shown(today).delete()[0]
    QueryDismissal.objects.filter(dismissed_on__lt=today - KEPT).delete()
    return deleted
