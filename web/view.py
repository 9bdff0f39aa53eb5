"""A search as the results page shows it: filters to add and to take away, orders, pages — each as a link.

Every link is the present `SearchRequest` with one thing changed; `web.addresses` writes it down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from search.engine import Facet, FacetCount
from search.query.fields import narrow_filters
from search.request import NO_FILTERS, Filters, NumberRange, SearchRequest
from search.result import Notice, SearchResult
from web.addresses import Addresses
from web.filters import filter_value, toggled, without_each
from web.labels import FACETS, SORTS, facet_label, kind_label, sort_label
from web.language import counted, gettext, notice_text
from web.paging import last_page, page_numbers
from web.parameters import write_search
from web.year_bars import YearBars, year_bars

FACETS_SHOWN: Final = 8
"""Values of a facet that are offered at once; others are folded, if there are more than a few."""
FEW: Final = 2
FACETS_OFFERED: Final = 20
"""A site may have links to thousands of sites: the most frequent are enough."""


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    address: str
    count: int | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class FacetView:
    name: Facet
    label: str
    choices: Sequence[Choice]

    @property
    def first(self) -> Sequence[Choice]:
        return self.choices[:FACETS_SHOWN] if len(self.choices) > FACETS_SHOWN + FEW else self.choices

    @property
    def folded(self) -> Sequence[Choice]:
        return self.choices[len(self.first) :]


@dataclass(frozen=True, slots=True)
class NoticeView:
    text: str
    link: Choice | None
    """A search to try instead."""


@dataclass(frozen=True, slots=True)
class ResultsView:
    """What surrounds the hits of `result`."""

    result: SearchResult
    """Its facets hold, of each that is filtered by, what else could be chosen."""
    addresses: Addresses
    archives: int = 1
    """How many the site holds; of several, each hit says which is its own."""

    @property
    def notices(self) -> list[NoticeView]:
        return [self._notice(notice) for notice in self.result.notices]

    @property
    def chips(self) -> list[Choice]:
        """The filters that hold, those that were typed first; each address is the search without it."""
        chosen = [Choice(label, self.filtered(rest)) for label, rest in without_each(self.result.request.filters)]
        return [*self._typed_chips(), *chosen]

    def _typed_chips(self) -> Iterator[Choice]:
        """Where one is taken away, the others become filters of the page."""
        request, typed = self.result.request, self.result.typed_filters
        if typed.exclude:  # no address says what is left out
            return
        for label, rest in without_each(typed):
            filters = narrow_filters(request.filters, rest)
            yield Choice(label, self.search(replace(request, q=self.result.typed_words, filters=filters, page=1)))

    @property
    def facets(self) -> list[FacetView]:
        """The filters that would leave something; one that would leave everything is no choice."""
        shown = [self._facet(name) for name in FACETS if name in self.result.facets]
        return [facet for facet in shown if facet.choices]

    @property
    def years(self) -> YearBars | None:
        filters = self.result.request.filters

        def narrowed(year: int) -> str:
            chosen = ((year, year),)
            return self.filtered(replace(filters, year=() if filters.year == chosen else chosen))

        return year_bars(
            self.result.facets.get("year", ()), narrowed, lambda year: any(_holds(each, year) for each in filters.year)
        )

    @property
    def sorts(self) -> list[Choice]:
        """The orders to choose from. Without words nothing is more relevant: the newest come first."""
        request = self.result.request
        chosen = request.sort if request.q or request.sort != "relevance" else "newest"
        return [
            Choice(sort_label(sort), self.search(replace(request, sort=sort, page=1)), chosen=sort == chosen)
            for sort in SORTS
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
        return self.search(replace(self.result.request, page=number))

    def kind(self, kind: str) -> str:
        """The same search for one kind of entry."""
        return self.filtered(replace(self.result.request.filters, kind=(kind,)))

    @property
    def newest_entries(self) -> str:
        """Every entry there is, as a search for nothing in particular."""
        return self.search(SearchRequest(sort="newest"))

    @property
    def unfiltered(self) -> str:
        """The search without its filters, those that were typed included."""
        result = self.result
        q = result.typed_words if result.typed_filters != NO_FILTERS else result.request.q
        return self.search(replace(result.request, q=q, filters=NO_FILTERS, page=1))

    def filtered(self, filters: Filters) -> str:
        return self.search(replace(self.result.request, filters=filters, page=1))

    def search(self, request: SearchRequest) -> str:
        return self.addresses.search(request)

    @property
    def found(self) -> str:
        """How many entries hold all the words; where none does, how many hold some."""
        result = self.result
        if result.total or not result.partial:
            return counted("共 %(num)s 条", result.total)
        return counted("只含部分词的 %(num)s 条", result.partial)

    @property
    def took(self) -> str:
        return f"{max(1, round(self.result.took_ms))} ms"

    @property
    def words(self) -> str:
        """What the pages of issues should mark: what was searched for in the end."""
        corrected = [dict(notice.values) for notice in self.result.notices if notice.code == "corrected"]
        return str(corrected[0]["shown"]) if corrected else self.result.request.q

    def _facet(self, name: Facet) -> FacetView:
        counts, filters = self.result.facets[name], self.result.request.filters
        is_filtered = bool(getattr(filters, name))
        everything = self.result.total or self.result.partial
        offered = [count for count in counts if is_filtered or count.count < everything]
        return FacetView(name, facet_label(name), [self._choice(name, count) for count in offered[:FACETS_OFFERED]])

    def _choice(self, name: Facet, count: FacetCount) -> Choice:
        filters = self.result.request.filters
        return Choice(
            kind_label(count.value) if name == "kind" else count.value,
            self.filtered(toggled(filters, name, count.value)),
            count.count,
            chosen=filter_value(name, count.value) in getattr(filters, name),
        )

    def _notice(self, notice: Notice) -> NoticeView:
        if notice.q is None:
            return NoticeView(notice_text(notice), None)
        address = self.search(replace(self.result.request, q=notice.q, page=1))
        values = dict(notice.values)
        if notice.code == "corrected":
            return NoticeView(
                gettext("已显示“%(shown)s”的结果。") % values, Choice(gettext("仍搜索“%(typed)s”") % values, address)
            )
        if "near" in values:
            return NoticeView(notice_text(notice), Choice(gettext("搜索“%(near)s”") % values, address))
        return NoticeView(notice_text(notice), Choice(notice.q or gettext("全部条目"), address))


def kept_parameters(request: SearchRequest) -> list[tuple[str, str]]:
    """What the search box keeps when other words are typed: filters and order."""
    return write_search(replace(request, q="", page=1))


def _holds(numbers: NumberRange, year: int) -> bool:
    low, high = numbers
    return (low is None or low <= year) and (high is None or year <= high)
