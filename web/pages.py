"""The pages for readers, rendered on the server and whole without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from posixpath import dirname, join, normpath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from flask import Blueprint, Response, abort, render_template

from indexer.rendering import render_issue
from search import service
from search.engine import IssueInfo
from search.links import web_address
from search.model import Entry, IssueRef, issue_id
from search.request import Filters, SearchRequest
from search.result import SearchResult
from web.addresses import Addresses, anchor_of, site_of
from web.answers import cached, not_modified
from web.as_markdown import hit_as_markdown
from web.labels import FACET_LABELS, also_label, issue_label, issue_title, kind_label
from web.parameters import read_search
from web.source import Generation, absolute_addresses, current_site, local_addresses, query_arguments
from web.view import ResultsView, kept_parameters, marked

blueprint = Blueprint("pages", __name__)
blueprint.add_app_template_filter(marked)
blueprint.add_app_template_filter(hit_as_markdown)
blueprint.add_app_template_filter(kind_label)
blueprint.add_app_template_filter(issue_label)
blueprint.add_app_template_filter(issue_title)
blueprint.add_app_template_filter(also_label)
blueprint.add_app_template_filter(site_of)
blueprint.add_app_template_filter(web_address)
blueprint.add_app_template_filter(anchor_of)
blueprint.add_app_template_global(kept_parameters)

NEWEST_ISSUES: Final = 6
HOME_FACETS: Final = ("kind", "year", "section", "archive")


@dataclass(frozen=True, slots=True)
class Year:
    label: str
    issues: list[IssueInfo]


@blueprint.app_context_processor
def common() -> dict[str, Any]:
    """What every page is made with, error pages included."""
    site, addresses = current_site(), local_addresses()
    return {"site": site, "addresses": addresses, "absolute": absolute_addresses(), "asked": SearchRequest()}


@blueprint.get("/")
def home() -> Response:
    """The box, the newest issues, and what there is to browse."""
    with current_site().source.lease() as generation:
        if unchanged := not_modified(generation):
            return unchanged
        everything = _search(SearchRequest(), generation, HOME_FACETS)
        held = generation.searcher.issues()
        view = ResultsView(everything, local_addresses(), archives=len(_archives(held)))
        entries = sum(info.entries for info in held)
        page = render_template("home.html", view=view, newest=held[:NEWEST_ISSUES], issues=len(held), entries=entries)
        return cached(Response(page), generation)


@blueprint.get("/search")
def search() -> Response:
    asked = read_search(query_arguments())
    with current_site().source.lease() as generation:
        if unchanged := not_modified(generation):
            return unchanged
        result = _search(asked, generation)
        view = ResultsView(
            result,
            local_addresses(),
            archives=len(_archives(generation.searcher.issues())),
            unfiltered_total=0 if result.total else _total_without_filters(asked, generation),
        )
        return cached(Response(render_template("results.html", view=view, result=result, asked=asked)), generation)


@blueprint.get("/issues")
def issues() -> Response:
    """All issues by year."""
    with current_site().source.lease() as generation:
        if unchanged := not_modified(generation):
            return unchanged
        held = generation.searcher.issues()
        page = render_template("issues.html", years=_by_year(held), archives=_archives(held), issues=len(held))
        return cached(Response(page), generation)


@blueprint.get("/issues/<archive>/<path:path>")
def issue(archive: str, path: str) -> Response:
    """One issue as it was written, with its entries at their anchors."""
    with current_site().source.lease() as generation:
        if unchanged := not_modified(generation):
            return unchanged
        place = issue_id(archive, path)
        text = generation.text(place)
        held = [info for info in generation.searcher.issues() if info.ref.archive == archive]
        index = next((index for index, info in enumerate(held) if info.ref.id == place), None)
        if text is None or index is None:
            abort(404)
        return cached(Response(_issue_page(held, index, text, generation)), generation)


def _total_without_filters(asked: SearchRequest, generation: Generation) -> int:
    if asked.filters == Filters():
        return 0
    return _search(replace(asked, filters=Filters(), page=1, per_page=1), generation, ()).total


def _search(
    asked: SearchRequest, generation: Generation, facets: tuple[str, ...] = tuple(FACET_LABELS)
) -> SearchResult:
    wanted = replace(asked, facets=facets)
    return service.search(generation.searcher, current_site().analyzer, wanted)


def _issue_page(held: list[IssueInfo], index: int, text: bytes, generation: Generation) -> str:
    """`held` are the issues of one archive, newest first."""
    info = held[index]
    documents = generation.searcher.documents(info.ref.id)
    known = {other.ref.id: other.ref for other in held}
    rendered = render_issue(
        text,
        anchors=_anchors(documents),
        resolve=lambda address: _neighbour(info.ref, address, known, local_addresses()),
        images=current_site().images,
        title=info.ref.title,
    )
    sections = {document.section for document in documents}
    return render_template(
        "issue.html",
        info=info,
        rendered=rendered,
        sections=[heading for heading in rendered.headings if heading.text in sections],
        newer=held[index - 1].ref if index else None,
        older=held[index + 1].ref if index + 1 < len(held) else None,
    )


def _anchors(documents: Iterable[Entry]) -> dict[int, list[str]]:
    """Anchors by line. Several entries may start on one line."""
    anchors: dict[int, list[str]] = {}
    for document in documents:
        anchors.setdefault(document.line, []).append(anchor_of(document.id))
    return anchors


def _neighbour(ref: IssueRef, address: str, known: dict[str, IssueRef], addresses: Addresses) -> str | None:
    """Page of the issue that a relative address in `ref` leads to; None when it leads to no issue."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path:
        return None
    path = normpath(join(dirname(ref.path), unquote(parts.path)))
    other = known.get(issue_id(ref.archive, path))
    return addresses.issue(other) if other else None


def _archives(held: list[IssueInfo]) -> set[str]:
    return {info.ref.archive for info in held}


def _by_year(held: list[IssueInfo]) -> list[Year]:
    """`held` is newest first, undated ones last."""
    return [
        Year(str(year) if year else "没有日期", list(group))
        for year, group in groupby(held, key=lambda info: info.ref.date.year if info.ref.date else None)
    ]
