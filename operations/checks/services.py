"""What the portal talks to: cache, search engine, mail server, virus scanner."""

import asyncio
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.core.mail import get_connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from base.scanning import scanner
from search.backends.elasticsearch import ElasticsearchEngine
from search.backends.elasticsearch.transport import Servers
from search.engine import EngineDown, IndexUnavailable, get_engine
from search.models import OutboxEntry

from . import Finding, check, fail, ok, warn

INDEX_LATE = timedelta(minutes=15)
MAIL_SECONDS = 4


@check("cache", gettext_lazy("Cache"))
def look_at_cache() -> Finding:
    """What is put in can be read back."""
    backend = settings.CACHES["default"]["BACKEND"].rpartition(".")[2]
    if backend == "LocMemCache":
        return ok(_("in the memory of each process"))
    # Asked past what makes a page outlive a server that is away.
    if error := getattr(cache, "refusal", str)():
        return fail(error, _("Start Redis, or put CACHE_URL right. Pages go on without it, slower."))
    key, value = f"doctor-{uuid.uuid4().hex}", uuid.uuid4().hex
    cache.set(key, value, 30)
    read = cache.get(key)
    cache.delete(key)
    if read != value:
        return fail(_("what was put in did not come back"), _("Look whether the cache has memory left."))
    return ok(backend)


@check("search", gettext_lazy("Search"))
def look_at_search() -> Finding:
    """The engine answers, there is an index, and nothing waits to get into it for long."""
    engine = get_engine()
    try:
        name = _version_of(engine)
        # By a question of its own: the version is empty for a server that is away as well.
        engine.stored([0])
    except EngineDown as error:
        return fail(
            str(error), _("Start the search server, or put SEARCH_URL right. Meanwhile a plainer search answers.")
        )
    except IndexUnavailable as error:
        return fail(str(error), _("Run `manage.py rebuild_search`."))
    oldest = OutboxEntry.objects.order_by("created_at").values_list("created_at", flat=True).first()
    if oldest and timezone.now() - oldest > INDEX_LATE:
        return warn(
            _("%(engine)s; something waits since %(since)s to be found")
            % {"engine": name, "since": timezone.localtime(oldest).strftime("%Y-%m-%d %H:%M")},
            _("Run `manage.py update_search`, and look whether `run_due` runs."),
        )
    return ok(name)


def _version_of(engine) -> str:
    if not isinstance(engine, ElasticsearchEngine):
        return _("embedded")
    # Past the breaker of the pages: what is asked is whether it answers now.
    servers = Servers(engine.servers.address, 0)
    health = servers.read("cluster.health")
    nodes = servers.read("nodes.info", metric="_none", filter_path="nodes.*.version")
    versions = sorted({node["version"] for node in nodes.get("nodes", {}).values()})
    return f"Elasticsearch {', '.join(versions)}, {health.get('status')}"


@check("mail", gettext_lazy("Mail server"))
def look_at_mail() -> Finding:
    """A connection is made, with the password where there is one; nothing is sent."""
    kind = settings.EMAIL_BACKEND.rpartition(".")[0].rpartition(".")[2]
    if kind != "smtp":
        seen = _("mail goes to: %(where)s") % {"where": kind}
        return ok(seen) if settings.DEBUG or settings.DEMO or kind == "locmem" else warn(seen, _("Set EMAIL_URL."))
    connection = get_connection(timeout=MAIL_SECONDS)
    try:
        connection.open()
        connection.close()
    except OSError as error:
        # SMTPException is one of these; what a server says may repeat the password's encoding, its kind never does.
        return fail(
            f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}: {type(error).__name__}",
            _("Start the mail server, or put EMAIL_URL right. Mail that is due waits meanwhile."),
        )
    return ok(f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}")


@check("virus-scanner", gettext_lazy("Virus scanner"))
def look_at_scanner() -> Finding:
    """``clamd`` answers, where one is named."""
    client = scanner()
    if client is None:
        return warn(_("there is none"), _("Run ClamAV's clamd and set UPLOAD_SCANNER."))
    try:
        asyncio.run(asyncio.wait_for(client.ping(), MAIL_SECONDS))
    except Exception as error:  # noqa: BLE001 - the client raises its own, the socket's and the loop's
        return fail(
            type(error).__name__, _("Start clamd, or put UPLOAD_SCANNER right. Until then no file is taken in.")
        )
    return ok(settings.UPLOAD_SCANNER)
