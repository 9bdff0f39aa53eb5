"""An open index in the cluster, as the rest of the program sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import compress
from operator import not_
from pathlib import Path
from typing import Any, Final

from wangqi.search.analysis.analyzer import Spelling
from wangqi.search.engine import (
    AlsoIn,
    IndexVocabulary,
    Matches,
    Page,
    Question,
    ScoredEntry,
    Statistics,
)
from wangqi.search.engine.completions import Titles
from wangqi.search.engine.listing import ListedIssues
from wangqi.search.errors import DamagedIndexError
from wangqi.search.model import Entry
from wangqi.search.opensearch_engine.access import ClusterSettings
from wangqi.search.opensearch_engine.client import Client
from wangqi.search.opensearch_engine.index.documents import link_key, unpacked
from wangqi.search.opensearch_engine.index.folder import read_issues, read_titles, read_words
from wangqi.search.opensearch_engine.query.asking import AskedIndex
from wangqi.search.opensearch_engine.query.counting import RememberedCounts
from wangqi.search.opensearch_engine.query.facets import FacetReader
from wangqi.search.opensearch_engine.query.finding import Finder
from wangqi.search.opensearch_engine.query.matching import ANYWHERE, Query, all_of, of_plan, of_roles
from wangqi.search.opensearch_engine.query.tiers import NEWEST_FIRST, TierAnswer
from wangqi.search.opensearch_engine.query.weighing import Weigher
from wangqi.search.plan.plan import Plan
from wangqi.search.request import COMPLETIONS, Filters

AT_ONCE: Final = 1000
"""Entries of one answer, where all that there are are wanted."""


class OpenSearchSearcher(ListedIssues):
    """An open index. It never changes, and what is remembered of it is shared by threads."""

    is_remote: Final = True

    def __init__(self, client: Client, index: str, folder: Path, settings: ClusterSettings) -> None:
        held = read_issues(folder)
        days = [each.info.ref.date.toordinal() for each in held if each.info.ref.date]
        self._folder = folder
        super().__init__(each.info for each in held)
        self._ranks = {each.info.ref.id: rank for rank, each in enumerate(held)}
        self._documents = sum(each.documents for each in held)
        self._days = min(days, default=0), max(days, default=0)
        self._index = AskedIndex(client, index, call_s=settings.call_s, search_s=settings.search_s)
        self._counts = RememberedCounts(self._index.ask)
        self._weigher = Weigher(self._counts, self._documents)
        self._finder = Finder(self._index, self._weigher, self._counts, self._days)
        self._facets = FacetReader(self._index.ask)

    def check(self) -> None:
        """Raises `DamagedIndexError` when the cluster holds more or fewer documents than were sent."""
        answer = self._index.ask({"size": 0, "track_total_hits": True, "query": {"exists": {"field": "role"}}})
        held = answer["hits"]["total"]["value"]
        if held != self._documents:
            raise DamagedIndexError(
                "the index in the cluster holds {held} documents, {documents} were sent; run `wangqi reindex --full`",
                held=held,
                documents=self._documents,
            )

    def find(self, plan: Plan, filters: Filters, page: Page) -> Matches:
        found = self._finder.find(plan, filters, page)
        first, second = found.first, found.second
        if first.total < page.least:
            return Matches(total=first.total, hits=[], facets={})
        shown = found.shown
        return Matches(
            total=first.total,
            partial=second.total,
            hits=[*self._hits(first, partial=False), *self._hits(second, partial=True)],
            facets=self._facets.read(shown.aggregations, page.facets, shown.spare),
            missing=found.missing,
        )

    def _hits(self, tier: TierAnswer, *, partial: bool) -> Iterator[ScoredEntry]:
        for hit in tier.hits:
            also = self._also_in(hit["_source"].get("also", ()))
            yield ScoredEntry(entry=self._entry(hit), score=hit["_score"], partial=partial, also_in=also)

    def _entry(self, hit: Mapping[str, Any]) -> Entry:
        held = self.issue(_issue_of(hit["_id"]))
        assert held, hit["_id"]
        return unpacked(hit["_source"]["record"], held.ref)

    def _also_in(self, entry_ids: Sequence[str]) -> list[AlsoIn]:
        """Newest first."""
        issues = {entry_id: self.issue(_issue_of(entry_id)) for entry_id in entry_ids}
        found = [AlsoIn(id=entry_id, issue=held.ref) for entry_id, held in issues.items() if held]
        return sorted(found, key=lambda each: self._ranks[each.issue.id])

    def count(self, questions: Sequence[Question]) -> list[int]:
        """In one call."""
        wholes = [(plan.whole or plan, filters) for plan, filters in questions]
        asked = [of_roles(plan, filters, of_plan(plan, filters)) for plan, filters in wholes]
        folds = [bool(plan.scored) for plan, _ in wholes]
        folded = iter(self._counts.of([query for pair in compress(asked, folds) for query in pair], folded=True))
        plain = iter(self._counts.of([query for pair in compress(asked, map(not_, folds)) for query in pair]))
        counts = ((next(each), next(each)) for is_folded in folds for each in [folded if is_folded else plain])
        return [sought or others for sought, others in counts]

    def expect(self, *, spellings: Sequence[Spelling] = (), searches: Sequence[Question] = ()) -> None:
        plain, folded = [ANYWHERE.spelled(spelling) for spelling in spellings], list[Query]()
        for plan, filters in searches:
            if plan.whole:
                plain += self._finder.expect(plan, filters)
            elif plan.scored:
                folded += of_roles(plan, filters, of_plan(plan, filters))
                plain += self._weigher.counted(plan)
        self._counts.both(plain, folded)

    def document_frequencies(self, spellings: Sequence[Spelling]) -> list[int]:
        return self._counts.of([ANYWHERE.spelled(spelling) for spelling in spellings])

    def statistics(self, plan: Plan) -> Statistics:
        weights = self._weigher.weigh(plan)
        words = {word: weights.words[word].statistics for word in plan.all_scored}
        return Statistics(words=words, idfs=weights.idfs, days=self._days)

    def suggest(self, prefix: str, *, limit: int = COMPLETIONS) -> list[Entry]:
        entry_ids = self._titles.complete(prefix, limit)
        if not entry_ids:
            return []
        found = {entry.id: entry for entry in self._found({"terms": {"entry_id": entry_ids}}, limit)}
        return [found[entry_id] for entry_id in entry_ids]

    def linked(self, link: str) -> list[Entry]:
        return list(self._all({"term": {"link": link_key(link)}})) if link else []

    def vocabulary(self) -> IndexVocabulary:
        return IndexVocabulary(partial(read_words, self._folder), self._titles.keys)

    def entry(self, entry_id: str) -> Entry | None:
        return next(iter(self._found({"term": {"entry_id": entry_id}}, 1)), None)

    def documents(self, issue_id: str, *, lines: range | None = None) -> list[Entry]:
        wanted: list[Query] = [{"term": {"issue_id": issue_id}}]
        if lines is not None:
            wanted.append({"range": {"line": {"gte": lines.start, "lt": lines.stop}}})
        found = all_of(wanted, [{"term": {"role": "issue"}}])
        return list(self._all(found)) if self.issue(issue_id) else []

    def close(self) -> None:
        """Do nothing: connections are the client's, and no file is open."""

    @cached_property
    def _titles(self) -> Titles[str]:
        return Titles(read_titles(self._folder))

    def _found(self, query: Query, limit: int) -> list[Entry]:
        """The first entries that `query` finds, newest first, in the order of their issue."""
        return [self._entry(hit) for hit in self._page(query, limit)]

    def _all(self, query: Query) -> Iterator[Entry]:
        """All of them, a page after the other."""
        hits = self._page(query, AT_ONCE)
        yield from map(self._entry, hits)
        while len(hits) == AT_ONCE:
            hits = self._page(query, AT_ONCE, search_after=hits[-1]["sort"])
            yield from map(self._entry, hits)

    def _page(self, query: Query, limit: int, **more: Any) -> list[dict[str, Any]]:
        body = {"query": query, "size": limit, "sort": NEWEST_FIRST, "track_total_hits": False}
        found: list[dict[str, Any]] = self._index.ask(body | more)["hits"]["hits"]
        return found


def _issue_of(entry_id: str) -> str:
    return entry_id.rpartition("-")[0]
