"""Reading without searching: an issue as it was written, and all issues by year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from posixpath import dirname, join, normpath
from typing import Final
from urllib.parse import unquote, urlsplit

from flask import Response, abort, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from wangqi.indexer.rendering import (
    NO_LINKS,
    Permalinks,
    RenderedIssue,
    RenderOptions,
    Resolve,
    render_issue,
    render_markdown,
)
from wangqi.indexer.rendering.marks import FIRST_MARK, FindWords, Ranges
from wangqi.search.analysis import Analyzer
from wangqi.search.answer.highlighting import Highlighter, merged
from wangqi.search.document.links import is_relative
from wangqi.search.model import Entry, IssueInfo, IssueRef, issue_id
from wangqi.search.query.parser import parse
from wangqi.search.request import MAX_QUERY_CHARS, SearchRequest
from wangqi.web.pages.issue_names import issue_names
from wangqi.web.pages.rendered import kept, long_issue
from wangqi.web.pages.shared import answer, blueprint, page_addresses
from wangqi.web.site import routes
from wangqi.web.site.addresses import PART, WORDS, Addresses, anchor_of
from wangqi.web.site.entries import find_issue
from wangqi.web.site.leases import Generation, current_site, is_in_parts, query_arguments
from wangqi.web.site.paging import page_numbers
from wangqi.web.site.parameters import read_number
from wangqi.web.words.language import gettext

TITLES_TOLD: Final = 8
"""Entries of an issue that its description names."""
LINES_TOLD: Final = 200
"""Lines in which they are looked for."""


@dataclass(frozen=True, slots=True)
class Year:
    label: str
    issues: list[IssueInfo]


@blueprint.get(routes.ISSUES)
def issues() -> Response:
    return answer(_listing)


@blueprint.get(routes.ISSUE)
def issue(archive: str, path: str) -> Response:
    """The page of an issue as it was written, with its entries at their anchors."""
    return answer(lambda generation: _issue_page(archive, issue_id(archive, path), asked_words(), generation))


def asked_words() -> str:
    """The words of a query that are to be marked."""
    return query_arguments().get(WORDS, [""])[0].strip()[:MAX_QUERY_CHARS]


def _listing(generation: Generation) -> str:
    held = generation.searcher.issues()
    archives = {info.ref.archive for info in held}
    return render_template(
        "issues.html", years=_by_year(held), names=issue_names(held), archives=archives, issues=len(held)
    )


def _by_year(held: list[IssueInfo]) -> list[Year]:
    """`held` is newest first; those without a date, which may stand between others by their numbers, come last here."""
    years: dict[int | None, list[IssueInfo]] = {}
    for info in held:
        years.setdefault(info.ref.date.year if info.ref.date else None, []).append(info)
    undated = years.pop(None, None)
    dated = [Year(str(year), group) for year, group in years.items()]
    return [*dated, Year(gettext("没有日期"), undated)] if undated else dated


def _issue_page(archive: str, place: str, words: str, generation: Generation) -> str | BaseResponse:
    held = generation.searcher.issues([archive])
    index = next((index for index, info in enumerate(held) if info.ref.id == place), None)
    if index is None:
        found = find_issue(generation, place) or abort(404)
        return redirect(page_addresses().issue(found.ref, words), HTTPStatus.MOVED_PERMANENTLY)
    ref = held[index].ref
    parts = len(long_issue(generation, place)) if is_in_parts(place) else 1
    part = read_number(query_arguments(), PART, default=1, largest=parts) if parts > 1 else 1
    rendering = _Rendering(ref, words, generation)
    rendered = rendering.part(part) if parts > 1 else rendering.whole()
    return render_template(
        "issue.html",
        info=held[index],
        rendered=rendered,
        titles=rendering.titles,
        words=words,
        results=page_addresses().search(SearchRequest(q=words)) if words else None,
        first_mark=FIRST_MARK,
        newer=held[index - 1].ref if index else None,
        older=held[index + 1].ref if index + 1 < len(held) else None,
        part=part,
        parts=parts,
        part_numbers=page_numbers(part, parts),
    )


class _Rendering:
    """Makes the text of an issue's page; its headings are those of sections that have entries."""

    def __init__(self, ref: IssueRef, words: str, generation: Generation) -> None:
        self._ref = ref
        self._generation = generation
        self._words = words
        self._addresses = page_addresses()

    @property
    def titles(self) -> list[str]:
        """Of its first entries, which say best what the issue is about."""
        documents = self._generation.searcher.documents(self._ref.id, lines=range(1, LINES_TOLD))
        return [each.title for each in documents if each.role == "entry" and each.title][:TITLES_TOLD]

    def whole(self) -> RenderedIssue:
        text = self._generation.text(self._ref.id)
        if text is None:
            abort(404)
        documents = self._generation.searcher.documents(self._ref.id)
        return _with_sections(render_issue(text, anchors=_anchors(documents), **self._options(documents)), documents)

    def part(self, number: int) -> RenderedIssue:
        """A part of a long issue. With marked words it is not kept: each would make a page of its own."""
        if self._words:
            return self._rendered(number)
        key = (self._generation.name, self._generation.created, self._addresses.issue(self._ref, part=number))
        return kept().get(key, lambda: self._rendered(number))

    def _rendered(self, number: int) -> RenderedIssue:
        long = long_issue(self._generation, self._ref.id)
        part = long.part(number)
        documents = self._generation.searcher.documents(self._ref.id, lines=long.lines(number))
        anchors = {line - part.offset: ids for line, ids in _anchors(documents).items()}
        return _with_sections(render_markdown(part.markdown, anchors=anchors, **self._options(documents)), documents)

    def _options(self, documents: Iterable[Entry]) -> RenderOptions:
        return {
            "resolve": resolver(self._ref, self._generation, self._addresses),
            "images": current_site().config.images,
            "title": self._ref.title,
            "find": _words_of(self._words, self._generation.index.analyzer) if self._words else None,
            "permalinks": self._permalinks(documents),
        }

    def _permalinks(self, documents: Iterable[Entry]) -> Permalinks:
        if current_site().files:  # where entries have no pages of their own
            return NO_LINKS
        entries = (document for document in documents if document.role == "entry")
        return Permalinks(
            {anchor_of(entry.id): self._addresses.permalink(entry.id) for entry in entries}, gettext("这一条的链接")
        )


