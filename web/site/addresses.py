"""Addresses of everything on the site; no other module knows how they look.

>>> Addresses("https://example.org/wangqi").search(SearchRequest(q="图床"))
'https://example.org/wangqi/search?q=%E5%9B%BE%E5%BA%8A'
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote, quote_plus, urlsplit

from wangqi.search.document.filters import LIST_FILTERS
from wangqi.search.document.links import web_address
from wangqi.search.model import Entry, IssueRef
from wangqi.search.model.link_fields import link_fields
from wangqi.search.request import SearchRequest
from wangqi.web.site import routes
from wangqi.web.site.files_beside import file_beside
from wangqi.web.site.parameters import DEFAULT, FEED, write_around, write_search

WORDS: Final = "hl"
"""The parameter of an issue's page with a query whose words are marked."""

PART: Final = "part"
"""That with the part of a long issue."""


def anchor_of(entry_id: str) -> str:
    """The fragment of an entry on its issue's page: `e-3` for the third one."""
    return f"e-{entry_id.rpartition('-')[2]}"


@lru_cache(1024)
def _quoted(text: str, safe: str = "/") -> str:
    return quote(text, safe=safe)


@lru_cache(1024)  # the eighty links of a page differ in one parameter
def _quoted_parameter(text: str) -> str:
    return quote_plus(text, errors="replace")


@lru_cache(4096)  # a hit names its issue three times, and there are fewer issues than hits
def _issue_path(archive: str, path: str) -> str:
    return f"/issues/{_quoted(archive, '')}/{_quoted(path)}"


def _entry_path(entry_id: str) -> str:
    return f"/entries/{_quoted(entry_id, '')}"


def _words(words: str) -> list[tuple[str, str]]:
    return [(WORDS, words)] if words else []


