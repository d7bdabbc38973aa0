"""Kill every part while people work, bring it back, and count: nothing lost, nothing doubled.

    python bench/faults.py                                       # all faults on the embedded search engine
    python bench/faults.py --elasticsearch                       # the same on Elasticsearch, started by .ci/elasticsearch
    python bench/faults.py --only postgresql clock --seconds 6   # some of them, shorter

PostgreSQL (which waits for the disk), Redis, a mail server, gunicorn with two workers, a task worker and the clock run on
this machine with production's settings; the demo is in it. During each fault colleagues write stories and send them in
(once more by a double click), mark steps done, mails go out to others, and a handbook is imported. Who sees an error tries
the same again, as people do. Afterwards the outboxes are emptied and everything is counted. Ends with status 1 where
something is lost or doubled.

A mail whose fate nobody knows (killed between handing it over and writing that down) is never sent again: at most once, as
docs/messages.md says. Those are counted as "in doubt", with how many of them arrived; more than one a fault is a mistake.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from aftermath import Loss, count_up, empty_outboxes, make_messages, wait_for_mails, what_is_left
from searching import SearchServer
from stage import Service, Stage, staged, wait_until
from visitors import POLITE, Browser, Colleague, Request, Writing, make_colleagues, some_words

FILES = 15


@dataclass
class Fault:
    """What dies (``strike``) and how it comes back (``mend``); both are called beside the people who work."""

    name: str
    strike: Callable[[], object]
    mend: Callable[[], object] = lambda: None


@dataclass
class Round:
    """What was going on during one fault, and what was promised to people."""

    fault: Fault
    writers: list[Colleague]
    tickers: list[Colleague]
    told: list[int]
    prefix: str
    log: list[Request] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    # Begun, and never heard of again: once or not at all.
    tried: list[str] = field(default_factory=list)
    done: list[tuple[int, str]] = field(default_factory=list)
    struck_at: float = 0.0

    @property
    def away(self) -> float:
        """Seconds from the fault to the last request that failed; 0 where nobody noticed."""
        ends = [row.began + row.seconds - self.struck_at for row in self.log if not row.is_ok]
        return max([0.0, *ends])

    def counted(self) -> tuple[int, int, int, int]:
        """Requests that were answered, refused for now (429 or 5xx), left without an answer, and anything else."""
        ok = sum(row.is_ok for row in self.log)
        polite = sum(row.status in POLITE for row in self.log)
        silent = sum(row.status == 0 for row in self.log)
        return ok, polite, silent, len(self.log) - ok - polite - silent


def faults_of(stage: Stage, search: SearchServer | None, importing: list[Service]) -> list[Fault]:
    """Every part in turn."""

    def kill_one_worker() -> None:
        os.kill(stage.web.children()[0], signal.SIGKILL)

    def kill_import() -> None:
        wait_for_half(importing[-1])
        importing[-1].kill()

    rebuilding = Service(
        "rebuild", [sys.executable, "manage.py", "rebuild_search"], stage.folder / "rebuild.log", stage.env
    )

    def kill_rebuild() -> None:
        rebuilding.start()
        time.sleep(3)
        rebuilding.kill()

    found = [
        Fault("nothing", lambda: None),
        Fault("web worker", kill_one_worker),
        Fault("gunicorn", stage.web.kill, stage.web.start),
        Fault("clock", stage.clock.kill, stage.clock.start),
        Fault("task worker", stage.tasks.kill, stage.tasks.start),
        Fault("postgresql", stage.postgres.kill, stage.postgres.start),
        Fault("redis", stage.redis.kill, stage.redis.start),
        Fault("mail server", stage.mail.kill, stage.mail.start),
        Fault("import", kill_import),
        Fault("rebuild of search", kill_rebuild),
    ]
    return [*found, Fault("search server", search.kill, search.again)] if search else found


async def write(round_: Round, stage: Stage, colleague: Colleague, until: float, seed: int) -> None:
    """Story after story; each act is tried until it works."""
    chance, number = random.Random(seed), 0
    browser = Browser(stage.address, colleague, round_.log, patience=10)
    while time.monotonic() < until:
        number += 1
        title = f"{round_.fault.name} {colleague.pk} {number}"
        writing = Writing(browser, title, some_words(chance, 60))
        round_.tried.append(title)
        is_kept = await insist(writing.open, until) and (await writing.save() or await insist(writing.keep, until))
        if is_kept and await insist(writing.send, until + 60):
            round_.sent.append(title)
            if chance.random() < 0.3:
                await asyncio.gather(writing.send(), writing.send())
        await asyncio.sleep(chance.random())
    await browser.close()


async def tick(round_: Round, stage: Stage, colleague: Colleague, until: float) -> None:
    """Step after step."""
    browser = Browser(stage.address, colleague, round_.log, patience=10)
    for step in colleague.steps:
        if time.monotonic() > until:
            break
        if await insist(lambda step=step: browser.complete_step(step), until + 60):
            round_.done.append((colleague.enrolment, step[1].split("/")[-3]))
        await asyncio.sleep(1)
    await browser.close()


async def insist(act, until: float) -> bool:
    """Try until it works or it is too late."""
    while not (worked := await act()) and time.monotonic() < until:
        await asyncio.sleep(0.5)
    return worked


async def run(round_: Round, stage: Stage, importing: Service, asked) -> None:
    """One fault, in the middle of what people do."""
    until = time.monotonic() + asked.seconds

    async def strike() -> None:
        await asyncio.sleep(asked.seconds / 3)
        round_.struck_at = time.time()
        await asyncio.to_thread(round_.fault.strike)
        await asyncio.sleep(asked.away)
        await asyncio.to_thread(round_.fault.mend)

    importing.start()
    people = [write(round_, stage, one, until, number) for number, one in enumerate(round_.writers)]
    people += [tick(round_, stage, one, until) for one in round_.tickers]
    await asyncio.gather(strike(), *people)


def make_handbook(folder: Path) -> Path:
    """Some files to import."""
    folder.mkdir()
    for number in range(FILES):
        words = some_words(random.Random(number), 80)
        (folder / f"hoofdstuk-{number:02}.md").write_text(f"# Hoofdstuk {number}\n\n{words}.\n", encoding="utf-8")
    return folder


def import_of(stage: Stage, handbook: Path, prefix: str) -> Service:
    """The import as a process; the same prefix again goes on where it stopped."""
    command = [sys.executable, "manage.py", "import_handbook", str(handbook), "--locale", "nl", "--verbosity", "0"]
    return Service("import", [*command, "--source-prefix", prefix], stage.folder / "import.log", stage.env)


def wait_for_half(importing: Service, seconds: float = 30) -> None:
    """Until an import wrote some of its pages, or is over."""
    from django.db import connection

    from guidelines.importing.records import ImportedFile

    until, prefix = time.monotonic() + seconds, importing.command[-1]
    written = ImportedFile.objects.filter(handbook__prefix=prefix).exclude(output_digest="")
    while time.monotonic() < until and importing.process.poll() is None and written.count() < FILES // 3:
        time.sleep(0.05)
    # Of this thread alone.
    connection.close()


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


def report(rounds: list[tuple[Round, Loss]]) -> bool:
    """Print a line for each fault; returns whether nothing is lost or doubled."""
    print(
        "\n| what died | ok | refused | no answer | other | away s | stories | steps | mails | in doubt (arrived) | lost | doubled |"
    )
    print("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |")
    for round_, loss in rounds:
        cells = " | ".join(map(str, round_.counted()))
        print(
            f"| {round_.fault.name} | {cells} | {round_.away:.1f} | {len(round_.sent)} | {len(round_.done)} "
            f"| {loss.mails} | {loss.doubts} ({loss.arrived}) | {len(loss.lost)} | {len(loss.doubled)} |"
        )
    for round_, loss in rounds:
        for words in [*loss.lost, *loss.doubled]:
            print(f"  {round_.fault.name}: {words}")
    return not any(loss.lost or loss.doubled for _round, loss in rounds)


def main() -> None:
    """All faults, then the count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=12, help="of work around each fault (12)")
    parser.add_argument("--away", type=float, default=2, help="seconds until it is begun again (2)")
    parser.add_argument("--people", type=int, default=4, help="writers, and as many who tick steps (4)")
    parser.add_argument("--mails", type=int, default=60, help="who get a mail during each fault (60)")
    parser.add_argument("--only", nargs="+", help="only these faults, by name")
    parser.add_argument("--elasticsearch", action="store_true", help="search on Elasticsearch, and kill that too")
    parser.add_argument("--keep", action="store_true", help="keep the folder with data and logs")
    parser.add_argument("--filled", type=Path, help="a folder that keeps the filled portal for the next run")
    asked = parser.parse_args()
    search = SearchServer() if asked.elasticsearch else None
    try:
        with staged(keep=asked.keep, search_url=search.start() if search else "") as stage:
            is_whole = play(stage, search, asked)
    finally:
        if search:
            search.stop()
    sys.exit(not is_whole)


