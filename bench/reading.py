"""How well issues are read, against issues as a careful reader sees them: `make bench-reading`.

    python -m bench.reading [-v]     the table; with -v each entry that is missed, added or read otherwise

Gold and entries are matched in order, the longest series first: by title, by address, or by first words. The table goes
to standard output and into `docs/reading-issues.md`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from bench.corpus import ROOT, SHARED
from bench.report import table
from wangqi.indexer.archive.files import find_issues
from wangqi.indexer.archive.habits import Habits, common_habits
from wangqi.indexer.reader import read_closely, read_issue
from wangqi.search.model import Entry

DOCUMENT: Final = ROOT / "docs" / "reading-issues.md"
BEGIN: Final = "<!-- figures of `make bench-reading` -->"
END: Final = "<!-- end of the figures -->"

NOISE: Final = frozenset({"cover", "navigation", "boilerplate", "jobs"})
"""Roles of sections whose entries are neither wanted nor wrong."""
OPTIONAL: Final = frozenset({"ad"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry as the careful reader sees it."""

    section: str
    titles: frozenset[str]
    urls: frozenset[str]
    """"" for none."""
    words: frozenset[str]
    """What its text may begin with."""
    is_optional: bool


@dataclass(slots=True)
class Counts:
    """Of one issue, or of several together."""

    wanted: int = 0
    found: int = 0
    given: int = 0
    """Entries that were read, those in sections of noise left out."""
    titles: int = 0
    urls: int = 0
    sections: int = 0
    complaints: list[str] = field(default_factory=list)

    def add(self, other: Counts) -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def row(self, name: str) -> list[str]:
        parts = [(self.found, self.wanted), (self.found, self.given)]
        parts += [(part, self.found) for part in (self.titles, self.urls, self.sections)]
        return [name, str(self.wanted), *(f"{part / whole:.3f}" if whole else "–" for part, whole in parts)]


def _same_address(url: str | None) -> str:
    return unquote(url or "").rstrip("/")


def folded(text: str | None) -> str:
    return re.sub(r"\s", "", text or "")


def wanted_entries(gold: dict[str, Any]) -> tuple[list[Wanted], set[str]]:
    """The entries to be found, and the names of sections whose entries do not count."""
    wanted, noise = [], set()
    for section in gold["sections"]:
        role = section.get("role", "entries")
        if role in NOISE:
            noise.add(folded(section["title"]))
        wanted += [_wanted(section, entry, role in NOISE | OPTIONAL) for entry in section.get("entries", ())]
    return wanted, noise


def _wanted(section: dict[str, Any], entry: dict[str, Any], is_optional: bool) -> Wanted:
    def values(*names: str) -> frozenset[str]:
        return frozenset(folded(entry[name]) for name in names if name in entry)

    urls = frozenset(_same_address(entry[name]) for name in ("url", "url_target") if name in entry)
    return Wanted(
        folded(section["title"]),
        values("title", "title_alt"),
        urls | {url for url in entry.get("more_urls", ()) if "" in urls},
        values("first_words", "first_words_alt"),
        is_optional,
    )


def compare(gold: dict[str, Any], entries: Sequence[Entry]) -> Counts:
    """How far `entries`, as they were read, agree with `gold`."""
    wanted, noise = wanted_entries(gold)
    counts = Counts()
    pairs = _aligned(wanted, entries)
    met = {id(entry) for _, entry in pairs}
    for one, entry in pairs:
        if one.is_optional:
            continue
        counts.found += 1
        is_titled = folded(entry.title) in one.titles
        has_url = _same_address(entry.url) in one.urls
        in_section = folded(entry.section) == one.section
        counts.titles += is_titled
        counts.urls += has_url
        counts.sections += in_section
        if not (is_titled and has_url and in_section):
            wanted_as = f"{sorted(one.titles)} {sorted(one.urls)} [{one.section}]"
            counts.complaints.append(f"  ~ {entry.title!r} {entry.url} [{entry.section}]\n      wanted {wanted_as}")
    counts.wanted = sum(not one.is_optional for one in wanted)
    matched = {id(one) for one, _ in pairs}
    counts.complaints += [
        f"  - {sorted(one.titles)} {sorted(one.urls)} [{one.section}]"
        for one in wanted
        if id(one) not in matched and not one.is_optional
    ]
    added = [entry for entry in entries if id(entry) not in met and folded(entry.section) not in noise]
    counts.given = counts.found + len(added)
    counts.complaints += [f"  + {entry.line}: {entry.title!r} {entry.url} [{entry.section}]" for entry in added]
    return counts


