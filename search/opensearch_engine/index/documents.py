"""An entry → its document in the cluster: tokens with weights, keys to filter and count by, the record to show."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.analyzer import FieldTokens
from wangqi.search.analysis.units import CJK
from wangqi.search.document.entry_records import pack_entry, unpack_entry
from wangqi.search.document.fields import TITLE, field_texts, name_of_title
from wangqi.search.document.filtering import attributes_of
from wangqi.search.document.filters import LIST_FILTERS, NAME_FILTERS
from wangqi.search.document.repeated_links import main_link, returning_link
from wangqi.search.model import Entry, IssueRef
from wangqi.search.opensearch_engine.index.mapping import (
    HOLE,
    LONGEST_START,
    MOST,
    STACK_MARK,
    WEIGHT_MARK,
    WEIGHT_UNIT,
)
from wangqi.search.plan.named import title_key
from wangqi.search.plan.ranking import FIELD_B, FIELD_BOOSTS, MEAN_LENGTHS, length_norm

MAX_TERM: Final = 8000
"""Characters of a term: Lucene takes 32 766 bytes."""

_STARTS_IN_HAN: Final = re.compile(f"[{CJK}]")

_PACKED: Final = "base64:"
"""Before a record that is no Unicode as JSON has it: lone surrogates, from names of files."""


class Standing(NamedTuple):
    """Where the document of an entry stands among the others."""

    order: int
    """Number in its issue; the issue itself is 0."""
    newest: str
    oldest: str
    """Keys that sort its issue (`search.opensearch_engine.index.order`)."""
    also: Sequence[str] = ()
    """Ids of the other entries with its link."""


def document_of(entry: Entry, standing: Standing, analyzer: Analyzer) -> dict[str, Any]:
    """The document of `entry`. What is empty is left out."""
    issue = entry.issue
    link, returning = main_link(entry), returning_link(entry)
    body = {
        **_tokens_of(entry, analyzer),
        **_attributes(entry),
        "entry_id": entry.id,
        "issue_id": issue.id,
        "role": entry.role,
        "issue": None if issue.number is None else min(issue.number, MOST),
        "day": issue.date.toordinal() if issue.date else None,
        "year": issue.date.year if issue.date else None,
        "line": entry.line,
        "order": standing.order,
        "newest": standing.newest,
        "oldest": standing.oldest,
        "link": link_key(link) if link else "",
        "fold": link_key(returning) if standing.also else entry.id,
        "returns": bool(standing.also),
        "record": packed(entry),
        "also": list(standing.also),
    }
    return {name: value for name, value in body.items() if value not in (None, "", [])}


def routing_of(entry: Entry) -> str:
    """What chooses the shard: entries with one link are on one, which counts them as one."""
    link = returning_link(entry)
    return link_key(link) if link else entry.id


def link_key(link: str) -> str:
    return hashlib.blake2b(link.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def packed(entry: Entry) -> str:
    data = pack_entry(entry)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _PACKED + b64encode(data).decode()


def unpacked(record: str, issue: IssueRef) -> Entry:
    if record.startswith(_PACKED):
        record = b64decode(record.removeprefix(_PACKED)).decode("utf-8", "surrogatepass")
    return unpack_entry(record, issue)


def term(text: str) -> str:
    """`text` as a term or a key: a long one by its beginning and a hash, and never what JSON cannot hold."""
    text = text.encode("utf-8", "replace").decode()
    if len(text) <= MAX_TERM:
        return text
    return text[: MAX_TERM - 40] + hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _attributes(entry: Entry) -> dict[str, Any]:
    """The names that filters compare and facets count, each as the keys that find it and as it is shown."""
    attributes, found = attributes_of(entry), {}
    for name in NAME_FILTERS:
        row = LIST_FILTERS[name]
        values = row.held(getattr(attributes, name))
        keys = [row.keys(value) for value in values]
        found[name] = _distinct(key for each in keys for key in each)
        found[f"{name}_value"] = _distinct(values)
        if name == "site":
            found["site_own"] = _distinct(key for key, *_ in keys)
    return found


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(map(term, filter(None, texts))))


def _tokens_of(entry: Entry, analyzer: Analyzer) -> dict[str, Any]:
    weights: dict[str, defaultdict[str, float]] = {name: defaultdict(float) for name in ("words", "grams", "starts")}
    places, title = [], FieldTokens([], [], [], 0)
    for number, text in enumerate(field_texts(entry)):
        if not text:
            continue
        tokens = analyzer.index(text)
        title = tokens if number == TITLE else title
        each = FIELD_BOOSTS[number] / length_norm(tokens.length, MEAN_LENGTHS[number], FIELD_B[number])
        for stream, held in _streams(tokens).items():
            for token, count in Counter(held).items():
                weights[stream][token] += count * each
        places.append(_placed(tokens))
    return {
        **{stream: _weighted(held) for stream, held in weights.items()},
        **{f"title_{stream}": " ".join(map(term, dict.fromkeys(held))) for stream, held in _streams(title).items()},
        "places": places,
        "title_places": _placed(title),
        "title_units": title.length,
        "title_key": _distinct([title_key(entry.title), title_key(name_of_title(entry.title))]),
    }


def _streams(tokens: FieldTokens) -> dict[str, list[str]]:
    starts = [
        gram[:end]
        for gram in tokens.grams
        if not _STARTS_IN_HAN.match(gram)
        for end in range(1, min(len(gram), LONGEST_START) + 1)
    ]
    return {"words": tokens.words, "grams": tokens.grams, "starts": starts}


def _weighted(weights: dict[str, float]) -> str:
    return " ".join(
        f"{term(token)}{WEIGHT_MARK}{max(1, round(weight * WEIGHT_UNIT))}" for token, weight in weights.items()
    )


def _placed(tokens: FieldTokens) -> str:
    """The grams by their positions, those at one as one token."""
    stacks: list[list[str]] = [[] for _ in range(max(tokens.positions, default=-1) + 1)]
    for gram, position in zip(tokens.grams, tokens.positions, strict=True):
        stacks[position].append(term(gram))
    return " ".join(STACK_MARK.join(stack) or HOLE for stack in stacks)


def words_of(entry: Entry, analyzer: Analyzer) -> set[str]:
    """The terms of the stream `words` that the document of `entry` holds."""
    return {term(word) for text in field_texts(entry) if text for word in analyzer.index(text).words}


def words_in(document: Mapping[str, Any]) -> list[str]:
    """The same, of a document that is made."""
    return [each.rpartition(WEIGHT_MARK)[0] for each in document.get("words", "").split(" ") if each]
