"""Reading without searching: an issue as it was written, all issues by year, and where an entry is to be found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from typing import Final
from urllib.parse import unquote, urlsplit

from flask import Response, abort, redirect, render_template
from flask.typing import ResponseReturnValue

from indexer.rendering import RenderedIssue, render_issue
from indexer.rendering_marks import FIRST_MARK, FindWords, Ranges
from search.analysis import Analyzer
from search.engine import IssueInfo
from search.highlight import Highlighter, merged
from search.model import Entry, IssueRef, issue_id
from search.query.parser import parse
from search.request import MAX_QUERY_CHARS
from web.addresses import Addresses, anchor_of
from web.answers import MAX_AGE
from web.language import gettext
from web.pages.shared import answer, blueprint, page_addresses
from web.rendered import LONG, rendered_issues
from web.source import Generation, current_site, query_arguments

WORDS: Final = "hl"
"""The parameter with a query whose words are marked."""


@dataclass(frozen=True, slots=True)
class Year:
    label: str
    issues: list[IssueInfo]


@blueprint.get("/issues")
def issues() -> Response:
    """All issues by year."""
    return answer(_listing)


@blueprint.get("/issues/<archive>/<path:path>")
def issue(archive: str, path: str) -> Response:
    """One issue as it was written, with its entries at their anchors."""
    words = query_arguments().get(WORDS, [""])[0].strip()[:MAX_QUERY_CHARS]
    return answer(lambda generation: _issue_page(archive, issue_id(archive, path), words, generation))


@blueprint.get("/entries/<entry_id>")
def entry(entry_id: str) -> ResponseReturnValue:
    """Off to where the entry stands today."""
    with current_site().source.lease() as generation:
        found = generation.searcher.entry(entry_id)
        if found is None:
            abort(404)
        response = redirect(page_addresses().entry(found))
        response.headers["Cache-Control"] = MAX_AGE
        return response


def _listing(generation: Generation) -> str:
    held = generation.searcher.issues()
    archives = {info.ref.archive for info in held}
    return render_template("issues.html", years=_by_year(held), archives=archives, issues=len(held))


def _by_year(held: list[IssueInfo]) -> list[Year]:
    """`held` is newest first; those without a date, which may stand between others by their numbers, come last here."""
    years: dict[int | None, list[IssueInfo]] = {}
    for info in held:
        years.setdefault(info.ref.date.year if info.ref.date else None, []).append(info)
    undated = years.pop(None, None)
    dated = [Year(str(year), group) for year, group in years.items()]
    return [*dated, Year(gettext("没有日期"), undated)] if undated else dated


def _issue_page(archive: str, place: str, words: str, generation: Generation) -> str:
    text = generation.text(place)
    held = [info for info in generation.searcher.issues() if info.ref.archive == archive]
    index = next((index for index, info in enumerate(held) if info.ref.id == place), None)
    if text is None or index is None:
        abort(404)
    info = held[index]
    documents = generation.searcher.documents(place)
    known = {other.ref.id: other.ref for other in held}
    is_long = len(text) >= LONG
    words = "" if is_long else words  # else each would make a page of its own

    def render() -> RenderedIssue:
        return render_issue(
            text,
            anchors=_anchors(documents),
            resolve=lambda address: _neighbour(info.ref, address, known, page_addresses()),
            images=current_site().images,
            title=info.ref.title,
            find=_words_of(words, generation.searcher.analyzer) if words else None,
        )

    key = (generation.name, generation.created, place, page_addresses().issue(info.ref))
    rendered = rendered_issues().get(key, render) if is_long else render()
    sections = {document.section for document in documents}
    return render_template(
        "issue.html",
        info=info,
        rendered=rendered,
        words=words,
        first_mark=FIRST_MARK,
        sections=[heading for heading in rendered.headings if heading.text in sections],
        newer=held[index - 1].ref if index else None,
        older=held[index + 1].ref if index + 1 < len(held) else None,
    )


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
