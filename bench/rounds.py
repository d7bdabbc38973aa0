"""One fault and the people who go on working through it; for ``faults.py``."""

import asyncio
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from stage import Service, Stage, wait_until
from visitors import POLITE, Browser, Colleague, Request, Writing, some_words

FILES = 15
# How long somebody waits for one answer, and how long whoever only looks goes on to look.
PATIENCE, LONGEST = 10, 120


@dataclass
class Fault:
    """What dies (``strike``, which may return why that said little) and how it comes back (``mend``).

    Both are called beside the people who work.
    """

    name: str
    strike: Callable[[], str | None]
    mend: Callable[[], object] = lambda: None

    @property
    def slug(self) -> str:
        """Its name without spaces, for addresses and keys."""
        return self.name.replace(" ", "")


@dataclass
class Round:
    """What was going on during one fault, and what was promised to people."""

    fault: Fault
    writers: list[Colleague]
    tickers: list[Colleague]
    watcher: Colleague
    told: list[int]
    prefix: str
    log: list[Request] = field(default_factory=list)
    # What the one saw who only looks, again and again.
    watched: list[Request] = field(default_factory=list)
    # By title: the words the portal said it kept, and those it said it took.
    kept: dict[str, str] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    # Begun, and never heard of again: once or not at all.
    tried: list[str] = field(default_factory=list)
    done: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    began_at: float = 0.0
    struck_at: float = 0.0
    mended_at: float = 0.0
    begun_again_at: float = 0.0

    @property
    def away(self) -> float:
        """Seconds from the fault to the last request that failed; 0 where nobody noticed."""
        return self._last_failed(self.struck_at)

    @property
    def late(self) -> float:
        """Seconds from beginning it again to the last request that failed."""
        return self._last_failed(self.mended_at)

    def _last_failed(self, since: float) -> float:
        ends = [row.began + row.seconds - since for row in [*self.log, *self.watched] if not row.is_ok]
        return max([0.0, *ends])

    @property
    def slowest(self) -> float:
        """Seconds of the slowest request that was answered."""
        return max([0.0, *(row.seconds for row in [*self.log, *self.watched] if row.is_ok)])

    def counted(self) -> tuple[int, int, int, int]:
        """Requests that were answered, refused for now (429 or 5xx), left without an answer, and anything else."""
        ok = sum(row.is_ok for row in self.log)
        polite = sum(row.status in POLITE for row in self.log)
        silent = sum(row.status == 0 for row in self.log)
        return ok, polite, silent, len(self.log) - ok - polite - silent


async def write(round_: Round, stage: Stage, colleague: Colleague, until: float, seed: int) -> None:
    """Story after story; each act is tried until it works."""
    chance, number = random.Random(seed), 0
    browser = Browser(stage.address, colleague, round_.log, patience=PATIENCE)
    while time.monotonic() < until:
        number += 1
        title, words = f"{round_.fault.name} {colleague.pk} {number}", some_words(chance, 60)
        writing = Writing(browser, title, words)
        round_.tried.append(title)
        if await insist(writing.open, until) and (await writing.save() or await insist(writing.keep, until)):
            round_.kept[title] = words
            if await insist(writing.send, until + 60):
                round_.sent[title] = words
                if chance.random() < 0.3:
                    await asyncio.gather(writing.send(), writing.send())
        await asyncio.sleep(chance.random())
    await browser.close()


async def tick(round_: Round, stage: Stage, colleague: Colleague, until: float) -> None:
    """Step after step."""
    browser = Browser(stage.address, colleague, round_.log, patience=PATIENCE)
    for step in colleague.steps:
        if time.monotonic() > until:
            break
        if await insist(lambda step=step: browser.complete_step(step), until + 60):
            round_.done.append((colleague.enrolment, step[1].split("/")[-3]))
        await asyncio.sleep(1)
    await browser.close()


