"""A process that answers while the index is brought up to date and the server cannot start yet.

The port is open from the beginning. A reindex that changes nothing takes a moment, and whoever comes meanwhile waits
for it; for one that takes longer a process of its own answers, from the index as it was, or that one is being made.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
from collections.abc import Callable
from threading import Thread
from typing import Final

from wangqi.search.errors import ConfigError
from wangqi.web.cli.stopping import SIGNALS

GONE_S: Final = 0.5
"""Time for a stand-in without clients to go."""

BACKLOG: Final = 2048
"""Connections that wait for an answer."""


def listen_at(host: str, port: int) -> socket.socket:
    """An open port. Raises `ConfigError` when that cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name != "nt":  # there it would take the port away from whoever has it
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise ConfigError(
            "cannot listen at {host} port {port}: {reason}; choose --port", host=host, port=port, reason=error.strerror
        ) from error
    return listener


class StandIn:
    """A process that answers until it is told that the server does, or until this process ends."""

    def __init__(self, answer: Callable[[], None]) -> None:
        """`answer` serves until SIGTERM, in a process that has everything that this one has when it starts."""
        self._answer = answer
        self._leash: int | None = None
        """The end of a pipe, of which the stand-in reads the other: it is let go when it is closed."""
        self._gone = 0
        """The end of another, which closes when the stand-in is gone."""

    def start(self) -> bool:
        """Whether it was started now; it may be already, and where a process cannot be forked whoever comes waits."""
        if self._leash is not None or not hasattr(os, "fork"):
            return False
        held, self._leash = os.pipe()
        self._gone, there = os.pipe()
        between = os.fork()
        if between == 0:
            # Of another parent, so that the server has no children but those that answer for it.
            if os.fork() == 0:
                os.close(self._leash)
                os.close(self._gone)
                self._run(held)  # with `there` open
            os._exit(0)
        os.close(held)
        os.close(there)
        os.waitpid(between, 0)
        return True

    def _run(self, held: int) -> None:
        for number in SIGNALS:  # what they mean to its parent is nothing to it
            signal.signal(number, signal.SIG_DFL)
        # That there is no index yet has been said, and is no fault.
        logging.getLogger("wangqi").setLevel(logging.ERROR)
        Thread(target=_end_with, args=(held,), daemon=True).start()
        try:
            self._answer()
        finally:
            os._exit(0)  # nothing of what its parent was about to do

    def __enter__(self) -> StandIn:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let it end what it has begun, and take nothing more. One that has nothing to end is waited for."""
        if self._leash is None:
            return
        os.close(self._leash)
        select.select([self._gone], [], [], GONE_S)
        os.close(self._gone)
        self._leash = None


def _end_with(held: int) -> None:
    os.read(held, 1)
    os.kill(os.getpid(), signal.SIGTERM)
