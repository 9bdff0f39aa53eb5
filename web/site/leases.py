"""Leases on the current index, and what the application knows about itself.

`indexer.store.following.Follower` is the real source. A lease keeps its generation open until the answer is made, so
that one answer never mixes two generations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import quote

from flask import current_app, g, request

from wangqi.indexer.config import Config
from wangqi.indexer.store.following import Health
from wangqi.indexer.store.last_update import LastUpdate
from wangqi.search.answer import notices
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.answer.result import SearchResult
from wangqi.search.engine import Searcher
from wangqi.search.model import IssueRef
from wangqi.web.site.addresses import Addresses
from wangqi.web.site.misses import Misses
from wangqi.web.site.query_string import read_query, without_added
from wangqi.web.site.searches import Searches


class Generation(Protocol):
    """A published index."""

    @property
    def name(self) -> str:
        """Changes whenever the answers may: `000042`."""
        ...

    @property
    def created(self) -> str:
        """When it was built: an index that was deleted and built again counts its generations from one again."""
        ...

    @property
    def index(self) -> OpenIndex: ...

    @property
    def searcher(self) -> Searcher: ...

    def text(self, issue_id: str) -> bytes | None:
        """The Markdown file of an issue as it was when it was read; None when the issue is not held."""
        ...

    def moved(self, issue_id: str) -> str | None:
        """The id of the issue that one of before became; "" for one that is gone, None for what is not known."""
        ...

    def is_long(self, issue_id: str) -> bool:
        """Whether its page is shown in parts; cheap."""
        ...


class Source(Protocol):
    def health(self) -> Health:
        """The state of this process; cheap."""
        ...

    def last_update(self) -> LastUpdate | None:
        """What the last run did, which may have published nothing; None when that is not known."""
        ...

    def lease(self) -> AbstractContextManager[Generation]:
        """The generation that serves now. Raises `StoreError` when there is none."""
        ...


class Files(Protocol):
    """How pages that are written as files lead to each other (`web.export`). They offer nothing that needs a server."""

    @property
    def base_url(self) -> str | None:
        """Address at which the files will be; None when it is not known, and no page tells its own then."""
        ...

    def local(self) -> Addresses:
        """Addresses relative to the page that is being made."""
        ...

    def absolute(self) -> Addresses:
        """Addresses below `base_url`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Settings and parts that every answer is made with; one per application."""

    source: Source
    config: Config
    footer: str
    """HTML."""
    accent: str
    """CSS with the owner's colour; "" without one."""
    misses: Misses | None
    """Where searches that find nothing are noted; None when they are not."""
    searches: Searches | None
    """Where all searches are noted; None when they are not."""
    building: bool
    """Whether the index is being brought up to date, so that there will be one soon."""
    build: str
    """Digest of the program and of what pages show of the settings: part of every ETag and of the addresses of static
    files."""
    policy: str
    """Content security policy of the pages."""
    files: Files | None
    """Where the pages lie that are written as files; None when a server answers."""

    def note(self, result: SearchResult) -> None:
        """Note a search, where the owner wants that."""
        for notes in (self.misses, self.searches):
            if notes:
                notes.note(result)


def current_site() -> Site:
    site = current_app.extensions["wangqi"]
    assert isinstance(site, Site)
    return site


def archive_name(archive: str) -> str:
    """What readers call an archive."""
    return current_site().config.names.get(archive, archive)


def canonical_source(ref: IssueRef) -> str | None:
    """The author's page of an issue, where that is the one for search engines to show."""
    return local_addresses().source(ref) if current_site().config.canonical == "source" else None


@contextmanager
def leased() -> Iterator[Generation]:
    """The generation that answers this request; addresses are made for it."""
    with current_site().source.lease() as generation:
        g.generation = generation
        try:
            yield generation
        finally:
            g.pop("generation")


def is_in_parts(issue_id: str) -> bool:
    """Whether the issue is a long one in the generation that answers."""
    return _in_parts()(issue_id)


def _in_parts() -> Callable[[str], bool]:
    """`is_in_parts`, for the many links of one answer."""
    generation: Generation | None = g.get("generation")
    return generation.is_long if generation else lambda issue_id: False


def query_arguments() -> dict[str, list[str]]:
    """The request's parameters, all that were sent."""
    return _query()[0]


def page_arguments() -> dict[str, list[str]]:
    """The arguments of a page without what messengers and trackers add to a link."""
    return without_added(query_arguments())


def with_notice_of_encoding(result: SearchResult) -> SearchResult:
    """`result`, saying so where the words were not sent in UTF-8 and may have been read as others."""
    if not _query()[1]:
        return result
    return replace(result, notices=(*result.notices, notices.read_as_gbk(result.request.q)))


def _query() -> tuple[dict[str, list[str]], bool]:
    if "query" not in g:
        g.query = read_query(request.query_string)
    query: tuple[dict[str, list[str]], bool] = g.query
    return query


def absolute_addresses() -> Addresses:
    """Addresses with host, for whoever reads them elsewhere: the API and feeds."""
    site = current_site()
    if site.files:
        return site.files.absolute()
    root = f"{request.scheme}://{request.host}{quote(request.script_root)}"
    return Addresses(root, site.config.links, in_parts=_in_parts())


def local_addresses(lang: str = "") -> Addresses:
    """Addresses without host, for links inside the site."""
    site = current_site()
    if site.files:
        return site.files.local()
    return Addresses(quote(request.script_root), site.config.links, lang, _in_parts())
