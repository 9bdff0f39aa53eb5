"""`wangqi misses`: what readers looked for and no entry holds."""

from __future__ import annotations

from dataclasses import asdict

import click

from wangqi.search.errors import StoreError
from wangqi.search.errors.message import Message, plural
from wangqi.web.cli.shared import echo, index_option, json_option, print_json, say, settings
from wangqi.web.cli.shown import shown_in_line


@click.command()
@index_option
@click.option("-n", "shown", default=30, show_default=True, type=click.IntRange(min=1), metavar="N",
              help="Searches to show.")  # fmt: skip
@json_option
def misses(index: str | None, shown: int, as_json: bool) -> None:
    """Searches that found nothing, the most frequent first; `wangqi serve --note-misses` notes them."""
    from wangqi.web.site.misses import FILE_NAME, is_full, read_misses

    folder = settings(index=index).index_dir
    try:
        found = read_misses(folder)
        if is_full(folder):
            say(Message("{file} is full: no more is noted until it is taken away", file=folder / FILE_NAME))
    except OSError as error:
        raise StoreError("{path}: cannot be read: {reason}", path=folder / FILE_NAME, reason=error.strerror) from error
    if as_json:
        print_json({"total": len(found), "misses": [asdict(miss) for miss in found[:shown]]})
        return
    for miss in found[:shown]:
        echo(f"{miss.times:6}  {miss.last[:10]}  {shown_in_line(miss.q)}")
    if not found:
        echo(
            "nothing is noted in {folder}; `wangqi serve --note-misses` notes searches that find nothing", folder=folder
        )
    elif len(found) > shown:
        echo(
            "{more}; -n shows more",
            more=plural(len(found) - shown, "{num} more search", "{num} more searches"),
            err=True,
        )
