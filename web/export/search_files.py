"""What a browser needs to search an export by itself, as files below `search/`.

    index.bin               issues, archives, kinds, and where everything else lies (JSON)
    <digest>/columns.bin    a few bytes for each document, to rank and filter by
    <digest>/fold.bin       characters that are written in several ways, as JSON: the many, the one for each
    <digest>/<n>.bin        terms of two characters and more with their postings (`shards`)
    <digest>/s<n>.bin       those of one character
    <digest>/p<n>.bin       words by their pinyin (`sounds`)
    entries/<digest>-<n>.bin   some documents of one issue, as JSON

All are deflated. The names of all but the first change with their contents: a page that is open while the site is
updated never reads files of two exports together. Documents are numbered issue by issue, the oldest first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from wangqi.indexer.rendering.parts import LongIssue
from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.folding import fold_text
from wangqi.search.document.fields import name_of_title
from wangqi.search.document.links import web_address
from wangqi.search.document.repeated_links import group_by_link, returning_link
from wangqi.search.model import Entry, IssueRef
from wangqi.search.model.kinds import KIND_LABELS
from wangqi.search.plan.ranking import RANKING
from wangqi.search.plan.stopwords import STOP_WORDS
from wangqi.web.export.names import other_names
from wangqi.web.export.postings import LEAST_WEIGHT, STEP, TermCollector
from wangqi.web.export.shards import Shard, compact, deflated, make_shards, number
from wangqi.web.export.sounds import make_sounds
from wangqi.web.site.addresses import anchor_of

FORMAT: Final = 1
PIECE_ENTRIES: Final = 8
PIECE_CHARS: Final = 3000
"""A file of entries holds so many, or fewer long ones: ten hits are mostly of ten issues."""
ROLES: Final = ("entry", "issue", "front", "boilerplate")
"""In the order of their numbers in a column."""

Files = Iterator[tuple[str, bytes]]


@dataclass(slots=True)
class _IssueColumns:
    ref: IssueRef
    count: int
    digest: str


class SearchFiles:
    """Collects the documents of all issues, the oldest issue first, and makes the files."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._postings = TermCollector(analyzer)
        self._kinds = list(KIND_LABELS)
        self._sections: dict[str, int] = {}
        self._issues: list[_IssueColumns] = []
        self._documents = 0
        self._columns = [bytearray() for _ in range(4)]
        self._links: list[tuple[int, str, str]] = []

    def add(self, ref: IssueRef, documents: Sequence[Entry], long: LongIssue | None) -> Files:
        """Add an issue; its own files, named by what they hold."""
        pieces = list(_pieces(documents))
        contents = [deflated(compact([_record(each, long) for each in piece])) for piece in pieces]
        digest = _digest(ref.id.encode(), *contents)
        for piece in pieces:
            for place, entry in enumerate(piece):
                self._add_document(entry, starts=place == 0)
        self._issues.append(_IssueColumns(ref, len(documents), digest))
        for order, content in enumerate(contents):
            yield f"search/entries/{digest}-{order}.bin", content

    def _add_document(self, entry: Entry, *, starts: bool) -> None:
        here = self._documents
        units = self._postings.add(here, entry)
        self._documents += 1
        self._links += [(here, link, entry.issue.id)] if (link := returning_link(entry)) else []
        kind = self._kinds.index(entry.kind)
        section = self._sections.setdefault(entry.section, len(self._sections))
        name = len(self._analyzer.units(name_of_title(entry.title)))
        # Whether a file of entries begins here, the role and the kind in one byte.
        values = (
            number(starts << 7 | ROLES.index(entry.role) << 5 | kind),
            number(section),
            number(units),
            number(name),
        )
        for column, value in zip(self._columns, values, strict=True):
            column += value

    def files(self) -> Files:
        """The files of all documents together."""
        found = self._postings
        names = other_names(self._analyzer, found.grams.keys())
        shards = make_shards(found.grams, found.words, names, single=False)
        single = make_shards(found.grams, found.words, names, single=True)
        sounds = make_sounds(found.words)
        common = {
            "columns.bin": deflated(b"".join(map(bytes, self._columns))),
            "fold.bin": deflated(compact(_folding())),
            **{f"{order}.bin": shard.data for order, shard in enumerate(shards)},
            **{f"s{order}.bin": shard.data for order, shard in enumerate(single)},
            **{f"p{order}.bin": shard.data for order, shard in enumerate(sounds)},
        }
        folder = _digest(*common.values())
        for name, data in common.items():
            yield f"search/{folder}/{name}", data
        yield "search/index.bin", deflated(compact(self._index(folder, shards, single, sounds)))

    def _index(
        self, folder: str, shards: Sequence[Shard], single: Sequence[Shard], sounds: Sequence[Shard]
    ) -> dict[str, Any]:
        archives = sorted({each.ref.archive for each in self._issues})
        ranking = RANKING
        return {
            "format": FORMAT,
            "folder": folder,
            "documents": self._documents,
            "archives": archives,
            "kinds": self._kinds,
            "labels": [KIND_LABELS[kind] for kind in self._kinds],
            "roles": [ranking.role_factors[role] for role in ROLES],
            "sections": list(self._sections),
            "issues": [
                [
                    archives.index(each.ref.archive),
                    each.ref.path,
                    each.ref.number,
                    each.ref.date.isoformat() if each.ref.date else "",
                    each.count,
                    each.digest,
                    *([each.ref.title] if each.ref.number is None else []),
                ]
                for each in self._issues
            ],
            "shards": [shard.first for shard in shards],
            "single": [shard.first for shard in single],
            "sounds": [shard.first for shard in sounds],
            "groups": group_by_link(self._links),
            "stop": " ".join(sorted(STOP_WORDS)),
            "scale": [LEAST_WEIGHT, STEP],
        }


def _pieces(documents: Sequence[Entry]) -> Iterator[list[Entry]]:
    piece: list[Entry] = []
    chars = 0
    for entry in documents:
        if piece and (len(piece) == PIECE_ENTRIES or chars + len(entry.text) > PIECE_CHARS):
            yield piece
            piece, chars = [], 0
        piece.append(entry)
        chars += len(entry.text)
    if piece:
        yield piece


def _record(entry: Entry, long: LongIssue | None) -> list[Any]:
    """What a hit shows: title, text, address, anchor, part of the issue, who said it."""
    part = long.part_with(entry.line) if long else 1
    who = entry.attribution or ""
    return [entry.title, entry.text, web_address(entry.url) or "", anchor_of(entry.id), part, who]


def _folding() -> list[str]:
    """Han characters that are written in several ways, and the one for each; a browser knows the rest of the folding
    (`NFKC`)."""
    folded = [(char, fold_text(char)) for char in map(chr, range(0x3400, 0xA000))]
    changed = [(char, other) for char, other in folded if len(other) == 1 and other != char]
    return ["".join(char for char, _ in changed), "".join(other for _, other in changed)]


def _digest(*parts: bytes) -> str:
    digest = hashlib.blake2b(digest_size=5)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()
