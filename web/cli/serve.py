"""`wangqi serve`: index if needed, then serve; new generations are followed without a restart."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from search.errors import ConfigError, NoIndexError, StoreError
from search.processes import MAX_PROCESSES, available_processes
from web.cli.memory import SERVE_MB, check_memory
from web.cli.reindex import ended_by_sigterm
from web.cli.shared import NOTHING_DONE, archives_argument, index_option, say, settings
from web.cli.stand_in import StandIn, listen_at
from web.cli.update import Updates, bring_up_to_date

if TYPE_CHECKING:
    from flask import Flask

    from indexer.config import Config
    from indexer.store.deaths import Deaths
    from indexer.store.generations import Store
    from search.engine import Engine


@click.command()
@archives_argument
@index_option
@click.option("--host", envvar="WANGQI_HOST", default="127.0.0.1", show_default=True, metavar="ADDRESS")
@click.option("--port", envvar="WANGQI_PORT", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", envvar="WANGQI_WORKERS", type=click.IntRange(1, 64), default=available_processes,
              help=f"How many processes answer (default one for each core, at most {MAX_PROCESSES}).")  # fmt: skip
@click.option("--proxies", envvar="WANGQI_PROXIES", default=0, type=click.IntRange(0, 9),
              help="How many proxies in front are trusted with X-Forwarded-For and -Proto (default none).")  # fmt: skip
@click.option("--proxies-at", envvar="WANGQI_PROXIES_AT", metavar="ADDRESSES",
              help="Where they are: addresses or networks (default this machine and private networks).")  # fmt: skip
@click.option("--forwarded-host", envvar="WANGQI_FORWARDED_HOST", is_flag=True,
              help="The proxies set X-Forwarded-Host as well.")  # fmt: skip
@click.option("--forwarded-prefix", envvar="WANGQI_FORWARDED_PREFIX", is_flag=True,
              help="The proxies set X-Forwarded-Prefix as well.")  # fmt: skip
@click.option("--host-names", metavar="NAMES",
              help="What the site's host is called, beside what base_url says (WANGQI_HOST_NAMES).")  # fmt: skip
@click.option("--rate", envvar="WANGQI_RATE", default=0, type=click.IntRange(min=0), metavar="N",
              help="How many requests per second one address is answered (default any number).")  # fmt: skip
@click.option("--cpu", envvar="WANGQI_CPU", type=click.FloatRange(min=0), metavar="SECONDS",
              help="Processor time for one address in a second (default 0.25 with --rate, else any).")  # fmt: skip
@click.option("--hook-secret-file", envvar="WANGQI_HOOK_SECRET_FILE", metavar="FILE",
              help="Let a git host that knows this secret (or WANGQI_HOOK_SECRET) start a reindex.")  # fmt: skip
@click.option("--note-misses", envvar="WANGQI_NOTE_MISSES", is_flag=True,
              help="Note searches that find nothing, for `wangqi misses`; nothing of who asked.")  # fmt: skip
@click.pass_context
def serve(
    context: click.Context,
    /,
    archives: tuple[str, ...],
    index: str | None,
    host: str,
    port: int,
    workers: int,
    host_names: str | None,
    hook_secret_file: str | None,
    note_misses: bool,
    **front: Any,
) -> None:
    """Bring the index up to date and serve pages and the JSON API; until that is done, what was indexed before.

    An ARCHIVE that cannot be read ends it; when one of the settings cannot, what was indexed before is served.
    """
    from indexer.store.generations import Store
    from web.cli.logs import set_up_logs
    from web.site.misses import Misses

    check_memory(SERVE_MB)
    config = _with_names(settings(archives, index), host_names)
    front |= _checked(front, hook_secret_file, Updates(archives, index, config.index_dir))
    front["misses"] = Misses(config.index_dir) if note_misses else None
    set_up_logs()
    shown = f"{f'[{host}]' if ':' in host else host}:{port}"
    with listen_at(host, port) as listener:
        answer = partial(_serve, config, listener, partial(settings, archives, index))
        with StandIn(partial(answer, 1, front | {"building": True})) as stand_in:
            try:
                with ended_by_sigterm():
                    code = bring_up_to_date(archives, index, meanwhile=stand_in.start)
            except click.Abort:
                say("stopped before the index was up to date")  # as asked for, so that it is no failure
                return
            if archives and code == NOTHING_DONE:
                context.exit(code)  # refused, as the reindex has said: what was typed is not what was indexed before
            what = _what_serves(Store(config.index_dir)) or context.exit(code)  # the reindex has said why
            if code:
                say("serving what was indexed before")
            if warning := _nameless(config, host, front["proxies"]):
                say(warning)

            def ready() -> None:
                stand_in.stop()
                say(f"serving {what} at http://{shown}/ (Ctrl-C stops)")

            answer(workers, front, ready)


def _what_serves(store: Store) -> str | None:
    """None when there is no index."""
    try:
        return f"generation {store.current()}"
    except NoIndexError:
        return None
    except StoreError:  # CURRENT is damaged
        return "the newest good generation"


def make_site(
    config: Config, *, renew: Callable[[], Engine] | None = None, deaths: Deaths | None = None, **front: Any
) -> Flask:
    """The application over the index of `config`, open and warm; it follows nothing before `_follow`.

    `renew` and `deaths` are for its `Follower`; `front` is what `create_app` is told of those who ask: `proxies` and
    what is believed of them, `rate`, `cpu`, `hook` and `misses`; and whether the index is being built (`building`).
    """
    from indexer.store.following import Follower
    from search.answer import service
    from search.request import SearchRequest
    from web.app import create_app
    from web.cli.composition import make_analyzer, make_engine

    analyzer = make_analyzer(config)
    follower = Follower(config.index_dir, make_engine(analyzer), watch=False, renew=renew, deaths=deaths)
    # An index that cannot be opened is a 503 that says so, until it is mended.
    with suppress(StoreError), follower.lease() as generation:
        # Loads the dictionary, and for a word that nothing holds what corrections need, now: not while the first reader
        # waits, and once for all processes.
        service.search(generation.index, SearchRequest(q="预热 wnagqi"))
    site = create_app(
        follower,
        title=config.title,
        base_url=config.base_url,
        host_names=config.host_names,
        images=config.images,
        frame_ancestors=config.frame_ancestors,
        links=config.links,
        **front,
    )
    for name in site.jinja_env.list_templates():
        site.jinja_env.get_template(name)  # compiles it, for the same reason
    return site


def _with_names(config: Config, host_names: str | None) -> Config:
    from indexer.config.values import read_host_names

    return replace(config, host_names=read_host_names(host_names, "--host-names")) if host_names else config


def _nameless(config: Config, host: str, proxies: int) -> str | None:
    """What to say when visitors come from elsewhere to a site that does not know what they call it."""
    from indexer.config.hosts import host_in_settings

    listens_at = host_in_settings(host)
    if config.base_url or config.host_names or (listens_at and listens_at.is_loopback and not proxies):
        return None
    what = "proxies pass on other names" if proxies else f"listening at {host}, beyond this machine"
    return f"{what}, and no name of the site is known: set base_url or host_names, or most visitors get 400"


def _checked(front: dict[str, Any], hook_secret_file: str | None, updates: Updates) -> dict[str, Any]:
    """What these options are for `create_app`; one that cannot be used is wrong usage."""
    from web.api.hook import Hook, read_secret
    from web.http.clients import NEARBY, read_networks

    if (front["forwarded_host"] or front["forwarded_prefix"]) and not front["proxies"]:
        raise click.UsageError("--forwarded-host and --forwarded-prefix are for those whom --proxies trusts")
    proxies_at = front["proxies_at"]
    try:
        secret = read_secret(os.environ.get("WANGQI_HOOK_SECRET"), hook_secret_file)
        networks = read_networks(proxies_at) if proxies_at else NEARBY
    except ConfigError as error:
        raise click.UsageError(str(error)) from error
    return {"proxies_at": networks, "hook": Hook(secret, updates.start) if secret else None}


def _engine_by(read_settings: Callable[[], Config]) -> Engine:
    """The engine by the settings as they are now: words and aliases may be others than when the server started."""
    from web.cli.composition import make_analyzer, make_engine

    return make_engine(make_analyzer(read_settings()))


def _serve(
    config: Config,
    listener: socket.socket,
    read_settings: Callable[[], Config],
    workers: int,
    front: dict[str, Any],
    ready: Callable[[], None] = lambda: None,
) -> None:
    from indexer.store.deaths import Deaths
    from web.errors import MAX_ADDRESS_CHARS
    from web.http.proxies import mounted_paths
    from web.server.processes import run_server
    from web.server.worker import Manners
    from web.site.routes import HEALTH

    urgent = {path.encode() for path in mounted_paths(HEALTH, config.base_url)}
    manners, hook = Manners(max_address=MAX_ADDRESS_CHARS, urgent=urgent), front["hook"]
    deaths = Deaths()
    run_server(
        partial(make_site, config, renew=partial(_engine_by, read_settings), deaths=deaths, **front),
        f"fd://{listener.detach()}",
        processes=workers,
        ready=ready,
        begin=_follow,
        on_death=deaths.note,
        manners=replace(manners, open_body=hook.open_body) if hook else manners,
    )


def _follow(site: Flask, note: Callable[[bytes], None]) -> None:
    """Let the site follow new generations, in the process that calls this, and `note` each that serves."""
    from indexer.store.following import Follower

    source = site.extensions["wangqi"].source
    assert isinstance(source, Follower)
    source.on_serving = note
    with suppress(StoreError):  # as above
        source.watch_from_now_on()
