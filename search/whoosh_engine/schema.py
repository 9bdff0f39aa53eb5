"""The fields of a Whoosh document, and an entry as such a document.

Terms of all fields of an entry share one posting; its value says how often, or where, the term stands in each field.

    words  b"\\x01\\x00\\x02\\x00\\x00"    times in title, links, text, section, issue; at most 255 each
    grams  array of uint32           field << 24 | position, rising

An issue is a document of its own too, without terms, so that an issue without entries is held as well.
"""

from __future__ import annotations

import json
import struct
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from search.analysis import Analyzer
from search.fields import FIELDS, field_texts, site_of
from search.model import Entry, Role
from search.query.plan import title_key
from search.records import entry_to_record
from search.whoosh_engine.guard import columns, fields, formats

FIELD_SHIFT: Final = 24
MAX_POSITION: Final = (1 << FIELD_SHIFT) - 1
MAX_COUNT: Final = 255

ROLES: Final[tuple[Role | None, ...]] = ("entry", "front", "boilerplate", None)
"""By the number stored; None is the document of an issue."""

ROW: Final = struct.Struct(f"<BH{len(FIELDS)}I")
"""Role, place in the issue, number of units of each field."""

POSITION_TYPE: Final = next(code for code in "IL" if array(code).itemsize == 4)

TEXT_COLUMNS: Final = ("kind", "section", "site", "by", "title")


class _Values(formats.Format):  # type: ignore[misc]
    """Postings whose values are bytes made beforehand: `size` each, or of any length when -1."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.posting_size = size


class TermsField(fields.FieldType):  # type: ignore[misc]
    """A field that is given its terms with their values, ready made; Whoosh analyzes nothing."""

    def __init__(self, value_size: int) -> None:
        super().__init__(_Values(value_size), analyzer=None)

    def index(self, value: Mapping[str, bytes], **kwargs: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term, posting in value.items():
            yield term.encode("utf-8", "surrogatepass"), 1, 1.0, posting


def make_schema() -> fields.Schema:
    """A new schema: Whoosh changes and pickles the one it is given."""
    texts = {name: fields.COLUMN(columns.VarBytesColumn()) for name in TEXT_COLUMNS}
    return fields.Schema(
        words=TermsField(len(FIELDS)),
        grams=TermsField(-1),
        id=fields.ID(),
        issue=fields.ID(sortable=columns.VarBytesColumn()),
        title_key=fields.ID(),
        row=fields.COLUMN(columns.FixedBytesColumn(ROW.size)),
        record=fields.STORED(),
        **texts,
    )


def entry_document(entry: Entry, order: int, analyzer: Analyzer) -> dict[str, object]:
    """The Whoosh document of an entry, the document number `order` of its issue from 0."""
    tokens = [analyzer.index(text) for text in field_texts(entry)]
    words = [Counter(field.words) for field in tokens]
    texts = (entry.kind, entry.section, site_of(entry.url), entry.contributor or "", entry.title)
    return {
        "words": {word: bytes(min(MAX_COUNT, counts[word]) for counts in words) for word in set().union(*words)},
        "grams": _positions([field.grams for field in tokens]),
        "id": entry.id,
        "issue": entry.issue.id,
        "title_key": title_key(entry.title, analyzer),
        "row": ROW.pack(ROLES.index(entry.role), order, *(field.length for field in tokens)),
        "record": json.dumps(entry_to_record(entry), ensure_ascii=False),
        **{name: text.encode() for name, text in zip(TEXT_COLUMNS, texts, strict=True)},
    }


def issue_document(issue_id: str, record: Mapping[str, object]) -> dict[str, object]:
    """The Whoosh document of an issue itself."""
    return {
        "issue": issue_id,
        "row": ROW.pack(ROLES.index(None), 0, *(0 for _ in FIELDS)),
        "record": json.dumps(record, ensure_ascii=False),
    }


def _positions(grams: list[list[tuple[str, int]]]) -> dict[str, bytes]:
    found: dict[str, array[int]] = {}
    for number, field in enumerate(grams):
        for gram, position in sorted(field, key=lambda pair: pair[1]):
            if position < MAX_POSITION:
                found.setdefault(gram, array(POSITION_TYPE)).append(number << FIELD_SHIFT | position)
    return {gram: positions.tobytes() for gram, positions in found.items()}
