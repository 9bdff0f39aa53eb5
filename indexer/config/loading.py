"""Load the settings of a run: `wangqi.toml` in the working directory, overridden by `WANGQI_*` variables, overridden by
options.

Paths in the file are below its folder. Nothing is read on import.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wangqi.indexer.archive.git import folders_with_git
from wangqi.indexer.archive.real_paths import read_regular, real_path
from wangqi.indexer.config.table import DEFAULT_INDEX, SETTINGS, Config
from wangqi.indexer.config.toml_help import explained
from wangqi.indexer.config.values import absolute, checked_name
from wangqi.search.errors import ConfigError
from wangqi.search.errors.message import Message

FILE_NAME = "wangqi.toml"
SERVE = "serve"
"""Its table of the server's own settings."""

PREFIX = "WANGQI_"
"""Of the variables that are settings."""

NEARLY = 0.8
"""Likeness of a name to that of a setting, by difflib, from which on it is taken for a slip: TITEL is one of TITLE."""

MAX_BYTES = 10_000_000
"""Of the settings and of the dictionary; jieba's own has 5 MB."""

CONTENT_FOLDERS = frozenset(
    {"docs", "doc", "content", "contents", "posts", "_posts", "post", "source", "src", "issues", "articles", "archive"}
)
"""Names that say nothing about the newsletter; its name is further up."""


def load_config(
    archives: Sequence[str] = (),
    *,
    options: Mapping[str, str | bool | None] | None = None,
    for_server: bool = False,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Config:
    """The settings that hold for this run.

    `archives` (`PATH` or `NAME=PATH`) and `options` (name of the setting → text, True for a switch, None when it is not
    given) come from the command line. The server's own settings are read for the server alone. Raises `ConfigError`
    saying where the setting stands and what is allowed there.
    """
    folder = folder or Path.cwd()
    environment = os.environ if environment is None else environment
    settings = _from_file(folder / FILE_NAME, for_server) | _from_environment(environment, folder, for_server)
    settings |= _from_options(options or {}, folder)
    if archives:
        settings |= {"archives": parse_archives(archives, folder), "archives_are_all": False}
    index_dir = real_path(settings.pop("index_dir", absolute(DEFAULT_INDEX, folder)), into_hidden=True)
    config = Config(index_dir=index_dir, **settings)
    if config.index_dir.is_file():
        raise ConfigError("{folder} is a file; choose a folder for the index with --index", folder=config.index_dir)
    return config


def parse_archives(arguments: Sequence[str], folder: Path) -> dict[str, Path]:
    """Name → path of `PATH` and `NAME=PATH` arguments, relative ones below `folder`.

    Raises `ConfigError` for an empty argument, for a name that cannot stand in an address and for one used twice.
    """
    found: dict[str, Path] = {}
    for argument in arguments:
        name, path = _split_argument(argument, folder)
        if name in found:
            raise ConfigError(
                "two archives named {name}: {first} and {path}; name one of them: NAME=PATH",
                name=name,
                first=found[name],
                path=path,
            )
        found[name] = path
    check_once(found)
    return found


def check_once(archives: Mapping[str, Path]) -> None:
    """Raises `ConfigError` when a folder has two names, as every entry would be found twice."""
    names: dict[Path, str] = {}
    for name, path in archives.items():
        other = names.setdefault(path.resolve(), name)
        if other != name:
            raise ConfigError(
                "archives {other} and {name} are the same folder, {path}: list it once in {file}",
                other=other,
                name=name,
                path=path,
                file=FILE_NAME,
            )


def dictionary_words(config: Config) -> tuple[str, ...]:
    """Every word that the site adds to the analyzer: the list's, then those of the dictionary file (a word a line, as
    in jieba's dictionaries: what follows a blank is passed over, and so are lines that begin with #).

    Raises `ConfigError` when the file cannot be read.
    """
    if config.dictionary is None:
        return config.words
    try:
        lines = read_regular(real_path(config.dictionary), MAX_BYTES).decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            "dictionary {dictionary}: cannot be read: {reason}", dictionary=config.dictionary, reason=_reason(error)
        ) from error
    return config.words + tuple(line.split()[0] for line in lines if line.strip() and not line.startswith("#"))


def _reason(error: Exception) -> str:
    """The message of an error about a file, without its path, which an `OSError` repeats."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _split_argument(argument: str, folder: Path) -> tuple[str, Path]:
    if not argument.strip():
        # Below the working directory "" is the working directory itself: nobody means to index that.
        raise ConfigError("an archive without a name or a path; write PATH or NAME=PATH")
    name, equals, rest = argument.partition("=")
    if not equals or (folder / argument).exists():
        path = absolute(argument, folder)
        return archive_name(path.resolve()), path
    if not rest.strip():
        raise ConfigError("{argument}: no path after the =; write NAME=PATH", argument=argument)
    return checked_name(name, argument), absolute(rest, folder)


def archive_name(path: Path) -> str:
    """A name for the archive at `path`: its folder's, or that of the first folder above that says something."""
    if path.suffix.lower() in {".md", ".markdown"}:
        return _clean(path.stem)
    candidates = [folder.name for folder in (path, *path.parents) if folder.name]
    telling = [name for name in candidates if name.lower() not in CONTENT_FOLDERS]
    return _clean((telling or candidates or ["archive"])[0])


