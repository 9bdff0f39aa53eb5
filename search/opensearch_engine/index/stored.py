"""Entries read back from an index in the cluster, some or very many."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from wangqi.search.document.repeated_links import returning_link
from wangqi.search.model import Entry, IssueRef
from wangqi.search.opensearch_engine.client import Client
from wangqi.search.opensearch_engine.index.documents import unpacked

AT_ONCE: Final = 1000
"""Documents of one answer, and values that are asked for in one question."""


@dataclass(frozen=True, slots=True)
class Held:
    entry: Entry
    order: int
    also: list[str]


class EntriesReadBack:
    """Reads the entries of `index`; `ref` gives the issue of an id."""

    def __init__(self, client: Client, index: str, ref: Callable[[str], IssueRef]) -> None:
        self._client, self._index, self._ref = client, index, ref

    def of_issues(self, issue_ids: Collection[str]) -> Iterator[Held]:
        return self._with("issue_id", issue_ids)

    def with_links(self, keys: Collection[str]) -> Iterator[Held]:
        """The entries about the pages with these keys (`index.documents.link_key`) that may be one hit."""
        return (held for held in self._with("link", keys) if returning_link(held.entry))

    def _with(self, field: str, values: Collection[str]) -> Iterator[Held]:
        wanted = sorted(values)
        for start in range(0, len(wanted), AT_ONCE):
            query = {"terms": {field: wanted[start : start + AT_ONCE]}}
            body = {"query": query, "sort": [{"entry_id": "asc"}], "docvalue_fields": ["order"]}
            yield from map(self._held, self._client.hits(self._index, body, at_once=AT_ONCE))

    def _held(self, hit: Mapping[str, Any]) -> Held:
        ref = self._ref(hit["_id"].rpartition("-")[0])
        source = hit["_source"]
        return Held(unpacked(source["record"], ref), hit["fields"]["order"][0], source.get("also", []))