def play(stage: Stage, search: SearchServer | None, asked) -> bool:
    """Every fault on this stage; returns whether nothing is lost or doubled."""
    stage.fill(asked.filled)
    stage.serve()
    stage.clock.start()
    stage.tasks.start()
    stage.django()
    from django.db import close_old_connections, connection

    handbook, rounds = make_handbook(stage.folder / "handbook"), []
    imports: list[Service] = []
    for fault in faults_of(stage, search, imports):
        if asked.only and fault.name not in asked.only:
            continue
        slug = fault.name.replace(" ", "")
        writers = make_colleagues(asked.people, name=f"{slug}-schrijft")
        tickers = make_colleagues(asked.people, name=f"{slug}-doet", enrolled=asked.people)
        told = make_messages(make_colleagues(asked.mails, name=f"{slug}-leest"), slug)
        round_ = Round(fault, writers, tickers, told, prefix=f"import-{slug}")
        imports.append(import_of(stage, handbook, round_.prefix))
        # Nothing of this process may stand in the way of what is killed.
        connection.close()
        asyncio.run(run(round_, stage, imports[-1], asked))
        wait_until(stage.is_served, f"A page after {fault.name}")
        # Or the next fault would meet mails of this one.
        wait_for_mails(round_.told)
        rounds.append(round_)
        ok, polite, silent, other = round_.counted()
        print(
            f"{fault.name}: {ok} ok, {polite} refused, {silent} without an answer, {other} else, away {round_.away:.1f} s",
            flush=True,
        )
    close_old_connections()
    for importing in imports:
        finish(importing)
    empty_outboxes(told=[pk for round_ in rounds for pk in round_.told])
    stage.clock.stop()
    counted = [(round_, count_up(round_, stage.mails, FILES)) for round_ in rounds]
    is_whole = report(counted)
    problems = what_is_left(is_embedded=search is None)
    for line in problems.told:
        print(line)
    for line in problems.wrong:
        print(f"WRONG: {line}")
    return is_whole and not problems.wrong


if __name__ == "__main__":
    main()
