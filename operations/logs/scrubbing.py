"""What must not be in a log line, whoever wrote it: e-mail addresses, secrets in addresses, what somebody typed.

Lines are written without these in the first place; this is the belt for those of packages and for messages of errors.
"""

import re

EMAIL = re.compile(
    r"[^\s@<>\"'()\[\],;:=]{1,64}@[^\s@<>\"'()\[\],;:=/?&]{1,255}|[^\s@<>\"'()\[\],;:=]{1,64}%40[^\s@<>\"'()&]{1,255}"
)
QUERY = re.compile(r"(?<=[\w/%\]])\?[^\s\"'<>]*=[^\s\"'<>]*")
# Where the last part of an address opens something by itself, and long random words wherever they stand.
OPENING = re.compile(
    r"(/(?:share(?:/profiles)?|preboarding|unsubscribe|password/reset/key|confirm-email)/)[^\s\"'<>?]+"
)
RANDOM = re.compile(r"(?<![\w.-])(?=[\w:.-]*\d)(?=[\w:.-]*[A-Za-z])[A-Za-z0-9_][\w:-]{27,}(?![\w-])")
# A request's own id and a number of a page in the form of a UUID open nothing.
HARMLESS = re.compile(r"(?:task-|job-|round-)?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|[a-z]+(?:_[a-z0-9]+)+")
PASSWORD = re.compile(r"(?<=://)[^\s/@]+@")

# Their messages are about the program or a connection. Those of all others may quote what somebody typed.
TELLING = frozenset(
    [
        "NameError",
        "AttributeError",
        "ImportError",
        "ModuleNotFoundError",
        "NotImplementedError",
        "ImproperlyConfigured",
        "TemplateDoesNotExist",
        "OperationalError",
        "InterfaceError",
        "ConnectionError",
        "ConnectionRefusedError",
        "ConnectionResetError",
        "BrokenPipeError",
        "TimeoutError",
        "RecursionError",
        "MemoryError",
        "MailServerAwayError",
        "EngineDown",
        "IndexBusy",
        "IndexMissing",
        "SMTPServerDisconnected",
    ]
)


def scrub(text: str) -> str:
    """The text without e-mail addresses, query strings and what looks like a secret."""
    text = PASSWORD.sub("[account]@", text)
    text = QUERY.sub("?[query]", text)
    text = OPENING.sub(r"\1[token]", text)
    text = EMAIL.sub("[e-mail]", text)
    return RANDOM.sub(lambda found: found[0] if HARMLESS.fullmatch(found[0]) else "[token]", text)


def message_of(kind: str, message: str) -> str:
    """What an error of this class may say in the log: its message, or how long it was where it may quote somebody."""
    if not message:
        return ""
    return scrub(message) if kind.rsplit(".", 1)[-1] in TELLING else f"[message of {len(message)} characters left out]"
