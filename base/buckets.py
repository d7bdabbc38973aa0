"""Uploads in a private S3-compatible bucket.

Readers never get an address in it: the portal checks and passes the bytes on (``base.files``), so that no page needs a
foreign host and the bucket needs no way in from outside. Only the part that a player asks for is fetched.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urljoin

from botocore.config import Config
from botocore.exceptions import BotoCoreError
from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

from .ranges import StorageAwayError

LIMITS = Config(connect_timeout=3, read_timeout=20, retries={"max_attempts": 2})


def _telling(method: Callable) -> Callable:
    @wraps(method)
    def call(*args, **kwargs) -> Any:
        try:
            return method(*args, **kwargs)
        except BotoCoreError as error:
            raise StorageAwayError(type(error).__name__) from error

    return call


class BucketStorage(S3Storage):
    """django-storages' own, with limits of time, and files that are read as they are sent."""

    def __init__(self, **options):
        super().__init__(**options)
        self.client_config = self.client_config.merge(LIMITS)

    # What every read and write begins with. Raises StorageAwayError, which is an OSError as for a disk that is away.
    exists = _telling(S3Storage.exists)
    size = _telling(S3Storage.size)
    get_modified_time = _telling(S3Storage.get_modified_time)
    delete = _telling(S3Storage.delete)
    _open = _telling(S3Storage._open)
    _save = _telling(S3Storage._save)

    def url(self, name: str, parameters=None, expire=None, http_method=None) -> str:
        """The portal's own address of the file, which checks who asks; never a signed one of the bucket."""
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name).lstrip("/"))

    def stream(self, name: str) -> "RemoteFile":
        """The file for reading from some place on, without a copy on this machine."""
        return RemoteFile(self.bucket.Object(self._normalize_name(name)))


class RemoteFile:
    """Reads from where ``seek`` said, by one request to the bucket."""

    def __init__(self, stored):
        self._stored, self._start, self._body = stored, 0, None

    def seek(self, start: int) -> None:
        """Before the first ``read``."""
        self._start = start

    @_telling
    def read(self, size: int) -> bytes:
        """The next bytes, at most ``size``; none at the end. Raises StorageAwayError."""
        if self._body is None:
            self._body = self._stored.get(Range=f"bytes={self._start}-")["Body"]
        return self._body.read(size)

    def close(self) -> None:
        """Let go of the connection, also half-way."""
        if self._body is not None:
            self._body.close()