def _aligned(wanted: Sequence[Wanted], entries: Sequence[Entry]) -> list[tuple[Wanted, Entry]]:
    """The longest series of pairs that agree, both in order; of equals the one that agrees best (Needleman, Wunsch)."""
    best = [[0.0] * (len(entries) + 1) for _ in range(len(wanted) + 1)]
    for i in range(len(wanted) - 1, -1, -1):
        for j in range(len(entries) - 1, -1, -1):
            alike = _alike(wanted[i], entries[j])
            best[i][j] = max(best[i + 1][j], best[i][j + 1], alike and alike + best[i + 1][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(wanted) and j < len(entries):
        alike = _alike(wanted[i], entries[j])
        if alike and best[i][j] == alike + best[i + 1][j + 1]:
            pairs.append((wanted[i], entries[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _alike(one: Wanted, entry: Entry) -> float:
    """How well an entry agrees; 0 when it is another one."""
    title, text = folded(entry.title), folded(entry.title + entry.text)
    is_titled = title in one.titles - {""}
    has_url = bool(entry.url) and _same_address(entry.url) in one.urls
    words = {words for words in one.words if words}
    begins = any(text.startswith(each) or folded(entry.text).startswith(each) for each in words)
    if not (is_titled or has_url or (begins and "" in one.titles)):
        return 0.0
    return 1.0 + 0.1 * is_titled + 0.1 * has_url + 0.05 * begins + 0.05 * (folded(entry.section) == one.section)


def gold_issues(checkout: Path) -> Iterator[tuple[str, dict[str, Any], Path, Path]]:
    """Of each gold issue the archive's name, the gold, its file and the folder of the archive. `checkout` is that of
    the archive that comes as a bundle."""
    for gold_folder, corpora in (("gold", "corpora"), ("gold-more", "corpora-more")):
        for file in sorted((SHARED / gold_folder).glob("*.json")):
            gold = json.loads(file.read_text(encoding="utf-8"))
            archive, _, path = gold["source"].partition("/")
            root = checkout if archive == "ruanyf-weekly" else SHARED / corpora / archive
            yield archive, gold, root / path, root


@cache
def habits_of(archive: str, root: Path) -> Habits:
    """The habits of an archive, from all its issues."""
    paths = find_issues(root).issues
    return common_habits(read_closely(archive, path, (root / path).read_bytes()).evidence for path in paths)


@contextmanager
def unbundled() -> Iterator[Path]:
    """A checkout of the archive that comes as a bundle."""
    with tempfile.TemporaryDirectory() as folder:
        bundle = SHARED / "corpora" / "ruanyf-weekly.bundle"
        subprocess.run(["git", "clone", "--quiet", str(bundle), folder], check=True, capture_output=True)
        yield Path(folder)


def measured() -> dict[str, Counts]:
    """The counts of each archive that has gold."""
    found: dict[str, Counts] = {}
    with unbundled() as folder:
        for archive, gold, file, root in gold_issues(folder):
            habits = habits_of(archive, root)
            data = file.read_bytes()
            own = habits.touching(read_closely(archive, file.name, data).evidence)
            issue = read_issue(archive, file.name, data, habits=own)
            counts = compare(gold, issue.entries())
            if counts.complaints:
                counts.complaints.insert(0, f"{gold['source']}")
            found.setdefault(archive, Counts()).add(counts)
    return found


def write_between(begin: str, end: str, text: str) -> None:
    """Put `text` between two marks of the document."""
    before, mark, rest = DOCUMENT.read_text(encoding="utf-8").partition(begin)
    if mark:
        DOCUMENT.write_text(f"{before}{begin}\n\n{text}\n\n{end}{rest.partition(end)[2]}", encoding="utf-8")


def main() -> None:
    """Print the table, with -v also what differs; the document gets the sum."""
    found = measured()
    whole = Counts()
    for counts in found.values():
        whole.add(counts)
    if "-v" in sys.argv[1:]:
        print("\n".join(whole.complaints))
    archives = sorted(found.items())
    print(_table([*archives, ("all", whole)]))
    if "--dry" in sys.argv[1:]:
        return
    write_between(BEGIN, END, _table([(f"all {len(archives)}", whole)]))


def _table(rows: list[tuple[str, Counts]]) -> str:
    columns = ["archive", "entries", "recall", "precision", "exact titles", "url", "section"]
    return table(columns, [counts.row(name) for name, counts in rows])


if __name__ == "__main__":
    main()
