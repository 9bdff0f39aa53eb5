"""Queries made from the documents, the same on every run."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from bench.corpus import Document

COUNT: Final = 250
SIZES: Final = (1, 2, 2, 3, 3, 4)
"""How many terms queries have, in these proportions."""

MIN_TOKENS: Final = 6

Query = tuple[str, ...]


def make_queries(real: Sequence[Document], count: int = COUNT) -> list[Query]:
    """Terms that stand together in one document, drawn without regard to how common they are: so common words are drawn
    as often as they are written, rare ones too, and AND always finds something."""
    random = Random(1)
    queries: list[Query] = []
    while len(queries) < count:
        terms = list(dict.fromkeys(random.choice(real).tokens))
        if len(terms) >= MIN_TOKENS:
            queries.append(tuple(random.sample(terms, random.choice(SIZES))))
    return queries
