"""What searching costs at several sizes, on either engine, beside a query that does nothing but look up.

    python bench/search.py --pages 817 20000 100000
    python bench/search.py --pages 817 20000 --engine "elasticsearch://127.0.0.1:9200/bench?timeout=30"
    DEMO=1 DATABASE_URL=sqlite:////folder/demo.sqlite3 python bench/search.py --web

Texts are made up, the same each time: words of Dutch syllables, as unequally frequent as real words are, with compounds
that are on few pages; some 700 words and nine sections a page, half of them English. For each size it prints how long the
index takes to build, how large it is, how long replacing one page takes and until it is found, the memory of the process,
and for each kind of query the 50th and 95th percentile of what readers wait for in the engine (planning, finding, how
well it fits, the passages of ten results) beside the bare query, with the ratio of the two.

`--web` measures the result page of the portal whose database is configured: the page, the same page without a question,
what the engine takes of it, and whether the page stays within one and a half times engine plus bare page. Every
question is asked for the first time; first with results that nobody saw since the content changed, then with known ones.
"""

import argparse
import itertools
import os
import random
import resource
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
# Bounds on one page of results, as ten of them are shown.
SHOWN, PASSAGES, MOST = 10, 4, 5000
ONSETS = [
    "b",
    "d",
    "g",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "w",
    "z",
    "br",
    "dr",
    "kl",
    "pl",
    "sch",
    "st",
    "tr",
]
NUCLEI = ["a", "e", "i", "o", "u", "aa", "ee", "oo", "ie", "oe", "ui", "ei"]
CODAS = ["", "", "", "k", "l", "m", "n", "r", "s", "t", "ng", "cht"]


def words(count: int) -> list[str]:
    """So many different made-up words; the first will be the most frequent."""
    chance, found = random.Random(7), {}
    while len(found) < count:
        syllables = chance.choices((1, 2, 3), weights=(2, 5, 3))[0]
        word = "".join(chance.choice(part) for _ in range(syllables) for part in (ONSETS, NUCLEI, CODAS))
        if len(word) >= 4:
            found[word] = None
    return list(found)


