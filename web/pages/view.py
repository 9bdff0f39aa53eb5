"""A search as the results page shows it: filters to add and to take away, orders, pages — each as a link.

Every link is the present `SearchRequest` with one thing changed; `web.site.addresses` writes it down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, reduce
from typing import Any, Final

from wangqi.search.answer.grouping import GROUPED
from wangqi.search.answer.result import Hit, SearchResult
from wangqi.search.engine import PARTIAL_LISTED, Facet
from wangqi.search.model import IssueInfo, IssueRef
from wangqi.search.query.notice import Notice
from wangqi.search.query.wishes import Wish
from wangqi.search.request import Filters, SearchRequest
from wangqi.web.pages.filters import filter_value, holds_any, toggled, value_label, without, without_each
from wangqi.web.pages.nothing_found import is_near
from wangqi.web.pages.typed import lifted, unfiltered, without_each_typed
from wangqi.web.pages.year_bars import YearBars, year_bars
from wangqi.web.site.addresses import Addresses
from wangqi.web.site.paging import last_page, page_numbers
from wangqi.web.site.parameters import write_search
from wangqi.web.words.labels import FACETS, SORTS, facet_label, sort_label
from wangqi.web.words.language import counted, current_language, gettext, notice_text

FACETS_SHOWN: Final = 8
"""Values of a facet that are offered at once; others are folded, if there are more than a few."""
FEW: Final = 2
FACETS_OFFERED: Final = 20
"""A site may have links to thousands of sites: the most frequent are enough."""
QUOTES: Final = ('""', "“”", "「」")
SAY_NOTHING: Final = ("nothing-asked", "never-recommended", "missing")
"""Notices that say why nothing is found, and so are the heading of such a page."""


# Not frozen, though nobody changes one: a frozen one takes several times as long to make, and a page has seventy.
@dataclass(slots=True)
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


@dataclass(frozen=True)
class Tier:
    """Hits of a page that answer its search equally."""

    hits: Sequence[Hit]
    start: int
    """The rank of the first one."""


@dataclass(frozen=True)
class ResultsView:
    result: SearchResult
    """Its facets hold, of each that is filtered by, what else could be chosen."""
    addresses: Addresses
    archives: int = 1
    """How many the site holds; of several, each hit says which is its own."""
    issue: Callable[[str], IssueInfo | None] = lambda issue_id: None
    """Looks up an issue by its id."""
    entries: Mapping[int, int] = field(default_factory=dict)
    """All that each year has, to compare with what is found."""
    images: bool = False
    """Whether hits show their pictures."""
    of_issue: Mapping[str, int] = field(default_factory=dict)
    """How many entries are found in each issue that has several hits on the page and others elsewhere, by its id."""

    @property
    def whole(self) -> Tier:
        """The hits with all the words."""
        request = self.result.request
        return Tier([hit for hit in self.result.hits if not hit.partial], (request.page - 1) * request.per_page + 1)

    @property
    def partial(self) -> Tier:
        """The hits with some of them, which follow."""
        return Tier([hit for hit in self.result.hits if hit.partial], self.whole.start + len(self.whole.hits))

    @property
    def partial_heading(self) -> str:
        values = {"num": self.result.partial, "listed": PARTIAL_LISTED}
        if self.result.partial > PARTIAL_LISTED:
            return gettext("以下只含部分词（%(num)s，列出前 %(listed)s）") % values
        return gettext("以下只含部分词（%(num)s）") % values

    @property
    def notices(self) -> list[NoticeView]:
        """Notices that the page does not show otherwise: its heading may say that nothing is there, and a line among
        the hits that others follow."""
        heading, has_line = self._says_nothing, bool(self.result.total)
        return [
            self._notice(notice)
            for notice in self.result.notices
            if notice is not heading and not (notice.code == "relaxed" and has_line)
        ]

    @property
    def title(self) -> str:
        """What tells this page from others: the words, what is chosen, and which page it is."""
        request = self.result.request
        page = [gettext("第 %(page)s 页") % {"page": request.page}] if request.page > 1 else []
        return " · ".join([request.q or gettext("全部条目"), *(chip.label for chip in self._chosen), *page])

    @property
    def nothing(self) -> str:
        """The heading of the page where nothing is found."""
        if notice := self._says_nothing:
            said = notice.values_in(current_language().comma)
            return gettext("没有条目含有%(missing)s") % said if is_near(notice) else notice_text(notice).rstrip("。.")
        q = _unquoted(self.result.request.q)
        return gettext("没有找到“%(q)s”") % {"q": q} if q else gettext("没有这样的条目")

    @property
    def _says_nothing(self) -> Notice | None:
        if self.result.total or self.result.partial:
            return None
        return next((each for each in self.result.notices if each.code in SAY_NOTHING or is_near(each)), None)

    @property
    def is_about_an_address(self) -> bool:
        """Whether no other words would find what was asked for."""
        return any(notice.code == "never-recommended" for notice in self.result.notices)

    @property
    def chips(self) -> list[Choice]:
        """The filters that hold, those that were typed among the words too; each address is the search without it."""
        request = self.result.request
        return [
            *(Choice(label, self._first_page(rest)) for label, rest in without_each_typed(request)),
            *(
                Choice(gettext("%(wish)s优先") % {"wish": wish.typed}, self._first_page(_without(request, wish)))
                for wish in self.result.wishes
            ),
            *self._chosen,
        ]

    @cached_property
    def _chosen(self) -> list[Choice]:
        """The filters that were chosen, not typed; and that hits are grouped."""
        request = self.result.request
        chips = [Choice(label, self._changed(request, filters)) for label, filters in without_each(request.filters)]
        return chips if self.result.issues is None else [*chips, self.by_issue]

    @property
    def by_issue(self) -> Choice:
        """One hit for each issue; where it is chosen, each hit by itself again."""
        request, is_chosen = self.result.request, self.result.issues is not None
        address = self._first_page(replace(request, group="entry" if is_chosen else "issue"))
        return Choice(gettext("每期一条"), address, chosen=is_chosen)

    @cached_property
    def facets(self) -> list[FacetView]:
        """The filters that leave something, also where that is everything, and those that are chosen. To have one
        archive is the site's nature, and no filter."""
        names = [name for name in FACETS if name in self.result.facets and (name != "archive" or self.archives > 1)]
        return [facet for facet in map(self._facet, names) if facet.choices]

    @property
    def facets_to_browse(self) -> list[FacetView]:
        """Without the years, which are bars, and sections that are called like a kind: both would be the same pill."""
        kinds = {choice.label for facet in self.facets if facet.name == "kind" for choice in facet.choices}
        shown = [
            replace(
                facet, choices=[each for each in facet.choices if facet.name != "section" or each.label not in kinds]
            )
            for facet in self.facets
            if facet.name != "year"
        ]
        return [facet for facet in shown if facet.choices]

    @property
    def years(self) -> YearBars | None:
        entries = {} if self.result.request == SearchRequest() else self.entries
        return year_bars(self.result.facets.get("year", ()), entries, self._lifted.filters.year, self._by("year"))

    @property
    def is_of_pictures(self) -> bool:
        """Whether pictures alone were asked for, and may be shown."""
        return self.images and self._lifted.filters.kind == ("image",)

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
        """The address of this search for one kind of entry."""
        return self._by("kind")((kind,))

    def site(self, site: str) -> str:
        """The address of this search for links to one site."""
        return self._by("site")((site,))

    def within(self, issue: IssueRef) -> str:
        """The address of all that this search finds in one issue; of one without a number, the page of the issue."""
        if issue.number is None:
            return self.addresses.issue(issue, self.words)
        return self._changed(replace(self._lifted, group="entry"), in_issue(self._lifted.filters, issue))

    @property
    def newest_entries(self) -> str:
        """Every entry there is, as a search for nothing in particular."""
        return self.search(SearchRequest(sort="newest"))

    @property
    def unfiltered(self) -> str:
        """The search without its filters and wishes, hit by hit."""
        request = reduce(_without, self.result.wishes, unfiltered(self.result.request))
        return self._first_page(replace(request, group="entry"))

    @cached_property
    def _lifted(self) -> SearchRequest:
        return lifted(self.result.request)

    @cached_property
    def _by(self) -> Callable[[Facet], Callable[[Iterable[Any]], str]]:
        """Addresses of the search with other values of a facet, and the words without filters typed among them."""
        request, addresses = replace(self._lifted, page=1), self.addresses
        return cache(lambda facet: addresses.search_by(request, facet))  # without `self`, which holds it: a circle

    def _changed(self, request: SearchRequest, filters: Filters) -> str:
        return self._first_page(replace(request, filters=filters))

    def _first_page(self, request: SearchRequest) -> str:
        return self.search(replace(request, page=1))

    def search(self, request: SearchRequest) -> str:
        return self.addresses.search(request)

    @property
    def found(self) -> str:
        """How many entries hold all the words, how many some of them, and in how many issues."""
        return self.whole_found + self.partial_found + self.issues_found

    @property
    def issues_found(self) -> str:
        """In how many issues, where hits are grouped by them, to be said behind the entries."""
        if self.result.issues is None:
            return ""
        if self.result.listed > GROUPED:
            return counted("，前 %(listed)s 条分在 %(num)s 期", self.result.issues, listed=GROUPED)
        return counted("，分在 %(num)s 期", self.result.issues)

    @property
    def whole_found(self) -> str:
        """How many are in the first tier that there is."""
        if self.result.partial and not self.result.total:
            return counted("只含部分词的 %(num)s 条", self.result.partial)
        return counted("共 %(num)s 条", self.result.total)

    @property
    def partial_found(self) -> str:
        """How many are in a second tier, to be said behind the first."""
        partial = self.result.partial if self.result.total else 0
        return counted("，另有只含部分词的 %(num)s 条", partial) if partial else ""

    def entries_in(self, issue: IssueRef) -> str:
        held = self.issue(issue.id)
        return counted("%(num)s 条", held.entries if held else 0)

    @property
    def took(self) -> str:
        return f"{max(1, round(self.result.took_ms))} ms"

    @property
    def words(self) -> str:
        """The words that pages of issues mark: those searched for in the end."""
        corrected = [dict(notice.values) for notice in self.result.notices if notice.code == "corrected"]
        return str(corrected[0]["shown"]) if corrected else self.result.request.q

    def _facet(self, name: Facet) -> FacetView:
        chosen, address = getattr(self._lifted.filters, name), self._by(name)
        counts = self.result.facets[name]
        choices = [
            Choice(value_label(name, value), address(without(chosen, value)), 0, chosen=True)
            for value in chosen
            if not holds_any(name, value, counts)
        ]
        for each in counts[:FACETS_OFFERED]:
            label, value = value_label(name, each.value), filter_value(name, each.value)
            choices.append(Choice(label, address(toggled(chosen, value)), each.count, chosen=value in chosen))
        return FacetView(name, facet_label(name), choices)

    def _notice(self, notice: Notice) -> NoticeView:
        if notice.q is None:
            return NoticeView(notice_text(notice), None)
        address = self.search(replace(self.result.request, q=notice.q, page=1))
        values = dict(notice.values)
        if notice.code == "corrected":
            return NoticeView(
                gettext("已显示“%(shown)s”的结果。") % values, Choice(gettext("仍搜索“%(typed)s”") % values, address)
            )
        if is_near(notice):
            said = notice.values_in(current_language().comma)
            near = Choice(gettext("%(near)s（%(entries)s）") % said, address)
            return NoticeView(gettext("没有条目含有%(missing)s。相近的：") % said, near)
        return NoticeView(notice_text(notice), Choice(notice.q or gettext("全部条目"), address))


def in_issue(filters: Filters, issue: IssueRef) -> Filters:
    """`filters` within one issue, which has a number."""
    assert issue.number is not None
    return replace(filters, issue=((issue.number, issue.number),), archive=(issue.archive,))


def kept_parameters(request: SearchRequest) -> list[tuple[str, str]]:
    """Parameters that the search box keeps when other words are typed: filters and order."""
    return write_search(replace(request, q="", page=1))


def _unquoted(q: str) -> str:
    """What stands between the quotes of a phrase that is all that was asked for."""
    inner = q[1:-1]
    return inner if len(q) > 2 and q[0] + q[-1] in QUOTES and not any(mark in inner for mark in "".join(QUOTES)) else q


def _without(request: SearchRequest, wish: Wish) -> SearchRequest:
    return replace(request, q=wish.taken_from(request.q))
