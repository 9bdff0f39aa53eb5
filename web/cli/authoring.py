"""`wangqi parse | check`: one issue as it is understood, and what is doubtful about a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from search.errors import NoIndexError, StoreError
from web.cli.shared import (
    DONE_WITH_PROBLEMS,
    counted,
    echo,
    index_option,
    json_option,
    opened,
    print_json,
    problem_line,
    say,
    settings,
    strict_option,
)  # fmt: skip
from web.cli.shown import shown_in_line

if TYPE_CHECKING:
    from indexer.config import Config
    from indexer.reindex.one_file import OneFile
    from indexer.store.manifest import Manifest
    from indexer.store.opening import OpenGeneration
    from search.engine import Searcher
    from search.model import Entry, IssueInfo

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
    from indexer.reader import issue_as_dict
    from indexer.reindex.one_file import explained

    config = settings(archives, index=index)
    issue, habits, reasons = _read(Path(file), config, _manifest(config))
    if why:
        for reason in [*explained(habits), *(f"line {line}: {shown_in_line(text)}" for line, text in reasons)]:
            say(reason)
    if as_json:
        print_json(issue_as_dict(issue))
        return
    ref = issue.ref
    echo(f"{shown_in_line(ref.title or ref.path)} (number {ref.number or '-'}, {ref.date or 'no date'})")
    for section in issue.sections:
        echo(f"\n{section.line}: {section.title or '(no heading)'} [{section.kind}]")
        for entry in section.entries:
            echo(f"{entry.line:>5}  {entry.title or entry.text[:40]}  {entry.url or ''}".rstrip())
    for problem in issue.problems:
        echo(problem_line(Path(file), problem), err=True)


@click.command()
@issue_argument
@index_option
@strict_option
@json_option
@click.pass_context
def check(context: click.Context, file: str, index: str | None, strict: bool, as_json: bool) -> None:
    """Check a draft: links that already ran, the same link twice, numbering, unknown sections."""
    from indexer.check import check_draft

    config = settings(index=index)
    with ExitStack() as stack:
        generation = _published(stack, config)
        draft = _read(Path(file), config, generation.manifest if generation else None).issue
        before = generation.searcher.issues() if generation else []
        entries = _documents(generation.searcher, before) if generation else ()
        own = [info.ref for info in before if info.ref.archive == draft.ref.archive]
        problems = check_draft(draft, entries, own)
    if as_json:
        print_json({"path": file, "problems": [asdict(problem) | {"path": file} for problem in problems]})
    else:
        for problem in problems:
            echo(problem_line(Path(file), problem))
        echo(f"{counted(len(draft.entries()), 'entry', 'entries')}, {counted(len(problems), 'problem')}", err=True)
    if strict and problems:
        context.exit(DONE_WITH_PROBLEMS)


def _read(file: Path, config: Config, manifest: Manifest | None) -> OneFile:
    from indexer.archive.patterns import PathPatterns
    from indexer.reindex.one_file import read_one

    indexed = {name: Path(root) for name, root in manifest.archives.items()} if manifest else {}
    archives = indexed | dict(config.archives)
    patterns = PathPatterns(config.include, config.exclude)
    return read_one(file, archives, sections=config.sections, manifest=manifest, patterns=patterns)


def _manifest(config: Config) -> Manifest | None:
    """The manifest of the index; None without one, when the archives themselves are read."""
    from indexer.store.generations import Store
    from indexer.store.manifest import read_manifest

    store = Store(config.index_dir)
    try:
        return read_manifest(store.path(store.current()))
    except StoreError:
        return None


def _documents(searcher: Searcher, issues: Iterable[IssueInfo]) -> Iterator[Entry]:
    for info in issues:
        yield from searcher.documents(info.ref.id)


def _published(stack: ExitStack, config: Config) -> OpenGeneration | None:
    """The index to compare with; without one the draft is compared with itself, and that is said."""
    try:
        return stack.enter_context(opened(config, any_words=True))
    except NoIndexError as error:
        say(f"{error}; checking the draft alone")
        return None
