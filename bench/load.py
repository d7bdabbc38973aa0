"""So many signed-in people at once, and whether the portal stays quick: one command, everything it needs is started by it.

    python bench/load.py                                  # 200 people, 10 minutes: the measurement
    python bench/load.py --people 10 --minutes 0.3        # whether it works

PostgreSQL, Redis, a mail server, gunicorn with two workers, a task worker and the clock run on this machine, beside the
browsers; the demo is in it. Each person looks, waits for some seconds by chance (``--think``, on average), and goes on:
home, search with ever other words, a chapter, a step, marking it done or open again, and writing a story and sending it in.
Then each page is asked as fast as it can be answered, in turn with a view that does nothing and gives as many bytes behind
the same middleware. Ends with status 1 where a request failed or the 95th percentile of a page is 500 ms or more.
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections import defaultdict
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from stage import Stage, staged
from throughput import rate_of
from visitors import Browser, Colleague, Request, Writing, make_colleagues, some_words

MOST_MS, WARM_UP, STRETCH = 500, 20, 30
# How often each is done, by chance.
DEEDS = {"home": 24, "search": 24, "chapter": 20, "step": 14, "done": 12, "story": 6}


class Person:
    """What one person does for the time it lasts."""

    def __init__(self, number: int, browser: Browser, places: dict[str, list[str]], think: float, until: float):
        self.chance = random.Random(number)
        self.browser, self.places, self.think, self.until = browser, places, think, until
        self.is_done: set[int] = set()
        self.stories = count(1)
        self.number = number

    async def live(self, after: float) -> None:
        """Come in ``after`` seconds, and go on until it is over."""
        await asyncio.sleep(after)
        while time.monotonic() < self.until:
            deed = self.chance.choices(list(DEEDS), list(DEEDS.values()))[0]
            await getattr(self, deed)()
            await self.wait()
        await self.browser.close()

    async def wait(self) -> None:
        """Read, or type."""
        await asyncio.sleep(min(self.chance.expovariate(1 / self.think), self.think * 5))

    async def home(self) -> None:
        """The front page."""
        await self.browser.ask("home", "/nl/")

    async def search(self) -> None:
        """Words that are somewhere in the portal, or nearly."""
        words = self.chance.sample(self.places["words"], self.chance.choice((1, 2, 2, 3)))
        if self.chance.random() < 0.2:
            words[0] = words[0][1:] + words[0][0]
        await self.browser.ask("search", f"/nl/search/?q={'+'.join(words)}")

    async def chapter(self) -> None:
        """A chapter of a manual."""
        await self.browser.ask("manual chapter", self.chance.choice(self.places["chapters"]))

    async def step(self) -> None:
        """A step of one's own path."""
        await self.browser.ask("step page", self.chance.choice(self.browser.colleague.steps)[0])

    async def done(self) -> None:
        """A step is done; one that was, isn't."""
        steps = self.browser.colleague.steps
        number = self.chance.randrange(len(steps))
        if number in self.is_done:
            self.is_done.discard(number)
            await self.browser.reopen_step(steps[number])
        else:
            self.is_done.add(number)
            await self.browser.complete_step(steps[number])

    async def story(self) -> None:
        """A story, from the empty form to sent in."""
        title = f"Verhaal {self.number}.{next(self.stories)}"
        writing = Writing(self.browser, title, some_words(self.chance, 120))
        for act in (writing.open, writing.save, writing.check, writing.send):
            if not await act():
                return
            if act != writing.send:
                await self.wait()


def places() -> dict[str, list[str]]:
    """Addresses of chapters, and words to search for."""
    from guidelines.models import ChapterPage
    from home.models import NewsPage

    pages = list(ChapterPage.objects.live().filter(locale__language_code="nl"))
    titles = [page.title for page in [*pages, *NewsPage.objects.live().filter(locale__language_code="nl")]]
    words = {word.strip(".,?!:").lower() for title in titles for word in title.split()}
    return {
        "chapters": [urlsplit(page.url).path for page in pages],
        "words": sorted(word for word in words if word.isalpha()),
    }


async def _drive(
    stage: Stage, colleagues: list[Colleague], found: dict, asked, log: list[Request]
) -> dict[str, list[float]]:
    seconds = asked.minutes * 60
    until = time.monotonic() + seconds
    people = [
        Person(number, Browser(stage.address, colleague, log), found, asked.think, until)
        for number, colleague in enumerate(colleagues)
    ]
    memory: dict[str, list[float]] = {}

    async def look() -> None:
        rest = min(WARM_UP, seconds / 4)
        await asyncio.sleep(rest)
        memory["start"] = stage.web_memory()
        await asyncio.sleep(seconds / 2 - rest)
        memory["middle"] = stage.web_memory()
        await asyncio.sleep(max(until - time.monotonic() - 0.5, 0))
        memory["end"] = stage.web_memory()

    spread = min(asked.think, seconds / 4)
    await asyncio.gather(look(), *(one.live(spread * number / len(people)) for number, one in enumerate(people)))
    return memory


