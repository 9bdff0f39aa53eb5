"""An index as a value of Python: what the JSON API answers, as the records of the program."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Self

from wangqi.indexer.config import load_config
from wangqi.indexer.store.following import Follower
from wangqi.search.answer import lookup, service
from wangqi.search.answer.lookup import Recommendations
from wangqi.search.answer.result import SearchResult
from wangqi.search.model import Entry
from wangqi.web.cli.composition import make_engine
from wangqi.web.site.entries import EntryGoneError, IssueGoneError, find_entry
from wangqi.web.site.parameters import SEARCH_PARAMETERS, read_address, read_search, reject_unknown

Value = str | int | float | date
"""Of a parameter."""


class Index:
    """An open index. It follows what `reindex` publishes; several threads may ask it at once."""

    def __init__(self, index: str | Path | None, folder: str | Path | None) -> None:
        config = load_config(options={"index": str(index) if index else None}, folder=Path(folder) if folder else None)
        self._follower = Follower(config.index_dir, make_engine(config))
        self._follower.warm()

    def search(self, q: str, **parameters: Value | Iterable[Value] | None) -> SearchResult:
        """The page of hits for `q`, which may hold filters: `图床 kind:tool year:2024`.

        `parameters` are those of `/api/v1/search` (`docs/json-api.md`): `kind="tool"`, `year="2022-2024"`, `page=2`,
        `sort="newest"`, `from_="2024-01"`; several values as a list, None for what is not asked for. Raises
        `RequestError` for one that cannot be used.
        """
        given = {name.removesuffix("_"): value for name, value in parameters.items() if value is not None}
        values = {name: _texts(value) for name, value in {"q": q, **given}.items()}
        reject_unknown(values, SEARCH_PARAMETERS)
        request = read_search(values)
        with self._follower.lease() as generation:
            return service.search(generation.index, request)

    def lookup(self, address: str) -> Recommendations:
        """The entries about the page at `address`, however it is spelled, and those that mention it. Raises
        `RequestError` for what is no address."""
        with self._follower.lease() as generation:
            return lookup.look_up(generation.index, read_address(address))

    def entry(self, entry_id: str) -> Entry | None:
        """The entry with the id that a hit gave, or gave before its file was renamed; None when it is gone."""
        with self._follower.lease() as generation, suppress(EntryGoneError, IssueGoneError):
            return find_entry(generation, entry_id)
        return None

    def close(self) -> None:
        self._follower.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _texts(value: Value | Iterable[Value]) -> list[str]:
    if isinstance(value, str | int | float | date):
        return [_text(value)]
    return [_text(each) for each in value]


def _text(value: Value) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
