"""How often a second one address is answered, asked by a client that costs next to nothing itself."""

import asyncio
import time
from dataclasses import dataclass

from stage import TICKS


@dataclass(frozen=True)
class Rate:
    """What was measured of one address."""

    size: int
    a_second: float
    # Of the web workers alone: what a page costs where nothing else is in the way.
    cpu_ms: float


async def rate_of(port: int, path: str, session: str, pids: list[int], *, seconds: float, at_once: int = 8) -> Rate:
    """Ask ``path`` over ``at_once`` kept connections. Raises RuntimeError where it isn't answered with 200."""
    head = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: sessionid={session}\r\nAccept-Language: nl\r\n\r\n"
    )
    size = len(await _one(port, head.encode()))
    used, begun = _cpu(pids), time.perf_counter()
    counts = await asyncio.gather(*(_many(port, head.encode(), begun + seconds) for _ in range(at_once)))
    took, count = time.perf_counter() - begun, sum(counts)
    return Rate(size, count / took, (_cpu(pids) - used) * 1000 / max(count, 1))


async def _many(port: int, head: bytes, until: float) -> int:
    count, streams = 0, None
    while time.perf_counter() < until:
        if streams is None:
            streams = await asyncio.open_connection("127.0.0.1", port)
        try:
            await _exchange(*streams, head)
            count += 1
        except (asyncio.IncompleteReadError, ConnectionError):
            # A worker closes a connection that it kept long enough.
            streams[1].close()
            streams = None
    if streams is not None:
        streams[1].close()
    return count


async def _one(port: int, head: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return await _exchange(reader, writer, head)
    finally:
        writer.close()


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> bytes:
    writer.write(head)
    await writer.drain()
    answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    if not answer.startswith("HTTP/1.1 200"):
        raise RuntimeError(f"{head.split()[1].decode()}: {answer.splitlines()[0]}")
    lengths = [line for line in answer.lower().splitlines() if line.startswith("content-length:")]
    return await reader.readexactly(int(lengths[0].split(":")[1]))


def _cpu(pids: list[int]) -> float:
    """Seconds of a processor that these used so far."""
    used = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat") as file:
            used += sum(int(field) for field in file.read().rsplit(")", 1)[1].split()[11:13])
    return used / TICKS
