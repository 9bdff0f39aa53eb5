"""The empty box: the newest issue and what there is to browse; and an entry that nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from flask import Response, abort, redirect, render_template
from flask.typing import ResponseReturnValue

from wangqi.search.model import Entry
from wangqi.search.request import SearchRequest
from wangqi.web.pages.shared import answer, blueprint, found, page_addresses
from wangqi.web.pages.view import ResultsView
from wangqi.web.site import routes
from wangqi.web.site.entries import random_entry
from wangqi.web.site.leases import Generation, leased
from wangqi.web.words.labels import kind_label

FEATURED_ENTRIES: Final = 3
"""Entries shown of each section of the newest issue; a single one more is shown as well, instead of saying so."""
NEXT_ISSUES: Final = 8
FACETS: Final = ("year", "kind", "section", "archive")


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of the newest issue."""

    title: str
    entries: Sequence[Entry]

    @property
    def label(self) -> str:
        """The title of the section; its kind where the section is one entry with the same title."""
        return kind_label(self.entries[0].kind) if self.title == self.entries[0].title else self.title

    @property
    def first(self) -> Sequence[Entry]:
        return self.entries if len(self.entries) == FEATURED_ENTRIES + 1 else self.entries[:FEATURED_ENTRIES]

    @property
    def more(self) -> int:
        return len(self.entries) - len(self.first)


@blueprint.get(routes.HOME)
def home() -> Response:
    return answer(home_page)


@blueprint.get(routes.RANDOM)
def any_entry() -> ResponseReturnValue:
    """Off to some entry, each as likely as the others."""
    with leased() as generation:
        entry = random_entry(generation.searcher)
        if entry is None:
            abort(404)
        response = redirect(page_addresses().entry(entry))
        response.headers["Cache-Control"] = "no-store"
        return response


def home_page(generation: Generation) -> str:
    everything = found(SearchRequest(per_page=1, facets=FACETS), generation)
    everything = replace(everything, request=SearchRequest())  # so that the links ask for whole pages
    searcher = generation.searcher
    held, archives = searcher.issues(limit=1 + NEXT_ISSUES), searcher.archives()
    return render_template(
        "home.html",
        view=ResultsView(everything, page_addresses(), archives=len(archives)),
        newest=held[0] if held else None,
        sections=list(_sections(searcher.documents(held[0].ref.id))) if held else [],
        before=held[1:],
        issues=sum(archive.issues for archive in archives),
        entries=sum(archive.entries for archive in archives),
    )


def _sections(documents: Sequence[Entry]) -> Iterator[SectionView]:
    entries = [document for document in documents if document.role == "entry" and document.title]
    for title, group in groupby(entries, key=lambda entry: entry.section):
        yield SectionView(title, list(group))
