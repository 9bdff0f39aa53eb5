"""`wangqi serve`: index if needed, then serve; new generations are followed without a restart."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from search.errors import NoIndexError, StoreError
from web.cli.shared import NOTHING_DONE, archives_argument, index_option, say, settings

if TYPE_CHECKING:
    from flask import Flask

    from indexer.config import Config

THREADS: Final = 4
"""Answers take milliseconds and share one process: more processes would each hold a dictionary and an index, and more
threads hinder each other (8 connections: 99 % of the answers within 290 ms with 8 threads, within 150 ms with 3)."""


@click.command()
@archives_argument
@index_option
@click.option("--host", envvar="WANGQI_HOST", default="127.0.0.1", show_default=True, metavar="ADDRESS")
@click.option("--port", envvar="WANGQI_PORT", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--proxies", envvar="WANGQI_PROXIES", default=0, type=click.IntRange(0, 9),
              help="How many proxies in front are trusted with X-Forwarded-* (default none).")  # fmt: skip
@click.pass_context
def serve(
    context: click.Context, archives: tuple[str, ...], index: str | None, host: str, port: int, proxies: int
) -> None:
    """Bring the index up to date, then serve pages and the JSON API.

    An ARCHIVE that cannot be read ends it; when one of the settings cannot, what was indexed before is served.
    """
    from indexer.store.generations import Store

    config = settings(archives, index)
    _claim(host, port)
    code = _bring_up_to_date(archives, index)
    if archives and code == NOTHING_DONE:
        context.exit(code)  # refused, as the reindex has said: what was typed is not what was indexed before
    try:
        generation = Store(config.index_dir).current()
    except NoIndexError:
        context.exit(code)  # the reindex has said why
    if code:
        say("serving what was indexed before")
    say(f"serving generation {generation} at http://{f'[{host}]' if ':' in host else host}:{port}/ (Ctrl-C stops)")
    _serve(config, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", proxies)


def make_site(config: Config, proxies: int = 0) -> Flask:
    """The application over the index of `config`, already open and warm."""
    from indexer.following import Follower
    from web.app import create_app
    from web.composition import make_analyzer, make_engine

    analyzer = make_analyzer(config)
    follower = Follower(config.index_dir, make_engine(analyzer))
    with suppress(StoreError):  # an index that cannot be opened is a 503 that says so, until it is mended
        follower.warm()
    analyzer.query("预热")  # loads the dictionary now, not while the first reader waits
    return create_app(
        follower, analyzer, title=config.title, base_url=config.base_url, proxies=proxies, links=config.links
    )


def _bring_up_to_date(archives: tuple[str, ...], index: str | None) -> int:
    """Exit code of a reindex in a process of its own, which gives back the memory that building an index takes."""
    options = ["--index", index] if index is not None else []
    # -P: a folder named `web` in the working directory is not ours.
    command = [sys.executable, "-P", "-m", "web.cli", "reindex", *options, "--", *archives]
    return subprocess.run(command, stdout=sys.stderr, check=False).returncode


def _claim(host: str, port: int) -> None:
    """Raise a usage error when the address cannot be listened at; the server would try again and again."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"cannot listen at {host} port {port}: {error.strerror}; choose --port"
            ) from error


def _serve(config: Config, address: str, proxies: int) -> None:
    from gunicorn.app.base import BaseApplication

    wanted = {
        "bind": address,
        "worker_class": "gthread",
        "threads": THREADS,
        # Above the application's own limit, which answers in the visitor's language or as problem+json.
        "limit_request_line": 8190,
        "graceful_timeout": 30,
        "timeout": 60,
        "loglevel": "warning",
        "proc_name": "wangqi",
        # Heartbeats go to a file: on a disk that is slow they would stop the worker.
        "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() and os.access("/dev/shm", os.W_OK) else None,
        "control_socket_disable": True,
    }

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in wanted.items():
                if name in self.cfg.settings:  # the control socket came with gunicorn 24
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            return make_site(config, proxies)

    Server().run()
