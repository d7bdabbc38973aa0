"""A process of its own on an index folder: ``python -m tests.search.engines.folder_process FOLDER WHAT``.

Says a line when it has done what it was told, so whoever started it knows when to kill it.
"""

import sys
import time
from pathlib import Path

from search.backends.embedded import EmbeddedEngine
from search.engine import IndexUnavailable

from .asking import find, page, rebuild


def main() -> None:
    """``serve``: a search for each line that comes in. ``update``, ``rebuild``: stops in the middle. ``write``: on and on."""
    engine, what = EmbeddedEngine(Path(sys.argv[1])), sys.argv[2]

    def stuck():
        yield page(2, text="nieuw")
        say("stuck")
        time.sleep(600)

    if what == "update":
        engine.update(stuck())
    elif what == "rebuild":
        rebuild(engine, stuck())
    elif what == "write":
        for number in range(1, 10_000):
            engine.update([page(pk, text=f"tekst {number}") for pk in range(1, 20)], removed=range(1, 20))
            say(str(number))
    for _line in sys.stdin:
        try:
            say(repr(find(engine, "tekst")))
        except IndexUnavailable as error:
            say(type(error).__name__)


def say(text: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
