"""The worker of the server: it answers one request after the other, and waits for all its clients at once.

    client ─► bytes of a request ─► whole? ─► the line ─► the application ─► bytes of the answer ─► client

Answering is computing, which several threads of Python do no sooner than one, and they hinder each other: so there are
processes, and no threads. Waiting is left to a selector: whoever sends half a request, or does not take the answer,
holds a socket and nothing else. gunicorn reads requests and writes answers (`gunicorn.http`); when their bytes come and
go is decided here, who is next in `web.server.line`. What is not answered is refused by the site, in its own words.
"""

from __future__ import annotations

import os
import selectors
import socket
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from gunicorn.workers.base import Worker

from wangqi.web.http.environ import TOO_SLOW, Refusal
from wangqi.web.server.connection import HEAD_BYTES, PATIENCE_S, PIECE_BYTES, Connection, Digest
from wangqi.web.server.gateway import MAX_LOGGED_BYTES, Answer, Gateway
from wangqi.web.server.line import MAX_WAITING, Lane, WaitingLine
from wangqi.web.server.request_bytes import head_size, sketch, target_of

LOOK_EVERY_S: Final = 1.0
LOOK_SOON_S: Final = 0.01
MAX_LATE: Final = 32
"""How many clients that take too long are let go at a time: that of a thousand would be thirty milliseconds."""

PAUSE_S: Final = 0.0005
MAX_PAUSE_S: Final = 0.005
"""How long a process leaves new clients to the others, for each client that it has: else the one that wakes first takes
all of those that come at once, and keeps them as long as they stay connected, while the others have nothing to do."""
RUSH_PER_S: Final = 100
ACCEPT_S: Final = 0.002
"""When more clients than that come to this process in a second, none are left to the others, and as many are accepted
in a turn as there is time for: else a reader would wait for the pauses after all that came before."""
SLOW_S: Final = 0.1
SHARE_TO_ACCEPT: Final = 0.02
"""After an answer that took so long all who came meanwhile are taken into the line, for this share of its time at most:
there nobody waits for ever. One after each answer, and two seconds for that, the tenth would wait for twenty."""

MAX_DRAINED: Final = 16
"""From how many clients that were refused the rest is taken, which they must send before they can hear the answer."""

HEADS_S: Final = 0.001
BODIES_S: Final = 0.0005
"""How long heads of requests are received before the next answer; then how long bodies are, and what is passed over."""


@dataclass(frozen=True, slots=True)
class Manners:
    """The site's settings for its server."""

    open_body: Callable[[str, Mapping[str, str]], Digest | Refusal | None] = lambda path, headers: None
    """What the body of a POST is fed into, by its path and headers (names in small letters); why the request is refused
    by them alone; or None when it is answered without its body."""
    max_address: int = 4096
    """The longest address that the site answers."""
    urgent: Collection[bytes] = ()
    """Addresses that go before others."""


