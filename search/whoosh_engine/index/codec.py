"""The array codec: a segment of ours as Whoosh sees it.

Whoosh keeps the list of segments with their deleted documents (its TOC) and reads any segment through its codec: with
the readers below, everything of Whoosh's that works on a reader (terms, document frequencies, matchers, stored fields)
works on an index of ours. Our own searching goes to the arrays directly, since that is what makes it fast.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from wangqi.search.whoosh_engine.index.quiet_whoosh import (
    STORED,
    TEXT,
    ListMatcher,
    PerDocumentReader,
    Schema,
    TermNotFound,
    TermsReader,
    W3Codec,
    W3Segment,
    W3TermInfo,
)
from wangqi.search.whoosh_engine.segment import arrays
from wangqi.search.whoosh_engine.segment.segment import STREAMS, OpenSegment
from wangqi.search.whoosh_engine.segment.stored_entries import StoredEntries
from wangqi.search.whoosh_engine.segment.terms import TermTable, terms_of

SUFFIXES: Final = (".postings", ".columns", ".entries")


def make_schema() -> Any:
    """The fields as Whoosh knows them: the two streams, and the entry's JSON."""
    return Schema(words=TEXT(phrase=False), grams=TEXT(phrase=False), entry=STORED)


class ArraySegment(W3Segment):  # type: ignore[misc]
    """A segment in Whoosh's list, whose data are our arrays."""

    def __init__(self, doccount: int, indexname: str) -> None:
        super().__init__(ArrayCodec(), indexname, doccount)

    def paths(self, folder: Path) -> tuple[Path, Path, Path]:
        """The files of its postings, of its columns and of its entries."""
        postings, columns, entries = (folder / self.make_filename(suffix) for suffix in SUFFIXES)
        return postings, columns, entries

    def open(self, folder: Path) -> OpenSegment:
        postings, columns_path, entries = self.paths(folder)
        columns = arrays.load(columns_path)
        stored = StoredEntries(entries, columns["entry_starts"])
        return OpenSegment(arrays.load(postings), columns, stored, tuple(self.deleted_docs()))


class ArrayCodec(W3Codec):  # type: ignore[misc]
    """Reads segments of flat arrays, which `search.whoosh_engine.segment` writes, and not Whoosh's writer."""

    length_stats = False

    def terms_reader(self, storage: Any, segment: ArraySegment) -> ArrayTermsReader:
        return ArrayTermsReader(segment.open(Path(storage.folder)))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> ArrayDocumentReader:
        return ArrayDocumentReader(segment, segment.open(Path(storage.folder)))


class ArrayTermsReader(TermsReader):  # type: ignore[misc]
    """Terms and postings; weights are BM25F frequencies."""

    def __init__(self, segment: OpenSegment) -> None:
        self._arrays = segment.postings
        self._tables: dict[str, TermTable] = {stream: terms_of(segment.postings, stream) for stream in STREAMS}

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._number(*term) >= 0

    def _number(self, field: str, text: bytes) -> int:
        table = self._tables.get(field)
        return table.find(text.decode("utf-8", "surrogatepass")) if table else -1

    def _extent(self, field: str, text: bytes) -> slice:
        number = self._number(field, text)
        if number < 0:
            raise TermNotFound(f"No term {field}:{text!r}")
        start, end = self._arrays[f"{field}.starts"][number : number + 2]
        return slice(int(start), int(end))

    def indexed_field_names(self) -> list[str]:
        return list(self._tables)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return ((field, table[at]) for field, table in sorted(self._tables.items()) for at in range(len(table)))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        table = self._tables[fieldname]
        first = table.prefix(prefix.decode("utf-8", "surrogatepass"))[0]
        return ((fieldname, table[at]) for at in range(first, len(table)))

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> Any:
        extent = self._extent(fieldname, text)
        docs, weights = self._arrays[f"{fieldname}.docs"][extent], self._arrays[f"{fieldname}.weights"][extent]
        return W3TermInfo(
            weight=float(weights.sum()),
            df=len(docs),
            maxweight=float(weights.max()),
            minlength=1,  # lengths are part of the weights (`ArrayDocumentReader.doc_field_length`)
            maxlength=1,
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        return float(self._arrays[f"{fieldname}.weights"][self._extent(fieldname, text)].sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        extent = self._extent(fieldname, text)
        return int(extent.stop - extent.start)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Any:
        extent = self._extent(fieldname, text)
        docs, weights = self._arrays[f"{fieldname}.docs"][extent], self._arrays[f"{fieldname}.weights"][extent]
        info = self.term_info(fieldname, text)
        return ListMatcher(
            docs.tolist(), weights.tolist(), format=format_, scorer=scorer, term=(fieldname, text), terminfo=info
        )


class ArrayDocumentReader(PerDocumentReader):  # type: ignore[misc]
    """Documents: which there are, which are deleted, and the stored entry. Lengths are part of the weights already."""

    def __init__(self, segment: ArraySegment, opened: OpenSegment) -> None:
        self._segment = segment
        self._entries = opened.entries

    def doc_count(self) -> int:
        return self.doc_count_all() - int(self._segment.deleted_count())

    def doc_count_all(self) -> int:
        return int(self._segment.doc_count_all())

    def has_deletions(self) -> bool:
        return bool(self._segment.deleted_count())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Any:
        return self._segment.deleted_docs()

    def stored_fields(self, docnum: int) -> dict[str, str]:
        return {"entry": self._entries.read(docnum)}

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return 1

    def field_length(self, fieldname: str) -> int:
        return self.doc_count()

    def min_field_length(self, fieldname: str) -> int:
        return 1

    def max_field_length(self, fieldname: str) -> int:
        return 1
