"""What a browser needs to search an export by itself, as files below `search/`.

    index.bin               issues, archives, kinds, and where everything else lies (JSON)
    <digest>/columns.bin    a few bytes for each document, to rank and filter by
    <digest>/by.bin         keys of contributors, and which one each document has (JSON); also section, site and tag
    <digest>/fold.bin       characters that are written in several ways, as JSON: the many, the one for each
    <digest>/<n>.bin        terms of two characters and more with their postings (`shards`)
    <digest>/s<n>.bin       those of one character
    <digest>/readings.bin   common characters by their pinyin (JSON)
    <digest>/p<n>.bin       words by their pinyin (`spellings`)
    <digest>/w<n>.bin       Latin words with their numbers of documents (`spellings`)
    entries/<digest>-<n>.bin   some documents of one issue, as JSON

All are deflated, JSON in GB 18030. The names of all but the first change with their contents: a page
that is open while the site is updated never reads files of two exports together. Documents are numbered issue by issue,
the oldest first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from wangqi.indexer.rendering.parts import LongIssue
from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.folding import fold_text
from wangqi.search.analysis.units import cut_units
from wangqi.search.document.fields import TITLE, name_of_title
from wangqi.search.document.filter_types import NameFilter
from wangqi.search.document.filtering import attributes_of
from wangqi.search.document.filters import FILTERS_BY_NAME, NAME_FILTERS
from wangqi.search.document.links import web_address
from wangqi.search.document.repeated_links import group_by_link, returning_link
from wangqi.search.model import Entry, IssueRef
from wangqi.search.model.kinds import KIND_ALIASES, KIND_LABELS
from wangqi.search.plan.ranking import RANKING
from wangqi.search.plan.runs import PARTICLES
from wangqi.search.plan.stopwords import STOP_WORDS
from wangqi.search.query.field_names import FIELD_NAMES, TITLE_NAMES
from wangqi.web.export.encoding import chinese, deflated, number
from wangqi.web.export.figures import LIMITS, WEIGHTS
from wangqi.web.export.heads import Heads, Shown
from wangqi.web.export.names import other_names
from wangqi.web.export.postings import LEAST_WEIGHT, STEP, TermCollector, level_of, mark_of, once
from wangqi.web.export.shards import Shard, ShardMaker
from wangqi.web.export.spellings import latin_words, readings, sounds
from wangqi.web.site.addresses import anchor_of

FORMAT: Final = 3
PIECE_ENTRIES: Final = 8
PIECE_CHARS: Final = 3000
"""A file of entries holds so many, or fewer long ones: ten hits are mostly of ten issues."""
ROLES: Final = ("entry", "issue", "front", "boilerplate")
"""In the order of their numbers in a column."""
IN_COLUMNS: Final = ("archive", "kind")
"""Filters that need no file of their own."""

Files = Iterator[tuple[str, bytes]]


@dataclass(slots=True)
class _IssueColumns:
    ref: IssueRef
    count: int
    digest: str


class _Values:
    """The values of the documents for one filter, by the keys that are compared."""

    def __init__(self, name: str) -> None:
        row = FILTERS_BY_NAME[name]
        assert isinstance(row, NameFilter)
        self._filter = row
        self._numbers: dict[str, int] = {}
        self._column: list[int] = []

    def add(self, value: str) -> None:
        self._column.append(self._numbers.setdefault(value, len(self._numbers)))

    def listed(self) -> list[Any]:
        """The keys of each value, and the number of the value for each document."""
        keys = [[self._filter.keys(name)[0] for name in self._filter.held(value)] for value in self._numbers]
        return [keys, self._column]


class SearchFiles:
    """Collects the documents of all issues, the oldest issue first, and makes the files."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._postings = TermCollector(analyzer)
        self._kinds = list(KIND_LABELS)
        self._issues: list[_IssueColumns] = []
        self._shown: list[Shown] = []
        self._columns = [bytearray() for _ in range(4)]
        self._values = {name: _Values(name) for name in NAME_FILTERS if name not in IN_COLUMNS}
        self._links: list[tuple[int, str, str]] = []

    def add(self, ref: IssueRef, documents: Sequence[Entry], long: LongIssue | None) -> Files:
        """Add an issue; its own files, named by what they hold."""
        pieces = list(_pieces(documents))
        recorded = [[_record(each, long) for each in piece] for piece in pieces]
        contents = [deflated(chinese(records)) for records in recorded]
        digest = _digest(ref.id.encode(), *contents)
        for piece, records in zip(pieces, recorded, strict=True):
            for place, (entry, record) in enumerate(zip(piece, records, strict=True)):
                self._add_document(entry, record, starts=place == 0)
        self._issues.append(_IssueColumns(ref, len(documents), digest))
        for order, content in enumerate(contents):
            yield f"search/entries/{digest}-{order}.bin", content

    def _add_document(self, entry: Entry, record: list[Any], *, starts: bool) -> None:
        here = len(self._shown)
        units, text_level = self._postings.add(here, entry)
        self._links += [(here, link, entry.issue.id)] if (link := returning_link(entry)) else []
        kind = self._kinds.index(entry.kind)
        name = mark_of("".join(unit.text for unit in cut_units(name_of_title(entry.title))))
        title, _, *others = record
        is_hit = entry.role in ("entry", "issue")
        level = level_of(once(TITLE, units))
        self._shown.append(Shown([title, *others], text_level, level, units, name, entry.issue.date, is_hit))
        # Whether a file of entries begins here, the role and the kind in one byte.
        values = (starts << 7 | ROLES.index(entry.role) << 5 | kind, units, name, text_level)
        for column, value in zip(self._columns, values, strict=True):
            column += number(value)
        attributes = attributes_of(entry)
        for filter_name, found in self._values.items():
            found.add(getattr(attributes, filter_name))

    def files(self) -> Files:
        """The files of all documents together."""
        found = self._postings
        found.drop_derived()
        names = other_names(self._analyzer, found.grams.keys())
        maker = ShardMaker(found.grams, found.words, names, Heads(self._shown))
        ranges = {
            "": maker.shards(single=False),
            "s": maker.shards(single=True),
            "p": sounds(found.words, self._analyzer.knows),
            "w": latin_words(found.words),
        }
        common = {
            "columns.bin": deflated(b"".join(map(bytes, self._columns))),
            "fold.bin": deflated(chinese(_folding())),
            "readings.bin": deflated(chinese(readings())),
            **{f"{name}.bin": deflated(chinese(values.listed())) for name, values in self._values.items()},
            **{f"{name}{order}.bin": each.data for name, files in ranges.items() for order, each in enumerate(files)},
        }
        folder = _digest(*common.values())
        for name, data in common.items():
            yield f"search/{folder}/{name}", data
        yield "search/index.bin", deflated(chinese(self._index(folder, ranges)))

    def _index(self, folder: str, ranges: Mapping[str, Sequence[Shard]]) -> dict[str, Any]:
        archives = sorted({each.ref.archive for each in self._issues})
        ranking = RANKING
        longest = max((shown.title_units for shown in self._shown), default=0)
        return {
            "format": FORMAT,
            "folder": folder,
            "documents": len(self._shown),
            "archives": archives,
            "kinds": self._kinds,
            "labels": [KIND_LABELS[kind] for kind in self._kinds],
            "roles": [ranking.role_factors[role] for role in ROLES],
            "fields": FIELD_NAMES | dict.fromkeys(sorted(TITLE_NAMES), "title"),
            "kindNames": {name: kind for name, kind in KIND_ALIASES.items() if name != kind},
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
            "firsts": {name: [each.first for each in files] for name, files in ranges.items()},
            "titleLevels": [level_of(once(TITLE, units)) for units in range(longest + 1)],
            "groups": group_by_link(self._links),
            "stop": " ".join(sorted(STOP_WORDS)),
            "particles": "".join(sorted(PARTICLES)),
            "scale": [LEAST_WEIGHT, STEP],
            "ranking": WEIGHTS,
            "limits": LIMITS,
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
