"""Settings: `wangqi.toml` in the working directory, overridden by `WANGQI_*` variables, overridden by options.

    title = "往期"                              # WANGQI_TITLE
    base_url = "https://example.org/weekly"     # WANGQI_BASE_URL
    index = ".wangqi"                           # WANGQI_INDEX
    dictionary = "words.txt"                    # WANGQI_DICTIONARY
    words = ["向量数据库"]

    [archives]                                  # WANGQI_ARCHIVES="weekly=docs:other=../other"
    weekly = "docs"

    [links]                                     # where the author's own site shows an issue
    weekly = "https://example.org/{stem}.html"

    [sections]
    "本周好物" = "tool"

    [aliases]
    k8s = ["kubernetes"]

Paths in the file are below its folder. Nothing is read on import.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any
from urllib.parse import urlsplit

from search.errors import ConfigError
from search.model import KINDS, Kind

FILE_NAME = "wangqi.toml"
DEFAULT_INDEX = ".wangqi"
DEFAULT_TITLE = "往期"

LINK_FIELDS = ("path", "stem", "number")
"""What a link template may name: `docs/issue-7.md`, `issue-7`, `7`."""

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
        settings["index_dir"] = _absolute(index, folder)
    if archives:
        settings |= {"archives": parse_archives(archives, folder), "archives_are_all": False}
    return Config(**({"index_dir": _absolute(DEFAULT_INDEX, folder)} | settings))


def parse_archives(arguments: Sequence[str], folder: Path) -> dict[str, Path]:
    """Name → path of `PATH` and `NAME=PATH` arguments, relative ones below `folder`.

    Raises `ConfigError` for a name that cannot stand in an address and for one used twice.
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
        lines = config.dictionary.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"dictionary {config.dictionary}: cannot be read: {error}") from error
    return config.words + tuple(line.split()[0] for line in lines if line.strip() and not line.startswith("#"))


def _split_argument(argument: str, folder: Path) -> tuple[str, Path]:
    name, equals, rest = argument.partition("=")
    if not equals or (folder / argument).exists():
        path = _absolute(argument, folder)
        return archive_name(path), path
    if not rest:
        raise ConfigError(f"{argument}: no path after the =; write NAME=PATH")
    return _checked_name(name, argument), _absolute(rest, folder)


def archive_name(path: Path) -> str:
    """A name for the archive at `path`: its folder's, or that of the first folder above that says something."""
    if path.suffix.lower() in {".md", ".markdown"}:
        return _clean(path.stem)
    candidates = [folder.name for folder in (path, *path.parents) if folder.name]
    telling = [name for name in candidates if name.lower() not in CONTENT_FOLDERS]
    return _clean((telling or candidates or ["archive"])[0])


def _clean(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-") or "archive"


def _checked_name(name: str, where: str) -> str:
    if not re.fullmatch(r"[\w.-]+", name):
        raise ConfigError(f'{where}: "{name}" cannot name an archive; use letters, digits, "-", "_" and "."')
    return name


def _absolute(path: str, folder: Path) -> Path:
    return (folder / Path(path).expanduser()).resolve()


def _from_environment(environment: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """Settings of the variables that are set and not empty."""
    settings: dict[str, Any] = {}
    for key in ("title", "base_url", "index", "dictionary"):
        variable = f"WANGQI_{key.upper()}"
        if value := environment.get(variable):
            setting, read = SETTINGS[key]
            settings[setting] = read(value, variable, folder)
    if value := environment.get("WANGQI_ARCHIVES"):
        settings |= {"archives": parse_archives(value.split(os.pathsep), folder), "archives_are_all": True}
    return settings


def _from_file(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    settings: dict[str, Any] = {}
    for key, value in table.items():
        if key not in SETTINGS:
            raise ConfigError(f"{path}: unknown key {key}; allowed: {', '.join(SETTINGS)}")
        setting, read = SETTINGS[key]
        settings[setting] = read(value, f"{path}: {key}", path.parent)
    return settings | {"archives_are_all": "archives" in settings}


def _text(value: object, where: str, folder: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{where}: must be a text that is not empty")
    return value


def _path(value: object, where: str, folder: Path) -> Path:
    return _absolute(_text(value, where, folder), folder)


def _base_url(value: object, where: str, folder: Path) -> str:
    address = _text(value, where, folder)
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise ConfigError(f"{where}: must be an address such as https://example.org/weekly, not {address}")
    return address.rstrip("/")


def _texts(value: object, where: str, folder: Path) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ConfigError(f'{where}: must be a list of texts, such as ["向量数据库", "图床"]')
    return tuple(_text(item, where, folder) for item in value)


def _table(value: object, where: str, folder: Path) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ConfigError(f'{where}: must be a table of lines NAME = "TEXT"')
    return {name: _text(item, f"{where}.{name}", folder) for name, item in value.items()}


def _aliases(value: object, where: str, folder: Path) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise ConfigError(f'{where}: must be a table of lines such as k8s = ["kubernetes"]')
    lists = {name: [item] if isinstance(item, str) else item for name, item in value.items()}
    return {name: _texts(item, f"{where}.{name}", folder) for name, item in lists.items()}


def _archives(value: object, where: str, folder: Path) -> dict[str, Path]:
    paths = _table(value, where, folder)
    return {_checked_name(name, where): _absolute(path, folder) for name, path in paths.items()}


def _links(value: object, where: str, folder: Path) -> dict[str, str]:
    templates = _table(value, where, folder)
    for name, template in templates.items():
        try:
            used = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
        except ValueError as error:
            raise ConfigError(f"{where}.{name}: {error}") from error
        if not used <= set(LINK_FIELDS) or urlsplit(template).scheme not in {"http", "https"}:
            fields = ", ".join(f"{{{field}}}" for field in LINK_FIELDS)
            raise ConfigError(f"{where}.{name}: must be an address, with any of {fields} in it, not {template}")
    return templates


def _sections(value: object, where: str, folder: Path) -> dict[str, Kind]:
    kinds = _table(value, where, folder)
    known: dict[str, Kind] = {kind: kind for kind in KINDS}
    for title, kind in kinds.items():
        if kind not in known:
            raise ConfigError(f"{where}.{title}: {kind} is no kind; allowed: {', '.join(KINDS)}")
    return {title: known[kind] for title, kind in kinds.items()}


SETTINGS: Mapping[str, tuple[str, Callable[[object, str, Path], object]]] = {
    "title": ("title", _text),
    "base_url": ("base_url", _base_url),
    "index": ("index_dir", _path),
    "dictionary": ("dictionary", _path),
    "words": ("words", _texts),
    "aliases": ("aliases", _aliases),
    "archives": ("archives", _archives),
    "links": ("links", _links),
    "sections": ("sections", _sections),
}
"""Key of the file → field of `Config` and what reads its value (given where it stands and the folder of paths)."""