def _with_sections(rendered: RenderedIssue, documents: Iterable[Entry]) -> RenderedIssue:
    sections = {document.section for document in documents}
    return replace(rendered, headings=tuple(heading for heading in rendered.headings if heading.text in sections))


def _words_of(q: str, analyzer: Analyzer) -> FindWords:
    """Finds what the hits of a search for `q` have marked."""
    highlighter = Highlighter(parse(q).query, analyzer)

    def find(texts: Sequence[str]) -> Sequence[Ranges]:
        return [merged(marks) for marks in highlighter.find(texts)]

    return find


def _anchors(documents: Iterable[Entry]) -> dict[int, list[str]]:
    """Anchors by line. Several entries may start on one line."""
    anchors: dict[int, list[str]] = {}
    for document in documents:
        anchors.setdefault(document.line, []).append(anchor_of(document.id))
    return anchors


def resolver(ref: IssueRef, generation: Generation, addresses: Addresses) -> Resolve:
    """Says where a relative address in the issue `ref` leads: to the page of the issue that it names, else to the file
    beside the page on which the author shows it, where that is known."""

    def resolve(address: str) -> str | None:
        if not is_relative(address):
            return None
        path = normpath(join(dirname(ref.path), unquote(urlsplit(address).path)))
        other = generation.searcher.issue(issue_id(ref.archive, path))
        return addresses.issue(other.ref) if other else addresses.beside(ref, address)

    return resolve
