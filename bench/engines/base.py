"""What an engine must do to be measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol

from bench.corpus import Document
from bench.queries import Query

Mode = Literal["or", "and"]

TOP: Final = 10
"""Hits of an answer, each with its stored title and text."""

TITLE_BOOST: Final = 4.0


@dataclass(frozen=True, slots=True)
class Answer:
    total: int | None
    """All documents that match; None where the engine does not say."""
    hits: list[tuple[str, str]]
    """Stored title and text, best first."""


class OpenIndex(Protocol):
    def search(self, query: Query, mode: Mode) -> Answer: ...


class PeerEngine(Protocol):
    label: str
    """Name and version."""
    folder: str
    """Adapters with the same folder read the same index."""

    def build(self, folder: Path, documents: Iterable[Document]) -> None:
        """Write an index of `documents` into the empty `folder`, with as few segments as the engine has for good."""
        ...

    def open(self, folder: Path) -> OpenIndex: ...
