"""Settings: `wangqi.toml` in the working directory, overridden by `WANGQI_*` variables, overridden by options.

    title = "往期"                              # WANGQI_TITLE
    base_url = "https://example.org/weekly"     # WANGQI_BASE_URL
    host_names = ["example.org"]                # WANGQI_HOST_NAMES="example.org,www.example.org"
    index = ".wangqi"                           # WANGQI_INDEX
    dictionary = "words.txt"                    # WANGQI_DICTIONARY
    images = true                               # WANGQI_IMAGES
    future = false                              # WANGQI_FUTURE
    frame_ancestors = "https://example.org"     # WANGQI_FRAME_ANCESTORS
    words = ["向量数据库"]

    [archives]                                  # WANGQI_ARCHIVES="weekly=docs:other=../other"
    weekly = "docs"

    [links]                                     # where the author's own site shows an issue
    weekly = "https://example.org/{stem}.html"

    [sections]
    "本周好物" = "tool"

    [aliases]
    k8s = ["kubernetes"]

    [synonyms]
    "露营" = ["野营", "帐篷"]

Paths in the file are below its folder. Nothing is read on import.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer.archive.real_paths import read_regular, real_path
from indexer.config.values import SETTINGS, absolute, checked_name
from search.errors import ConfigError
from search.model import Kind

FILE_NAME = "wangqi.toml"
DEFAULT_INDEX = ".wangqi"
DEFAULT_TITLE = "往期"

MAX_BYTES = 10_000_000
"""Of the settings and of the dictionary; jieba's own has 5 MB."""

CONTENT_FOLDERS = frozenset(
    {"docs", "doc", "content", "contents", "posts", "_posts", "post", "source", "src", "issues", "articles", "archive"}
)
"""Names that say nothing about the newsletter; its name is further up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    archives: Mapping[str, Path] = field(default_factory=dict)
    """Name → absolute path of a folder or a file, in the order given. Whether they exist is not checked here."""
    archives_are_all: bool = False
    """They come from settings, not from the command line: an archive of the index that is not among them goes."""
    index_dir: Path = Path(DEFAULT_INDEX)
    title: str = DEFAULT_TITLE
    base_url: str | None = None
    """Where readers find the site, without a slash at the end; None when it is not known."""
    host_names: tuple[str, ...] = ()
    """What else readers may call the site's host, with its port where that is not the usual one."""
    images: bool = True
    """Whether the pages of issues show the issues' images, which readers fetch from other hosts."""
    future: bool = False
    """Whether issues are published before the day that they are dated."""
    frame_ancestors: str = "'none'"
    """CSP source list of the sites that may show the pages in a frame."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Archive → template of an issue's address on the author's own site."""
    sections: Mapping[str, Kind] = field(default_factory=dict)
    """Section title → kind, on top of the built-in table."""
    dictionary: Path | None = None
    """User dictionary of the analyzer."""
    words: tuple[str, ...] = ()
    """More words for the analyzer."""
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Word → other words for the same thing."""
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Word → words that say nearly the same."""


def load_config(
    archives: Sequence[str] = (),
    *,
    index: str | None = None,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Config:
    """The settings that hold for this run. `archives` (`PATH` or `NAME=PATH`) and `index` are the options.

    Raises `ConfigError` saying where the setting stands and what is allowed there.
    """
    folder = folder or Path.cwd()
    environment = os.environ if environment is None else environment
    settings = _from_file(folder / FILE_NAME) | _from_environment(environment, folder)
    if index is not None:
        setting, read = SETTINGS["index"]
        settings[setting] = read(index, "--index", folder)
    if archives:
        settings |= {"archives": parse_archives(archives, folder), "archives_are_all": False}
    index_dir = real_path(settings.pop("index_dir", absolute(DEFAULT_INDEX, folder)), into_hidden=True)
    config = Config(index_dir=index_dir, **settings)
    if config.index_dir.is_file():
        raise ConfigError(f"{config.index_dir} is a file; choose a folder for the index with --index")
    return config


def parse_archives(arguments: Sequence[str], folder: Path) -> dict[str, Path]:
    """Name → path of `PATH` and `NAME=PATH` arguments, relative ones below `folder`.

    Raises `ConfigError` for an empty argument, for a name that cannot stand in an address and for one used twice.
    """
    found: dict[str, Path] = {}
    for argument in arguments:
        name, path = _split_argument(argument, folder)
        if name in found:
            raise ConfigError(f"two archives named {name}: {found[name]} and {path}; name one of them: NAME=PATH")
        found[name] = path
    return found


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
        raise ConfigError(f"dictionary {config.dictionary}: cannot be read: {_reason(error)}") from error
    return config.words + tuple(line.split()[0] for line in lines if line.strip() and not line.startswith("#"))


def _reason(error: Exception) -> str:
    """What is wrong with a file, without its path, which an `OSError` repeats."""
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
        raise ConfigError(f"{argument}: no path after the =; write NAME=PATH")
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


def _from_environment(environment: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """Settings of the variables that are set and not empty."""
    settings: dict[str, Any] = {}
    for key in ("title", "base_url", "host_names", "index", "dictionary", "images", "future", "frame_ancestors"):
        variable = f"WANGQI_{key.upper()}"
        if value := environment.get(variable):
            setting, read = SETTINGS[key]
            settings[setting] = read(value, variable, folder)
    if named := [part for part in environment.get("WANGQI_ARCHIVES", "").split(os.pathsep) if part.strip()]:
        settings |= {"archives": parse_archives(named, folder), "archives_are_all": True}
    return settings


def _from_file(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(read_regular(path.resolve(), MAX_BYTES).decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {_reason(error)}") from error
    settings: dict[str, Any] = {}
    for key, value in table.items():
        if key not in SETTINGS:
            raise ConfigError(f"{path}: unknown key {key}; allowed: {', '.join(SETTINGS)}")
        setting, read = SETTINGS[key]
        settings[setting] = read(value, f"{path}: {key}", path.parent)
    return settings | {"archives_are_all": "archives" in settings}
