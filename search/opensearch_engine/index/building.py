"""Building an index in the cluster, from nothing or on a clone of another.

Two passes, since where a document stands among the others is known only when all issues are: the first writes entries
to a file beside the index, the second makes documents of them and sends these. Of a base only those documents are sent
again that stand otherwise than before: a link that returns now, an issue without a date between others.

What is built is named by all that it is built from. A build that was killed left documents of that name: the same build
makes the same ones, and sends those that are not there.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from wangqi.search.analysis import Analyzer
from wangqi.search.document.entry_records import info_of
from wangqi.search.document.repeated_links import group_by_link, returning_link
from wangqi.search.model import Entry, Issue, IssueRef
from wangqi.search.opensearch_engine.bulk import send_bulk
from wangqi.search.opensearch_engine.client import Client, lines_of
from wangqi.search.opensearch_engine.deadline import Deadline
from wangqi.search.opensearch_engine.index.documents import (
    Standing,
    document_of,
    link_key,
    packed,
    routing_of,
    unpacked,
    words_in,
    words_of,
)
from wangqi.search.opensearch_engine.index.folder import (
    HeldIssue,
    read_issues,
    read_name,
    read_titles,
    read_words,
    write_issues,
    write_titles,
    write_words,
)
from wangqi.search.opensearch_engine.index.order import Keys, order_keys
from wangqi.search.opensearch_engine.index.stored import EntriesReadBack, Held

LOG: Final = logging.getLogger("wangqi")

AT_ONCE: Final = 1000
"""Documents of which it is asked together whether they are there."""


class FilledIndex(NamedTuple):
    name: str
    build: str
    """`SpooledEntries.name_with`."""
    is_begun: bool
    """Whether a build that was killed has sent documents of the same."""


class _New(NamedTuple):
    entry: Entry
    order: int


class SpooledEntries:
    """The first pass: the entries of issues, on the disk, since of a hundred thousand they would take a gigabyte."""

    def __init__(self, file: IO[str], issues: Iterable[Issue]) -> None:
        self._file = file
        self._digests: list[str] = []
        self.refs: dict[str, IssueRef] = {}
        self.held: dict[str, tuple[Any, int]] = {}
        """Listing and number of documents of each issue, by id."""
        self.links: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        """By key of the link: id and issue of each entry that has it."""
        for issue in issues:
            self._add(issue)

    def _add(self, issue: Issue) -> None:
        entries = issue.indexed()
        self.refs[issue.ref.id] = issue.ref
        self.held[issue.ref.id] = info_of(issue), len(entries)
        digest = hashlib.blake2b(repr(info_of(issue)).encode("utf-8", "surrogatepass"), digest_size=16)
        for order, entry in enumerate(entries):
            line = json.dumps([issue.ref.id, order, packed(entry)]) + "\n"
            self._file.write(line)
            digest.update(line.encode())
            if link := returning_link(entry):
                self.links[link_key(link)].append((entry.id, issue.ref.id))
        self._digests.append(digest.hexdigest())

    def name_with(self, *others: object) -> str:
        """Names a build of these entries, and of what else it depends on."""
        named = repr((sorted(self._digests), others)).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(named, digest_size=16).hexdigest()

    def __iter__(self) -> Iterator[_New]:
        self._file.seek(0)
        for line in self._file:
            issue_id, order, record = json.loads(line)
            yield _New(unpacked(record, self.refs[issue_id]), order)


class SecondPass:
    """Sends the documents to `target`, a clone of the index of `base` if there is one, and writes what `folder` holds
    beside its name."""

    def __init__(
        self,
        client: Client,
        target: FilledIndex,
        folder: Path,
        spool: SpooledEntries,
        analyzer: Analyzer,
        *,
        base: Path | None,
    ) -> None:
        self._client, self._target, self._folder, self._analyzer = client, target, folder, analyzer
        self._kept = 0
        self._base, self._spool = base, spool
        self._before = {held.info.ref.id: held for held in read_issues(base)} if base else {}
        # Of the base, which does not change: of the clone a build that was killed has deleted some.
        before = read_name(base) if base else ""
        self._stored = EntriesReadBack(client, before, lambda issue_id: self._before[issue_id].info.ref)
        self._words = Counter(dict(read_words(base))) if base else Counter[str]()

    def run(self, removed: Collection[str]) -> None:
        gone = (set(removed) | self._spool.refs.keys()) & self._before.keys()
        stay = [held for issue_id, held in self._before.items() if issue_id not in gone]
        keys = order_keys([*(held.info.ref for held in stay), *self._spool.refs.values()])
        deleted = list(self._stored.of_issues(gone))
        moved = list(self._stored.of_issues(_moved(stay, keys)))
        links = self._spool.links.keys() | {link_key(link) for held in deleted if (link := returning_link(held.entry))}
        held_with = self._stored.with_links(links) if self._base else ()
        linked = [held for held in held_with if held.entry.issue.id not in gone]
        also = self._also(linked) | {held.entry.id: held.also for held in moved if _link(held) not in links}
        again = {held.entry.id: held for held in linked if also.get(held.entry.id, []) != held.also}
        again |= {held.entry.id: held for held in moved}
        self._send(deleted, again.values(), keys, also)
        self._write(stay, gone, keys)

    def _also(self, linked: Iterable[Held]) -> dict[str, list[str]]:
        """For each entry with a link that returns the ids of the others; `linked` are those of the base that have one
        of the links of what comes or goes."""
        links = defaultdict(list, {key: list(held) for key, held in self._spool.links.items()})
        for held in linked:
            links[_link(held)].append((held.entry.id, held.entry.issue.id))
        items = ((entry_id, link, issue) for link, of_link in links.items() for entry_id, issue in of_link)
        groups = [sorted(group) for group in group_by_link(items)]
        return {entry_id: [other for other in group if other != entry_id] for group in groups for entry_id in group}

    def _send(
        self, deleted: Iterable[Held], again: Iterable[Held], keys: Mapping[str, Keys], also: Mapping[str, list[str]]
    ) -> None:
        for held in deleted:
            self._words.subtract(words_of(held.entry, self._analyzer))
        # First: an issue that is read again has entries with the same ids, which may lie elsewhere.
        send_bulk(self._client, (lines_of([{"delete": action}]) for action in self._to_delete(deleted)))
        news = (_New(held.entry, held.order) for held in again)
        send_bulk(self._client, (lines_of(item) for item, _ in self._items(news, keys, also)))
        send_bulk(self._client, self._new_items(keys, also))
        if self._target.is_begun:
            LOG.info("%d documents were there already, of a run that did not come to its end", self._kept)

    def _to_delete(self, deleted: Iterable[Held]) -> Iterator[dict[str, str]]:
        """Not of what a run before has deleted and sent anew."""
        entries = iter([held.entry for held in deleted])
        while some := list(islice(entries, AT_ONCE)):
            sent = self._sent(some)
            yield from (self._action(entry) for entry in some if entry.id not in sent)

    def _new_items(self, keys: Mapping[str, Keys], also: Mapping[str, list[str]]) -> Iterator[bytes]:
        for item, is_sent in self._items(self._spool, keys, also, every=True):
            self._words.update(words_in(item[1]))
            if not is_sent:
                yield lines_of(item)

    def _items(
        self, news: Iterable[_New], keys: Mapping[str, Keys], also: Mapping[str, list[str]], *, every: bool = False
    ) -> Iterator[tuple[tuple[dict[str, Any], dict[str, Any]], bool]]:
        """Each action with its document, and whether it was sent by a run before: such are told of if `every` one is
        asked for."""
        entries = iter(news)
        while some := list(islice(entries, AT_ONCE)):
            sent = self._sent([entry for entry, _ in some])
            self._kept += len(sent)
            for entry, order in some:
                if every or entry.id not in sent:
                    document = self._document(entry, order, keys, also)
                    yield ({"index": self._action(entry)}, document), entry.id in sent

    def _sent(self, entries: Iterable[Entry]) -> set[str]:
        """The ids of those that a run before has sent."""
        if not self._target.is_begun:
            return set()
        wanted = [{"term": {"build": self._target.build}}, {"terms": {"entry_id": [entry.id for entry in entries]}}]
        body = {"size": AT_ONCE, "query": {"bool": {"filter": wanted}}, "_source": False, "track_total_hits": False}
        [answer] = self._client.msearch([({"index": self._target.name}, body)], deadline=Deadline.unhurried())
        return {hit["_id"] for hit in answer["hits"]["hits"]}

    def _document(
        self, entry: Entry, order: int, keys: Mapping[str, Keys], also: Mapping[str, list[str]]
    ) -> dict[str, Any]:
        standing = Standing(order, *keys[entry.issue.id], also.get(entry.id, ()))
        return document_of(entry, standing, self._analyzer) | {"build": self._target.build}

    def _action(self, entry: Entry) -> dict[str, str]:
        return {"_index": self._target.name, "_id": entry.id, "routing": routing_of(entry)}

    def _write(self, stay: Iterable[HeldIssue], gone: Collection[str], keys: Mapping[str, Keys]) -> None:
        held = [HeldIssue(each.info, keys[each.info.ref.id], each.documents) for each in stay]
        held += [HeldIssue(info, keys[issue_id], count) for issue_id, (info, count) in self._spool.held.items()]
        held.sort(key=lambda each: each.keys[0])
        write_issues(self._folder, held)
        write_words(self._folder, self._words)
        ranks = {each.info.ref.id: rank for rank, each in enumerate(held)}
        titles = [
            (title, entry_id)
            for title, entry_id in (read_titles(self._base) if self._base else ())
            if entry_id.rpartition("-")[0] not in gone
        ]
        titles += [(entry.title, entry.id) for entry, _ in self._spool if entry.role == "entry" and entry.title]
        write_titles(self._folder, sorted(titles, key=lambda pair: ranks[pair[1].rpartition("-")[0]]))


def _moved(issues: Iterable[HeldIssue], keys: Mapping[str, Keys]) -> list[str]:
    """The issues that stand at another place than before."""
    return [held.info.ref.id for held in issues if held.keys != keys[held.info.ref.id]]


def _link(held: Held) -> str:
    link = returning_link(held.entry)
    return link_key(link) if link else ""
