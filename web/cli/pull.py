"""`wangqi pull`: the index of another host, to serve it here too."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wangqi.search.errors.message import Message
from wangqi.web.cli.shared import echo, index_option, json_option, print_json, say, settings, wrong_usage
from wangqi.web.cli.stopping import stoppable

if TYPE_CHECKING:
    from wangqi.indexer.store.copies import Pulled


@click.command()
@click.argument("source", type=click.Path(path_type=Path), required=False)
@index_option
@json_option
def pull(source: Path | None, index: str | None, as_json: bool) -> None:
    """Take over the newest generation of the index in SOURCE, a folder of another host that is mounted or synchronised
    here; a running `serve` follows. Without SOURCE, that of the last time.

    Files that an earlier generation has too are linked. Settings must be those of the host that makes the index.
    """
    from wangqi.indexer.store import copies
    from wangqi.web.cli.composition import make_engine

    config = settings(index=index)
    if source is None:
        last = copies.source_of(config.index_dir)
        if last is None:
            raise wrong_usage(Message("no SOURCE is given, and none was pulled before"))
        source = Path(last)
    with stoppable():
        pulled = copies.pull(source, config.index_dir, make_engine(config).fingerprint)
    for line in pulled.passed_over:
        say(Message("passed over a newer generation: {line}", line=line))
    if as_json:
        print_json(asdict(pulled))
    else:
        echo(_summary(pulled))


def _summary(pulled: Pulled) -> str:
    if pulled.generation == pulled.before:
        return Message("generation {name} serves already", name=pulled.generation)
    sizes = Message(
        "{copied:.1f} MB copied, {linked:.1f} MB linked",
        copied=pulled.copied_bytes / 1e6,
        linked=pulled.linked_bytes / 1e6,
    )
    before = pulled.before or Message("none")
    return Message(
        "generation {name} serves, before {before} did ({sizes})", name=pulled.generation, before=before, sizes=sizes
    )
