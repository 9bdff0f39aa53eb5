"""The product as it is used: an index of the real archives, made by its own command line, and queries of readers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Final

from bench.corpus import ROOT, SHARED, WORK, archives
from wangqi.indexer.store.opening import open_current
from wangqi.search.analysis import Analyzer
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.engine import Searcher
from wangqi.search.plan.ranking import RANKING, Ranking
from wangqi.search.quality.judgments import read_judgments
from wangqi.search.whoosh_engine import WhooshEngine

INDEX: Final = WORK / "site"
FRAGMENTS: Final = 200


def wangqi(*arguments: str, index: Path = INDEX) -> list[str]:
    """The command line of `wangqi` over the index of the bench."""
    command, *rest = arguments
    return [sys.executable, "-m", "wangqi", command, "--index", str(index), *rest]


def named_archives(names: Sequence[str]) -> list[str]:
    """ARCHIVE arguments."""
    return [f"{name}={root}" for name, root in archives().items() if name in names]


def bring_up_to_date() -> None:
    """Index all archives, if that is not done yet."""
    command = wangqi("reindex", *named_archives(("ruanyf", "kuring", "openbiox")))
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def open_site(ranking: Ranking = RANKING) -> OpenIndex:
    index = open_current(INDEX, WhooshEngine(Analyzer())).index
    return OpenIndex(index.searcher, index.analyzer.base, ranking)


def reader_queries(searcher: Searcher) -> list[str]:
    """The judged queries, and pieces of titles as one types them when one remembers a part; the same on every run."""
    judged = [each.query for each in read_judgments(sorted((SHARED / "judgments").glob("*.jsonl")))]
    random = Random(1)
    return judged + [_fragment(title, random) for title in random.sample(_titles(searcher), FRAGMENTS)]


def title_fragments(searcher: Searcher, count: int) -> list[str]:
    """That many different pieces of titles; the same on every run."""
    random, titles, fragments = Random(2), _titles(searcher), dict[str, None]()
    while len(fragments) < count:
        fragments[_fragment(random.choice(titles), random)] = None
    return list(fragments)


def _titles(searcher: Searcher) -> list[str]:
    titles = sorted({entry.title for info in searcher.issues() for entry in searcher.documents(info.ref.id)})
    return [title for title in titles if len(title) > 3]


def _fragment(title: str, random: Random) -> str:
    size = random.randint(2, min(10, len(title)))
    start = random.randint(0, len(title) - size)
    return title[start : start + size]
