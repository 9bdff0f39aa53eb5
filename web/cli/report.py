"""`wangqi report`: what readers searched for, and what they did not find."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import click

from wangqi.search.errors import StoreError
from wangqi.search.errors.message import Message, plural
from wangqi.web.cli.shared import echo, index_option, json_option, print_json, settings
from wangqi.web.cli.shown import shown_in_line
from wangqi.web.words.terminal import translated

if TYPE_CHECKING:
    from wangqi.web.site.searches import Query

DAYS: Final = {"d": 1, "w": 7, "m": 30, "y": 365}


def _time(context: click.Context, option: click.Parameter, value: str) -> datetime:
    """The time (UTC) of a day (`2026-11-01`), or of so long ago: `30d`, `4w`, `6m`, `1y`."""
    try:
        if found := re.fullmatch(r"([0-9]{1,4})([dwmy])", value):
            return datetime.now(UTC).replace(tzinfo=None) - timedelta(days=int(found[1]) * DAYS[found[2]])
        return datetime.strptime(value, "%Y-%m-%d")
    except (ValueError, OverflowError) as error:
        wrong = Message("{value!r} is no time: write 30d, 4w, 6m, 1y or a day such as 2026-11-01", value=value)
        raise click.BadParameter(translated(wrong)) from error


@click.command()
@index_option
@click.option("--since", callback=_time, default="30d", show_default=True, metavar="TIME",
              help="How long ago (30d, 4w, 6m), or a day.")  # fmt: skip
@click.option("-n", "shown", default=20, show_default=True, type=click.IntRange(min=1), metavar="N",
              help="Queries to show of each kind.")  # fmt: skip
@json_option
def report(index: str | None, since: datetime, shown: int, as_json: bool) -> None:
    """What was searched for and what found nothing, the most frequent first.

    `wangqi serve --note-searches` notes it.
    """
    from wangqi.web.site.searches import FILE_NAME, read_report

    folder = settings(index=index).index_dir
    try:
        found = read_report(folder, since)
    except OSError as error:
        raise StoreError("{path}: cannot be read: {reason}", path=folder / FILE_NAME, reason=error.strerror) from error
    if as_json:
        lists = {"frequent": found.queries, "missed": found.missed}
        print_json(
            {
                "since": f"{since:%Y-%m-%d}",
                "searches": found.searches,
                "queries": len(found.queries),
                **{name: [asdict(query) for query in queries[:shown]] for name, queries in lists.items()},
            }
        )
        return
    day = f"{since:%Y-%m-%d}"
    if not found.queries:
        echo(
            "nothing is noted since {day} in {folder}; `wangqi serve --note-searches` notes searches",
            day=day,
            folder=folder,
        )
    else:
        searches = plural(found.searches, "{num} search", "{num} searches")
        queries = plural(len(found.queries), "{num} query", "{num} queries")
        echo(
            "since {day}: {searches}, {queries}, of which {missed} found nothing",
            day=day,
            searches=searches,
            queries=queries,
            missed=len(found.missed),
        )
        _show(Message("most frequent"), found.queries, shown)
        _show(Message("nothing found"), found.missed, shown)


def _show(heading: str, queries: Sequence[Query], most: int) -> None:
    if not queries:
        return
    echo("")
    echo("{heading}: times, the last one, entries found", heading=heading)
    for query in queries[:most]:
        echo(f"{query.times:6}  {query.last[:10]}  {query.found:6}  {shown_in_line(query.q)}")
