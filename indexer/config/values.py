"""The types of settings: each checks a value and says what is allowed when it refuses one.

>>> PORT.parse("8000", "--port", Path())
8000
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from pathlib import Path
from string import Formatter
from typing import Any, Final
from urllib.parse import urlsplit

from wangqi.indexer.config.hosts import Network, host_in_settings, read_networks
from wangqi.search.errors import ConfigError
from wangqi.search.errors.message import Message
from wangqi.search.model import ENTRY_KINDS, Kind
from wangqi.search.model.kinds import KIND_ALIASES
from wangqi.search.model.link_fields import LINK_FIELDS

_PLAIN_ADDRESS: Final = re.compile(r"[^\s;,<>\"'\\]+")
"""Nothing that could end it where it is written down: in a header, a line or an attribute."""

_SAMPLE_LINK: Final = {"number": 7, "path": "docs/issue-7.md"}


def checked_name(name: str, where: str) -> str:
    if not re.fullmatch(r"[\w.-]+", name):
        raise ConfigError(
            '{where}: "{name}" cannot name an archive; use letters, digits, "-", "_" and "."', where=where, name=name
        )
    return name


def absolute(path: str, folder: Path) -> Path:
    """`path` below `folder`, with the links in it: where they may lead is looked at when it is opened."""
    return Path(os.path.abspath(folder / Path(path).expanduser()))


def _text(value: object, where: str, folder: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ConfigError("{where}: must be a text that is not empty", where=where)
    return value


def _switch(value: object, where: str, folder: Path) -> bool:
    known = {True: True, False: False, "1": True, "true": True, "0": False, "false": False}
    if not isinstance(value, bool | str) or value not in known:
        raise ConfigError("{where}: must be true or false", where=where)
    return known[value]


def _path(value: object, where: str, folder: Path) -> Path:
    return absolute(_text(value, where, folder), folder)


def _base_url(value: object, where: str, folder: Path) -> str:
    address = _text(value, where, folder)
    parts = urlsplit(address)
    fits = parts.scheme in {"http", "https"} and not parts.query and not parts.fragment
    if not fits or not host_in_settings(parts.netloc):
        raise ConfigError(
            "{where}: must be an address such as https://example.org/weekly, not {address}",
            where=where,
            address=address,
        )
    return address.rstrip("/")


def _web_address(value: object, where: str, folder: Path) -> str:
    address = _text(value, where, folder).strip()
    parts, is_plain = urlsplit(address), _PLAIN_ADDRESS.fullmatch(address)
    if not is_plain or parts.scheme not in {"http", "https"} or not host_in_settings(parts.netloc):
        raise ConfigError(
            "{where}: must be an address such as https://example.org/, not {address}", where=where, address=address
        )
    return address


def _host_names(value: object, where: str, folder: Path) -> tuple[str, ...]:
    """A list, or a text with commas or blanks between the names."""
    names = value.replace(",", " ").split() if isinstance(value, str) else _texts(value, where, folder)
    hosts = [host_in_settings(name) for name in names]
    if None in hosts:
        wrong = names[hosts.index(None)]
        raise ConfigError(
            "{where}: must be names of hosts such as weekly.example.org or 192.0.2.7:8000, not {wrong}",
            where=where,
            wrong=wrong,
        )
    return tuple(map(str, hosts))


def _networks(value: object, where: str, folder: Path) -> tuple[Network, ...]:
    try:
        return read_networks(_text(value, where, folder))
    except ConfigError as error:
        raise ConfigError("{where}: {error}", where=where, error=error) from error


def _whole(least: int, most: float = inf) -> Callable[[object, str, Path], int]:
    def read(value: object, where: str, folder: Path) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            bounds = {"least": least, "most": most}
            allowed = Message("of {least} or more" if most == inf else "from {least} to {most}", **bounds)
            raise ConfigError(
                "{where}: must be a whole number {allowed}, not {value}", where=where, allowed=allowed, value=value
            )
        return value

    return read


def _seconds(value: object, where: str, folder: Path) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < inf:
        raise ConfigError("{where}: must be a number of seconds, not {value}", where=where, value=value)
    return value


def _time_limit(value: object, where: str, folder: Path) -> float:
    limit = _seconds(value, where, folder)
    if not limit:
        raise ConfigError("{where}: must be more than 0 seconds", where=where)
    return limit


def _frame_ancestors(value: object, where: str, folder: Path) -> str:
    sources = _text(value, where, folder).split()
    # Anything else could end the directive and begin one of its own.
    fits = all(
        re.fullmatch(r"https?://[\w.*-]+(:[\d*]+)?", source, re.ASCII) or source == "'self'" for source in sources
    )
    if not fits and sources != ["'none'"]:
        raise ConfigError(
            "{where}: must be 'none', or 'self' and sites such as https://blog.example.org, not {value}",
            where=where,
            value=value,
        )
    return " ".join(sources)


def _one_of(*names: str) -> Callable[[object, str, Path], str]:
    def read(value: object, where: str, folder: Path) -> str:
        if value not in names:
            raise ConfigError("{where}: must be one of {engines}, not {value}", where=where, engines=names, value=value)
        return str(value)

    return read


def _index_name(value: object, where: str, folder: Path) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,99}", value):
        raise ConfigError(
            "{where}: must be small letters, digits and _ such as wangqi, not {value}", where=where, value=value
        )
    return value


def _texts(value: object, where: str, folder: Path) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ConfigError('{where}: must be a list of texts, such as ["向量数据库", "图床"]', where=where)
    return tuple(_text(item, where, folder) for item in value)


def _patterns(value: object, where: str, folder: Path) -> tuple[str, ...]:
    patterns = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else ()
    if not patterns or not all(isinstance(pattern, str) and pattern.strip(" /") for pattern in patterns):
        raise ConfigError('{where}: must be a list of patterns of paths, such as ["en/", "*-draft.md"]', where=where)
    if negated := [pattern for pattern in patterns if pattern.startswith("!")]:
        raise ConfigError(
            "{where}: {pattern} begins with !, which has no meaning here; use include and exclude",
            where=where,
            pattern=negated[0],
        )
    return patterns


def _table(value: object, where: str, folder: Path) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ConfigError('{where}: must be a table of lines NAME = "TEXT"', where=where)
    return {name: _text(item, f"{where}.{name}", folder) for name, item in value.items()}


def _aliases(value: object, where: str, folder: Path) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise ConfigError('{where}: must be a table of lines such as k8s = ["kubernetes"]', where=where)
    lists = {name: [item] if isinstance(item, str) else item for name, item in value.items()}
    return {name: _texts(item, f"{where}.{name}", folder) for name, item in lists.items()}


def _archives(value: object, where: str, folder: Path) -> dict[str, Path]:
    paths = _table(value, where, folder)
    return {checked_name(name, where): absolute(path, folder) for name, path in paths.items()}


def _links(value: object, where: str, folder: Path) -> dict[str, str]:
    templates = _table(value, where, folder)
    for name, template in templates.items():
        try:
            used = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
            fits = all(map(str.isidentifier, used)) and urlsplit(template).scheme in {"http", "https"}
            if fits:
                template.format_map(dict.fromkeys(used, "x") | _SAMPLE_LINK)  # {stem:03d} would fail on a page
        except (ValueError, LookupError) as error:
            raise ConfigError(
                "{where}.{name}: cannot be filled in: {error}", where=where, name=name, error=error
            ) from error
        if not fits:
            raise ConfigError(
                "{where}.{name}: must be an address, with names such as {fields} in it, not {given}",
                where=where,
                name=name,
                fields=[f"{{{field}}}" for field in LINK_FIELDS],
                given=template,
            )
    return templates


def _sections(value: object, where: str, folder: Path) -> dict[str, Kind]:
    kinds = _table(value, where, folder)
    known = {name: kind for name, kind in KIND_ALIASES.items() if kind in ENTRY_KINDS}
    for title, kind in kinds.items():
        if kind not in known:
            raise ConfigError(
                "{where}.{title}: {kind} is no kind; allowed: {kinds}",
                where=where,
                title=title,
                kind=kind,
                kinds=ENTRY_KINDS,
            )
    return {title: known[kind] for title, kind in kinds.items()}


def _colour(value: object, where: str, folder: Path) -> str:
    if not isinstance(value, str) or not re.fullmatch("#[0-9a-fA-F]{6}", value):
        raise ConfigError("{where}: must be a colour such as #1d4f8c, not {given}", where=where, given=value)
    return value.lower()


def _whole_of(text: str) -> object:
    return int(text) if re.fullmatch("[0-9]{1,9}", text.strip()) else text


def _seconds_of(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def _switch_of(text: str) -> object:
    words = {"t": True, "yes": True, "y": True, "on": True, "f": False, "no": False, "n": False, "off": False}
    return words.get(text.strip().casefold(), text.strip().casefold())


@dataclass(frozen=True, slots=True)
class ValueType:
    """A type of values in `wangqi.toml`, in variables and in options."""

    check: Callable[[object, str, Path], Any]
    """The setting for a value as TOML has it, the place where it stands and the folder that paths are below.

    Raises `ConfigError` that names the place.
    """
    from_text: Callable[[str], object] = str
    """The text of a variable or an option as TOML would have it; what is not understood stays as it is."""
    metavar: str = "TEXT"
    """What stands for the value in `--help`; "" for a switch, whose option takes none."""

    def parse(self, text: str, where: str, folder: Path) -> Any:
        """The setting for the `text` of a variable or an option. Raises `ConfigError`."""
        return self.check(self.from_text(text), where, folder)


TEXT: Final = ValueType(_text)
SWITCH: Final = ValueType(_switch, _switch_of, "")
FILE: Final = ValueType(_path, metavar="FILE")
FOLDER: Final = ValueType(_path, metavar="DIR")
TEXTS: Final = ValueType(_texts)
WEB_ADDRESS: Final = ValueType(_web_address)
PATTERNS: Final = ValueType(_patterns)
BASE_URL: Final = ValueType(_base_url)
ADDRESS: Final = ValueType(_text, metavar="ADDRESS")
HOST_NAMES: Final = ValueType(_host_names, metavar="NAMES")
NETWORKS: Final = ValueType(_networks, metavar="ADDRESSES")
FRAME_ANCESTORS: Final = ValueType(_frame_ancestors)
PORT: Final = ValueType(_whole(1, 65535), _whole_of, "N")
PROCESSES: Final = ValueType(_whole(1, 64), _whole_of, "N")
PROXIES: Final = ValueType(_whole(0, 9), _whole_of, "N")
ENGINE: Final = ValueType(_one_of("whoosh", "opensearch"), metavar="NAME")
INDEX_NAME: Final = ValueType(_index_name, metavar="NAME")
SHARDS: Final = ValueType(_whole(1, 1024), _whole_of, "N")
REPLICAS: Final = ValueType(_whole(0, 9), _whole_of, "N")
RATE: Final = ValueType(_whole(0), _whole_of, "N")
SECONDS: Final = ValueType(_seconds, _seconds_of, "SECONDS")
TIME_LIMIT: Final = ValueType(_time_limit, _seconds_of, "SECONDS")
ARCHIVES: Final = ValueType(_archives, metavar="[NAME=]PATH")
WORD_LISTS: Final = ValueType(_aliases)
LINKS: Final = ValueType(_links)
NAMES: Final = ValueType(_table)
COLOUR: Final = ValueType(_colour)
CANONICAL_PAGE: Final = ValueType(_one_of("self", "source"))
SECTIONS: Final = ValueType(_sections)
