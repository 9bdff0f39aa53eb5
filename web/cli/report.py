"""`wangqi report`: what readers searched for, and what they did not find."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import click

from wangqi.search.errors import StoreError
from wangqi.web.cli.shared import counted, echo, index_option, json_option, print_json, settings
from wangqi.web.cli.shown import shown_in_line

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
        wrong = f"{value!r} is no time: write 30d, 4w, 6m, 1y or a day such as 2026-11-01"
        raise click.BadParameter(wrong) from error


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
        raise StoreError(f"{folder / FILE_NAME}: cannot be read: {error.strerror}") from error
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
    elif not found.queries:
        echo(f"nothing is noted since {since:%Y-%m-%d} in {folder}; `wangqi serve --note-searches` notes searches")
    else:
        searches = counted(found.searches, "search", "searches")
        queries = counted(len(found.queries), "query", "queries")
        echo(f"since {since:%Y-%m-%d}: {searches}, {queries}, of which {len(found.missed)} found nothing")
        _show("most frequent", found.queries, shown)
        _show("nothing found", found.missed, shown)


def _show(heading: str, queries: Sequence[Query], most: int) -> None:
    if not queries:
        return
    echo(f"\n{heading}: times, the last one, entries found")
    for query in queries[:most]:
        echo(f"{query.times:6}  {query.last[:10]}  {query.found:6}  {shown_in_line(query.q)}")
