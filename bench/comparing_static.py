"""Sites that Pagefind searches: the exported pages as its manual says, and a page for each entry, of our tokens."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Final

from wangqi.search.analysis import Analyzer
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.document.fields import field_texts
from wangqi.search.model import Entry
from wangqi.web.site.addresses import anchor_of

PAGE: Final = "<!doctype html><html lang='zh'><title>Pagefind</title><body></body></html>"
RECORD: Final = """<html><body data-pagefind-body><h1 data-pagefind-ignore data-pagefind-meta="title">{title}</h1>
<p data-pagefind-weight="4.0">{first}</p><p data-pagefind-weight="1.0">{rest}</p>
<span data-pagefind-filter="kind">{kind}</span></body></html>"""


@dataclass
class Figures:
    """What was measured of one way to search."""

    name: str
    files: int = 0
    megabytes: float = 0.0
    seconds: float = 0.0
    """Of processor time, to make its files."""
    first_kb: list[float] = field(default_factory=list)
    first_ms: list[float] = field(default_factory=list)
    second_kb: list[float] = field(default_factory=list)
    """Of another query of two characters."""
    judged_kb: list[float] = field(default_factory=list)
    """Of a judged query after these, which has three words and more."""
    same: int = 0
    """Queries whose first hit is the server's."""
    queries: int = 0


def size_of(path: Path) -> tuple[int, float]:
    """Files and megabytes below `path`."""
    sizes = [each.stat().st_size for each in (path.rglob("*") if path.is_dir() else [path]) if each.is_file()]
    return len(sizes), sum(sizes) / 1e6


def cpu_of_children() -> float:
    """Processor time of the processes that have ended, which other work on the machine does not change much."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def pagefind_sites(
    index: OpenIndex, site: Path, work: Path
) -> Iterator[tuple[Figures, Path, Callable[[str], str] | None]]:
    """Yield each way with its folder, which has a page to search on, and how a query is typed."""
    manual, tokens = work / "pagefind-manual", work / "pagefind-tokens"
    for folder in (manual, tokens):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    began = cpu_of_children()
    shutil.copytree(site / "issues", manual / "issues")
    _pagefind(manual)
    yield _figures("Pagefind as its manual says (pages)", manual, began), manual, None
    began = cpu_of_children()
    _write_tokens(index, tokens)
    _pagefind(tokens, "--force-language", "unknown")
    yield _figures("Pagefind, our tokens (entries)", tokens, began), tokens, lambda q: _cut(q, index.analyzer)


def _pagefind(site: Path, *options: str) -> None:
    subprocess.run([sys.executable, "-m", "pagefind", "--site", str(site), *options], check=True, capture_output=True)


def _figures(name: str, folder: Path, began: float) -> Figures:
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    files, megabytes = size_of(folder / "pagefind")
    return Figures(name, files, megabytes, cpu_of_children() - began)


def _cut(q: str, analyzer: Analyzer) -> str:
    """The grams that a document must hold."""
    grams = (gram for word in analyzer.query(q) for gram, _ in word.spellings[0])
    return " ".join(dict.fromkeys(grams))


def _write_tokens(index: OpenIndex, folder: Path) -> None:
    """A page for each entry, where it would stand in its issue. The Python interface takes a tenth of a second for each
    record, half an hour for an archive; the command takes files as fast as it can."""
    for info in index.searcher.issues():
        place = folder / "issues" / info.ref.archive / info.ref.path
        place.mkdir(parents=True)
        for entry in index.searcher.documents(info.ref.id):
            if entry.role == "entry":
                (place / f"{anchor_of(entry.id)}.html").write_text(_record(entry, index.analyzer), encoding="utf-8")


def _record(entry: Entry, analyzer: Analyzer) -> str:
    first, *rest = (" ".join(analyzer.index(text).grams) for text in field_texts(entry))
    shown = {"title": entry.title, "first": first, "rest": " ".join(rest), "kind": entry.kind}
    return RECORD.format(**{name: escape(value) for name, value in shown.items()})
