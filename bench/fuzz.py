"""Random requests to every address, as everybody, and which of them break.

    python bench/fuzz.py --requests 2000

Makes a database of its own in a temporary folder (or uses the SQLite file that ``--database`` names), fills it with the demo, and
sends so many requests to each address: as nobody and as seven roles, with every method, with real and odd numbers, fields,
files and headers. Each is undone. Prints a line for each address, and for each failure the smallest request that was found.
``--only own`` leaves addresses out whose view is a package's; ``--match``, as often as wanted, takes those whose address or name
has these words (``$`` stands for the end of the name);
``--part 2/5`` takes a fifth of them. The same ``--seed`` sends the same requests. Ends with 1 if something broke.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from time import monotonic

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def set_up(database: str) -> None:
    """Start Django on this database; make its tables and the demo where they aren't there yet."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    os.environ["DATABASE_URL"] = database
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment(debug=False)
    # Files stay with their database, so that the same one can be used again.
    settings.MEDIA_ROOT = settings.SENDFILE_ROOT = f"{database.removeprefix('sqlite:///')}-media"
    settings.DEBUG = False
    call_command("compile_catalogues", verbosity=0)
    call_command("migrate", verbosity=0)
    call_command("seed_demo", verbosity=0)


def main() -> int:
    """Send them; 1 if something broke."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=200, help="to each address")
    parser.add_argument("--database", help="an SQLite file")
    parser.add_argument("--only", choices=("own", "packages", "all"), default="all")
    parser.add_argument("--match", action="append")
    parser.add_argument("--part", default="1/1")
    parser.add_argument("--seed", type=int, default=4711)
    parser.add_argument("--pages", type=int, default=150, help="that each role leafs through at the start")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        set_up(f"sqlite:///{asked.database or Path(folder) / 'fuzz.sqlite3'}")
        return _send(asked)


def _send(asked) -> int:
    import logging

    from django.db import transaction

    from people.models import User
    from tests.fuzzing import ROLES, Standing, endpoints, fuzz

    logging.disable(logging.CRITICAL)
    part, parts = map(int, asked.part.split("/"))
    chosen = [
        endpoint
        for endpoint in endpoints()
        if (asked.only == "all" or endpoint.is_own == (asked.only == "own")) and _is_asked_for(endpoint, asked.match)
    ][part - 1 :: parts]
    total = broken = 0
    begun = monotonic()
    with transaction.atomic():
        users = {role: User.objects.get(email=f"{role}@demo.example") for role in ROLES}
        standing = Standing(users, asked.pages)
        print(f"{len(chosen)} addresses, {sum(map(len, standing.addresses.values()))} real ones found on pages")
        for endpoint in chosen:
            count, failures = fuzz(endpoint, standing, asked.requests, asked.seed)
            total, broken = total + count, broken + len(failures)
            print(f"{count:6} {endpoint.route} ({endpoint.name})", flush=True)
            for failure in failures:
                print(f"       BROKEN {failure.place}\n       {failure.sent}\n{failure.trace[-1500:]}", flush=True)
        transaction.set_rollback(True)
    print(f"{total} requests to {len(chosen)} addresses in {monotonic() - begun:.0f} s: {broken} broke")
    return int(broken > 0)


def _is_asked_for(endpoint, matches: list[str] | None) -> bool:
    words = f"{endpoint.route} {endpoint.name}$"
    return matches is None or any(match in words for match in matches)


if __name__ == "__main__":
    sys.exit(main())
