"""The worker of the server: it answers one request after the other, and waits for all its clients at once.

    client ─► bytes of a request ─► whole? ─► the line ─► the application ─► bytes of the answer ─► client

Answering is computing, which several threads of Python do no sooner than one, and they hinder each other: so there are
processes, and no threads. Waiting is left to a selector: whoever sends half a request, or does not take the answer,
holds a socket and nothing else. gunicorn reads requests and writes answers (`gunicorn.http`); when their bytes come and
go is decided here, who is next in `web.line`. What is not answered is refused by the site, in its own words.
"""

from __future__ import annotations

import os
import selectors
import socket
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from gunicorn.http import RequestParser, wsgi
from gunicorn.workers.base import Worker

from web.connection import PATIENCE_S, PIECE_BYTES, Connection, Digest
from web.environ import A_BUG, BODY_DIGEST, REFUSAL, TOO_SLOW, Refusal, RefusedError
from web.line import MAX_WAITING, Line
from web.refusals import NO_HOST, refusal_of
from web.request_bytes import head_size, readable, sketch, stand_in, target_of

LOOK_EVERY_S: Final = 1.0
LOOK_SOON_S: Final = 0.01
MAX_LATE: Final = 32
"""How many clients that take too long are let go at a time: that of a thousand would be thirty milliseconds."""

PAUSE_S: Final = 0.0005
MAX_PAUSE_S: Final = 0.005
"""How long a process leaves new clients to the others, for each client that it has: else the one that wakes first takes
all of those that come at once, and keeps them as long as they stay connected, while the others have nothing to do."""
SHARED: Final = 8
LET_IN_S: Final = 0.002
"""When so many clients in a row were taken by nobody else, as many are let in as there is time for: where a flood waits
at the door, nobody else gets in."""

MAX_DRAINED: Final = 16
"""From how many clients that were refused the rest is taken, which they must send before they can hear the answer."""

MAX_LOGGED_BYTES: Final = 200

TURN_BYTES: Final = 1 << 18
"""How much is received, of bodies and of what is passed over, before the next answer: it takes half a millisecond."""


@dataclass(frozen=True, slots=True)
class Manners:
    """What the site asks of its server."""

    open_body: Callable[[str, Mapping[str, str]], Digest | None] = lambda path, headers: None
    """What the body of a POST is fed into, by its path and headers; None when it is answered without its body."""
    max_address: int = 4096
    """The longest address that the site answers."""
    urgent: Collection[bytes] = ()
    """Addresses that go before others."""


class Outbox:
    """Stands for the socket while an answer is made, which then goes out in one piece: half the calls and packets."""

    def __init__(self) -> None:
        self.data = bytearray()

    def sendall(self, data: bytes) -> None:
        self.data += data

    send = sendall


