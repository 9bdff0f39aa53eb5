"""Links that stand in a draft twice, and those that ran before, however they are spelled (`search.document.links`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from wangqi.indexer.check.draft import DraftFile, Mistake, name_of
from wangqi.search.document.links import canonical_link
from wangqi.search.errors.message import Message
from wangqi.search.model import Entry

RETURNING: Final = 4
"""Issues that link to a page in passing, from which on it is the newsletter's own or a usual source, and no news."""

MANY: Final = 8
"""Links of one draft that ran before, from which on that is told once."""

NAMED_PLACES: Final = 3


class Earlier(NamedTuple):
    about: list[Entry]
    """Entries about it."""
    beside: list[Entry]
    """Entries about something else that link to it."""


def links_twice(draft: DraftFile) -> Iterator[Mistake]:
    first: dict[str, Entry] = {}
    for entry in draft.entries():
        if not entry.url:
            continue
        before = first.setdefault(canonical_link(entry.url), entry)
        if before is not entry and entry.title:  # sayings may be of one source
            message = Message(
                "{name}: the same link as on line {line} ({other}): {url}",
                name=name_of(entry),
                line=before.line,
                other=name_of(before),
                url=entry.url,
            )
            yield Mistake(entry.line, "link-twice", message)


def links_that_ran(draft: DraftFile, entries: Iterable[Entry], ran: Mapping[str, Sequence[str]]) -> list[Mistake]:
    """A problem for each link that ran before; one for all where there are many, as in a newsletter that lists what is
    liked this week, or in last week's draft."""
    found = list(_links_that_ran(draft, entries, ran))
    if len(found) < MANY:
        return found
    first = min(found)
    return [
        first._replace(
            message=Message(
                "{count} links ran before; the first of them: {message}", count=len(found), message=first.message
            )
        )
    ]


def _links_that_ran(draft: DraftFile, entries: Iterable[Entry], ran: Mapping[str, Sequence[str]]) -> Iterator[Mistake]:
    """Entries of the draft about pages that `entries` name, and links in its texts to pages that they are about."""
    main = {canonical_link(entry.url): entry for entry in draft.entries() if entry.url}
    texts = {link: place for place in draft.links if _names_a_page(link := canonical_link(place.target))}
    before = earlier_links({*main, *texts}, entries)
    for link, entry in main.items():
        assert entry.url is not None
        earlier = before.get(link, Earlier([], []))
        if places := [*map(_place, earlier.about), *ran.get(link, ())]:
            yield Mistake(
                entry.line,
                "link-ran",
                Message(
                    "{name}: ran before in {places}: {url}",
                    name=name_of(entry),
                    places=_listed(places),
                    url=entry.url,
                ),
            )
        elif earlier.beside and _names_a_page(link):
            message = Message(
                "{name}: linked before in {places}: {url}",
                name=name_of(entry),
                places=_listed(list(map(_place, earlier.beside))),
                url=entry.url,
            )
            yield Mistake(entry.line, "link-mentioned", message)
    for link, place in texts.items():
        if link not in main and link in before and before[link].about:
            places = list(map(_place, before[link].about))
            message = Message(
                "{text}: its link ran before in {places}: {target}",
                text=place.text or place.target,
                places=_listed(places),
                target=place.target,
            )
            yield Mistake(place.line, "link-ran", message)


def earlier_links(wanted: set[str], entries: Iterable[Entry]) -> dict[str, Earlier]:
    """Where the pages `wanted`, by their canonical links, ran. What returns in several issues is left out."""
    found: dict[str, Earlier] = {}
    known: dict[str, str] = {}

    def canonical(url: str) -> str:
        return known[url] if url in known else known.setdefault(url, canonical_link(url))

    for entry in entries:
        own = canonical(entry.url) if entry.url else ""
        if own in wanted:
            found.setdefault(own, Earlier([], [])).about.append(entry)
        if entry.role == "boilerplate":
            continue
        for link in {canonical(other.url) for other in entry.links} & wanted - {own}:
            found.setdefault(link, Earlier([], [])).beside.append(entry)
    return {link: Earlier(*([] if _returns(those) else those for those in earlier)) for link, earlier in found.items()}


def _returns(entries: Sequence[Entry]) -> bool:
    return len({entry.issue.id for entry in entries}) >= RETURNING


def _names_a_page(link: str) -> bool:
    """Whether a canonical link is more than a host, and no user of a big site: in passing, these are no news."""
    host, _, path = link.partition("/")
    return bool(path) and not (host in ("github.com", "x.com") and "/" not in path)


def _place(entry: Entry) -> str:
    return f"{entry.issue.archive}/{entry.issue.path}:{entry.line}"


def _listed(places: Sequence[str]) -> str:
    named = Message("{places}", places=places[:NAMED_PLACES])
    more = len(places) - NAMED_PLACES
    return Message("{places} and {more} more", places=named, more=more) if more > 0 else named
