"""Where a hit holds what neither its title nor its text shows: in its section, a link, who sent or said it, what is
said of its images.

docker ─► Place(field="link", text="https://github.com/docker/compose", ranges=((19, 25),))
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from search.answer.highlighting import Highlighter, merged
from search.answer.result import Place, PlaceField
from search.document.links import canonical_link, typed_address
from search.model import Entry
from search.query.tree import Entries, Query


def places_of(entry: Entry, highlighter: Highlighter, shown: Collection[int]) -> tuple[Place, ...]:
    """The places where words of the query stand that are not `shown` in title or text, each once."""
    if len(shown) == highlighter.words:
        return ()
    fields = list(_fields(entry))
    found, known = [], set(shown)
    for (field, text), marks in zip(fields, highlighter.find([text for _, text in fields]), strict=True):
        new = [mark for mark in marks if mark.word not in known]
        if new:
            found.append(Place(field, text, merged(new)))
            known.update(mark.word for mark in new)
    return tuple(found)


def place_of_link(entry: Entry, query: Query) -> tuple[Place, ...]:
    """The link of `entry` to the page that `query` names; () of any other query."""
    if not isinstance(query, Entries):
        return ()
    sought = canonical_link(typed_address(query.typed) or query.typed)
    links = [entry.url, *(link.url for link in entry.links)]
    held = next((url for url in links if url and canonical_link(url) == sought), None)
    return (Place("link", held, ((0, len(held)),)),) if held else ()


def _fields(entry: Entry) -> Iterator[tuple[PlaceField, str]]:
    """The texts of an entry besides title and text."""
    yield "section", entry.section
    yield from (("link", url) for url in dict.fromkeys([entry.url or "", *(link.url for link in entry.links)]))
    yield "contributor", entry.contributor or ""
    yield "attribution", entry.attribution or ""
    yield from (("image", text) for text in entry.image_texts)
    if entry.role == "issue" and entry.issue.number is not None:
        yield "number", f"第 {entry.issue.number} 期"
        yield "number", f"issue {entry.issue.number}"
