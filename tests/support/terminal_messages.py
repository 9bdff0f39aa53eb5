"""Every message that the command line may say, found in the source and the commands: what the catalogue must hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Final

import click

from wangqi import indexer, search, web
from wangqi.indexer.config.table import SETTINGS
from wangqi.search import errors
from wangqi.search.errors.message import COMMA
from wangqi.web.cli.program import main

PACKAGES: Final = [Path(package.__path__[0]) for package in (search, indexer, web)]

ERRORS: Final = {
    name
    for name, error in vars(errors).items()
    if isinstance(error, type) and issubclass(error, errors.SearchError) and error is not errors.RequestError
}
"""Those that take a template; `RequestError` takes the name of a parameter."""

MADE_OF_OTHERS: Final = {"errors/__init__.py", "errors/message.py", "config/table.py", "cli/shared.py"}
"""Modules in which a message is made of what stands elsewhere: packed templates, settings, help of commands,
the arguments of errors."""


def all_messages() -> set[str]:
    return {COMMA} | set(_of_code()) | set(_of_settings()) | set(_of_commands())


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted(package.rglob("*.py")):
            yield path.relative_to(package).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _of_code() -> Iterator[str]:
    for name, tree in modules():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id="Message"), args=[template, *_]):
                    yield from _texts(template, name)
                case ast.Call(func=ast.Name(id=error), args=[ast.Constant() | ast.IfExp() as template, *_]) if (
                    error in ERRORS
                ):
                    yield from _texts(template, name)
                case ast.Call(func=ast.Name(id="echo"), args=[ast.Constant() as template], keywords=[_, *_]):
                    yield from _texts(template, name)
                case ast.Call(func=ast.Name(id="plural"), args=[_, one, several]):
                    yield from (*_texts(one, name), *_texts(several, name))


def _texts(node: ast.expr, module: str) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from (*_texts(body, module), *_texts(other, module))
        case _:
            assert module in MADE_OF_OTHERS, f"{module}:{node.lineno}: which template?"


def _of_settings() -> Iterator[str]:
    for setting in SETTINGS.values():
        if setting.option:
            yield setting.about
            if " " in setting.default:
                yield setting.default


def _of_commands() -> Iterator[str]:
    context, settings = click.Context(main), {setting.option for setting in SETTINGS.values()}
    for command in (main, *(main.get_command(context, name) for name in main.list_commands(context))):
        assert command
        yield cleandoc(command.help or "")
        for option in command.params:
            if isinstance(option, click.Option) and option.help and not settings.intersection(option.opts):
                yield option.help
