"""Looking for viruses in what is uploaded, by a ClamAV daemon (``UPLOAD_SCANNER``), before anything else is done with it.

Fails closed: what can't be looked at now isn't taken in. Without a scanner nothing is looked for; ``manage.py check
--deploy`` says so.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from aioclamd import BufferTooLongError as TooLong
from aioclamd import ClamdAsyncClient, ClamdError
from django.conf import settings
from django.core.checks import Error, Warning
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)
PORT = 3310
PIECE = 256 * 1024
# The least that clamd takes when nothing else is set.
LARGE = 25 * 1024 * 1024
INFECTED, AWAY, TOO_LARGE = "infected", "scanner_away", "too_large_to_scan"


class _Pieces:
    """A file as the client reads it: it asks for a kilobyte at a time, each in a thread of its own; it gets more."""

    def __init__(self, file: File):
        self.file = file

    def read(self, size: int) -> bytes:
        return self.file.read(max(size, PIECE))


def scan_upload(file: File) -> None:
    """Have the scanner look at the whole file, which is left at its beginning; without a scanner this does nothing.

    Raises ValidationError for what is infected, too large to be looked at, and where the scanner doesn't answer (``code``
    ``scanner_away``: the same file may be taken in later).
    """
    client = scanner()
    if client is None:
        return
    file.seek(0)
    try:
        # In a thread without a loop of its own: the one here may have one that runs.
        with ThreadPoolExecutor(max_workers=1) as pool:
            found = pool.submit(asyncio.run, client.instream(_Pieces(file))).result()
        status, name = (found or {}).get("stream", ("ERROR", "no answer"))
    except (ClamdError, OSError) as error:
        # Where a file is too large for it, clamd says so and hangs up, and what it said may be lost in that.
        is_large = isinstance(error, TooLong) or (isinstance(error, ConnectionError) and file.size > LARGE)
        status, name = "TOO LARGE" if is_large else "ERROR", str(error)
    finally:
        file.seek(0)
    if status == "TOO LARGE":
        logger.warning("A file of %s bytes was too large for the virus scanner: see its StreamMaxLength.", file.size)
        raise ValidationError(_("This file is too large to be checked for viruses. Make it smaller."), code=TOO_LARGE)
    if status == "FOUND":
        logger.warning("A file with a virus was refused: %s.", name)
        raise ValidationError(
            _("The virus scanner found something harmful in this file, so it is not taken in."), code=INFECTED
        )
    if status != "OK":
        logger.error("The virus scanner didn't do its work: %s", name)
        raise ValidationError(
            _("This file can't be checked for viruses just now. Try again in a few minutes."), code=AWAY
        )


def scanner() -> ClamdAsyncClient | None:
    """The one that ``UPLOAD_SCANNER`` names, None where it is empty. Raises ImproperlyConfigured."""
    address = settings.UPLOAD_SCANNER
    if not address:
        return None
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or PORT
    except ValueError as error:
        raise ImproperlyConfigured(f"UPLOAD_SCANNER: {error}") from error
    if parts.scheme != "clamd" or not host or parts.path not in ("", "/"):
        raise ImproperlyConfigured("UPLOAD_SCANNER has to be clamd://host:port, or empty for no virus scanner.")
    return ClamdAsyncClient(host, port, timeout=settings.UPLOAD_SCANNER_TIMEOUT)


def check_address(**kwargs) -> list[Error]:
    """``UPLOAD_SCANNER`` names a scanner as one can be named."""
    try:
        scanner()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="base.E001")]
    return []


def check_presence(**kwargs) -> list[Warning]:
    """Real readers upload files: somebody should look at them."""
    if settings.UPLOAD_SCANNER:
        return []
    return [
        Warning(
            "No virus scanner looks at what is uploaded.",
            hint="Run ClamAV's clamd and set UPLOAD_SCANNER=clamd://host:3310.",
            id="base.W001",
        )
    ]
