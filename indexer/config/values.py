"""What each setting may hold: readers of values, which say what is allowed when they refuse one.

A reader gets a value as TOML or a variable has it, where it stands (for the message) and the folder that relative paths
are below. It raises `ConfigError`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Formatter
from urllib.parse import urlsplit

from indexer.config.hosts import host_in_settings
from search.errors import ConfigError
from search.model import ENTRY_KINDS, Kind

LINK_FIELDS = ("path", "stem", "number")
"""What a link template may name: `docs/issue-7.md`, `issue-7`, `7`."""


def checked_name(name: str, where: str) -> str:
    if not re.fullmatch(r"[\w.-]+", name):
        raise ConfigError(f'{where}: "{name}" cannot name an archive; use letters, digits, "-", "_" and "."')
    return name


def absolute(path: str, folder: Path) -> Path:
    """`path` below `folder`, with the links in it: where they may lead is looked at when it is opened."""
    return Path(os.path.abspath(folder / Path(path).expanduser()))


def _text(value: object, where: str, folder: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{where}: must be a text that is not empty")
    return value


def _switch(value: object, where: str, folder: Path) -> bool:
    """`true` of TOML, or a variable that says so."""
    known = {True: True, False: False, "1": True, "true": True, "0": False, "false": False}
    if not isinstance(value, bool | str) or value not in known:
        raise ConfigError(f"{where}: must be true or false")
    return known[value]


def _path(value: object, where: str, folder: Path) -> Path:
    return absolute(_text(value, where, folder), folder)


def _base_url(value: object, where: str, folder: Path) -> str:
    address = _text(value, where, folder)
    parts = urlsplit(address)
    fits = parts.scheme in {"http", "https"} and not parts.query and not parts.fragment
    if not fits or not host_in_settings(parts.netloc):
        raise ConfigError(f"{where}: must be an address such as https://example.org/weekly, not {address}")
    return address.rstrip("/")


def read_host_names(value: object, where: str, folder: Path = Path()) -> tuple[str, ...]:
    """A list of TOML, or a text that parts the names by commas or blanks."""
    names = value.replace(",", " ").split() if isinstance(value, str) else _texts(value, where, folder)
    hosts = [host_in_settings(name) for name in names]
    if None in hosts:
        wrong = names[hosts.index(None)]
        raise ConfigError(f"{where}: must be names of hosts such as weekly.example.org or 192.0.2.7:8000, not {wrong}")
    return tuple(map(str, hosts))


def _frame_ancestors(value: object, where: str, folder: Path) -> str:
    sources = _text(value, where, folder).split()
    # Anything else could end the directive and begin one of its own.
    fits = all(
        re.fullmatch(r"https?://[\w.*-]+(:[\d*]+)?", source, re.ASCII) or source == "'self'" for source in sources
    )
    if not fits and sources != ["'none'"]:
        raise ConfigError(f"{where}: must be 'none', or 'self' and sites such as https://blog.example.org, not {value}")
    return " ".join(sources)


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
    return {checked_name(name, where): absolute(path, folder) for name, path in paths.items()}


def _links(value: object, where: str, folder: Path) -> dict[str, str]:
    templates = _table(value, where, folder)
    for name, template in templates.items():
        try:
            used = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
            fits = used <= set(LINK_FIELDS) and urlsplit(template).scheme in {"http", "https"}
            if fits:
                template.format(path="docs/issue-7.md", stem="issue-7", number=7)  # {stem:03d} would fail on a page
        except (ValueError, LookupError) as error:
            raise ConfigError(f"{where}.{name}: cannot be filled in: {error}") from error
        if not fits:
            fields = ", ".join(f"{{{field}}}" for field in LINK_FIELDS)
            raise ConfigError(f"{where}.{name}: must be an address, with any of {fields} in it, not {template}")
    return templates


def _sections(value: object, where: str, folder: Path) -> dict[str, Kind]:
    kinds = _table(value, where, folder)
    known: dict[str, Kind] = {kind: kind for kind in ENTRY_KINDS}
    for title, kind in kinds.items():
        if kind not in known:
            raise ConfigError(f"{where}.{title}: {kind} is no kind; allowed: {', '.join(ENTRY_KINDS)}")
    return {title: known[kind] for title, kind in kinds.items()}


SETTINGS: Mapping[str, tuple[str, Callable[[object, str, Path], object]]] = {
    "title": ("title", _text),
    "base_url": ("base_url", _base_url),
    "host_names": ("host_names", read_host_names),
    "index": ("index_dir", _path),
    "dictionary": ("dictionary", _path),
    "words": ("words", _texts),
    "aliases": ("aliases", _aliases),
    "synonyms": ("synonyms", _aliases),
    "archives": ("archives", _archives),
    "images": ("images", _switch),
    "future": ("future", _switch),
    "frame_ancestors": ("frame_ancestors", _frame_ancestors),
    "links": ("links", _links),
    "sections": ("sections", _sections),
}
"""Key of the file → field of `Config` and what reads its value (given where it stands and the folder of paths)."""
