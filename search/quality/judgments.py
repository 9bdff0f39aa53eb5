"""Judged queries: files of JSON lines, and which entries of an index they mean.

    {"id": "d1", "query": "…", "kind": "mixed", "archive": "a", "file": "issue-7.md", "title": "…", "url": "…",
     "also": [{"archive": "a", "file": "issue-9.md", "title": "…", "url": "…"}]}
    {"id": "t1", "query": "…", "judgments": [{"archive": "a", "file": "…", "title": "…", "url": null, "grade": 3}]}

The first form is a *known item*: one entry is looked for, those in `also` are equally right. The second is a *topic*,
with grades from 1 (touches it) to 3 (is about it).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from wangqi.search.engine import Searcher
from wangqi.search.errors import ConfigError, ReadError
from wangqi.search.model import Entry


@dataclass(frozen=True, slots=True)
class Target:
    """An entry as a judgment names it."""

    archive: str
    file: str
    """Path of the issue, or the end of it."""
    title: str
    url: str | None
    grade: int = 1


@dataclass(frozen=True, slots=True)
class KnownItem:
    id: str
    query: str
    kind: str
    archive: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    id: str
    query: str
    targets: tuple[Target, ...]


Judgment = KnownItem | Topic


def read_judgments(paths: Iterable[Path]) -> list[Judgment]:
    """All judged queries of the files. Raises `ReadError` or `ConfigError`, naming file and line."""
    named = list(paths)
    found = [judgment for path in named for judgment in _read_file(path)]
    if not found:
        raise ConfigError("{files}: holds no judged query", files=tuple(map(str, named)))
    return found


def _read_file(path: Path) -> list[Judgment]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise ReadError("{path}: cannot be read: {reason}", path=path, reason=exc) from exc
    found = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                found.append(_judgment(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as exc:
                raise ConfigError(
                    "{path}:{number}: is no judged query ({reason})", path=path, number=number, reason=repr(exc)
                ) from exc
    return found


def _judgment(record: dict[str, Any]) -> Judgment:
    if "judgments" in record:
        return Topic(record["id"], record["query"], tuple(map(_target, record["judgments"])))
    targets = (record, *record.get("also", ()))
    kind = record.get("kind", "")
    return KnownItem(record["id"], record["query"], kind, record["archive"], tuple(map(_target, targets)))


def _target(record: dict[str, Any]) -> Target:
    return Target(record["archive"], record["file"], record["title"], record["url"], record.get("grade", 1))


class Resolver:
    """Finds the entries that targets name."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._issues = [info.ref for info in searcher.issues()]

    def ids(self, target: Target) -> set[str]:
        """Ids of the entries that `target` may mean: by file and address, and where that is missing or shared, title.

        Empty when the index does not hold it.
        """
        entries = [entry for issue_id in self._issue_ids(target) for entry in self._searcher.documents(issue_id)]
        linked = [entry for entry in entries if target.url and _same_address(entry.url, target.url)]
        titled = [entry for entry in linked or entries if _is_titled(entry, target.title)]
        return {entry.id for entry in titled or linked}

    def _issue_ids(self, target: Target) -> list[str]:
        end = "/" + target.file
        return [ref.id for ref in self._issues if ref.archive == target.archive and ("/" + ref.path).endswith(end)]


def _same_address(first: str | None, second: str) -> bool:
    return first is not None and _address_key(first) == _address_key(second)


def _address_key(address: str) -> str:
    return unquote(address).strip().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def _is_titled(entry: Entry, title: str) -> bool:
    """Whether the entry is called `title`, which may have a label before it (本周话题：…), or, without a title of its
    own, starts with it; white space aside."""
    wanted, shown, text = ("".join(part.split()) for part in (title, entry.title, entry.text))
    if not wanted:
        return False
    return (shown + text).startswith(wanted) or text.startswith(wanted) or (bool(shown) and wanted.endswith(shown))
