"""`wangqi serve`: index if needed, then serve; new generations are followed without a restart."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from search.errors import ConfigError, StoreError
from web.cli.reindex import print_problems, run, summary
from web.cli.shared import archives_argument, index_option, say, settings

if TYPE_CHECKING:
    from flask import Flask

    from indexer.config import Config

THREADS: Final = 8
"""Answers take milliseconds and share one process: more processes would each hold a dictionary and an index."""


@click.command()
@archives_argument
@index_option
@click.option("--host", envvar="WANGQI_HOST", default="127.0.0.1", show_default=True, metavar="ADDRESS")
@click.option("--port", envvar="WANGQI_PORT", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--proxies", envvar="WANGQI_PROXIES", default=0, type=click.IntRange(0, 9),
              help="How many proxies in front are trusted with X-Forwarded-* (default none).")  # fmt: skip
def serve(archives: tuple[str, ...], index: str | None, host: str, port: int, proxies: int) -> None:
    """Bring the index up to date, then serve pages and the JSON API."""
    config = settings(archives, index)
    _claim(host, port)
    generation = _bring_up_to_date(config)
    say(f"serving generation {generation} at http://{f'[{host}]' if ':' in host else host}:{port}/ (Ctrl-C stops)")
    _serve(config, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", proxies)


def make_site(config: Config, proxies: int = 0) -> Flask:
    """The application over the index of `config`, already open and warm."""
    from indexer.following import Follower
    from web.app import create_app
    from web.composition import make_analyzer, make_engine

    analyzer = make_analyzer(config)
    follower = Follower(config.index_dir, make_engine(analyzer))
    follower.current()
    analyzer.query("预热")  # loads the dictionary now, not while the first reader waits
    return create_app(follower, analyzer, title=config.title, base_url=config.base_url, proxies=proxies)


def _bring_up_to_date(config: Config) -> str:
    """Reindex; when that is not possible, an index that is there already will do. Gives the generation that serves."""
    from indexer.store.generations import Store

    try:
        report = run(config)
    except (ConfigError, StoreError) as error:
        generation = _serving(Store(config.index_dir), error)
        say(f"{error}; serving what was indexed before")
        return generation
    click.echo(summary(report), err=True)
    print_problems(report)
    return report.generation


def _serving(store: Any, error: Exception) -> str:
    try:
        return str(store.current())
    except StoreError:
        raise error from None


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