async def watch(round_: Round, stage: Stage, until: float) -> None:
    """Look at the front page and search, until it is over and both are answered."""
    browser = Browser(stage.address, round_.watcher, round_.watched, patience=PATIENCE)
    latest = time.monotonic() + LONGEST
    while time.monotonic() < latest:
        seen = await browser.ask("home", "/nl/")
        found = await browser.ask("search", f"/nl/search/?q={random.choice(('meter', 'verlof', 'water'))}")
        if seen and found and round_.begun_again_at and time.monotonic() > until:
            break
        await asyncio.sleep(0.3)
    await browser.close()


async def insist(act, until: float) -> bool:
    """Try until it works or it is too late."""
    while not (worked := await act()) and time.monotonic() < until:
        await asyncio.sleep(0.5)
    return worked


async def run(round_: Round, stage: Stage, importing: Service, asked) -> None:
    """One fault, in the middle of what people do."""
    round_.began_at = time.time()
    until = time.monotonic() + asked.seconds

    async def strike() -> None:
        await asyncio.sleep(asked.seconds / 3)
        round_.notes += await asyncio.to_thread(under_way, round_, importing)
        round_.struck_at = time.time()
        if said := await asyncio.to_thread(round_.fault.strike):
            round_.notes.append(said)
        await asyncio.sleep(asked.away)
        round_.mended_at = time.time()
        await asyncio.to_thread(round_.fault.mend)
        round_.begun_again_at = time.time()

    importing.start()
    people = [write(round_, stage, one, until, number) for number, one in enumerate(round_.writers)]
    people += [tick(round_, stage, one, until) for one in round_.tickers]
    await asyncio.gather(strike(), watch(round_, stage, until), *people)


def under_way(round_: Round, importing: Service) -> list[str]:
    """What is in the middle of it when the fault comes, in words; a fault that meets nothing proves nothing."""
    from django.db import connection

    from notifications.models import Message

    waiting = Message.objects.filter(recipient__in=round_.told, mail=Message.Mail.WAITING).count()
    # Of this thread alone.
    connection.close()
    is_importing = importing.process is not None and importing.process.poll() is None
    return [
        f"{waiting} of {len(round_.told)} mails to go",
        "import under way" if is_importing else "NO IMPORT UNDER WAY",
    ]


def make_handbook(folder: Path) -> Path:
    """Some files to import."""
    folder.mkdir()
    for number in range(FILES):
        text = f"# {chapter_title(number)}\n\n{chapter_words(number)}.\n"
        (folder / f"hoofdstuk-{number:02}.md").write_text(text, encoding="utf-8")
    return folder


def chapter_title(number: int) -> str:
    """Of one file of the handbook."""
    return f"Hoofdstuk {number}"


def chapter_words(number: int) -> str:
    """What one file of the handbook says."""
    return some_words(random.Random(number), 80)


def import_of(stage: Stage, handbook: Path, prefix: str) -> Service:
    """The import as a process; the same prefix again goes on where it stopped."""
    command = [sys.executable, "manage.py", "import_handbook", str(handbook), "--locale", "nl", "--verbosity", "0"]
    return Service("import", [*command, "--source-prefix", prefix], stage.folder / "import.log", stage.env)


def wait_for_half(importing: Service, seconds: float = 30) -> bool:
    """Until an import wrote some of its pages; False where it was over before that."""
    from django.db import connection

    from guidelines.importing.records import ImportedFile

    until, prefix = time.monotonic() + seconds, importing.command[-1]
    written = ImportedFile.objects.filter(handbook__prefix=prefix).exclude(output_digest="")
    while time.monotonic() < until and importing.process.poll() is None and written.count() < FILES // 3:
        time.sleep(0.02)
    # Of this thread alone.
    connection.close()
    return importing.process.poll() is None


def finish(importing: Service) -> None:
    """Import again until it is whole: an import that died keeps others out for three minutes."""
    if importing.process is not None:
        importing.process.wait(300)

    def is_done() -> bool:
        importing.start()
        if importing.process.wait(300) == 0:
            return True
        time.sleep(5)
        return False

    wait_until(is_done, f"The end of an import (see {importing.log})", seconds=300)
