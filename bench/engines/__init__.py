"""The engines that are measured: one adapter each, behind one Protocol.

An adapter is given documents whose tokens are separated by blanks, and queries of tokens: nobody analyzes anything.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from bench.engines.base import Answer, Mode, OpenIndex, PeerEngine

__all__ = ["NAMES", "Answer", "Mode", "OpenIndex", "PeerEngine", "available", "load"]

_ADAPTERS: Final = {
    "ours": ("bench.engines.ours", "Ours"),
    "tantivy": ("bench.engines.tantivy_peer", "Tantivy"),
    "tantivy-top": ("bench.engines.tantivy_peer", "TantivyTopOnly"),
    "fts5": ("bench.engines.fts5", "Fts5"),
    "whoosh": ("bench.engines.stock_whoosh", "StockWhoosh"),
    "xapian": ("bench.engines.xapian_peer", "Xapian"),
}
NAMES: Final = tuple(_ADAPTERS)


def load(name: str) -> PeerEngine:
    """The adapter of that name. Raises `ImportError` when its library is not installed."""
    module, attribute = _ADAPTERS[name]
    engine: PeerEngine = getattr(import_module(module), attribute)()
    return engine


def available(names: tuple[str, ...] = NAMES) -> list[str]:
    """Those whose library is installed."""
    found = []
    for name in names:
        try:
            load(name)
        except ImportError:
            continue
        found.append(name)
    return found
