"""The server: several processes that answer, forked from the one that loaded everything, whose memory they share."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gunicorn.app.base import BaseApplication

if TYPE_CHECKING:
    from flask import Flask

    from web.worker import Manners

SETTINGS: Final = {
    "worker_class": "web.worker.LoopWorker",
    "worker_connections": 900,  # below the 1024 open files that a process may commonly have
    "preload_app": True,
    "limit_request_line": 8190,  # well above `Manners.max_address`
    "forwarded_allow_ips": "",  # whom to believe is decided in `web.mounting` alone
    "graceful_timeout": 30,
    "timeout": 60,
    "loglevel": "warning",
    "proc_name": "wangqi",
    # Heartbeats go to a file: on a disk that is slow they would stop the worker.
    "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() and os.access("/dev/shm", os.W_OK) else None,
    "control_socket_disable": True,
}


def run_server(
    make_site: Callable[[], Flask],
    address: str,
    *,
    processes: int,
    begin: Callable[[Flask], None] = lambda site: None,
    manners: Manners | None = None,
) -> None:
    """Answer at `address` (host:port) by that many processes, until told to stop.

    The site is made once, before the processes are forked: it must have no threads and hold no connections. `begin` is
    called in each of them, before its first answer. `manners` is what the site asks of its server.
    """

    def prepare(worker: Any) -> None:
        worker.manners = manners or worker.manners
        begin(worker.wsgi)

    wanted = SETTINGS | {
        "bind": address,
        "workers": processes,
        "post_worker_init": prepare,
    }

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in wanted.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            site = make_site()
            gc.collect()
            gc.freeze()  # the search for garbage writes to objects, and pages written to are no longer shared
            return site

    Server().run()
