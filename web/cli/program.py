"""The program: its commands, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any, Final, NoReturn

import click

from wangqi.search.errors import EngineAwayError, LockedError, SearchError
from wangqi.search.errors.message import Message, message_of
from wangqi.web.cli.shared import CLUSTER_AWAY, NOTHING_DONE, OTHER_RUNNING, WRONG_USAGE, echo, say, translated_help
from wangqi.web.cli.stopping import Stopped
from wangqi.web.words.terminal import choose_language, translated

MODULES: Final = {
    "accept": "index_state",
    "analyze": "analyze",
    "check": "check",
    "evaluate": "evaluate",
    "explain": "search",
    "export": "export",
    "mcp": "mcp",
    "misses": "misses",
    "parse": "authoring",
    "pull": "pull",
    "reindex": "reindex",
    "report": "report",
    "rollback": "index_state",
    "search": "search",
    "serve": "serve",
    "status": "index_state",
    "suggest": "suggest",
    "verify": "index_state",
}
"""Command → module of this package that has a function of its name: loaded when it is asked for, and no other."""


NO_MEMORY: Final = Message("there is not enough memory, or no more is allowed (`ulimit -v`); nothing was changed")


class Program(click.Group):
    """A group whose errors are one line on standard error, and never a trace."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return None
        command: click.Command = getattr(import_module(f"wangqi.web.cli.{MODULES[cmd_name]}"), cmd_name)
        return translated_help(command)

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        choose_language(os.environ)
        try:
            code = click.Group.main(translated_help(self), *args, **kwargs | {"standalone_mode": False})
            sys.stdout.flush()
        except click.ClickException as error:
            code = _fail(error.format_message().rstrip(".。") + translated(_help_hint(error)), error.exit_code)
        except (click.Abort, Stopped):
            code = _fail(Message("stopped"), NOTHING_DONE)
        except LockedError as error:
            code = _fail(message_of(error), OTHER_RUNNING)
        except EngineAwayError as error:
            code = _fail(message_of(error), CLUSTER_AWAY)
        except SearchError as error:
            code = _fail(message_of(error), NOTHING_DONE)
        except MemoryError:
            code = _fail(NO_MEMORY, NOTHING_DONE)
        except ImportError as error:
            if "map segment" not in str(error):  # what the loader says of a library that does not fit into the limit
                raise
            code = _fail(NO_MEMORY, NOTHING_DONE)
        except BrokenPipeError:
            # The reader of our output has seen enough (`wangqi search … | head`).
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = NOTHING_DONE
        except OSError as error:
            code = _fail(_of_the_system(error), NOTHING_DONE)
        sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int) -> int:
    say(message)
    return code


def _of_the_system(error: OSError) -> str:
    file = error.filename or Message("input/output")
    return Message("{file}: {reason}", file=file, reason=error.strerror or error)


def _help_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return Message(" (see `{command} --help`)", command=context.command_path) if context else ""


# Without a command click would raise an error whose message is the whole help.
@click.group(cls=Program, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="wangqi", message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """往期 Wangqi: full-text search over the past issues of a Chinese Markdown newsletter.

    Settings come from wangqi.toml in the working directory; WANGQI_* variables override it, options override both.

    \b
    Exit codes: 0 done, 1 nothing could be done, 2 wrong usage, 3 another reindex is running,
    4 done, with problems (--strict), 5 the OpenSearch cluster does not answer or refuses.
    """
    if context.invoked_subcommand is None:
        echo(context.get_help(), err=True)
        context.exit(WRONG_USAGE)
