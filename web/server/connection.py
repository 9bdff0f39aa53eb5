"""One client of the server: what it has sent of a request, what it has not yet taken of the answer, and whether it is
still there.
"""

from __future__ import annotations

import socket
from math import inf
from time import monotonic
from typing import Any, Final, Protocol

PATIENCE_S: Final = 10.0
"""How long a client may take for a whole request, for taking a piece of an answer, or until its next request."""

BUSY_S: Final = 1.0

PIECE_BYTES: Final = 65536
"""How much is received at a time of a body, and of what is passed over."""
HEAD_BYTES: Final = 8192
"""How much is received at a time of a head: a body behind one that is refused is not even copied."""

FIRST_BYTE: Final = b"H"
"""Of every answer: `HTTP/1.1 …`."""
GRACE_S: Final = 0.05
"""How long after the first byte the news that nobody takes it may need to come back."""


class Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


class Connection:
    def __init__(self, sock: socket.socket, address: Any) -> None:
        self.sock = sock
        self.address = address
        self.server = sock.getsockname()
        self.watched = 0
        """What the selector waits for."""
        self.received = bytearray()
        """The head of a request, and what came in the same piece."""
        self.seen = 0
        """How much of it has been looked at."""
        self.digest: Digest | None = None
        """What the body is fed into, piece by piece: it is not kept."""
        self.body_left = 0
        """Bytes of the body that have yet to come."""
        self.has_more = False
        """More has come than one request: it is passed over, and the answer is the last."""
        self.is_waiting = False
        """A request is whole and in the line."""
        self.unsent = bytearray()
        self.begun = 0
        """Bytes of the answer that were sent before it was made."""
        self.half_closed_at: float | None = None
        self.answered_at = -inf
        self.is_over = False
        """No more is answered: what the client still sends is passed over until it has gone."""
        self.be_patient()

    def be_patient(self) -> None:
        self.deadline = monotonic() + PATIENCE_S

    def wait(self) -> None:
        self.is_waiting, self.deadline = True, inf

    @property
    def is_busy(self) -> bool:
        """Whether the client was answered a moment ago, so that it may ask again at once."""
        return monotonic() < self.answered_at + BUSY_S

    @property
    def sends_much(self) -> bool:
        """A body, or what is passed over."""
        return not self.unsent and (self.digest is not None or self.is_over)

    @property
    def is_idle(self) -> bool:
        return not self.received and not self.unsent

    @property
    def can_go(self) -> bool:
        """Whether nothing is owed to the client: it has sent nothing, or half of something."""
        return not self.is_waiting and not self.unsent

    def listen(self) -> bool:
        """Whether the client is still there, whose request waits: what else it sends is passed over.

        A client that has closed its side may wait for its answer or have gone for good; both look the same. So it is
        sent the first byte of the answer, which every answer has: whoever has gone refuses it, and that is heard.
        """
        try:
            if self.half_closed_at is None:
                if self.sock.recv(PIECE_BYTES):
                    self.has_more = True
                    return True
                self.half_closed_at = monotonic()
                self.begun = self.sock.send(FIRST_BYTE)
            return not self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        except BlockingIOError:
            return True
        except OSError:
            return False

    def doubtful_s(self) -> float:
        """Seconds for which it may still turn out that the client has gone."""
        return 0.0 if self.half_closed_at is None else max(0.0, self.half_closed_at + GRACE_S - monotonic())

    def take_answer(self, answer: bytes | bytearray) -> None:
        self.unsent = bytearray(answer)
        del self.unsent[: self.begun]
        self.received.clear()
        self.answered_at = monotonic()
        self.begun, self.seen, self.digest = 0, 0, None
        self.is_waiting = False
