"""The program: its commands, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

import click

from search.errors import LockedError, SearchError
from web.cli.analyze import analyze
from web.cli.authoring import check, parse
from web.cli.evaluate import evaluate
from web.cli.index_state import rollback, status, verify
from web.cli.reindex import reindex
from web.cli.search import search
from web.cli.serve import serve
from web.cli.shared import NOTHING_DONE, OTHER_RUNNING, say


class Program(click.Group):
    """A group whose errors are one line on standard error, and never a trace."""

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        try:
            code = super().main(*args, **kwargs | {"standalone_mode": False})
            sys.stdout.flush()
        except click.ClickException as error:
            code = _fail(error.format_message().rstrip(".") + _help_hint(error), error.exit_code)
        except click.Abort:
            code = _fail("stopped", NOTHING_DONE)
        except LockedError as error:
            code = _fail(str(error), OTHER_RUNNING)
        except SearchError as error:
            code = _fail(str(error), NOTHING_DONE)
        except MemoryError:
            code = _fail("there is not enough memory; nothing was changed", NOTHING_DONE)
        except BrokenPipeError:
            # The reader of our output has seen enough (`wangqi search … | head`).
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = NOTHING_DONE
        except OSError as error:
            code = _fail(f"{error.filename or 'input/output'}: {error.strerror or error}", NOTHING_DONE)
        sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int) -> int:
    say(message)
    return code


def _help_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f" (see `{context.command_path} --help`)" if context else ""


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="wangqi", message="%(prog)s %(version)s")
def main() -> None:
    """往期 Wangqi: full-text search over the past issues of a Chinese Markdown newsletter.

    Settings come from wangqi.toml in the working directory; WANGQI_* variables override it, options override both.

    \b
    Exit codes: 0 done, 1 nothing could be done, 2 wrong usage, 3 another reindex is running,
    4 done, with problems (--strict).
    """


for command in (reindex, serve, search, parse, check, analyze, evaluate, status, verify, rollback):
    main.add_command(command)


def reindex_main() -> None:
    """`reindex …` is `wangqi reindex …`: what the author types after an issue."""
    main(["reindex", *sys.argv[1:]], prog_name="wangqi")
