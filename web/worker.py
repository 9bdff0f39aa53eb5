"""The worker of the server: it answers one request after the other, and waits for all its clients at once.

    client ─► bytes of a request ─► whole? ─► the application ─► bytes of the answer ─► client

Answering is computing, which several threads of Python do no sooner than one, and they hinder each other: so there are
processes, and no threads. Waiting is left to a selector: whoever sends half a request, or does not take the answer,
holds a socket and nothing else. gunicorn reads requests and writes answers (`gunicorn.http`); when their bytes come and
go is decided here.

Requests that are whole wait in a line, in which `/healthz` goes to the front: between any two answers new ones are
looked for, so that whoever watches over the site waits for one answer, however many others wait for theirs.
"""

from __future__ import annotations

import os
import selectors
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from math import inf
from time import monotonic
from typing import Any, Final

from gunicorn.http import RequestParser, wsgi
from gunicorn.http.errors import NoMoreData
from gunicorn.workers.base import Worker

PATIENCE_S: Final = 10.0
"""How long a client may take for a whole request, for taking a piece of an answer, or until its next request."""

LOOK_EVERY_S: Final = 1.0

PAUSE_S: Final = 0.0005
MAX_PAUSE_S: Final = 0.005
"""How long a process leaves new clients to the others, for each client that it has: else the one that wakes first takes
all of those that come at once, and keeps them as long as they stay connected, while the others have nothing to do."""

MAX_HEAD_BYTES: Final = 65536
"""What is longer goes to the parser as it is, which knows what to say."""

END_OF_HEAD: Final = b"\r\n\r\n"
URGENT: Final = b"/healthz"


class Outbox:
    """Stands for the socket while an answer is made, which then goes out in one piece: half the calls and packets."""

    def __init__(self) -> None:
        self.data = bytearray()

    def sendall(self, data: bytes) -> None:
        self.data += data

    send = sendall

    def gettimeout(self) -> float:
        """gunicorn asks before it reports an error: nothing to wait for."""
        return 0.0


class Connection:
    """A client: what it has sent of a request, and what it has not yet taken of the answer."""

    def __init__(self, sock: socket.socket, address: Any) -> None:
        self.sock = sock
        self.address = address
        self.server = sock.getsockname()
        self.received = bytearray()
        self.unsent = bytearray()
        self.size = 0
        """Bytes of the whole request, as soon as its head has come."""
        self.is_waiting = False
        """A request is whole and in the line."""
        self.is_over = False
        """No more is answered: what the client still sends is passed over until it has gone."""
        self.be_patient()

    def be_patient(self) -> None:
        self.deadline = monotonic() + PATIENCE_S

    @property
    def is_idle(self) -> bool:
        return not self.received and not self.unsent

    @property
    def is_urgent(self) -> bool:
        line = self.received.partition(b"\r\n")[0].split(b" ")
        return len(line) == 3 and line[1].endswith(URGENT) and b"?" not in line[1]


