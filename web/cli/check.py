"""`wangqi check`: what is doubtful about drafts, for a person, a program or a pull request."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from wangqi.search.errors import NoIndexError, ReadError
from wangqi.search.errors.message import Message, message_of, plural
from wangqi.web.cli.authoring import published_manifest, read_as_issue
from wangqi.web.cli.shared import (
    DONE_WITH_PROBLEMS,
    NOTHING_DONE,
    all_documents,
    echo,
    index_option,
    opened,
    print_json,
    problem_line,
    say,
    settings,
    strict_option,
)  # fmt: skip
from wangqi.web.cli.shown import shown_in_line
from wangqi.web.words.terminal import translated

if TYPE_CHECKING:
    from wangqi.indexer.check import DraftFile
    from wangqi.indexer.config import Config
    from wangqi.indexer.store.opening import OpenGeneration
    from wangqi.search.model import Entry, IssueRef, Problem

FILE: Final = click.Path(exists=True, dir_okay=False, allow_dash=True)
FORMATS: Final = ("text", "json", "github")
STDIN: Final = "-"
MAX_STDIN_BYTES: Final = 10_000_000


class Checked(NamedTuple):
    file: str
    """As it was named."""
    entries: int
    problems: list[Problem]


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=FILE)
@index_option
@click.option("--site", metavar="URL", help="A site of Wangqi to ask which links ran before.")
@strict_option
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to print problems.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.pass_context
def check(
    context: click.Context, files: tuple[str, ...], index: str | None, site: str | None, strict: bool, form: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Check drafts: links that ran before or lead nowhere, numbering, names of sections, what is missing.

    FILE is a draft, or - for standard input.
    """
    config, form = settings(index=index), "json" if as_json else form
    checked, unread = [], False
    with ExitStack() as stack:
        generation = None if site else _published(stack, config)
        before = _Before(generation, site)
        for file in files:
            try:
                checked.append(_checked(file, config, before))
            except (ReadError, OSError) as error:
                if len(files) == 1:
                    raise
                say(message_of(error) if isinstance(error, ReadError) else str(error))
                unread = True
    _print(checked, form)
    if unread:
        context.exit(NOTHING_DONE)
    if strict and any(one.problems for one in checked):
        context.exit(DONE_WITH_PROBLEMS)


class _Before:
    """What ran before: in the index, or on a site that is asked."""

    def __init__(self, generation: OpenGeneration | None, site: str | None) -> None:
        self._searcher = generation.searcher if generation else None
        self._site = site
        self.issues = self._searcher.issues() if self._searcher else []

    @cached_property
    def entries(self) -> Sequence[Entry]:
        return list(all_documents(self._searcher)) if self._searcher else []

    def of(self, archive: str) -> list[IssueRef]:
        return [info.ref for info in self.issues if info.ref.archive == archive]

    def ran(self, draft: DraftFile) -> Mapping[str, Sequence[str]]:
        from wangqi.web.cli.remote_lookup import ran_before

        return ran_before(self._site, draft.issue) if self._site else {}


def _checked(file: str, config: Config, before: _Before) -> Checked:
    from wangqi.indexer.check import DraftFile, check_draft

    data = sys.stdin.buffer.read(MAX_STDIN_BYTES) if file == STDIN else None
    place = Path("draft.md" if file == STDIN else file)
    read = read_as_issue(place, config, published_manifest(config), data=data)
    draft = DraftFile(
        issue=read.issue,
        lines=read.lines,
        source=read.data.decode("utf-8-sig", "replace").splitlines(),
        folder=None if file == STDIN else place.resolve().parent,
        root=read.root,
    )
    problems = check_draft(draft, before.entries, before.of(draft.issue.ref.archive), ran=before.ran(draft))
    return Checked(file, len(read.issue.entries()), problems)


def _published(stack: ExitStack, config: Config) -> OpenGeneration | None:
    """The index to compare with; without one the draft is compared with itself, and that is said."""
    try:
        return stack.enter_context(opened(config, any_words=True))
    except NoIndexError as error:
        say(Message("{error}; checking the draft alone", error=error))
        return None


def _print(checked: Sequence[Checked], form: str) -> None:
    if form == "json":
        files = [_as_json(one) for one in checked]
        found = [problem for one in files for problem in one["problems"]]
        print_json({"path": checked[0].file, "problems": found, "files": files})  # as when one file was all
        return
    for one in checked:
        for problem in one.problems:
            echo(_annotation(one.file, problem) if form == "github" else _line(one.file, problem))
    entries, problems = sum(one.entries for one in checked), sum(len(one.problems) for one in checked)
    echo(
        "{entries}, {problems}",
        entries=plural(entries, "{num} entry", "{num} entries"),
        problems=plural(problems, "{num} problem", "{num} problems"),
        err=True,
    )


def _as_json(one: Checked) -> dict[str, Any]:
    problems = [asdict(problem) | {"path": one.file} for problem in one.problems]
    return {"path": one.file, "entries": one.entries, "problems": problems}


def _line(file: str, problem: Problem) -> str:
    if file == STDIN:
        return f"-:{problem.line}: {shown_in_line(translated(problem.message))}"
    return problem_line(Path(file), problem)


def _annotation(file: str, problem: Problem) -> str:
    """A line that GitHub's runner makes a remark of, beside the line of a pull request."""
    message = _escaped(translated(problem.message))
    return f"::warning file={_escaped(file, ':,')},line={problem.line},title={problem.code}::{message}"


def _escaped(text: str, more: str = "") -> str:
    text = shown_in_line(text)
    return "".join(f"%{ord(char):02X}" if char in "%\r\n" + more else char for char in text)
