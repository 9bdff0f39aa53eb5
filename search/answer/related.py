"""What stands near an entry: others that share its rare words, and others on its host.

Asked of the engine in a handful of questions: how many documents hold each word, one search for the rarest words, one
for the host.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from wangqi.search import budget
from wangqi.search.analysis import fold_key
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.document.links import site_of
from wangqi.search.document.repeated_links import main_link
from wangqi.search.engine import Page, ScoredEntry
from wangqi.search.model import Entry
from wangqi.search.plan.plan import EVERYTHING
from wangqi.search.query.tree import Or, Phrase
from wangqi.search.request import NO_FILTERS, Filters

RELATED: Final = 6

TEXT_CHARS: Final = 200
"""Of the text, beside the title: what an entry is about stands at its beginning."""

RARE_WORDS: Final = 8
RARE_SHARE: Final = 0.02
"""Of all entries, at most, that hold a rare word: of three newsletters 1 % hold 搜索引擎, 2 % hold 设备."""

FEW: Final = 5
"""Entries that may hold a rare word in an archive however small."""

CANDIDATES: Final = 30
SAME_KIND: Final = 1.25
SAME_SITE: Final = 1.1
"""Factors of a candidate's score. A tool is looked at beside tools."""

LARGE_SITE: Final = 100
"""Entries of a host from which on two of them have nothing to do with each other (github.com, mp.weixin.qq.com)."""


def related(index: OpenIndex, entry: Entry, *, besides: Iterable[Entry] = ()) -> list[Entry]:
    """Entries about something near to `entry`, the nearest first: of each page one, and none on its own page or on one
    of those `besides`, which are known already."""
    found: dict[str, Entry] = {}
    passed = set(map(main_link, (entry, *besides))) - {""}
    for other in (*_by_words(index, entry), *_by_site(index, entry)):
        link = main_link(other)
        if other.role == "entry" and other.id != entry.id and link not in passed:
            found.setdefault(other.id, other)
            passed |= {link} - {""}
    return list(found.values())[:RELATED]


def _by_words(index: OpenIndex, entry: Entry) -> Iterable[Entry]:
    words = _rare_words(index, entry)
    if not words:
        return ()
    parts = tuple(map(Phrase, words))
    hits = index.find(Or(parts) if len(parts) > 1 else parts[0], NO_FILTERS, Page(limit=CANDIDATES)).hits
    title = fold_key(entry.title)
    hits = [hit for hit in hits if _is_near(hit.entry, words, title)]
    return [hit.entry for hit in sorted(hits, key=lambda hit: -_nearness(hit, entry))]


def _rare_words(index: OpenIndex, entry: Entry) -> list[str]:
    """The words of `entry` that few others hold, the rarest first."""
    cut = index.analyzer.query(f"{entry.title}\n{entry.text[:TEXT_CHARS]}")
    words = {fold_key(word.text): word.spellings[0] for word in cut if len(word.text) > 1 and word.spellings}
    counts = index.searcher.document_frequencies(list(words.values()))
    most = max(FEW, RARE_SHARE * sum(archive.entries for archive in index.searcher.archives()))
    return [word for count, word in sorted(zip(counts, words, strict=True)) if 2 <= count <= most][:RARE_WORDS]


def _is_near(other: Entry, words: Sequence[str], title: str) -> bool:
    """Whether `other` shares two of the words, or one that stands in either title: one alone is often chance."""
    budget.check()
    its_title = fold_key(other.title)
    its_text = fold_key(f"{other.title}\n{other.text}")
    shared = [word for word in words if word in its_text]
    return len(shared) > 1 or any(word in title or word in its_title for word in shared)


def _nearness(hit: ScoredEntry, entry: Entry) -> float:
    site = site_of(entry.url)
    same_kind = SAME_KIND if hit.entry.kind == entry.kind else 1.0
    return hit.score * same_kind * (SAME_SITE if site and site_of(hit.entry.url) == site else 1.0)


def _by_site(index: OpenIndex, entry: Entry) -> Iterator[Entry]:
    site = site_of(entry.url)
    if not site:
        return
    matches = index.searcher.find(EVERYTHING, Filters(site=(site,)), Page(sort="newest", limit=RELATED + 1))
    if matches.total < LARGE_SITE:
        yield from (hit.entry for hit in matches.hits)