class LoopWorker(Worker):  # type: ignore[misc]
    """A process and its share of the clients."""

    max_body: Callable[[str], int] = staticmethod(lambda path: 0)
    """How many bytes of a body are waited for at a path."""

    max_address: int = MAX_HEAD_BYTES
    """The longest address that the site answers."""

    def run(self) -> None:
        """Serve until told to stop, or until the process that started this one is gone."""
        self._connections: set[Connection] = set()
        self._line: deque[Connection] = deque()
        self._look_at = self._listen_at = monotonic()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self.PIPE[0], selectors.EVENT_READ)  # signals wake the loop through it
        self._listen()
        while self.alive and self.ppid == os.getppid():
            self._turn(LOOK_EVERY_S if self._is_listening else MAX_PAUSE_S)
            self._look_around()
        self._finish()

    def handle_quit(self, sig: int, frame: Any) -> None:
        self.handle_exit(sig, frame)  # Ctrl-C too lets answers under way be finished

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
            self._look_at = monotonic() + LOOK_EVERY_S
            late = [each for each in self._connections if each.deadline < monotonic()]
            # Who has sent something meanwhile is not late: this process was, busy with the answers of others.
            ready = {key.data for key, _ in self._selector.select(0)} if late else set()
            for connection in late:
                if connection not in ready:
                    self._close(connection)
        has_room = len(self._connections) < self.cfg.worker_connections
        if (has_room and monotonic() >= self._listen_at) != self._is_listening:
            self._stop_listening() if self._is_listening else self._listen()

    def _finish(self) -> None:
        """Answer what has been asked; let go who asks nothing."""
        if self._is_listening:
            self._stop_listening()
        end = monotonic() + min(self.cfg.graceful_timeout, PATIENCE_S)
        for listener in self.sockets:  # who has been let in by the system has been promised an answer
            while self._accept(listener):
                pass
        self._turn(0)
        for connection in [each for each in self._connections if each.is_idle]:
            self._close(connection)
        while self._connections and monotonic() < end:
            self._turn(LOOK_EVERY_S)

    def _turn(self, timeout: float) -> None:
        """Take in what clients send, and answer one of them; without any, wait for one."""
        self.notify()
        for key, _ in self._selector.select(0 if self._line else timeout):
            if isinstance(key.data, Connection):
                self._serve(key.data)
            elif key.fileobj == self.PIPE[0]:
                os.read(self.PIPE[0], 4096)
            else:
                self._accept(key.fileobj)  # one in a turn: the next may go to a process that has less to do
        if self._line:
            self._answer_next()

    def _accept(self, listener: Any) -> bool:
        """Whether there was a client to take in."""
        try:
            sock, address = listener.accept()
        except OSError:  # another process was sooner, or the client has gone
            return False
        sock.setblocking(False)
        connection = Connection(sock, address)
        self._connections.add(connection)
        if self.cfg.workers > 1:
            self._listen_at = monotonic() + min(PAUSE_S * len(self._connections), MAX_PAUSE_S)
        self._selector.register(sock, selectors.EVENT_READ, connection)
        self._serve(connection)  # its request has mostly come with it
        return True

    def _close(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._selector.unregister(connection.sock)
        connection.sock.close()

    def _serve(self, connection: Connection) -> None:
        if connection.unsent:
            self._attempt(self._send, connection)
        elif not connection.is_waiting:
            self._attempt(self._receive, connection)

    def _attempt(self, step: Callable[[Connection], None], connection: Connection) -> None:
        try:
            step(connection)
        except BlockingIOError:
            pass
        except OSError:  # the client has gone
            self._close(connection)

    def _receive(self, connection: Connection) -> None:
        data = connection.sock.recv(MAX_HEAD_BYTES)
        if not data:
            self._close(connection)
        elif not connection.is_over:
            connection.received += data
            if self._is_whole(connection):
                self._line_up(connection)

    def _is_whole(self, connection: Connection) -> bool:
        """Whether there is something to answer: a whole request, or more than one may be."""
        end = connection.received.find(END_OF_HEAD)
        if end < 0:
            return len(connection.received) > MAX_HEAD_BYTES
        connection.size = connection.size or self._whole_size(connection, end + len(END_OF_HEAD))
        return len(connection.received) >= connection.size

    def _whole_size(self, connection: Connection, head_bytes: int) -> int:
        """Bytes of the request with its body, where one is waited for; any other is answered by its head."""
        head = bytes(connection.received[:head_bytes])
        if not head.startswith(b"POST "):
            return head_bytes
        try:
            request = next(RequestParser(self.cfg, [head], connection.address))
        except Exception:  # will be raised again where it is answered
            return head_bytes
        told = dict(request.headers).get("CONTENT-LENGTH", "0")
        body_bytes = int(told) if told.isdecimal() else 0
        return head_bytes + (body_bytes if body_bytes <= self.max_body(request.path) else 0)

    def _line_up(self, connection: Connection) -> None:
        connection.is_waiting, connection.deadline = True, inf
        if connection.is_urgent:
            self._line.appendleft(connection)
        else:
            self._line.append(connection)

    def _answer_next(self) -> None:
        connection = self._line.popleft()
        connection.unsent = self._answer(connection, bytes(connection.received))
        connection.received.clear()
        connection.is_waiting, connection.size = False, 0
        self._attempt(self._send, connection)

    def _send(self, connection: Connection) -> None:
        """Send what the client takes at once; the rest when it is ready for more."""
        with suppress(BlockingIOError):
            del connection.unsent[: connection.sock.send(connection.unsent)]
        connection.be_patient()
        wanted = selectors.EVENT_WRITE if connection.unsent else selectors.EVENT_READ
        if self._selector.get_key(connection.sock).events != wanted:
            self._selector.modify(connection.sock, wanted, connection)
        if connection.is_over and not connection.unsent:
            # Closing while the client may still send would take the answer away from it: it closes.
            connection.sock.shutdown(socket.SHUT_WR)

    def _answer(self, connection: Connection, received: bytes) -> bytearray:
        """The bytes to send; what cannot be answered ends the connection."""
        request, outbox = None, Outbox()
        readable = self._readable(received)
        try:
            request = next(RequestParser(self.cfg, [readable], connection.address))
            response, environ = wsgi.create(request, outbox, connection.address, connection.server, self.cfg)
            if not self.alive or readable is not received or not _is_alone(request, received):
                response.force_close()
            self._ask_site(environ, response)
            connection.is_over = response.should_close()
        except (NoMoreData, StopIteration):
            connection.is_over = True
        except Exception as error:
            connection.is_over = True
            outbox.data.clear()
            self.handle_error(request, outbox, connection.address, error)
        return outbox.data

    def _readable(self, received: bytes) -> bytes:
        """The request, of its address one byte more than the site answers: so the site refuses it in its own words,
        where the parser has a line of HTML, or nothing if the end of the head has not come."""
        line, _, rest = received.partition(b"\r\n")
        method, _, more = line.partition(b" ")
        address = more.partition(b" ")[0]
        if len(address) <= self.max_address:
            return received
        headers = rest if END_OF_HEAD in received else b"\r\n"
        return b"%b %b HTTP/1.1\r\n%b" % (method, address[: self.max_address + 1], headers)

    def _ask_site(self, environ: dict[str, Any], response: Any) -> None:
        body = self.wsgi(environ, response.start_response)
        try:
            for piece in body:
                response.write(piece)
            response.close()
        finally:
            if hasattr(body, "close"):
                body.close()


def _is_alone(request: Any, received: bytes) -> bool:
    """Whether no more comes with the request: no other one, and no body, which would be taken for one."""
    has_body = any(name in ("CONTENT-LENGTH", "TRANSFER-ENCODING") for name, _ in request.headers)
    return not has_body and received.index(END_OF_HEAD) + len(END_OF_HEAD) == len(received)
