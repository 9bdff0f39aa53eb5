"""What pages tell of everything that a generation holds, counted once for each generation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app

from wangqi.search.request import SearchRequest
from wangqi.web.pages.shared import found
from wangqi.web.site.leases import Generation


@dataclass(frozen=True, slots=True)
class WholeArchive:
    generation: tuple[str, str]
    archives: int
    entries: Mapping[int, int]
    """By year."""


def whole_archive(generation: Generation) -> WholeArchive:
    key = (generation.name, generation.created)
    kept: WholeArchive | None = current_app.extensions.get("wangqi-whole-archive")
    if kept is None or kept.generation != key:
        years = found(SearchRequest(per_page=1, facets=("year",)), generation).facets["year"]
        entries = {int(each.value): each.count for each in years}
        kept = WholeArchive(key, len(generation.searcher.archives()), entries)
        current_app.extensions["wangqi-whole-archive"] = kept  # two threads at once make the same
    return kept