class LoopWorker(Worker):  # type: ignore[misc]
    """A process and its share of the clients."""

    manners = Manners()

    def run(self) -> None:
        """Serve until told to stop, or until the process that started this one is gone."""
        self._connections: dict[Connection, None] = {}  # those that were answered longest ago first
        self._drained: set[Connection] = set()
        self._line: WaitingLine[Connection] = WaitingLine(max(1, MAX_WAITING // self.cfg.workers))
        self._gateway = Gateway(self.wsgi, self.cfg, self.log, self.manners.max_address)
        self._look_at = self._listen_at = monotonic()
        self._answer_s = 0.0
        self._waiting_since = self._looked_at = monotonic()
        self._accepted_at: deque[float] = deque(maxlen=RUSH_PER_S)
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
        return len(self._connections) < self.cfg.worker_connections or any(map(self._can_go, self._connections))

    def _make_room(self) -> None:
        """Whoever has had nothing to do with us for longest makes room for whoever comes."""
        if len(self._connections) >= self.cfg.worker_connections:
            self._close(next(filter(self._can_go, self._connections)))

    def _can_go(self, connection: Connection) -> bool:
        """Whether nothing is owed to the client but a refusal."""
        return connection.can_go or self._line.refuses(connection)

    def _accept_some(self, listener: Any) -> None:
        """Accept one client at a time, since the next may go to a process that has less to do; more in a rush, and when
        they have been kept waiting."""
        until = monotonic() + self._time_to_accept
        while self._has_room() and self._accept(listener) and monotonic() < until:
            pass

    @property
    def _time_to_accept(self) -> float:
        if self._answer_s >= SLOW_S:
            return SHARE_TO_ACCEPT * self._answer_s
        return ACCEPT_S if self._shares_nothing else 0.0

    @property
    def _shares_nothing(self) -> bool:
        latest = self._accepted_at
        is_rush = len(latest) == RUSH_PER_S and monotonic() - latest[0] < 1
        return is_rush or self.cfg.workers == 1

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
        self._accepted_at.append(monotonic())
        if not self._shares_nothing:
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
            listener.close()  # another server may want the port while the last answers are taken
        self._turn(0)
        for connection in [each for each in self._connections if each.is_idle]:
            self._close(connection)
        while self._connections and monotonic() < end:
            self._turn(LOOK_EVERY_S)

    # Bytes come and go.

    def _turn(self, timeout: float) -> None:
        """Take in what clients send, and answer some of them; without any, wait for one."""
        self.notify()
        heads, bodies = list[Connection](), list[Connection]()
        for key, _ in self._heard(self._line.wait_s(timeout)):
            if isinstance(key.data, Connection):
                (bodies if key.data.sends_much else heads).append(key.data)
            elif key.fileobj == self.PIPE[0]:
                os.read(self.PIPE[0], 4096)
            else:
                self._accept_some(key.fileobj)
        self._serve_some(heads, HEADS_S)
        self._serve_some(bodies, BODIES_S)
        self._refuse_some()
        started = monotonic()
        for connection in self._line.turn():
            self._answer_or_leave(connection)
        self._answer_s = monotonic() - started

    def _heard(self, timeout: float) -> list[tuple[selectors.SelectorKey, int]]:
        """Who has sent something, at once or within `timeout`. Those that had before may have waited as long as the
        last answer took."""
        ready, self._waiting_since, self._looked_at = self._selector.select(0), self._looked_at, monotonic()
        if not ready and timeout:
            ready = self._selector.select(timeout)
            self._waiting_since = self._looked_at = monotonic()
        return ready

    def _serve_some(self, ready: Sequence[Connection], seconds: float) -> None:
        """Answer as many requests as there is time for; the others come first in the next turn."""
        until = monotonic() + seconds
        for connection in ready:
            if connection in self._connections:  # it may have made room for another in this turn
                self._serve(connection)
                if monotonic() >= until:
                    return

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
        except Exception:  # a bug must not take the others' connections with it
            self.log.exception("a connection is closed, after %r", bytes(connection.received[:MAX_LOGGED_BYTES]))
            self._close(connection)

    def _receive(self, connection: Connection) -> None:
        data = connection.sock.recv(PIECE_BYTES if connection.sends_much else HEAD_BYTES)
        if not data:
            self._close(connection)
        elif connection.digest:
            self._feed(connection, data)
        elif not connection.is_over:
            connection.received += data
            self._look_at_head(connection)

    def _look_at_head(self, connection: Connection) -> None:
        size = head_size(connection.received, connection.seen)
        connection.seen = len(connection.received)
        if size is None:
            return
        rest = bytes(connection.received[size:])
        del connection.received[size:]
        refusal = self._open_body(connection)
        if connection.digest:
            self._feed(connection, rest)
        elif refusal:
            self._refuse(connection, refusal)
        else:
            connection.has_more = bool(rest)
            self._line_up(connection)

    def _open_body(self, connection: Connection) -> Refusal | None:
        """Prepare for a body that is read; why the request is refused without looking at more of it."""
        head = bytes(connection.received)
        if not head.startswith(b"POST "):
            return None
        path, headers = sketch(head)
        opened = self.manners.open_body(path, headers)
        if opened is None or isinstance(opened, Refusal):
            return opened
        connection.digest = opened
        connection.body_left = int(headers["content-length"])
        if "expect" in headers:
            with suppress(OSError):
                connection.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        return None

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
        lane: Lane = "urgent" if target in self.manners.urgent else "busy" if is_busy else "fresh"
        self._line.add(connection, lane, since=self._waiting_since)

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

    def _refuse_some(self) -> None:
        for connection, refusal in self._line.refusals():
            self._hand_over(connection, self._gateway.refuse(connection, refusal))

    def _answer_or_leave(self, connection: Connection) -> None:
        if connection not in self._connections or not self._listen_to(connection):
            return
        if doubtful_s := connection.doubtful_s():
            self._line.put_off(connection, doubtful_s)
        else:
            self._hand_over(connection, self._gateway.answer(connection, is_last=not self.alive))

    def _hand_over(self, connection: Connection, answer: Answer) -> None:
        connection.take_answer(answer.data)
        connection.is_over = answer.is_last
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
