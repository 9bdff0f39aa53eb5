"""Small invented archives for the tests of indexing and of the command line, and what an index of one finds."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from samples import find

from wangqi.indexer.config import Config
from wangqi.indexer.reindex import reindex
from wangqi.indexer.reindex.report import ReindexReport
from wangqi.indexer.store.opening import open_current
from wangqi.search.analysis import Analyzer
from wangqi.search.engine import Engine, Searcher
from wangqi.search.query.tree import Match
from wangqi.search.reference.memory import MemoryEngine

ANALYZER = Analyzer()


def make_engine(*words: str) -> MemoryEngine:
    """An engine; with other `words` in its dictionary it has another fingerprint."""
    return MemoryEngine(Analyzer(words) if words else ANALYZER)


def issue_text(number: int, *titles: str) -> str:
    """An issue with one tool for each title."""
    lines = [
        f"{order}、[{title}](https://{title.lower()}.example/)\n\n{title} 的说明。\n"
        for order, title in enumerate(titles, 1)
    ]
    return f"# 青铜周刊（第 {number} 期）\n\n## 工具\n\n" + "\n".join(lines)


def write_issue(folder: Path, number: int, *titles: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"issue-{number:02d}.md"
    path.write_text(issue_text(number, *titles), encoding="utf-8")
    return path


def write_archive(folder: Path, issues: int = 10) -> Path:
    """`issues` issues with two tools each: `Tool1a`, `Tool1b`, `Tool2a`…"""
    for number in range(1, issues + 1):
        write_issue(folder, number, f"Tool{number}a", f"Tool{number}b")
    return folder


def run_reindex(
    index_dir: Path, engine: Engine | None = None, full: bool = False, force: bool = False, **archives: Path
) -> ReindexReport:
    return reindex_all(index_dir, archives, engine, full=full, force=force)


def reindex_all(
    index_dir: Path,
    archives: Mapping[str, Path],
    engine: Engine | None = None,
    *,
    full: bool = False,
    force: bool = False,
) -> ReindexReport:
    config = Config(archives=archives, index_dir=index_dir)
    return reindex(config, engine or make_engine(), full=full, force=force)


def found(index_dir: Path, word: str) -> list[str]:
    """Titles that the serving generation finds."""
    generation = open_current(index_dir, make_engine())
    try:
        return titles(generation.searcher, word)
    finally:
        generation.close()


def titles(searcher: Searcher, word: str) -> list[str]:
    matches = find(searcher, Match(word), sort="newest", limit=10)
    return [match.entry.title for match in matches.hits]


def git(folder: Path, *arguments: str, day: str = "2024-01-01T00:00:00 +0800") -> None:
    """Run git there as somebody who writes on that day, and whose commits are made by others much later."""
    roles = [f"GIT_{role}" for role in ("AUTHOR", "COMMITTER")]
    who = {f"{role}_NAME": "编者" for role in roles} | {f"{role}_EMAIL": "a@x.example" for role in roles}
    when = {"GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": "2025-01-01T00:00:00 +0000"}
    command = ["git", "-c", "init.defaultBranch=main", *arguments]
    subprocess.run(command, cwd=folder, env=os.environ | who | when, check=True, capture_output=True)


def commit(folder: Path, day: str = "2024-01-01T00:00:00 +0800") -> None:
    """Commit all that is new or changed in the checkout on that day."""
    git(folder, "add", "-A", day=day)
    git(folder, "commit", "--quiet", "-m", "x", day=day)
