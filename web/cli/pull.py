"""`wangqi pull`: the index of another host, to serve it here too."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wangqi.web.cli.shared import echo, index_option, json_option, print_json, say, settings
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
    from wangqi.web.cli.composition import make_analyzer, make_engine

    config = settings(index=index)
    if source is None:
        last = copies.source_of(config.index_dir)
        if last is None:
            raise click.UsageError("no SOURCE is given, and none was pulled before")
        source = Path(last)
    with stoppable():
        pulled = copies.pull(source, config.index_dir, make_engine(config, make_analyzer(config)).fingerprint)
    for line in pulled.passed_over:
        say(f"passed over a newer generation: {line}")
    if as_json:
        print_json(asdict(pulled))
    else:
        echo(_summary(pulled))


def _summary(pulled: Pulled) -> str:
    if pulled.generation == pulled.before:
        return f"generation {pulled.generation} serves already"
    sizes = f"{pulled.copied_bytes / 1e6:.1f} MB copied, {pulled.linked_bytes / 1e6:.1f} MB linked"
    return f"generation {pulled.generation} serves, before {pulled.before or 'none'} did ({sizes})"
