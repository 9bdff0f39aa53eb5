"""Engines side by side: the same documents, the same queries, one size after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any, Final

from bench.corpus import real_documents
from bench.engines import Mode, OpenIndex, load
from bench.fresh import in_fresh_process, index_folder
from bench.queries import Query, make_queries
from bench.timing import take_turns

SIZE: Final = 17_000
SCALE_SIZES: Final = (17_000, 100_000, 500_000)
SCALE_ENGINES: Final = ("ours", "tantivy", "tantivy-top")

MODES: Final[tuple[Mode, ...]] = ("or", "and")


def compare(names: Sequence[str], size: int) -> dict[str, dict[str, Any]]:
    """Build, size, memory and times of each engine over `size` documents."""
    found: dict[str, dict[str, Any]] = {name: {"label": load(name).label} for name in names}
    built: dict[str, dict[str, float]] = {}
    for name in names:
        folder = load(name).folder
        built[folder] = built.get(folder) or in_fresh_process("build", name, size)
        found[name] |= built[folder] | in_fresh_process("serve", name, size)
    real = real_documents()
    queries = make_queries(real)
    opened = {name: load(name).open(index_folder(name, size)) for name in names}
    for mode in MODES:
        asked = {name: partial(_ask, index, mode) for name, index in opened.items()}
        for name, times in take_turns(asked, queries).items():
            found[name][mode] = asdict(times)
    return found


def _ask(index: OpenIndex, mode: Mode, query: Query) -> object:
    return index.search(query, mode)