def _part(part: int) -> list[tuple[str, str]]:
    return [(PART, str(part))] if part > 1 else []


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses below `root`: `https://host/prefix` for absolute ones, `/prefix` or "" inside the site's own pages."""

    root: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    """Archive → template of an issue's address on the author's own site: `https://example.org/{stem}.html`."""
    lang: str = ""
    """The language that every page is asked for in; "" leaves it to the reader's browser."""
    in_parts: Callable[[str], bool] = lambda issue_id: False
    """Whether the page of an issue is shown in parts: the one that holds an entry is found when somebody goes there."""

    def home(self) -> str:
        return self._page(routes.HOME)

    def search(self, request: SearchRequest) -> str:
        return self._page(routes.SEARCH, write_search(request))

    def search_for(self, q: str) -> str:
        return self.search(SearchRequest(q=q))

    def search_by(self, request: SearchRequest, name: str) -> Callable[[Iterable[Any]], str]:
        """Writes what `search` does for `request` with other values of the filter `name`: a page has dozens of these
        addresses, and the rest of them is written once."""
        write_value, path = LIST_FILTERS[name].write_value, self._path(routes.SEARCH)
        before, after = write_around(request, name)
        first, last = _written(before), _written([*after, *self._language()])
        return lambda values: self._joined(
            path, [*first, *_written((name, write_value(each)) for each in values), *last]
        )

    def search_form(self) -> str:
        """The address to which the search box sends its words."""
        return self.root + self._path(routes.SEARCH)

    def issues(self) -> str:
        return self._page(routes.ISSUES)

    def issue(self, ref: IssueRef, words: str = "", part: int = 1) -> str:
        """The page of an issue, or that part of it, the `words` of a query marked there."""
        path = _issue_path(ref.archive, ref.path)
        # Two of three addresses in an answer are such ones, mostly without parameters.
        return self._page(path, [*_part(part), *_words(words)]) if words or part > 1 else self._page(path)

    def source(self, ref: IssueRef) -> str | None:
        """The address at which the author shows the issue; None without a template, or what the template asks for."""
        template = self.links.get(ref.archive)
        if not template:
            return None
        try:
            return web_address(template.format_map(link_fields(ref)))
        except KeyError:
            return None

    def beside(self, ref: IssueRef, address: str) -> str | None:
        """Where a relative address in the issue leads, beside the page on which the author shows it."""
        source = self.source(ref)
        return file_beside(source, address) if source else None

    def images(self, entry: Entry) -> list[str]:
        """Addresses of the entry's images, those that lie beside the issue included where they are known."""
        found = (web_address(image) or self.beside(entry.issue, image) for image in entry.images)
        return [address for address in found if address]

    def entry(self, entry: Entry, words: str = "") -> str:
        """The entry's place on the page of its issue, the `words` of a query marked there; of an issue, its page."""
        if entry.role == "issue":
            return self.issue(entry.issue, words)
        return self.place(entry.issue, entry.id, words)

    def place(self, ref: IssueRef, entry_id: str, words: str = "") -> str:
        """Of an issue in parts, the address that leads to the right one."""
        if self.in_parts(ref.id):
            return self._page(f"{_entry_path(entry_id)}/place", _words(words))
        return self.place_in_part(ref, entry_id, 1, words)

    def place_in_part(self, ref: IssueRef, entry_id: str, part: int, words: str = "") -> str:
        return f"{self.issue(ref, words, part)}#{anchor_of(entry_id)}"

    def permalink(self, entry_id: str) -> str:
        """The page of an entry: its id says nothing of how addresses look today."""
        return self._page(_entry_path(entry_id))

    def random(self) -> str:
        return self._page(routes.RANDOM)

    def here(self, path: str, parameters: Iterable[tuple[str, str]]) -> str:
        """A page of the site by its `path`, such as the one that was asked for."""
        return self._page(quote(path), list(parameters))

    def atom(self, request: SearchRequest) -> str:
        """The search as a feed to follow: from its first page, in the order of feeds, and as long as they are unless
        another length was asked for."""
        per_page = FEED.per_page if request.per_page == DEFAULT.per_page else request.per_page
        return self._feed(replace(request, page=1, per_page=per_page, sort=FEED.sort))

    def feed_page(self, request: SearchRequest) -> str:
        return self._feed(request)

    def _feed(self, request: SearchRequest) -> str:
        listed = replace(request, facets=FEED.facets, explain=FEED.explain, group=FEED.group)
        return self._with(routes.FEED, write_search(listed, FEED))

    def issues_feed(self, archives: Sequence[tuple[str, str]] = ()) -> str:
        return self._with(routes.ISSUES_FEED, archives)

    def opensearch(self) -> str:
        """The address of the description by which a browser offers the site as a search engine."""
        return self.root + routes.OPENSEARCH

    def manifest(self) -> str:
        """The address of the description by which the site is installed as an app."""
        return self.root + routes.MANIFEST

    def service_worker(self, build: str) -> str:
        return f"{self.root}{routes.SERVICE_WORKER}?v={build}"

    def feed_form(self) -> str:
        """The address of the search form's results as a feed."""
        return self.root + routes.FEED

    def api_search_form(self) -> str:
        """The address of the search form's results as JSON."""
        return self.root + routes.API_SEARCH

    def api_search(self, request: SearchRequest) -> str:
        return self._with(routes.API_SEARCH, write_search(request))

    def suggest(self) -> str:
        """The address of completions, without the text to complete."""
        return self.root + routes.API_SUGGEST

    def api_issues(self, parameters: Iterable[tuple[str, str]]) -> str:
        return self._with(routes.API_ISSUES, list(parameters))

    def entry_lines(self, parameters: Iterable[tuple[str, str]]) -> str:
        return self._with(routes.ENTRIES, list(parameters))

    def api_lookup(self, url: str) -> str:
        return self._with(routes.API_LOOKUP, [("url", url)])

    def openapi(self) -> str:
        return self.root + routes.OPENAPI

    def sitemap(self, part: int | None = None) -> str:
        """The sitemap; of one that has parts, that `part`, counted from 1."""
        return self.root + (routes.SITEMAP if part is None else routes.SITEMAP_PART.replace("<int:part>", str(part)))

    def tag(self, name: str) -> str:
        """A name that stays, whatever becomes of the scheme and of the paths of the site (RFC 4151)."""
        parts = urlsplit(self.root)
        return f"tag:{parts.hostname},2024:{parts.path}/{name}"

    def static(self, name: str, build: str) -> str:
        """A file of the page's own, under an address that changes with the `build`."""
        return f"{self.root}/static/{name}?v={build}"

    def _path(self, path: str) -> str:
        """The path of a page as it is written."""
        return path

    def _page(self, path: str, parameters: Collection[tuple[str, str]] = ()) -> str:
        if not parameters and not self.lang:  # most addresses of a page of results: nothing to write
            return self.root + self._path(path)
        return self._with(self._path(path), [*parameters, *self._language()])

    def _language(self) -> list[tuple[str, str]]:
        return [("lang", self.lang)] if self.lang else []

    def _with(self, path: str, parameters: Iterable[tuple[str, str]]) -> str:
        return self._joined(path, _written(parameters))

    def _joined(self, path: str, written: Sequence[str]) -> str:
        return f"{self.root}{path}?{'&'.join(written)}" if written else f"{self.root}{path}"


def _written(parameters: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{_quoted_parameter(name)}={_quoted_parameter(value)}" for name, value in parameters]
