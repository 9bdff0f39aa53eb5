"""`wangqi reindex`: read what changed, publish a new generation, report."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wangqi.search.errors import StoreError
from wangqi.search.errors.message import Message, plural
from wangqi.web.cli.memory_limit import REINDEX_MB, check_memory
from wangqi.web.cli.shared import (
    DONE_WITH_PROBLEMS,
    archives_argument,
    echo,
    index_option,
    json_option,
    opened,
    print_json,
    problem_line,
    say,
    settings,
    stoppable_progress,
    strict_option,
    wrong_usage,
)  # fmt: skip
from wangqi.web.cli.shown import shown_in_line

if TYPE_CHECKING:
    from wangqi.indexer.config import Config
    from wangqi.indexer.reindex.report import ReindexReport

MAX_SHOWN_PROBLEMS = 20


@click.command()
@archives_argument
@index_option
@click.option("--full", is_flag=True, help="Read and index everything anew.")
@click.option("--force", is_flag=True, help="Publish even when more than a fifth of the entries would be lost.")
@click.option("--watch", is_flag=True, help="Go on, and do so again when a file changes, until Ctrl-C.")
@strict_option
@json_option
@click.pass_context
def reindex(
    context: click.Context, archives: tuple[str, ...], index: str | None, full: bool, force: bool, watch: bool,
    strict: bool, as_json: bool,
) -> None:  # fmt: skip
    """Read what changed in the archives and publish it.

    ARCHIVE is a folder or a file of Markdown, NAME=PATH to name it. Without one, the archives of wangqi.toml are read,
    or those of the last run. Archives of the index that are not named stay in it as they are.
    """
    from wangqi.web.cli.watching import watch as watch_files

    if watch and strict:
        raise wrong_usage(Message("--strict is about the exit code, and --watch goes on: give one of them"))
    began_ns = time.time_ns()
    has_problems = _reindex_once(archives, index, full=full, force=force, strict=strict, as_json=as_json)
    if watch:
        again = partial(_reindex_once, archives, index, full=False, force=False, strict=False, as_json=as_json)
        watch_files(lambda: _roots(settings(archives, index)), again, began_ns=began_ns)
    elif strict and has_problems:
        context.exit(DONE_WITH_PROBLEMS)


def _reindex_once(
    archives: tuple[str, ...], index: str | None, *, full: bool, force: bool, strict: bool, as_json: bool
) -> bool:
    """Reindex and report; if it is to be `strict`, whether there are problems that nobody has accepted."""
    from wangqi.indexer.store import copies

    config = settings(archives, index)
    if source := not archives and copies.source_of(config.index_dir):
        raise StoreError(
            "the index in {folder} is a copy of that in {source}: run `wangqi pull`; or name its "
            "archives, and it is made here from now on",
            folder=config.index_dir,
            source=source,
        )
    report = run(config, full=full, force=force)
    copies.make_own(config.index_dir)
    strangers = _unknown_links(config, report.generation)
    for line in (*strangers, *(_unfilled_links(config) if report.changed else ())):
        say(line)
    if as_json:
        print_json(report.as_dict())
    else:
        for line in summary(report):
            echo(line)
        print_problems(report)
    return bool(strangers) or (strict and _has_new_problems(config, report))


def _has_new_problems(config: Config, report: ReindexReport) -> bool:
    """Whether there are problems beside those that the author has accepted."""
    from wangqi.indexer.store.accepted import not_accepted
    from wangqi.indexer.store.generations import Store

    records = Store(config.index_dir).manifest(report.generation).issues.values() if report.problems else ()
    return bool(not_accepted(config.index_dir, records))


def _roots(config: Config) -> list[Path]:
    """Of the archives that a reindex reads."""
    from wangqi.indexer.store.generations import Store

    store = Store(config.index_dir)
    return list(config.archives.values()) or list(map(Path, store.manifest(store.current()).archives.values()))


def _unknown_links(config: Config, generation: str) -> list[str]:
    """A line for each archive that `links` or `names` name and the index does not have."""
    from wangqi.indexer.store.generations import Store

    known = Store(config.index_dir).manifest(generation).archives if config.links or config.names else {}
    return [
        Message(
            "{setting}: there is no archive named {name}; there is {known}",
            setting=setting,
            name=shown_in_line(name),
            known=list(known),
        )
        for setting, names in (("links", config.links), ("names", config.names))
        for name in names
        if name not in known
    ]


def _unfilled_links(config: Config) -> Iterator[str]:
    """A line for each archive of whose issues some lack what its template of `links` names."""
    from wangqi.web.site.addresses import Addresses

    if not config.links:
        return
    addresses = Addresses(links=config.links)
    with opened(config) as generation:
        for archive in config.links:
            issues = [info.ref for info in generation.searcher.issues([archive])]
            lacking = [ref for ref in issues if not addresses.source(ref)]
            if lacking:
                yield Message(
                    "links: {count} of {total} issues of {archive} lack what its template names, {path} for one; they"
                    " have no link to your own site",
                    count=len(lacking),
                    total=len(issues),
                    archive=archive,
                    path=shown_in_line(lacking[0].path),
                )


def run(config: Config, *, full: bool = False, force: bool = False) -> ReindexReport:
    """Reindex with a progress bar on a terminal. Told to end, it leaves nothing behind and raises `Stopped`."""
    from wangqi.indexer.reindex import reindex as reindex_archives
    from wangqi.web.cli.composition import make_engine

    check_memory(REINDEX_MB)
    engine = make_engine(config)
    with stoppable_progress() as progress:
        return reindex_archives(config, engine, full=full, force=force, progress=progress)


def summary(report: ReindexReport) -> list[Message]:
    """Two lines about what was done."""
    what = Message(
        "generation {name}: {entries}; {reason}",
        name=report.generation,
        entries=plural(report.entries, "{num} entry", "{num} entries"),
        reason=report.reason,
    )
    issues = Message(
        "issues: {added} added, {changed} changed, {removed} removed, {unchanged} unchanged, {failed} failed "
        "({seconds:.1f} s)",
        **asdict(report.issues),
        seconds=report.took_ms / 1000,
    )
    return [what, issues]


def print_problems(report: ReindexReport) -> None:
    """Print the new problems on standard error, files that could not be read first."""
    fresh = sorted((one for one in report.problems if one.fresh), key=lambda one: not one.unreadable)
    for one in fresh[:MAX_SHOWN_PROBLEMS]:
        echo(problem_line(one.file, one.problem), err=True)
    if hidden := len(report.problems) - min(len(fresh), MAX_SHOWN_PROBLEMS):
        more = plural(hidden, "{num} more problem", "{num} more problems")
        echo("{more}, known before or not shown; `wangqi status --problems` groups them", more=more, err=True)
