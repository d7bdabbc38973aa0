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
import re
import signal
import sys
import time
from pathlib import Path

from aftermath import Loss, count_up, empty_outboxes, make_messages, wait_for_mails, what_is_left
from logbook import errors_in
from rounds import Fault, Round, finish, import_of, make_handbook, run, wait_for_half
from searching import SearchServer
from stage import Service, Stage, staged, wait_until
from visitors import make_colleagues

# As `rebuild_search` shows how far it is.
SOME_PAGES = re.compile(rb"[1-9]\d*/\d+ \[")


def faults_of(stage: Stage, search: SearchServer | None, importing: list[Service]) -> list[Fault]:
    """Every part in turn."""

    def kill_one_worker() -> None:
        os.kill(stage.web.children()[0], signal.SIGKILL)

    def kill_import() -> str | None:
        is_half = wait_for_half(importing[-1])
        importing[-1].kill()
        return None if is_half else "THE IMPORT WAS OVER BEFORE IT WAS KILLED"

    rebuilding = Service(
        "rebuild", [sys.executable, "manage.py", "rebuild_search"], stage.folder / "rebuild.log", stage.env
    )

    def kill_rebuild() -> str | None:
        rebuilding.start()
        process, log = rebuilding.process, rebuilding.log
        while process.poll() is None and not SOME_PAGES.search(log.read_bytes()):
            time.sleep(0.02)
        is_half = process.poll() is None
        rebuilding.kill()
        return None if is_half else "THE INDEX WAS WHOLE BEFORE ITS MAKER WAS KILLED"

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


def report(rounds: list[tuple[Round, Loss]]) -> bool:
    """Print a line for each fault; returns whether nothing is lost or doubled."""
    heads = ["what died", "ok", "refused", "no answer", "other", "away s", "of which after it began again", "slowest s"]
    heads += ["stories", "steps", "mails", "last mail s", "in doubt (arrived)", "lost", "doubled"]
    print(f"\n| {' | '.join(heads)} |\n| --- |{' --: |' * (len(heads) - 1)}")
    for round_, loss in rounds:
        cells = [round_.fault.name, *round_.counted(), f"{round_.away:.1f}", f"{round_.late:.1f}"]
        cells += [f"{round_.slowest:.1f}", len(round_.sent), len(round_.done), loss.mails]
        cells += [f"{loss.last_mail - round_.began_at:.1f}" if loss.last_mail else ""]
        cells += [f"{loss.doubts} ({loss.arrived})", len(loss.lost), len(loss.doubled)]
        print(f"| {' | '.join(map(str, cells))} |")
    for round_, loss in rounds:
        for words in [*(f"lost: {one}" for one in loss.lost), *(f"doubled: {one}" for one in loss.doubled)]:
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
    if search:
        # What was kept holds the embedded index only.
        stage.manage("rebuild_search", "--verbosity", "0")
    stage.serve()
    stage.clock.start()
    stage.tasks.start()
    stage.django()
    from django.db import close_old_connections, connection

    handbook, rounds = make_handbook(stage.folder / "handbook"), []
    imports: list[Service] = []
    ended: list[str] = []
    for fault in faults_of(stage, search, imports):
        if asked.only and fault.name not in asked.only:
            continue
        round_ = prepare(fault, asked)
        imports.append(import_of(stage, handbook, round_.prefix))
        # Nothing of this process may stand in the way of what is killed.
        connection.close()
        asyncio.run(run(round_, stage, imports[-1], asked))
        wait_until(stage.is_served, f"A page after {fault.name}")
        ended += [f"{service.name} ended by itself during {fault.name}" for service in stage.revive()]
        # Or the next fault would meet mails of this one.
        wait_for_mails(round_.told)
        rounds.append(round_)
        ok, polite, silent, other = round_.counted()
        print(f"{fault.name}: {ok} ok, {polite} refused, {silent} without an answer, {other} else, ", end="")
        took = round_.begun_again_at - round_.mended_at
        print(f"away {round_.away:.1f} s, beginning it again took {took:.1f} s; {', '.join(round_.notes)}", flush=True)
    close_old_connections()
    for importing in imports:
        finish(importing)
    empty_outboxes(told=[pk for round_ in rounds for pk in round_.told])
    stage.clock.stop()
    counted = [(round_, count_up(round_, stage.mails)) for round_ in rounds]
    is_whole = report(counted)
    left = what_is_left()
    told, wrong = errors_in(stage.folder.glob("*.log"))
    for line in [*left.told, *told]:
        print(line)
    for line in [*ended, *left.wrong, *wrong]:
        print(f"WRONG: {line}")
    return is_whole and not (ended or left.wrong or wrong)


def prepare(fault: Fault, asked) -> Round:
    """Who is there during a fault, and what is to be mailed meanwhile."""
    writers = make_colleagues(asked.people, name=f"{fault.slug}-schrijft")
    tickers = make_colleagues(asked.people, name=f"{fault.slug}-doet", enrolled=asked.people)
    (watcher,) = make_colleagues(1, name=f"{fault.slug}-kijkt")
    told = make_messages(make_colleagues(asked.mails, name=f"{fault.slug}-leest"), fault.slug)
    return Round(fault, writers, tickers, watcher, told, prefix=f"import-{fault.slug}")


if __name__ == "__main__":
    main()
