"""The folder of an index whose documents are in a cluster: what it is called there, and what is asked for as a whole.

    cluster.json   name of the index in the cluster, written before anything is sent
    issues.json    every issue, with the keys that sort it
    words.txt      the terms of the stream `words` and how many documents hold each
    titles.txt     the titles of entries, newest first, with the ids of these

These are what corrections, completions and lists of issues go through from end to end: 20 MB at 100 000 entries, kept
and hashed with the generation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wangqi.search.document.entry_records import info_from_record, info_to_record
from wangqi.search.errors import DamagedIndexError, NoIndexError
from wangqi.search.model import IssueInfo
from wangqi.search.opensearch_engine.index.order import Keys

CLUSTER: Final = "cluster.json"
ISSUES: Final = "issues.json"
WORDS: Final = "words.txt"
TITLES: Final = "titles.txt"


@dataclass(frozen=True, slots=True)
class HeldIssue:
    info: IssueInfo
    keys: Keys
    documents: int


def write_name(folder: Path, name: str) -> None:
    (folder / CLUSTER).write_text(json.dumps({"index": name}) + "\n", encoding="utf-8")


def read_name(folder: Path) -> str:
    """What the index is called in the cluster. Raises `NoIndexError` and `DamagedIndexError`."""
    path = folder / CLUSTER
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["index"])
    except FileNotFoundError as error:
        raise NoIndexError("{path}: there is no index; run `wangqi reindex`", path=path) from error
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> DamagedIndexError:
    return DamagedIndexError(
        "{path}: is not what was written ({error}); run `wangqi reindex --full`", path=path, error=error
    )


def write_issues(folder: Path, newest_first: Iterable[HeldIssue]) -> None:
    records = [{**info_to_record(held.info), "keys": held.keys, "documents": held.documents} for held in newest_first]
    (folder / ISSUES).write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")


def read_issues(folder: Path) -> list[HeldIssue]:
    """Newest first. Raises `DamagedIndexError`."""
    try:
        lines = (folder / ISSUES).read_text(encoding="utf-8").split("\n")
        return [_held(json.loads(line)) for line in lines if line]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise _damaged(folder / ISSUES, error) from error


def _held(record: Mapping[str, Any]) -> HeldIssue:
    newest, oldest = record["keys"]
    return HeldIssue(info_from_record(dict(record)), (newest, oldest), record["documents"])


def write_words(folder: Path, counts: Mapping[str, int]) -> None:
    _write_pairs(folder / WORDS, ((word, str(count)) for word, count in sorted(counts.items()) if count > 0))


def read_words(folder: Path) -> Iterator[tuple[str, int]]:
    return ((word, int(count)) for word, count in _pairs(folder / WORDS))


def write_titles(folder: Path, newest_first: Iterable[tuple[str, str]]) -> None:
    """Pairs of a title and the id of its entry."""
    pairs = ((" ".join(title.split()), entry_id) for title, entry_id in newest_first)
    _write_pairs(folder / TITLES, ((title, entry_id) for title, entry_id in pairs if title))


def read_titles(folder: Path) -> Iterator[tuple[str, str]]:
    return _pairs(folder / TITLES)


def _write_pairs(path: Path, pairs: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
        file.writelines("\t".join(pair) + "\n" for pair in pairs)


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", errors="surrogatepass", newline="\n") as file:
        for line in file:
            first, _, second = line.rstrip("\n").rpartition("\t")
            yield first, second
