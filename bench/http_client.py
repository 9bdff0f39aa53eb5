"""A client that costs little, so that the cores it shares are left to the server: raw HTTP/1.1 on kept connections.

>>> load(8000, iter(["/healthz"] * 100), connections=2, seconds=1.0)
Load(times=[…], seconds=0.05, lost=0, refused=0)
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Final

HOST: Final = "127.0.0.1"
END_OF_HEAD: Final = b"\r\n\r\n"
LENGTH: Final = b"Content-Length: "
FOUND: Final = b"HTTP/1.1 200 "
REFUSED: Final = b"HTTP/1.1 503 "


@dataclass(frozen=True, slots=True)
class Load:
    times: list[float]
    """Milliseconds of each answer, from asking to its last byte, without those that were refused."""
    seconds: float
    """What all took together."""
    lost: int
    """Connections that the server closed before its time was over; each is counted once, and not made again."""
    refused: int
    """Answers with 503, such as those that would have taken more of the processor's time than one may."""


def load(port: int, paths: Iterator[str], *, connections: int, seconds: float) -> Load:
    """Ask for one path after the other on each connection, until the time is over or there are no more."""
    return asyncio.run(_load(port, paths, connections, seconds))


async def _load(port: int, paths: Iterator[str], connections: int, seconds: float) -> Load:
    loop = asyncio.get_running_loop()
    started, times = perf_counter(), list[float]()
    clients = [_Client(paths, times, started + seconds) for _ in range(connections)]
    await asyncio.gather(*(loop.create_connection(lambda client=client: client, HOST, port) for client in clients))  # type: ignore[misc]
    await asyncio.gather(*(client.done for client in clients))
    lost, refused = sum(client.is_lost for client in clients), sum(client.refused for client in clients)
    return Load(times, perf_counter() - started, lost, refused)


class _Client(asyncio.Protocol):
    def __init__(self, paths: Iterator[str], times: list[float], until: float) -> None:
        self._paths = paths
        self._times = times
        self._until = until
        self.is_lost = False
        self.refused = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        if self._size is None:
            self._head += data
            self._size = _size(self._head)
        if self._received == self._size:
            if self._head.startswith(REFUSED):
                self.refused += 1
            else:
                self._times.append((perf_counter() - self._asked) * 1000)
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.is_lost = True
            self.done.set_result(None)

    def _ask(self) -> None:
        path = next(self._paths, None)
        self._asked = perf_counter()
        if path is None or self._asked > self._until:
            self.done.set_result(None)
            self._transport.close()
            return
        self._head, self._received, self._size = b"", 0, None
        self._transport.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())

    _size: int | None


def _size(head: bytes) -> int | None:
    """Bytes of the whole answer that begins with `head`; None while the head is not whole.

    Raises `RuntimeError` when it is neither 200 nor 503, or without a length.
    """
    end = head.find(END_OF_HEAD)
    if end < 0:
        return None
    at = head.find(LENGTH)
    if not head.startswith((FOUND, REFUSED)) or at < 0:
        raise RuntimeError(head[:end].decode("latin-1"))
    return end + len(END_OF_HEAD) + int(head[at + len(LENGTH) : head.index(b"\r", at)])