class Corpus:
    """``size`` pages, the same each time they are read."""

    def __init__(self, size: int):
        self.size = size
        # More text has more words, but ever fewer new ones (Heaps).
        self.words = words(int(4000 + 60 * size**0.6))
        self.weights = list(itertools.accumulate(1 / rank for rank in range(1, len(self.words) + 1)))

    def some(self, chance: random.Random, count: int) -> list[str]:
        """Words as often as each occurs."""
        return chance.choices(self.words, cum_weights=self.weights, k=count)

    def page(self, number: int):
        """One of them."""
        from search.documents import Document, Section

        chance = random.Random(number)
        language = "nl" if number % 2 else "en"
        rare = [chance.choice(self.words) + chance.choice(self.words) for _ in range(3)]
        sections = tuple(
            Section(
                f"s{i}", " ".join(self.some(chance, 3)), " ".join([*self.some(chance, 75), *rare[i % 3 : i % 3 + 1]])
            )
            for i in range(9)
        )
        title = " ".join([*chance.sample(self.words[50:], 3), *rare[:1]])
        return Document(
            pk=number,
            language=language,
            title=title,
            summary=" ".join(self.some(chance, 15)),
            sections=sections,
            version=1,
            above=(1, 2, 10 + number % 50, number),
            kind="handbook",
        )

    def __iter__(self) -> Iterator:
        return (self.page(number) for number in range(1, self.size + 1))

    def queries(self, each: int) -> dict[str, list[tuple[str, str]]]:
        """``{kind of query: [(query, language), ...]}``."""
        chance = random.Random(11)
        kinds: dict[str, list[tuple[str, str]]] = {
            name: [] for name in ("words", "question", "typo", "prefix", "compound", "many", "unknown")
        }
        for _ in range(each):
            page = self.page(chance.randrange(1, self.size + 1))
            first, second, third, compound = page.title.split()
            ask = "hoe kan ik" if page.language == "nl" else "how can i get"
            kinds["words"].append((f"{first} {second} ", page.language))
            kinds["question"].append((f"{ask} {first} {third}", page.language))
            kinds["typo"].append((f"{wrong(compound, chance)} ", page.language))
            kinds["prefix"].append((first[: max(2, len(first) // 2)], page.language))
            kinds["compound"].append((f"{compound} ", page.language))
            kinds["many"].append((" ".join([*self.some(chance, 8), first]), page.language))
            kinds["unknown"].append((f"xq{chance.randrange(10**6)} ", page.language))
        return kinds


def wrong(word: str, chance: random.Random) -> str:
    """The word with two letters that changed places."""
    place = chance.randrange(1, len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def percentiles(seconds: list[float]) -> tuple[float, float]:
    """The 50th and 95th, in milliseconds."""
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return cuts[9] * 1000, cuts[18] * 1000


def timed(calls: list[Callable[[], object]]) -> list[float]:
    """The seconds of each."""
    found = []
    for call in calls:
        start = perf_counter()
        call()
        found.append(perf_counter() - start)
    return found


def memory() -> float:
    """The most this process held so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(engine, corpus: Corpus, size_of: Callable[[], float], each: int) -> None:
    """Build, change, ask; print."""
    from search.documents import Collection, Scope
    from search.planner import Group, Plan, clean, make_plan

    start = perf_counter()
    engine.rebuild({Collection.PAGES: corpus})
    print(
        f"\n{corpus.size:,} pages: built in {perf_counter() - start:.1f} s, {size_of():.0f} MB, memory {memory():.0f} MB"
    )
    changes = []
    for number in range(1, 6):
        page, mark = corpus.page(number), f"zeldzaam{number}"
        start = perf_counter()
        engine.update([type(page)(page.pk, page.language, mark, page.sections, version=2)], removed=[page.pk])
        while not engine.search(make_plan(f"{mark} ", "nl", engine.vocabulary()), limit=1):
            pass
        changes.append(perf_counter() - start)
    print(f"  one page replaced and found in {statistics.median(changes) * 1000:.0f} ms")
    # Somebody who may not see one page in fifty.
    scope = Scope(closed=frozenset({13}))

    def ask(query: str, language: str) -> None:
        plan = make_plan(clean(query)[0], language, engine.vocabulary(scope))
        found = list(engine.search(plan, limit=MOST, scope=scope))
        engine.coverages(plan, found[:3])
        engine.passages(plan, found[:SHOWN], limit=PASSAGES)

    def bare(query: str, language: str) -> None:
        groups = tuple(Group(word, {word: 1.0}) for word in query.split())
        engine.search(Plan(groups, language), limit=SHOWN)

    print(f"  {'':10} {'p50':>8} {'p95':>8}   bare p50 {'p95':>8}   ratio of p50")
    everything = []
    for kind, queries in corpus.queries(each).items():
        for query in queries[:3]:
            ask(*query)
        seconds = timed([lambda q=query: ask(*q) for query in queries])
        plain = timed([lambda q=query: bare(*q) for query in queries])
        everything += seconds
        (p50, p95), (bare50, bare95) = percentiles(seconds), percentiles(plain)
        print(f"  {kind:10} {p50:8.1f} {p95:8.1f}   {bare50:8.1f} {bare95:8.1f}   {p50 / bare50:8.1f}")
    p50, p95 = percentiles(everything)
    print(f"  {'all':10} {p50:8.1f} {p95:8.1f}   milliseconds")


def folder_size(folder: Path) -> float:
    """In megabytes."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def server_size(engine) -> float:
    """In megabytes, of the indices that are searched; deleted rows that a server has yet to clear away count."""
    stats = engine.servers.write("indices.stats", index=f"{engine.names.prefix}*", metric="store")
    return stats["_all"]["primaries"]["store"]["size_in_bytes"] / 1e6


def measure_engines(sizes: list[int], url: str, each: int) -> None:
    """Each size in an index of its own, thrown away afterwards."""
    from search.engine import engine_for

    for size in sizes:
        folder = Path(tempfile.mkdtemp(prefix="search-bench-"))
        try:
            engine = engine_for(url, str(folder))
            size_of = server_size if url else folder_size
            measure(engine, Corpus(size), partial(size_of, engine if url else folder), each)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def measure_web(each: int) -> None:
    """The result page of the configured portal, beside what the engine takes and a page without a question."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.cache import cache
    from django.test import Client
    from wagtail.models import Page

    from search.documents import Collection
    from search.engine import get_engine
    from search.query import Question, answer_in
    from search.scope import scope_for
    from search.sources import all_sources
    from search.sources.finding import ranked_in
    from search.waiting import looked_once

    others = [source for source in all_sources() if source.collection != Collection.PAGES]

    settings.ALLOWED_HOSTS = ["*"]
    user = get_user_model().objects.filter(is_active=True, is_superuser=False).first()
    client = Client()
    client.force_login(user)
    titles = list(Page.objects.live().filter(depth__gt=3).order_by("?").values_list("title", "locale__language_code"))
    # Results are kept for some minutes: each question is asked once, and so for the first time.
    asked = list(dict.fromkeys((" ".join(title.split()[:3]), language) for title, language in titles))[: each * 3]

    def visit(language: str, **asked) -> None:
        # One person may ask some thirty times a minute; here one asks for many.
        cache.delete(f"search-results:{user.pk}")
        if client.get(f"/{language}/search/", asked).status_code != 200:
            raise SystemExit(f"No result page for {asked}")

    def page(query: str, language: str) -> None:
        visit(language, q=query)

    def engine(query: str, language: str) -> None:
        with looked_once():
            question = Question.from_input(query, language)
            found = answer_in(question, scope_for(user))
            get_engine().passages(found.plan, list(found.pages)[:SHOWN], limit=PASSAGES)
            for source in others:
                ranked_in(source, question, user)

    def bare(query: str, language: str) -> None:
        visit(language)

    # Templates and the like; a number is in the title of no page.
    for call in (page, engine, bare):
        call("404040", "nl")
    # With a word that is left out of every question: another one, which finds the same.
    again = [(f"{'het' if language == 'nl' else 'the'} {query}", language) for query, language in asked]
    first = statistics.median(timed([partial(page, *query) for query in again])) * 1000
    # In turn, so that whatever else the machine does slows all three.
    turns = [timed([partial(call, *query) for call in (page, engine, bare)]) for query in asked]
    whole, found, without = (statistics.median(seconds) * 1000 for seconds in zip(*turns, strict=True))
    print(f"{Page.objects.live().count():,} pages, {len(asked)} questions, medians in milliseconds")
    print(
        f"  result page {whole:.1f} (of pages seldom seen {first:.1f}), engine {found:.1f}, without a question {without:.1f}"
    )
    print(f"  the result page is {whole / (found + without):.2f} times engine and bare page together (at most 1.5)")


def main() -> None:
    """Read what is asked for and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, nargs="+", default=[817, 20_000], help="the sizes (817 20000)")
    parser.add_argument("--engine", default="", help="as SEARCH_URL; empty is the embedded engine")
    parser.add_argument("--each", type=int, default=60, help="queries of each kind (60)")
    parser.add_argument("--web", action="store_true", help="measure the result page of the configured portal instead")
    asked = parser.parse_args()
    django.setup()
    if asked.web:
        measure_web(asked.each)
    else:
        measure_engines(asked.pages, asked.engine, asked.each)


if __name__ == "__main__":
    main()
