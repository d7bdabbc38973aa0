"""What production refuses to start with: every setting that is missing or weak, all named at once."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY, FEWEST_CHARACTERS = 50, 8
# From this project, Django's generator and examples everywhere: whoever reads them can sign a session.
KNOWN_IN_KEYS = ("insecure", "only for development", "tests only", "changeme", "change-me", "change me", "replace-me")
LOCAL = {"localhost", "127.0.0.1", "[::1]", "::1", "0.0.0.0"}  # noqa: S104 - compared with, not listened on
SENDFILE_BACKENDS = {"django_sendfile.backends.simple", "django_sendfile.backends.nginx"}
TASK_BACKENDS = {"django_tasks.backends.immediate.ImmediateBackend", "django_tasks_db.DatabaseBackend"}
# Mail that these take reaches nobody.
NO_MAIL = ("console", "dummy", "locmem", "filebased")


def refuse_weak(settings: Mapping, environment: Mapping[str, str]) -> None:
    """Raises ImproperlyConfigured naming all that is wrong with ``settings``, read from ``environment``.

    Where every host is this machine itself it is a trial: only what would be wrong there too is refused.
    """
    problems = [*_problems_anywhere(settings, environment)]
    if not _is_trial(settings):
        problems += _problems_for_readers(settings, environment)
    if problems:
        lines = "".join(f"\n- {name}: {problem}" for name, problem in problems)
        raise ImproperlyConfigured(f"The portal doesn't start with these settings (docs/settings.md):{lines}")


def _is_trial(settings: Mapping) -> bool:
    hosts = settings["ALLOWED_HOSTS"]
    return bool(hosts) and set(hosts) <= LOCAL


def _problems_anywhere(settings: Mapping, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    key = settings["SECRET_KEY"]
    if not key:
        yield "SECRET_KEY", "is missing; `python -c 'import secrets; print(secrets.token_urlsafe(60))'` makes one"
    elif len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS:
        yield "SECRET_KEY", f"is too easy to guess; it has at least {SHORTEST_KEY} characters, chosen by chance"
    elif any(known in key.lower() for known in KNOWN_IN_KEYS):
        yield "SECRET_KEY", "is one from an example; make one of your own"
    if not settings["ALLOWED_HOSTS"]:
        yield "ALLOWED_HOSTS", "is missing; it has the host names that readers use, as portal.example.org"
    if odd := [host for host in settings["ALLOWED_HOSTS"] if "*" in host or "/" in host or host.count(":") == 1]:
        yield "ALLOWED_HOSTS", f"has {', '.join(odd)}; it has names of hosts, without *, https:// or a port"
    if settings["SENDFILE_BACKEND"] not in SENDFILE_BACKENDS:
        yield "SENDFILE_BACKEND", f"is none of {', '.join(sorted(SENDFILE_BACKENDS))}"
    if settings["TASKS"]["default"]["BACKEND"] not in TASK_BACKENDS:
        yield "TASKS_BACKEND", f"is none of {', '.join(sorted(TASK_BACKENDS))}"
    yield from _problems_of_bucket(settings, environment)


def _problems_of_bucket(settings: Mapping, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    given = [name for name in keys if environment.get(name)]
    if len(given) == 1:
        missing = next(name for name in keys if name not in given)
        yield missing, f"is missing, while {given[0]} is set; set both, or none where the machine itself may"
    # The keys alone may be there for something else on this machine.
    others = [name for name in ("AWS_S3_ENDPOINT_URL", "AWS_S3_REGION_NAME") if environment.get(name)]
    if others and not environment.get("AWS_STORAGE_BUCKET_NAME"):
        yield "AWS_STORAGE_BUCKET_NAME", f"is missing, while {', '.join(others)} is set"
    endpoint = environment.get("AWS_S3_ENDPOINT_URL")
    if endpoint and not (urlsplit(endpoint).scheme in ("http", "https") and urlsplit(endpoint).hostname):
        yield "AWS_S3_ENDPOINT_URL", "is no address; it looks like https://s3.example.org"


def _problems_for_readers(settings: Mapping, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if settings["DEBUG_ASKED"]:
        yield "DEBUG", "is on; it shows the insides of the portal to readers"
    if settings["DEMO"]:
        yield "DEMO", "is on; it lets anybody in with a password that everybody knows"
    if not settings["HTTPS"]:
        yield "HTTPS", "is off; passwords and sessions would be readable on their way"
    yield from _problems_of_addresses(settings, environment)
    if not environment.get("DATABASE_URL"):
        yield "DATABASE_URL", "is missing; it looks like postgres://user:password@host/portal"
    elif settings["DATABASES"]["default"]["ENGINE"].endswith("sqlite3") and environment.get("AWS_STORAGE_BUCKET_NAME"):
        yield (
            "DATABASE_URL",
            "is SQLite, a file on one machine, while uploads are in a bucket for several: use PostgreSQL",
        )
    if not settings["CACHES"]["default"]["BACKEND"].endswith(("RedisCache", "LocMemCache")):
        yield "CACHE_URL", "is neither redis:// nor locmemcache://; limits on attempts wouldn't hold"
    if any(kind in settings["EMAIL_BACKEND"] for kind in NO_MAIL):
        yield "EMAIL_URL", "sends no mail; it looks like smtp+tls://user:password@host:587"
    sender = settings["DEFAULT_FROM_EMAIL"].rpartition("@")[2].rstrip("> ")
    if "." not in sender or sender in LOCAL:
        yield "DEFAULT_FROM_EMAIL", "has no host that mail can come from; it looks like Portal <portal@example.org>"


def _problems_of_addresses(settings: Mapping, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    address = urlsplit(settings["WAGTAILADMIN_BASE_URL"])
    if not environment.get("BASE_URL"):
        yield "BASE_URL", "is missing; it is the address in mails, as https://portal.example.org"
    elif address.scheme != "https" or not address.hostname or address.hostname in LOCAL:
        yield "BASE_URL", "isn't an https:// address that readers can open"
    elif not any(_covers(host, address.hostname) for host in settings["ALLOWED_HOSTS"]):
        yield "BASE_URL", f"leads to {address.hostname}, which isn't in ALLOWED_HOSTS"


def _covers(allowed: str, host: str) -> bool:
    return host == allowed.lower() or (allowed.startswith(".") and f".{host}".endswith(allowed.lower()))
