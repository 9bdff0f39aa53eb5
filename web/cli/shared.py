"""Options, settings and manners that several commands share."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from copy import copy
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from wangqi.indexer.config import Config, dictionary_words, load_config
from wangqi.indexer.config.table import SETTINGS
from wangqi.search.errors import ConfigError
from wangqi.search.errors.message import Message, message_of
from wangqi.web.cli.shown import Styled, escaped_in_json, shown, shown_in_line
from wangqi.web.cli.stopping import stoppable
from wangqi.web.words.terminal import speaks_chinese, translated

if TYPE_CHECKING:
    from wangqi.indexer.store.opening import OpenGeneration
    from wangqi.search.engine import Searcher
    from wangqi.search.model import Entry, Problem

FC = TypeVar("FC", bound=Callable[..., Any] | click.Command)

NOTHING_DONE: Final = 1
WRONG_USAGE: Final = 2
OTHER_RUNNING: Final = 3
DONE_WITH_PROBLEMS: Final = 4
CLUSTER_AWAY: Final = 5


archives_argument = click.argument("archives", nargs=-1, metavar="[ARCHIVE]...")


def setting_option(name: str) -> Callable[[FC], FC]:
    """The option of a setting: its text, True for a switch, None when it is not given."""
    setting = SETTINGS[name]
    more: dict[str, Any] = {"metavar": setting.type.metavar} if setting.type.metavar else {"is_flag": True}
    return click.option(setting.option, name, default=None, help=setting.help, **more)


def server_options(command: FC) -> FC:
    """The options of all settings but the index, in the order of their table."""
    for name in reversed([name for name, setting in SETTINGS.items() if setting.option and name != "index"]):
        command = setting_option(name)(command)
    return command


index_option = setting_option("index")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")
strict_option = click.option("--strict", is_flag=True, help="Exit with 4 when there are problems.")


def wrong_usage(message: str) -> click.UsageError:
    """To be raised, with what is wrong in the language of the terminal."""
    return click.UsageError(translated(message))


class _WrongSetting(click.ClickException):
    """Says where it stands and what is allowed there, which `--help` of a command does not for `wangqi.toml`."""

    exit_code = WRONG_USAGE


def settings(
    archives: Sequence[str] = (), index: str | None = None, options: Mapping[str, str | bool | None] | None = None
) -> Config:
    """The settings of this run, and with `options` those of the server; one that cannot be used is wrong usage."""
    try:
        config = load_config(archives, options={"index": index, **(options or {})}, for_server=options is not None)
        dictionary_words(config)  # a dictionary that cannot be read is a setting that cannot be used
    except ConfigError as error:
        raise _WrongSetting(translated(message_of(error))) from error
    return config


def echo(text: str, /, *, err: bool = False, **values: object) -> None:
    """Print a line, or several, in the language of the terminal: the only way by which anything is printed, since much
    of it comes from elsewhere. With `values` it is the template of a `Message`."""
    text = Message(text, **values) if values else text
    click.echo(shown(text if isinstance(text, Styled) else translated(text)), err=err)


def say(message: str) -> None:
    """Print one line on standard error."""
    echo(f"wangqi: {shown_in_line(translated(message))}", err=True)


def print_json(document: object) -> None:
    echo(escaped_in_json(json.dumps(document, ensure_ascii=False, indent=2)))


def shown_path(path: Path) -> str:
    """`path` as a person at the terminal would type it, but in one line."""
    relative = os.path.relpath(path)
    return shown_in_line(relative if not relative.startswith(os.pardir) else str(path))


def problem_line(file: Path, problem: Problem) -> str:
    return f"{shown_path(file)}:{problem.line}: {shown_in_line(translated(problem.message))}"


def translated_help(command: click.Command) -> click.Command:
    """`command`, with what `--help` says of it and its options in the language of the terminal."""
    if not speaks_chinese():
        return command
    command = copy(command)
    command.help = translated(Message(cleandoc(command.help or "")))
    command.short_help = re.split("[。；\n]", command.help)[0]  # click looks for a full stop and a blank
    command.params = [copy(option) for option in command.params]
    for option in command.params:
        if isinstance(option, click.Option) and option.help:
            option.help = translated(_setting_help(option) or Message(option.help))
    return command


def _setting_help(option: click.Option) -> Message | None:
    """What click was given as the help of a setting's option, of which it keeps the English; None for other options."""
    setting = SETTINGS.get(option.name or "")
    return setting.help if setting and setting.option in option.opts else None


@contextmanager
def opened(config: Config, *, any_words: bool = False) -> Iterator[OpenGeneration]:
    """The generation to ask, or, with `any_words`, to read. A damaged generation is passed over, and that is said."""
    from wangqi.indexer.store.opening import open_newest_good
    from wangqi.web.cli.composition import make_engine

    generation, problem = open_newest_good(config.index_dir, make_engine(config), any_words=any_words)
    if problem:
        say(problem)
    with closing(generation):
        yield generation


def all_documents(searcher: Searcher) -> Iterator[Entry]:
    for info in searcher.issues():
        yield from searcher.documents(info.ref.id)


@contextmanager
def stoppable_progress() -> Iterator[Callable[[str, int, int], None]]:
    """`stoppable`, and a bar for each thing that takes long, on a terminal alone."""
    bars: dict[str, Any] = {}
    is_shown = sys.stderr.isatty()

    def show(what: str, done: int, total: int) -> None:
        check()
        if not is_shown:
            return
        if what not in bars:
            bars[what] = click.progressbar(length=total, label=f"{translated(what):<8}", file=sys.stderr)
        bars[what].update(done - bars[what].pos)
        if done == total:
            bars[what].render_finish()

    with stoppable() as check:
        yield show
