"""What pages and jobs cost in a large organisation, beside what they cost in the demo.

    python bench/scale.py                    # 50,000 colleagues, 20,000 pages, 5 million rows of progress, 20 million reads
    python bench/scale.py --factor 0.01      # a hundredth of that, to see whether it works

Starts a PostgreSQL of its own that doesn't wait for the disk (5 GB at full size), fills it with the demo, measures, makes it
large, measures again, and throws it away. A page is asked seven times; the first (nothing cached) and the median of the
others are given with their number of queries. A job is run until nothing is left to do; the first run and a run after it are
given. Where something costs more than three times as much, the slowest statement follows with its plan.

The portal keeps no row for who read what: a story has one total. The rows that do grow with readers times pages are what
people tick off as read (`ReadMark`), so those are the 20 million.
"""

import argparse
import os
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from stage import memory_of, staged

FULL = (50_000, 20_000, 5_000_000, 20_000_000)
TIMES, DEARER, LONGEST, LONGEST_PAGE = 7, 3.0, 120, 30


@dataclass
class Cost:
    """Seconds of the first time and of later ones; queries of a later one, and its slowest statement."""

    first: float
    later: float
    queries: int
    slowest: str = ""
    slowest_seconds: float = 0.0
    values: tuple = ()
    note: str = ""


@dataclass
class Watch:
    """Counts statements of one connection and keeps the slowest."""

    count: int = 0
    slowest: str = ""
    seconds: float = 0.0
    values: tuple = field(default=())

    def __call__(self, execute, sql, params, many, context):
        """As ``connection.execute_wrapper`` calls it."""
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            took = time.perf_counter() - began
            self.count += 1
            if took > self.seconds:
                self.slowest, self.seconds, self.values = sql, took, params


class TooLong(BaseException):
    """A job took more than it gets. No ``Exception``: jobs go on after those."""


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Raise TooLong in what takes longer."""

    def end(*_):
        raise TooLong

    signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def watched(call: Callable[[], object]) -> tuple[float, Watch]:
    """The seconds it took, and its statements."""
    from django.db import connection

    watch = Watch()
    began = time.perf_counter()
    with connection.execute_wrapper(watch):
        call()
    return time.perf_counter() - began, watch


def pages() -> dict[str, tuple[str, str]]:
    """Who asks for what: ``{name: (e-mail address, path)}``."""
    from django.urls import reverse

    from guidelines.models import ManualPage

    manual = ManualPage.objects.live().filter(locale__language_code="nl").order_by("pk").first()
    chapter = manual.get_children().live().first()
    return {
        "home": ("employee@demo.example", "/nl/"),
        "search page": ("employee@demo.example", "/nl/search/?q=verlof+aanvragen"),
        "people search": ("employee@demo.example", "/nl/search/?q=Visser"),
        "suggestions": ("employee@demo.example", "/nl/search/suggest/?q=ver"),
        "handbook": ("employee@demo.example", manual.get_parent().get_url()),
        "manual": ("employee@demo.example", manual.get_url()),
        "chapter": ("employee@demo.example", chapter.get_url()),
        "stories": ("employee@demo.example", "/nl/verhalen/"),
        "news": ("employee@demo.example", "/nl/nieuws/"),
        "my path": ("newcomer@demo.example", "/nl/onboarding/"),
        "messages": ("newcomer@demo.example", "/nl/messages/"),
        "who walks along": ("manager@demo.example", "/nl/onboarding/for-me/"),
        "stories to judge": ("moderator@demo.example", "/nl/stories/review/"),
        "desk": ("hr@demo.example", "/nl/questions/"),
        "HR's list": ("hr@demo.example", "/admin/enrolments/"),
        "HR: figures": ("hr@demo.example", "/admin/onboarding/figures/"),
        "HR: groups": ("hr@demo.example", reverse("competencies:groups") if _has("competencies:groups") else "/nl/"),
        "admin home": ("admin@demo.example", "/admin/"),
        "admin: colleagues": ("admin@demo.example", "/admin/users/"),
        "admin: pages": ("editor@demo.example", f"/admin/pages/{manual.get_parent().pk}/"),
        "scorecard": ("editor@demo.example", "/nl/manuals/scorecard/"),
        "manuals report": ("editor@demo.example", "/admin/reports/manuals/pages/"),
    }


def _has(name: str) -> bool:
    from django.urls import NoReverseMatch, reverse

    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True


def measure_pages() -> dict[str, Cost]:
    """Each page, by somebody who may see it."""
    return {name: _measure_page(email, path) for name, (email, path) in pages().items()}


def _measure_page(email: str, path: str) -> Cost:
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client

    from people.models import User

    client = Client(headers={"host": "127.0.0.1", "accept-language": "nl"}, raise_request_exception=False)
    client.force_login(User.objects.get(email=email))
    answers, runs = [], []
    cache.clear()
    for _ in range(TIMES):
        try:
            with at_most(LONGEST_PAGE):
                runs.append(watched(lambda: answers.append(client.get(path, follow=True))))
        except TooLong:
            connection.close()
            return Cost(LONGEST_PAGE, LONGEST_PAGE, 0, note=f"more than {LONGEST_PAGE} s")
    later, watch = sorted(runs[1:], key=lambda run: run[0])[(TIMES - 1) // 2]
    statuses = {answer.status_code for answer in answers} - {200}
    note = f"status {', '.join(map(str, statuses))}" if statuses else f"{len(answers[-1].content) // 1024} kB"
    return Cost(runs[0][0], later, watch.count, watch.slowest, watch.seconds, watch.values, note)


def measure_jobs() -> dict[str, Cost]:
    """Each job that the clock does, until nothing is left."""
    from django.db import connection
    from django.utils import timezone

    from notifications.jobs import all_jobs

    found = {}
    for job in all_jobs():
        now, did = timezone.now(), []
        try:
            with at_most(LONGEST):
                first, watch = watched(lambda j=job, n=now, d=did: d.append(j.run(n)))
                later, again = watched(lambda j=job, n=now, d=did: d.append(j.run(n)))
        except TooLong:
            connection.close()
            found[job.name] = Cost(LONGEST, LONGEST, 0, note=f"more than {LONGEST} s")
            continue
        found[job.name] = Cost(
            first, later, again.count, watch.slowest, watch.seconds, watch.values, f"did {did[0]}, {did[1]}"
        )
    return found


def table(title: str, small: dict[str, Cost], large: dict[str, Cost], least: float) -> list[str]:
    """Print both beside each other; returns what grew too much. What takes less than ``least`` seconds isn't judged."""
    print(
        f"\n| {title} | first ms | again ms | queries | large: first | again | queries | ratio first | ratio again | |"
    )
    print("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --- |")
    dear = []
    for name, before in small.items():
        after = large[name]
        first, again = after.first / before.first, after.later / before.later
        numbers = [f"{seconds * 1000:.0f}" for seconds in (before.first, before.later, after.first, after.later)]
        print(
            f"| {name} | {numbers[0]} | {numbers[1]} | {before.queries} | {numbers[2]} | {numbers[3]} | {after.queries} "
            f"| {first:.1f} | {again:.1f} | {after.note} |"
        )
        if max(again if after.later > least else 0, first if after.first > least else 0) > DEARER:
            dear.append(name)
    return dear


