"""Floods a server on loopback, by one process, for so many seconds: `python flooder.py PORT KIND CLIENTS SECONDS`.

health, elsewhere  clients that ask for /healthz, or below it, again and again
dear               clients that ask for the dearest search there is again and again
hung-up            clients that ask for something dear and are gone, five times a second
slow               clients that send half a request, and come again when they are let go
hook, signed       clients that send a megabyte but for its last byte, without the secret; signed by another
"""

from __future__ import annotations

import re
import resource
import socket
import sys
import time
from contextlib import suppress
from string import ascii_lowercase, digits

HOST = "127.0.0.1"
DEAR = "/api/v1/search?per_page=100&explain=1&q=" + "+".join(f"{letter}*" for letter in ascii_lowercase + digits)
BODY_BYTES = 1 << 20
PAUSE_S = 0.002


def hook(signature: str) -> bytes:
    head = f"POST /hooks/reindex HTTP/1.1\r\nHost: {HOST}\r\nX-Hub-Signature-256: sha256={signature}\r\n"
    return f"{head}Content-Length: {BODY_BYTES}\r\n\r\n".encode() + b"x" * (BODY_BYTES - 1)


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()


SENT = {
    "health": get("/healthz"),
    "elsewhere": get("/x/healthz"),
    "dear": get(DEAR),
    "hung-up": get(DEAR),
    "slow": get("/")[:-2],
    "hook": hook("00"),
    "signed": hook("0" * 64),
}


class Flooder:
    """One client: it sends, and sends again when it is answered; when it is let go it comes again."""

    def __init__(self, port: int, kind: str) -> None:
        self.data = memoryview(SENT[kind])
        self.asks_again = kind in ("health", "elsewhere", "dear")
        self.port = port
        self.connect()

    def connect(self) -> None:
        self.sock = socket.create_connection((HOST, self.port))
        self.sock.setblocking(False)
        self.sent = 0
        self.answer = b""

    def go_on(self) -> None:
        with suppress(BlockingIOError):
            try:
                self.sent += self.sock.send(self.data[self.sent : self.sent + 65536])
                piece = self.sock.recv(1 << 20)
            except (BrokenPipeError, ConnectionResetError):
                piece = b""
            self.answer += piece
            if not piece:
                self.sock.close()
                self.connect()
            elif self.asks_again and self.is_answered():
                self.sent, self.answer = 0, b""

    def is_answered(self) -> bool:
        head, _, body = self.answer.partition(b"\r\n\r\n")
        length = re.search(rb"\r\nContent-Length: (\d+)", head)
        return length is not None and len(body) >= int(length[1])


def main(port: int, kind: str, clients: int, seconds: float) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (clients + 100, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    end, flooders = time.monotonic() + seconds, list[Flooder]()
    while time.monotonic() < end:
        if kind == "hung-up":
            for _ in range(clients):
                with socket.create_connection((HOST, port)) as sock:
                    sock.sendall(SENT[kind])
            time.sleep(0.2)
        else:
            flooders += [Flooder(port, kind) for _ in range(min(50, clients - len(flooders)))]
            for each in flooders:
                each.go_on()
            time.sleep(PAUSE_S)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
