"""Sending a file in parts, which players need to jump to a place in a video."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import http_date, parse_http_date_safe

CHUNK = 64 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class StorageAwayError(OSError):
    """Where files are kept doesn't answer now; what is in it is still there."""


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte asked for by a Range header, both inclusive.

    None where the whole file has to be sent: no header, several parts at once, or something that can't be read.
    Raises ValueError where the part lies outside a file of ``size`` bytes.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first == "":
        start, end = max(size - int(last), 0), size - 1
        if int(last) == 0:
            raise ValueError(header)
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
    if start >= size:
        raise ValueError(header)
    return start, end


def ranged_response(
    request, file: BinaryIO, *, size: int, content_type: str, etag: str, modified: datetime | None
) -> HttpResponse:
    """The open ``file`` (closed when the response is), whole (200) or the part asked for (206, 416)."""
    asked = _still_the_same(request, etag, modified)
    try:
        part = parse_range(asked, size)
    except ValueError:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
    start, end = part or (0, size - 1)
    response = StreamingHttpResponse(
        _read(file, start, end - start + 1), status=206 if part else 200, content_type=content_type
    )
    # Django closes this with the response, also where the reader hangs up half-way.
    response._resource_closers.append(file.close)
    response["Content-Length"] = end - start + 1
    response["Accept-Ranges"] = "bytes"
    if part:
        response["Content-Range"] = f"bytes {start}-{end}/{size}"
    return response


def _still_the_same(request, etag: str, modified: datetime | None) -> str:
    """The Range header, empty where If-Range names another version of the file."""
    asked, condition = request.headers.get("Range", ""), request.headers.get("If-Range", "")
    if not condition or condition == etag:
        return asked
    if modified is not None and not condition.startswith(('"', "W/")):
        return asked if parse_http_date_safe(condition) == parse_http_date_safe(http_date(modified.timestamp())) else ""
    return ""


def _read(file: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    file.seek(start)
    while length > 0 and (chunk := file.read(min(CHUNK, length))):
        length -= len(chunk)
        yield chunk
