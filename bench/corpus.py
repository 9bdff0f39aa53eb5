"""The documents that every engine is given: entries of the real archives as tokens, and perturbed copies of them.

The archives are those of `WANGQI_SHARED` (default `../shared`), read by the product's own reader and cut into words by
its own analyzer, once; the result is kept in the work folder.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, Final

from wangqi.indexer.archive.git_dates import first_commit_days
from wangqi.indexer.reindex.reindex_plan import find_files
from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.latin import STEM_MARK
from wangqi.search.model import Entry, Issue, Kind

ROOT: Final = Path(__file__).resolve().parent.parent
WORK: Final = ROOT / ".wangqi" / "bench"
SHARED: Final = Path(os.environ.get("WANGQI_SHARED", ROOT.parent / "shared")).resolve()  # may be a link

BATCH: Final = 1000
"""Documents that are written and read together."""

CHANGED_SHARE: Final = 0.2
"""Part of a copy's words that are replaced by words of another document."""


@dataclass(frozen=True, slots=True)
class Document:
    """What is indexed and stored, the same for all engines: tokens with a blank between them."""

    title: str
    text: str
    kind: Kind
    day: date | None

    @property
    def tokens(self) -> list[str]:
        return self.title.split() + self.text.split()


def archives() -> dict[str, Path]:
    """The folders of the real archives; what comes as a git bundle is checked out in the work folder."""
    checkout = WORK / "ruanyf"
    if not checkout.is_dir():
        WORK.mkdir(parents=True, exist_ok=True)
        bundle = SHARED / "corpora" / "ruanyf-weekly.bundle"
        subprocess.run(["git", "clone", "--quiet", str(bundle), str(checkout)], check=True)
    corpora = SHARED / "corpora"
    return {"ruanyf": checkout / "docs", "kuring": corpora / "kuring", "openbiox": corpora / "openbiox"}


def read_issues(names: tuple[str, ...] = ("ruanyf", "kuring", "openbiox")) -> Iterator[Issue]:
    """The issues of the named archives, as the product reads them."""
    from wangqi.indexer.reader import read_issue

    for name, root in archives().items():
        if name in names:
            days = first_commit_days(root)
            for file in find_files(name, root, WORK / "indexes").issues:
                yield read_issue(name, file.path, file.file.read_bytes(), entered=days.get(file.path))


def real_documents() -> list[Document]:
    """Every entry of the archives as tokens."""
    analyzer = Analyzer()
    kept = WORK / f"documents-{analyzer.fingerprint}.json"
    if not kept.exists():
        records = [_record(entry, analyzer) for issue in read_issues() for entry in issue.entries()]
        kept.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    records = json.loads(kept.read_text(encoding="utf-8"))
    return [Document(title, text, kind, date.fromisoformat(day) if day else None) for title, text, kind, day in records]


def _record(entry: Entry, analyzer: Analyzer) -> list[Any]:
    title, text = (" ".join(_words(analyzer, part)) for part in (entry.title, entry.text))
    return [title, text, entry.kind, entry.issue.date.isoformat() if entry.issue.date else None]


def _words(analyzer: Analyzer, text: str) -> list[str]:
    """Words as people write them: the other engines are not asked for our stems."""
    return [word for word in analyzer.index(text).words if not word.startswith(STEM_MARK)]


def prepared(count: int) -> Path:
    """A file with `count` documents, made if it is not there: making copies takes longer than indexing them."""
    path = WORK / f"documents-{count}.pickle"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        half_done = path.with_suffix(".part")
        with half_done.open("wb") as file:
            for batch in batched(documents(real_documents(), count), BATCH):
                pickle.dump([(each.title, each.text, each.kind, each.day) for each in batch], file)
        half_done.rename(path)
    return path


def stream(path: Path) -> Iterator[Document]:
    """The documents of a prepared file, read as they are asked for."""
    with path.open("rb") as file:
        while file.peek(1):
            for record in pickle.load(file):
                yield Document(*record)


def batched(items: Iterable[Document], size: int) -> Iterator[list[Document]]:
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch


def documents(real: list[Document], count: int) -> Iterator[Document]:
    """`count` documents: the real ones, then copies in which a fifth of the words are those of another document.

    Always the same for the same `real`.
    """
    yield from real[:count]
    random = Random(1)
    words = [document.text.split() for document in real]
    for number in range(len(real), count):
        at = number % len(real)
        text, other = words[at].copy(), words[random.randrange(len(real))]
        for _ in range(int(len(text) * CHANGED_SHARE) if other else 0):
            text[random.randrange(len(text))] = other[random.randrange(len(other))]
        yield Document(real[at].title, " ".join(text), real[at].kind, real[at].day)
