"""`wangqi parse`: one issue as it is understood."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from wangqi.search.errors import StoreError
from wangqi.search.errors.message import Message
from wangqi.web.cli.shared import (
    echo,
    index_option,
    json_option,
    print_json,
    problem_line,
    say,
    settings,
)  # fmt: skip
from wangqi.web.cli.shown import shown_in_line
from wangqi.web.words.terminal import translated

if TYPE_CHECKING:
    from wangqi.indexer.config import Config
    from wangqi.indexer.reindex.one_file import OneFile
    from wangqi.indexer.store.manifest import Manifest

issue_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False))


@click.command()
@issue_argument
@click.option(
    "--archive", "archives", multiple=True, metavar="DIR", help="The archive it is from, whose habits are its own."
)
@click.option(
    "--why", is_flag=True, help="Also say what decided: habits of its archive; for each section; for each entry."
)
@index_option
@json_option
def parse(file: str, archives: tuple[str, ...], why: bool, index: str | None, as_json: bool) -> None:
    """Show one issue as it is understood, entry by entry."""
    from wangqi.indexer.reader import issue_as_dict
    from wangqi.indexer.reindex.one_file import explained

    config = settings(archives, index=index)
    read = read_as_issue(Path(file), config, published_manifest(config))
    issue = read.issue
    if why:
        for reason in [
            *explained(read.habits),
            *(Message("line {line}: {reason}", line=line, reason=reason) for line, reason in read.reasons),
        ]:
            say(reason)
    if as_json:
        print_json(issue_as_dict(issue))
        return
    ref = issue.ref
    echo(
        "{title} (number {number}, {date})",
        title=shown_in_line(ref.title or ref.path),
        number=ref.number or "-",
        date=ref.date or Message("no date"),
    )
    for section in issue.sections:
        title = section.title or translated(Message("(no heading)"))
        echo(f"\n{section.line}: {title} [{section.kind}]")
        for entry in section.entries:
            echo(f"{entry.line:>5}  {entry.title or entry.text[:40]}  {entry.url or ''}".rstrip())
    for problem in issue.problems:
        echo(problem_line(Path(file), problem), err=True)


def read_as_issue(file: Path, config: Config, manifest: Manifest | None, *, data: bytes | None = None) -> OneFile:
    """The issue in `file` as part of its archive; `data` is what will be in it, when it is not there yet."""
    from wangqi.indexer.archive.patterns import PathPatterns
    from wangqi.indexer.reindex.one_file import read_one

    indexed = {name: Path(root) for name, root in manifest.archives.items()} if manifest else {}
    archives = indexed | dict(config.archives)
    patterns = PathPatterns(config.include, config.exclude)
    return read_one(file, archives, sections=config.sections, manifest=manifest, patterns=patterns, data=data)


def published_manifest(config: Config) -> Manifest | None:
    """The manifest of the index; None without one, when the archives themselves are read."""
    from wangqi.indexer.store.generations import Store
    from wangqi.indexer.store.manifest import read_manifest

    store = Store(config.index_dir)
    try:
        return read_manifest(store.path(store.current()))
    except StoreError:
        return None