def _percentile(values: list[float], part: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[part - 1] if len(values) > 1 else values[0]


def _report(log: list[Request], minutes: float) -> list[str]:
    """Print the table of pages; returns what is wrong."""
    pages: dict[str, list[Request]] = defaultdict(list)
    for request in log:
        pages[request.page].append(request)
    print(
        "\n| page | requests | errors | p50 ms | p95 ms | p99 ms | a second |\n| --- | --: | --: | --: | --: | --: | --: |"
    )
    wrong = []
    for name, rows in [*sorted(pages.items()), ("**all**", log)]:
        failed = [row for row in rows if not row.is_ok]
        times = [row.seconds * 1000 for row in rows]
        p50, p95, p99 = (_percentile(times, part) for part in (50, 95, 99))
        print(
            f"| {name} | {len(rows)} | {len(failed)} | {p50:.0f} | {p95:.0f} | {p99:.0f} | {len(rows) / minutes / 60:.2f} |"
        )
        if failed:
            statuses = sorted({row.status for row in failed})
            wrong.append(f"{name}: {len(failed)} errors ({', '.join(map(str, statuses))})")
        if p95 >= MOST_MS:
            wrong.append(f"{name}: the 95th percentile is {p95:.0f} ms")
    return wrong


def _timeline(log: list[Request]) -> None:
    """Print how it went on: a start from nothing and a worker that is replaced are seen here, and what grows."""
    first = min(row.began for row in log)
    stretches: dict[int, list[float]] = defaultdict(list)
    for row in log:
        stretches[int(row.began - first) // STRETCH].append(row.seconds * 1000)
    print("\n| from second | requests | p50 ms | p95 ms |\n| --: | --: | --: | --: |")
    for number, times in sorted(stretches.items()):
        print(f"| {number * STRETCH} | {len(times)} | {_percentile(times, 50):.0f} | {_percentile(times, 95):.0f} |")


def _compare(stage: Stage, colleague: Colleague, chapter: str, asked) -> None:
    """Print each page beside a bare view of as many bytes, median of three rounds in turn."""
    pages = {
        "home": "/nl/",
        "search": "/nl/search/?q=verlof",
        "manual chapter": chapter,
        "step page": colleague.steps[0][0],
        "my path": "/nl/onboarding/",
        "story: new": "/nl/stories/new/",
    }
    print("\n| page | bytes | page a second | bare a second | bare / page | CPU ms page | CPU ms bare |")
    print("| --- | --: | --: | --: | --: | --: | --: |")
    for name, path in pages.items():
        rows = []
        for _ in range(3):
            one = {"session": colleague.session, "pids": stage.web.children(), "seconds": asked.seconds}
            page = asyncio.run(rate_of(stage.port, path, **one))
            rows.append((page, asyncio.run(rate_of(stage.port, f"/bare/{page.size}/", **one))))
        page, bare = sorted(rows, key=lambda row: row[1].a_second / row[0].a_second)[1]
        print(
            f"| {name} | {page.size} | {page.a_second:.1f} | {bare.a_second:.1f} | {bare.a_second / page.a_second:.1f} "
            f"| {page.cpu_ms:.1f} | {bare.cpu_ms:.1f} |"
        )


def main() -> None:
    """Start everything, let people live, print; status 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200, help="how many at once (200)")
    parser.add_argument("--minutes", type=float, default=10, help="for how long (10)")
    parser.add_argument("--think", type=float, default=9, help="seconds between two pages, on average (9)")
    parser.add_argument("--threads", type=int, default=4, help="of each web worker (4)")
    parser.add_argument("--seconds", type=float, default=4, help="of each round that compares a page (4; 0: don't)")
    parser.add_argument("--filled", type=Path, help="a folder that keeps the filled portal for the next run")
    asked = parser.parse_args()
    with staged(threads=asked.threads, extra={"DJANGO_SETTINGS_MODULE": "bare_settings"}) as stage:
        stage.fill(asked.filled)
        stage.serve()
        stage.clock.start()
        stage.tasks.start()
        stage.django()
        colleagues = make_colleagues(asked.people, name="lezer", enrolled=asked.people)
        found, log = places(), []
        print(f"{asked.people} people for {asked.minutes:g} minutes, {asked.think:g} s between two pages on average")
        memory = asyncio.run(_drive(stage, colleagues, found, asked, log))
        wrong = _report(log, asked.minutes)
        _timeline(log)
        print("\n| memory of the web workers, MB | start | middle | end |\n| --- | --: | --: | --: |")
        cells = " | ".join(" + ".join(f"{one:.0f}" for one in memory[when]) for when in ("start", "middle", "end"))
        grown = sum(memory["end"]) - sum(memory["middle"])
        print(f"| two workers | {cells} |\nFrom the middle to the end they grew by {grown:.1f} MB together.")
        if asked.seconds:
            # A worker that is replaced after so many requests would take its share of the time with it.
            stage.web.stop()
            stage.web.command += ["--max-requests", "0", "--max-requests-jitter", "0"]
            stage.serve()
            _compare(stage, colleagues[0], found["chapters"][0], asked)
    print(
        f"\n{'WRONG: ' + '; '.join(wrong) if wrong else 'No request failed, and every page stayed under 500 ms (p95).'}"
    )
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
