"""`wangqi serve`: index if needed, then serve; new generations are followed without a restart."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from wangqi.search.errors import ConfigError, NoIndexError, StoreError
from wangqi.search.errors.message import Message, message_of
from wangqi.web.cli.memory_limit import SERVE_MB, check_memory
from wangqi.web.cli.shared import (
    NOTHING_DONE,
    OTHER_RUNNING,
    archives_argument,
    index_option,
    say,
    server_options,
    settings,
    wrong_usage,
)
from wangqi.web.cli.stand_in import StandIn, listen_at
from wangqi.web.cli.stopping import Stopped, ended_at_once, stoppable
from wangqi.web.cli.update import RETRY_AFTER_S, Updates, bring_up_to_date

if TYPE_CHECKING:
    from flask import Flask

    from wangqi.indexer.config import Config
    from wangqi.indexer.store.deaths import Deaths
    from wangqi.indexer.store.generations import Store
    from wangqi.search.engine import Engine
    from wangqi.web.api.hook import Hook


CAN_FORK: Final = hasattr(os, "fork")
"""Not on Windows, where one process answers."""


@click.command()
@archives_argument
@index_option
@server_options
@click.pass_context
def serve(
    context: click.Context, /, archives: tuple[str, ...], index: str | None, **options: str | bool | None
) -> None:
    """Bring the index up to date and serve pages and the JSON API; until that is done, what was indexed before.

    An ARCHIVE that cannot be read ends it; when one of the settings cannot, what was indexed before is served.
    """
    from wangqi.indexer.store.generations import Store
    from wangqi.web.cli.logs import set_up_logs

    check_memory(SERVE_MB)
    config = settings(archives, index, options)
    hook = _hook(config, Updates(archives, index, config.index_dir))
    set_up_logs()
    shown = f"{f'[{config.host}]' if ':' in config.host else config.host}:{config.port}"
    with listen_at(config.host, config.port) as listener:
        answer = partial(_serve, config, listener, partial(settings, archives, index), hook)
        with StandIn(partial(answer, 1, building=True)) as stand_in:
            elsewhere = not archives and _is_made_elsewhere(config, Store(config.index_dir))
            try:
                with stoppable():
                    code = 0 if elsewhere else _index_first(archives, index, Store(config.index_dir), stand_in)
            except Stopped:
                return  # as asked for, so that it is no failure
            if archives and code == NOTHING_DONE:
                context.exit(code)  # refused, as the reindex has said: what was typed is not what was indexed before
            what = _what_serves(Store(config.index_dir)) or elsewhere or context.exit(code)  # the reindex has said why
            if code:
                say(Message("serving what was indexed before"))
            if warning := _nameless(config):
                say(warning)
            if not CAN_FORK:
                say(Message("one process answers, enough for a few readers: this system cannot share more of them"))

            def ready() -> None:
                stand_in.stop()
                say(Message("serving {what} at http://{shown}/ (Ctrl-C stops)", what=what, shown=shown))

            with ended_at_once():  # until the server knows what to do about signals
                answer(config.workers, ready=ready)


def _index_first(archives: tuple[str, ...], index: str | None, store: Store, stand_in: StandIn) -> int:
    """Exit code of the reindex. Another one that is at it is waited for where there is nothing to serve yet."""

    def meanwhile() -> None:
        if stand_in.start():
            say(Message("indexing; until that is done, the previous index answers, or 503"))

    while True:
        code = bring_up_to_date(archives, index, meanwhile=meanwhile)
        if code != OTHER_RUNNING or _what_serves(store):
            return code
        meanwhile()
        time.sleep(RETRY_AFTER_S)


def _is_made_elsewhere(config: Config, store: Store) -> str | None:
    """What a host serves that has no archives: a copy of another index, or what its cluster names; None for a host that
    makes its own."""
    from wangqi.indexer.store.copies import source_of
    from wangqi.indexer.store.pointer import follow
    from wangqi.web.cli.composition import make_shelf

    if source := source_of(store.folder):
        return f"a copy of {source}"
    shelf = None if config.archives else make_shelf(config)
    if not shelf:
        return None
    try:
        follow(store.folder, shelf)
        archives = list(store.manifest(store.current()).archives.values())
    except NoIndexError:
        return None
    except StoreError as error:
        say(str(error))
        archives = []
    return None if any(Path(archive).exists() for archive in archives) else "what the cluster has, once it answers"


def _what_serves(store: Store) -> str | None:
    """A name for the generation to serve; None when there is no index."""
    try:
        return Message("generation {name}", name=store.current())
    except NoIndexError:
        return None
    except StoreError:  # CURRENT is damaged
        return Message("the newest good generation")


def make_site(
    config: Config,
    *,
    renew: Callable[[], Engine] | None = None,
    deaths: Deaths | None = None,
    hook: Hook | None = None,
    building: bool = False,
) -> Flask:
    """The application over the index of `config`, open and warm; it follows nothing before `_follow`.

    `renew` and `deaths` are for its `Follower`, `hook` and `building` for `create_app`.
    """
    from wangqi.indexer.store.following import Follower
    from wangqi.search.answer import service
    from wangqi.search.request import SearchRequest
    from wangqi.web.cli.composition import make_engine

    follower = Follower(config.index_dir, make_engine(config), watch=False, renew=renew, deaths=deaths)
    # An index that cannot be opened is a 503 that says so, until it is mended.
    with suppress(StoreError), follower.lease() as generation:
        # Loads the dictionary, and for a word that nothing holds what corrections need, now: not while the first reader
        # waits, and once for all processes.
        service.search(generation.index, SearchRequest(q="预热 wnagqi"))
    # Not before: so they take the room that was needed while tables of the index were made, 6 MB.
    from wangqi.web.app import create_app
    from wangqi.web.site.misses import Misses
    from wangqi.web.site.searches import Searches

    misses = Misses(config.index_dir) if config.note_misses else None
    searches = Searches(config.index_dir) if config.note_searches else None
    site = create_app(follower, config, hook=hook, misses=misses, searches=searches, building=building)
    for name in site.jinja_env.list_templates():
        site.jinja_env.get_template(name)  # compiles it, for the same reason
    return site


def _nameless(config: Config) -> str | None:
    """A warning for a site that visitors reach from elsewhere and that knows no name of its own; None when it is not
    needed."""
    from wangqi.indexer.config.hosts import host_in_settings

    listens_at = host_in_settings(config.host)
    if config.base_url or config.host_names or (listens_at and listens_at.is_loopback and not config.proxies):
        return None
    what = (
        Message("proxies pass on other names")
        if config.proxies
        else Message("listening at {host}, beyond this machine", host=config.host)
    )
    return Message(
        "{what}, and no name of the site is known: set base_url or host_names, or most visitors get 400", what=what
    )


def _hook(config: Config, updates: Updates) -> Hook | None:
    """The hook, where there is a secret. Settings that do not fit together are wrong usage."""
    if (config.forwarded_host or config.forwarded_prefix) and not config.proxies:
        raise wrong_usage(Message("--forwarded-host and --forwarded-prefix are for those whom --proxies trusts"))
    if not config.hook_secret and not config.hook_secret_file:
        return None
    from wangqi.web.api.hook import Hook, read_secret

    try:
        secret = read_secret(config.hook_secret, config.hook_secret_file)
    except ConfigError as error:
        raise wrong_usage(message_of(error)) from error
    return Hook(secret, updates.start) if secret else None


def _serve(
    config: Config,
    listener: socket.socket,
    read_settings: Callable[[], Config],
    hook: Hook | None,
    workers: int,
    *,
    ready: Callable[[], None] = lambda: None,
    building: bool = False,
) -> None:
    from wangqi.indexer.store.deaths import Deaths
    from wangqi.web.cli.composition import make_engine

    deaths = Deaths()

    def renew() -> Engine:
        return make_engine(read_settings())  # words and aliases may be others than when the server started

    make = partial(make_site, config, renew=renew, deaths=deaths, hook=hook, building=building)
    if not CAN_FORK:
        from wangqi.web.server.one_process import serve_alone

        serve_alone(make, listener, ready=ready, begin=_follow)
        return
    from wangqi.web.http.proxies import mounted_paths
    from wangqi.web.server.processes import run_server
    from wangqi.web.server.worker import Manners
    from wangqi.web.site.routes import HEALTH, MAX_ADDRESS_CHARS

    urgent = {path.encode() for path in mounted_paths(HEALTH, config.base_url)}
    manners = Manners(max_address=MAX_ADDRESS_CHARS, urgent=urgent)
    run_server(
        make,
        f"fd://{listener.detach()}",
        processes=workers,
        ready=ready,
        begin=_follow,
        on_death=deaths.note,
        manners=replace(manners, open_body=hook.open_body) if hook else manners,
    )


def _follow(site: Flask, note: Callable[[bytes], None]) -> None:
    """Let the site follow new generations, in the process that calls this, and `note` each that serves."""
    from wangqi.indexer.store.following import Follower

    source = site.extensions["wangqi"].source
    assert isinstance(source, Follower)
    source.on_serving = note
    with suppress(StoreError):  # as above
        source.watch_from_now_on()
