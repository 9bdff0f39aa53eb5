"""Filters that were typed among the words, as a page shows the others: chosen, and to be taken away.

>>> asked = SearchRequest(q="图床 kind:工具")
>>> lifted(asked).q, lifted(asked).filters.kind
('图床', ('tool',))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce
from typing import Any

from wangqi.search.document.filters import LIST_FILTERS, merge_filters, narrow_filters
from wangqi.search.query.parser import TypedFilter, parse
from wangqi.search.request import NO_FILTERS, Filters, SearchRequest
from wangqi.web.pages.filters import without_each


def lifted(request: SearchRequest) -> SearchRequest:
    """`request` with its typed filters moved to `filters`. Those that leave something out stay in the text, for which
    there is no parameter; so what is written by parameters alone can be asked for again."""
    typed = parse(request.q).typed
    wanted = [each for each in typed if not each.filters.exclude]
    if not wanted:
        return request
    q = _without(request.q, wanted)
    together = reduce(merge_filters, (each.filters for each in wanted))
    return replace(request, q=q, filters=_possible(narrow_filters(request.filters, together)))


def without_each_typed(request: SearchRequest) -> Iterator[tuple[str, SearchRequest]]:
    """Each typed filter in words, with the search without it."""
    for each in parse(request.q).typed:
        for label, rest in without_each(each.filters):
            others = {} if rest == NO_FILTERS else dict(without_each(lifted(request).filters))
            # Of alternatives in one filter one goes: what is left is written as parameters.
            if label in others:
                yield label, replace(lifted(request), filters=others[label])
            else:
                yield label, replace(request, q=_without(request.q, [each]))


def unfiltered(request: SearchRequest) -> SearchRequest:
    """The search for its words alone."""
    return replace(request, q=_without(request.q, parse(request.q).typed), filters=NO_FILTERS)


def _without(q: str, typed: Iterable[TypedFilter]) -> str:
    parts, end = [], 0
    for each in typed:
        parts.append(q[end : each.start])
        end = each.end
    return " ".join("".join([*parts, q[end:]]).split())


def _possible(filters: Filters) -> Filters:
    """`filters` without those of which `narrow_filters` leaves nothing, since two exclude each other."""
    kept: dict[str, Any] = {
        name: tuple(value for value in row.values(filters) if value != row.nothing)
        for name, row in LIST_FILTERS.items()
    }
    return replace(filters, **kept)