class LoopWorker(Worker):  # type: ignore[misc]
    """A process and its share of the clients."""

    manners = Manners()

    def run(self) -> None:
        """Serve until told to stop, or until the process that started this one is gone."""
        self._connections: dict[Connection, None] = {}  # those that were answered longest ago first
        self._drained: set[Connection] = set()
        self._line: Line[Connection] = Line(max(1, MAX_WAITING // self.cfg.workers))
        self._look_at = self._listen_at = monotonic()
        self._untaken = 0
        self._selector = selectors.DefaultSelector()
        self._selector.register(self.PIPE[0], selectors.EVENT_READ)  # signals wake the loop through it
        self._listen()
        while self.alive and self.ppid == os.getppid():
            self._turn(LOOK_EVERY_S if self._is_listening else MAX_PAUSE_S)
            self._look_around()
        self._finish()

    def handle_quit(self, sig: int, frame: Any) -> None:
        self.handle_exit(sig, frame)  # Ctrl-C too lets answers under way be finished

    # Clients come and go.

    def _listen(self) -> None:
        self._is_listening = True
        for listener in self.sockets:
            listener.setblocking(False)
            self._selector.register(listener, selectors.EVENT_READ)

    def _stop_listening(self) -> None:
        self._is_listening = False
        for listener in self.sockets:
            self._selector.unregister(listener)

    def _look_around(self) -> None:
        """Now and then, let those go who take too long; take no more clients than can be held."""
        if monotonic() >= self._look_at:
            late = [each for each in self._connections if each.deadline < monotonic()][:MAX_LATE]
            self._look_at = monotonic() + (LOOK_SOON_S if len(late) == MAX_LATE else LOOK_EVERY_S)
            # Who has sent something meanwhile is not late: this process was, busy with the answers of others.
            ready = {key.data for key, _ in self._selector.select(0)} if late else set()
            for connection in late:
                if connection not in ready or connection.is_over:
                    self._give_up(connection)
        if (self._has_room() and monotonic() >= self._listen_at) != self._is_listening:
            self._stop_listening() if self._is_listening else self._listen()

    def _give_up(self, connection: Connection) -> None:
        if connection.received and not connection.unsent:
            self._refuse(connection, TOO_SLOW)
        else:
            self._close(connection)

    def _has_room(self) -> bool:
        if len(self._connections) < self.cfg.worker_connections:
            return True
        return any(connection.can_go for connection in self._connections)

    def _make_room(self) -> None:
        """Whoever has had nothing to do with us for longest makes room for whoever comes."""
        if len(self._connections) >= self.cfg.worker_connections:
            self._close(next(connection for connection in self._connections if connection.can_go))

    def _accept_some(self, listener: Any) -> None:
        """One at a time, since the next may go to a process that has less to do; more where nobody has taken them."""
        until = monotonic() + (LET_IN_S if self._is_alone else 0)
        while self._has_room() and self._accept(listener):
            self._untaken += 1
            if monotonic() >= until:
                return
        self._untaken = 0

    @property
    def _is_alone(self) -> bool:
        """Nobody else takes the clients that come."""
        return self.cfg.workers == 1 or self._untaken >= SHARED

    def _accept(self, listener: Any) -> bool:
        """Whether there was a client to take in."""
        try:
            sock, address = listener.accept()
        except OSError:  # another process was sooner, or the client has gone
            return False
        self._make_room()
        sock.setblocking(False)
        connection = Connection(sock, address)
        self._connections[connection] = None
        if not self._is_alone:
            self._listen_at = monotonic() + min(PAUSE_S * len(self._connections), MAX_PAUSE_S)
        self._watch(connection, selectors.EVENT_READ)
        self._serve(connection)  # its request has mostly come with it
        return True

    def _watch(self, connection: Connection, events: int) -> None:
        if events == connection.watched:
            return
        if not events:
            self._selector.unregister(connection.sock)
        elif connection.watched:
            self._selector.modify(connection.sock, events, connection)
        else:
            self._selector.register(connection.sock, events, connection)
        connection.watched = events

    def _close(self, connection: Connection) -> None:
        del self._connections[connection]
        self._drained.discard(connection)
        if connection.is_waiting:
            self._line.leave(connection)
        self._watch(connection, 0)
        connection.sock.close()

    def _finish(self) -> None:
        """Answer what has been asked; let go who asks nothing."""
        if self._is_listening:
            self._stop_listening()
        end = monotonic() + min(self.cfg.graceful_timeout, PATIENCE_S)
        for listener in self.sockets:  # who has been let in by the system has been promised an answer
            while self._has_room() and self._accept(listener):
                pass
        self._turn(0)
        for connection in [each for each in self._connections if each.is_idle]:
            self._close(connection)
        while self._connections and monotonic() < end:
            self._turn(LOOK_EVERY_S)

    # Bytes come and go.

    def _turn(self, timeout: float) -> None:
        """Take in what clients send, and answer some of them; without any, wait for one."""
        self.notify()
        self._bytes_left = TURN_BYTES
        for key, _ in self._selector.select(self._line.wait_s(timeout)):
            if isinstance(key.data, Connection):
                if key.data in self._connections:  # it may have made room for another in this turn
                    self._serve(key.data)
            elif key.fileobj == self.PIPE[0]:
                os.read(self.PIPE[0], 4096)
            else:
                self._accept_some(key.fileobj)
        for connection, refusal in self._line.turn():
            self._answer_or_leave(connection, refusal)

    def _serve(self, connection: Connection) -> None:
        if connection.unsent:
            self._attempt(self._send, connection)
        elif connection.is_waiting:
            self._listen_to(connection)
        else:
            self._attempt(self._receive, connection)

    def _attempt(self, step: Callable[[Connection], None], connection: Connection) -> None:
        try:
            step(connection)
        except BlockingIOError:
            pass
        except OSError:  # the client has gone
            self._close(connection)

    def _receive(self, connection: Connection) -> None:
        if self._bytes_left <= 0 and (connection.is_over or connection.digest):
            return  # in the next turn: who sends much keeps nobody waiting
        data = connection.sock.recv(PIECE_BYTES)
        if not data:
            self._close(connection)
        elif connection.is_over:
            self._bytes_left -= len(data)
        elif connection.digest:
            self._bytes_left -= len(data)
            self._feed(connection, data)
        else:
            connection.received += data
            self._look_at_head(connection)

    def _look_at_head(self, connection: Connection) -> None:
        size = head_size(connection.received, connection.seen)
        connection.seen = len(connection.received)
        if size is None:
            return
        rest = bytes(connection.received[size:])
        del connection.received[size:]
        self._open_body(connection)
        if connection.digest:
            self._feed(connection, rest)
        else:
            connection.has_more = bool(rest)
            self._line_up(connection)

    def _open_body(self, connection: Connection) -> None:
        head = bytes(connection.received)
        if not head.startswith(b"POST "):
            return
        path, headers = sketch(head)
        connection.digest = self.manners.open_body(path, headers)
        if connection.digest:
            connection.body_left = int(headers["content-length"])
            if "expect" in headers:
                with suppress(OSError):
                    connection.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _feed(self, connection: Connection, data: bytes) -> None:
        assert connection.digest
        connection.digest.update(data[: connection.body_left])
        connection.has_more = len(data) > connection.body_left
        connection.body_left = max(0, connection.body_left - len(data))
        if not connection.body_left:
            self._line_up(connection)

    def _line_up(self, connection: Connection) -> None:
        connection.wait()
        target = target_of(connection.received)
        is_busy = connection.is_busy or not target  # who sends something has time
        self._line.add(connection, "urgent" if target in self.manners.urgent else "busy" if is_busy else "fresh")

    def _refuse(self, connection: Connection, refusal: Refusal) -> None:
        connection.wait()
        self._line.refuse(connection, refusal)

    def _listen_to(self, connection: Connection) -> bool:
        """Whether the client whose request waits is still there."""
        is_there = connection.listen()
        if not is_there:
            self._close(connection)
        elif connection.has_more or connection.half_closed_at is not None:
            self._watch(connection, 0)  # it has said all that is listened to
        return is_there

    def _answer_or_leave(self, connection: Connection, refusal: Refusal | None) -> None:
        if connection not in self._connections or not self._listen_to(connection):
            return
        if doubtful_s := connection.doubtful_s():
            self._line.put_off(connection, doubtful_s)
            return
        connection.take_answer(self._answer(connection, refusal))
        del self._connections[connection]
        self._connections[connection] = None
        self._attempt(self._send, connection)

    def _send(self, connection: Connection) -> None:
        """Send what the client takes at once; the rest when it is ready for more."""
        with suppress(BlockingIOError):
            del connection.unsent[: connection.sock.send(connection.unsent)]
        connection.be_patient()
        if connection.unsent:
            self._watch(connection, selectors.EVENT_WRITE)
        elif connection.half_closed_at is not None:
            self._close(connection)
        elif connection.is_over:
            self._take_leave(connection)
        else:
            self._watch(connection, selectors.EVENT_READ)

    def _take_leave(self, connection: Connection) -> None:
        """Closing while the client may still send would take the answer away from it: it closes."""
        connection.sock.shutdown(socket.SHUT_WR)
        is_drained = len(self._drained) < MAX_DRAINED
        if is_drained:
            self._drained.add(connection)
        else:
            connection.deadline = monotonic() + LOOK_EVERY_S
        self._watch(connection, selectors.EVENT_READ if is_drained else 0)

    # The application answers.

    def _answer(self, connection: Connection, refusal: Refusal | None) -> bytearray:
        """The bytes to send; what cannot be answered is refused, and ends the connection."""
        received = bytes(connection.received)
        try:
            if refusal is None:
                return self._answered(connection, readable(received, self.manners.max_address))
        except Exception as error:
            refusal = refusal_of(error)
            if refusal is A_BUG:
                self.log.exception("no answer to %r", received[:MAX_LOGGED_BYTES])
        connection.is_over = True
        with suppress(Exception):
            return self._answered(connection, stand_in(received), refusal)
        return bytearray()

    def _answered(self, connection: Connection, received: bytes, refusal: Refusal | None = None) -> bytearray:
        outbox = Outbox()
        request = next(RequestParser(self.cfg, [received], connection.address))
        response, environ = wsgi.create(request, outbox, connection.address, connection.server, self.cfg)
        outbox.data.clear()  # "100 Continue" has been said, or comes too late
        if refusal is None and request.version > (1, 0) and "HTTP_HOST" not in environ:
            raise RefusedError(NO_HOST)
        environ[REFUSAL], environ[BODY_DIGEST] = refusal, connection.digest
        is_alone = not connection.has_more and (connection.digest or not _has_body(request))
        if not self.alive or not is_alone or "close" in _tokens(environ.get("HTTP_CONNECTION", "")):
            response.force_close()
        self._ask_site(environ, response)
        connection.is_over = response.should_close()
        return outbox.data

    def _ask_site(self, environ: dict[str, Any], response: Any) -> None:
        body = self.wsgi(environ, response.start_response)
        try:
            for piece in body:
                response.write(piece)
            response.close()
        finally:
            if hasattr(body, "close"):
                body.close()


def _has_body(request: Any) -> bool:
    """What follows would be taken for the next request."""
    return any(name in ("CONTENT-LENGTH", "TRANSFER-ENCODING") for name, _ in request.headers)


def _tokens(value: str) -> set[str]:
    return {each.strip().lower() for each in value.split(",")}
