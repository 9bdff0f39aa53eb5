"""The server: several processes that answer, forked from the one that loaded everything, whose memory they share."""

from __future__ import annotations

import gc
import logging
import os
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gunicorn.app.base import BaseApplication

from wangqi.search.processes import give_back_memory
from wangqi.web.server.black_box import BlackBox

if TYPE_CHECKING:
    from flask import Flask

    from wangqi.web.server.worker import Manners
LOG = logging.getLogger("wangqi")

Note = Callable[[bytes], None]
"""Takes the record of a generation (`indexer.store.deaths`)."""

IN_SERVICE: Final = (5000, 10, 100)
"""Thresholds of the search for garbage. Answers leave little of it; as Python has them (700, 10, 10), one in five
hundred waits thirty milliseconds while everything that is remembered is looked through."""

SETTINGS: Final[dict[str, Any]] = {
    "worker_class": "wangqi.web.server.worker.LoopWorker",
    "worker_connections": 1800,  # or as many as the system allows; with heads of 16 KB they hold at most 29 MB
    "preload_app": True,
    "limit_request_line": 8190,  # well above `Manners.max_address`
    "forwarded_allow_ips": "",  # whom to believe is decided in `web.http.proxies` alone
    "graceful_timeout": 30,
    "timeout": 60,
    "loglevel": "warning",
    "proc_name": "wangqi",
    # Heartbeats go to a file: on a disk that is slow they would stop the worker.
    "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() and os.access("/dev/shm", os.W_OK) else None,
    "control_socket_disable": True,
}

FAULTS_COUNT_S: Final = 60.0
SHORTEST_PAUSE_S: Final = 0.05
LONGEST_PAUSE_S: Final = 5.0
"""So long may a signal to stop wait as well."""

OTHER_FILES: Final = 124
"""Open files of a process beside its clients, with room to spare."""


def clients_held(wanted: int) -> int:
    """How many clients a process can hold of those `wanted`: each is an open file, of which it commonly may have 1024,
    and more when it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = wanted + OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        files = min(files, hard)
    if soft != resource.RLIM_INFINITY and soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return files - OTHER_FILES


def pause_after(faults: list[float], now_s: float) -> float:
    """Seconds to wait after one more process has died of a fault at `now_s`, which is noted in `faults`: twice as long
    for each within a minute. What kills every process at once would fill a disk with its traces."""
    faults[:] = [*(at_s for at_s in faults if now_s - at_s < FAULTS_COUNT_S), now_s]
    return min(SHORTEST_PAUSE_S * 2.0 ** (len(faults) - 1), LONGEST_PAUSE_S)


def run_server(
    make_site: Callable[[], Flask],
    address: str,
    *,
    processes: int,
    ready: Callable[[], None] = lambda: None,
    begin: Callable[[Flask, Note], None] = lambda site, note: None,
    on_death: Note = lambda record: None,
    manners: Manners | None = None,
) -> None:
    """Answer at `address` (host:port, or fd://7 for an open port) by that many processes, until told to stop.

    The site is made once, before the processes are forked: it must have no threads and hold no connections. Then
    the port answers, and `ready` is called here. `begin` is called in each of them, before its first answer, with
    where to note which generation it serves; when a fault ends the process, `on_death` is called here with what was
    noted last. `manners` is what the site asks of its server.
    """

    def prepare(worker: Any) -> None:
        worker.manners = manners or worker.manners
        worker.black_box.note_faults()
        signal.signal(signal.SIGABRT, worker.handle_abort)  # no fault: how gunicorn ends what answers no more
        begin(worker.wsgi, worker.black_box.record)

    def give_box(server: Any, worker: Any) -> None:
        worker.black_box = BlackBox()

    faults: list[float] = []

    def open_box(server: Any, worker: Any) -> None:
        generation, fault = worker.black_box.read()
        worker.black_box.close()
        if fault:
            LOG.error("a process that answers died of a fault, and another takes its place:\n%s", fault)
            on_death(generation)
            time.sleep(pause_after(faults, time.monotonic()))

    wanted = SETTINGS | {
        "bind": address,
        "workers": processes,
        "worker_connections": clients_held(SETTINGS["worker_connections"]),
        "when_ready": lambda server: ready(),
        "pre_fork": give_box,
        "post_worker_init": prepare,
        "child_exit": open_box,
    }

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in wanted.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            site = make_site()
            gc.collect()
            give_back_memory()
            gc.freeze()  # the search for garbage writes to objects, and pages written to are no longer shared
            gc.set_threshold(*IN_SERVICE)  # a command starts with others
            return site

    Server().run()
