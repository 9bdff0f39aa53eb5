"""A search as the results page shows it: filters to add and to take away, orders, pages — each as a link.

Every link is the present `SearchRequest` with one thing changed; `web.addresses` writes it down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from markupsafe import Markup, escape

from search.engine import Facet
from search.request import Filters, NumberRange, SearchRequest
from search.result import Range, SearchResult
from web.addresses import Addresses
from web.labels import FACET_LABELS, SORT_LABELS, kind_label
from web.paging import last_page, page_numbers
from web.parameters import write_search

Value = TypeVar("Value")

FACETS_SHOWN: Final = 8
"""Values of a facet that are offered at once; others are folded."""
FACETS_OFFERED: Final = 32
"""A site may have links to thousands of sites: the most frequent are enough."""


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    address: str
    count: int | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class FacetView:
    label: str
    choices: Sequence[Choice]

    @property
    def first(self) -> Sequence[Choice]:
        return self.choices[:FACETS_SHOWN]

    @property
    def folded(self) -> Sequence[Choice]:
        return self.choices[FACETS_SHOWN:]


@dataclass(frozen=True, slots=True)
class ResultsView:
    """What surrounds the hits of `result`."""

    result: SearchResult
    addresses: Addresses
    archives: int = 1
    """How many the site holds; of several, each hit says which is its own."""
    unfiltered_total: int = 0
    """What there would be without the filters; counted only when nothing is found with them."""

    @property
    def chips(self) -> list[Choice]:
        """The filters that hold; each address is the search without it."""
        request = self.result.request
        return [
            Choice(label, self._address(replace(request, filters=filters, page=1)))
            for label, filters in _without_each(request.filters)
        ]

    @property
    def facets(self) -> list[FacetView]:
        """The filters that would leave something; one that would leave everything is no choice."""
        shown = [self._facet(name) for name in FACET_LABELS if name in self.result.facets]
        return [facet for facet in shown if facet.choices]

    @property
    def sorts(self) -> list[Choice]:
        """The orders to choose from. Without words nothing is more relevant: the newest come first."""
        request = self.result.request
        chosen = request.sort if request.q or request.sort != "relevance" else "newest"
        return [
            Choice(label, self._address(replace(request, sort=sort, page=1)), chosen=sort == chosen)
            for sort, label in SORT_LABELS.items()
            if request.q or sort != "relevance"
        ]

    @property
    def pages(self) -> list[Choice | None]:
        """Pages to go to, None for a gap; [] when there is but one."""
        request = self.result.request
        last = last_page(request, self.result.pages)
        return [
            Choice(str(number), self.page(number), chosen=number == request.page) if number else None
            for number in (page_numbers(min(request.page, last), last) if last > 1 else [])
        ]

    @property
    def last_page(self) -> int:
        return last_page(self.result.request, self.result.pages)

    def page(self, number: int) -> str:
        return self._address(replace(self.result.request, page=number))

    def query(self, q: str) -> str:
        """The same search with other words."""
        return self._address(replace(self.result.request, q=q, page=1))

    def kind(self, kind: str) -> str:
        """The same search for one kind of entry."""
        request = self.result.request
        return self._address(replace(request, filters=replace(request.filters, kind=(kind,)), page=1))

    @property
    def relaxed(self) -> str:
        """The same search, content with less than every word."""
        return self._address(replace(self.result.request, match="auto", page=1))

    @property
    def took(self) -> str:
        return f"{max(1, round(self.result.took_ms))} ms"

    @property
    def unfiltered(self) -> str:
        """The search without its filters."""
        return self._address(replace(self.result.request, filters=Filters(), page=1))

    def _facet(self, name: Facet) -> FacetView:
        request, counts = self.result.request, self.result.facets[name]
        wide = [count for count in counts if count.count < self.result.total]
        return FacetView(
            FACET_LABELS[name],
            [
                Choice(
                    kind_label(count.value) if name == "kind" else count.value,
                    self._address(replace(request, filters=with_filter(request.filters, name, count.value), page=1)),
                    count.count,
                )
                for count in wide[:FACETS_OFFERED]
            ],
        )

    def _address(self, request: SearchRequest) -> str:
        # Which facets are counted is the page's own affair.
        return self.addresses.search(replace(request, facets=SearchRequest().facets))


def with_filter(filters: Filters, name: Facet, value: str) -> Filters:
    """`filters` narrowed to one value of a facet."""
    match name:
        case "kind":
            return replace(filters, kind=(value,))
        case "year":
            return replace(filters, year=((int(value), int(value)),))
        case "section":
            return replace(filters, section=(value,))
        case "site":
            return replace(filters, site=(value,))
        case "archive":
            return replace(filters, archive=(value,))


def kept_parameters(request: SearchRequest) -> list[tuple[str, str]]:
    """What the search box keeps when other words are typed: filters and order."""
    return write_search(replace(request, q="", page=1, facets=SearchRequest().facets))


def _without_each(filters: Filters) -> Iterator[tuple[str, Filters]]:
    """Each filter in words, with `filters` without it."""
    for value in filters.archive:
        yield value, replace(filters, archive=_without(filters.archive, value))
    for value in filters.kind:
        yield kind_label(value), replace(filters, kind=_without(filters.kind, value))
    for value in filters.section:
        yield f"栏目：{value}", replace(filters, section=_without(filters.section, value))
    for numbers in filters.issue:
        yield f"第 {_range_label(numbers)} 期", replace(filters, issue=_without(filters.issue, numbers))
    for numbers in filters.year:
        yield f"{_range_label(numbers)} 年", replace(filters, year=_without(filters.year, numbers))
    if filters.date_from:
        yield f"{filters.date_from} 起", replace(filters, date_from=None)
    if filters.date_to:
        yield f"{filters.date_to} 止", replace(filters, date_to=None)
    for value in filters.by:
        yield f"投稿：{value}", replace(filters, by=_without(filters.by, value))
    for value in filters.site:
        yield value, replace(filters, site=_without(filters.site, value))


def _without(values: tuple[Value, ...], value: Value) -> tuple[Value, ...]:
    return tuple(other for other in values if other != value)


def _range_label(numbers: NumberRange) -> str:
    start, end = numbers
    return str(start) if start == end else f"{'' if start is None else start}–{'' if end is None else end}"


def marked(text: str, ranges: Sequence[Range]) -> Markup:
    """`text` as HTML with its `ranges` in `<mark>`."""
    parts, end = [], 0
    for start, stop in ranges:
        parts += [escape(text[end:start]), Markup("<mark>"), escape(text[start:stop]), Markup("</mark>")]
        end = stop
    return Markup("").join([*parts, escape(text[end:])])