def explain(name: str, cost: Cost) -> None:
    """Print the slowest statement and how the database does it."""
    from django.db import connection

    words = " ".join(cost.slowest.split())
    print(f"\n{name}: slowest statement {cost.slowest_seconds * 1000:.0f} ms: {words[:400]}")
    if not words.startswith("SELECT") or cost.values is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {cost.slowest}", cost.values)
        for (line,) in cursor.fetchall()[:12]:
            print(f"    {line[:150]}")


def main() -> None:
    """Measure small, grow, measure large, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--factor", type=float, default=1.0, help="of the full size (1)")
    parser.add_argument("--filled", type=Path, help="a folder that keeps the filled portal for the next run")
    asked = parser.parse_args()
    settings = {
        "TASKS_BACKEND": "django_tasks.backends.immediate.ImmediateBackend",
        "EMAIL_URL": "dummymail://",
        # Its words would stand between the tables.
        "LOG_LEVEL": "ERROR",
    }
    with staged(extra=settings) as stage:
        stage.fill(asked.filled, durable=False)
        stage.django()
        from django.core.cache import cache
        from django.core.management import call_command
        from django.db import connection
        from growing import Sizes, grow

        from base.stamp import touch_content

        measure_jobs()
        small_pages, small_jobs = measure_pages(), measure_jobs()
        began = time.monotonic()
        grow(
            Sizes(*FULL).times(asked.factor),
            lambda line: print(f"{time.monotonic() - began:5.0f} s  {line}", flush=True),
        )
        touch_content()
        cache.clear()
        call_command("rebuild_search", verbosity=0)
        print(f"{time.monotonic() - began:5.0f} s  the search index is built", flush=True)
        large_jobs = measure_jobs()
        large_pages = measure_pages()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            size = cursor.fetchone()[0]
        dear = table("page", small_pages, large_pages, least=0.1)
        dear_jobs = table("job", small_jobs, large_jobs, least=0.5)
        total = statistics.fmean(cost.later / small_pages[name].later for name, cost in large_pages.items())
        print(f"\nThe database is {size / 1e9:.1f} GB. A page costs {total:.1f} times as much on average.")
        print(
            f"This process held {memory_of(os.getpid()):.0f} MB at the end. It took {time.monotonic() - began:.0f} s."
        )
        print(f"More than {DEARER:g} times as dear: {', '.join([*dear, *dear_jobs]) or 'nothing'}")
        for name in dear:
            explain(name, large_pages[name])
        for name in dear_jobs:
            explain(name, large_jobs[name])


if __name__ == "__main__":
    main()
