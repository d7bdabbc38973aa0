"""What the services wrote to their logs about errors; for ``faults.py``."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

# What a part says of another one that is away, or of a client that is; anything else is a mistake of its own.
AWAY = {
    "OperationalError",
    "InterfaceError",
    "AdminShutdown",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "BrokenPipeError",
    "TimeoutError",
    "SMTPServerDisconnected",
    "MailServerAwayError",
    "EngineDown",
}
# What gunicorn says of the worker that is killed here; what Wagtail's task says of something that was deleted before its turn;
# and what is said of a task whose worker died.
EXPLAINED = re.compile(
    r"was sent SIGKILL|path=wagtail\.tasks\.update_reference_index|The worker of task \S+ \(.*is gone"
)
NUMBERS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
# The last line of a traceback: the error's class with its modules, perhaps with words.
ERROR = re.compile(r"^([A-Za-z_][\w.]*)(?:: .*)?$")
BEGIN = "Traceback (most recent call last)"


def errors_in(logs: Iterable[Path]) -> tuple[list[str], list[str]]:
    """Each kind of error with how often it was written: those that a part being away explains, and the others."""
    told, wrong = [], []
    for log in sorted(logs):
        counted = Counter(_errors_of(log.read_text(errors="replace").splitlines()))
        for (kind, where), count in counted.most_common():
            words = f"{log.name}: {count} times {kind or 'an error'} ({where})"
            is_explained = kind.rsplit(".", 1)[-1] in AWAY or EXPLAINED.search(where) is not None
            (told if is_explained else wrong).append(words)
    return told, wrong


def _errors_of(lines: list[str]) -> Iterable[tuple[str, str]]:
    is_traceback = False
    for line in lines:
        if line.startswith("{"):
            said = _read(line)
            if said.get("level") in ("ERROR", "CRITICAL"):
                yield said.get("error", ""), f"{said.get('logger')}: {NUMBERS.sub('N', said.get('message', ''))[:140]}"
        elif line.startswith(BEGIN):
            is_traceback = True
        elif is_traceback and (found := ERROR.match(line)):
            is_traceback = False
            yield found[1], line[:120]


def _read(line: str) -> dict:
    try:
        return json.loads(line)
    except ValueError:
        # Cut off by a kill.
        return {}