def _clean(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-") or "archive"


def _from_options(options: Mapping[str, str | bool | None], folder: Path) -> dict[str, Any]:
    given = [(SETTINGS[name], value) for name, value in options.items() if value is not None]
    return {setting.field: setting.type.parse(str(value), setting.typed, folder) for setting, value in given}


def _from_environment(environment: Mapping[str, str], folder: Path, for_server: bool) -> dict[str, Any]:
    """Settings of the variables that are set and not empty."""
    settings: dict[str, Any] = {}
    _check_variables(environment)
    for setting in SETTINGS.values():
        value = environment.get(setting.variable)
        if value and setting.field != "archives" and (for_server or not setting.of_server):
            settings[setting.field] = setting.type.parse(value, setting.variable, folder)
    variable = SETTINGS["archives"].variable
    if named := [part for part in environment.get(variable, "").split(os.pathsep) if part.strip()]:
        settings |= {"archives": parse_archives(named, folder), "archives_are_all": True}
    return settings


def _check_variables(environment: Mapping[str, str]) -> None:
    """Raises `ConfigError` for a variable that is a setting but for its spelling. Others may be for other programs."""
    known = [setting.variable.removeprefix(PREFIX) for setting in SETTINGS.values() if setting.variable]
    for name in environment:
        name, is_ours = name.removeprefix(PREFIX), name.startswith(PREFIX)
        if is_ours and name not in known:
            from difflib import get_close_matches

            for meant in get_close_matches(name, known, n=1, cutoff=NEARLY):
                raise ConfigError(
                    "{prefix}{name} is no setting; {prefix}{meant} is one", prefix=PREFIX, name=name, meant=meant
                )


def _from_file(path: Path, for_server: bool) -> dict[str, Any]:
    try:
        text = read_regular(path.resolve(), MAX_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("{path}: cannot be read: {reason}", path=path, reason=_reason(error)) from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError("{path}: {reason}", path=path, reason=explained(str(error), text)) from error
    allowed = {name: setting for name, setting in SETTINGS.items() if setting.in_file}
    settings = _of_server(table.pop(SERVE), path, for_server) if SERVE in table else {}
    for key, value in table.items():
        if key not in allowed:
            raise _unknown(str(path), key, list(allowed), _elsewhere(key))
        settings[allowed[key].field] = allowed[key].type.check(value, f"{path}: {key}", path.parent)
    return settings | {"archives_are_all": "archives" in settings}


def _of_server(table: object, path: Path, for_server: bool) -> dict[str, Any]:
    """The settings of the server in the table `[serve]`, checked whoever reads them. What came with a push must not
    decide where the server listens and whom it believes."""
    where = f"{path}: {SERVE}"
    if checkout := next(folders_with_git(path.parent), None):
        raise ConfigError(
            "{where}: is not read from a git checkout, {checkout}, which others may push to; use options,"
            " variables, or a {file} elsewhere",
            where=where,
            checkout=checkout,
            file=FILE_NAME,
        )
    if not isinstance(table, dict):
        raise ConfigError("{where}: must be a table of lines such as port = 8001", where=where)
    allowed = {name: setting for name, setting in SETTINGS.items() if setting.of_server}
    settings: dict[str, Any] = {}
    for key, value in table.items():
        if key not in allowed:
            raise _unknown(where, key, list(allowed))
        settings[allowed[key].field] = allowed[key].type.check(value, f"{where}.{key}", path.parent)
    return settings if for_server else {}


def _unknown(where: str, key: str, allowed: Sequence[str], elsewhere: str = "") -> ConfigError:
    from difflib import get_close_matches

    for meant in get_close_matches(key, () if elsewhere else allowed, n=1, cutoff=NEARLY):
        return ConfigError("{where}: unknown key {key}; is {meant} meant?", where=where, key=key, meant=meant)
    return ConfigError(
        "{where}: unknown key {key}; allowed: {allowed}{elsewhere}",
        where=where,
        key=key,
        allowed=allowed,
        elsewhere=elsewhere,
    )


def _elsewhere(key: str) -> str:
    """A hint for a setting of the server, which the file cannot have."""
    if key not in SETTINGS:
        return ""
    return Message("; {key} is set by {way}", key=key, way=SETTINGS[key].option or SETTINGS[key].variable)
