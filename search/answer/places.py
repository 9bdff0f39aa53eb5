"""Places where a hit holds words that neither its title nor its text shows: section, links, who sent or said it, texts
of images.

docker ─► Place(field="link", text="https://github.com/docker/compose", ranges=((19, 25),))
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from urllib.parse import unquote

from wangqi.search.answer.highlighting import Highlighter, Mark, merged
from wangqi.search.answer.result import Place, PlaceField
from wangqi.search.document.links import canonical_link, typed_address
from wangqi.search.model import Entry
from wangqi.search.query.tree import Entries


def places_of(
    entries: Sequence[Entry], highlighter: Highlighter, shown: Sequence[Collection[int]]
) -> list[tuple[Place, ...]]:
    """For each of `entries` the places where words stand that are not `shown` in its title or text, each once."""
    places: list[tuple[Place, ...]] = [()] * len(entries)
    lacking = [at for at, words in enumerate(shown) if len(words) < highlighter.words]
    fields = [list(_fields(entries[at])) for at in lacking]
    marks = highlighter.find_in_each([[text for _, text in each] for each in fields])
    for at, of_entry, found in zip(lacking, fields, marks, strict=True):
        places[at] = tuple(_new_places(of_entry, found, shown[at]))
    return places


def _new_places(
    fields: Sequence[tuple[PlaceField, str]], marks: Sequence[Sequence[Mark]], shown: Collection[int]
) -> Iterator[Place]:
    known = set(shown)
    for (field, text), found in zip(fields, marks, strict=True):
        if new := [mark for mark in found if mark.word not in known]:
            yield Place(field, text, merged(new))
            known.update(mark.word for mark in new)


def place_of_link(entry: Entry, query: Entries) -> tuple[Place, ...]:
    """The link of `entry` to the page that `query` names."""
    sought = canonical_link(typed_address(query.typed) or query.typed)
    links = [entry.url, *(link.url for link in entry.links)]
    held = next((url for url in links if url and canonical_link(url) == sought), None)
    return (Place("link", held, ((0, len(held)),)),) if held else ()


def _fields(entry: Entry) -> Iterator[tuple[PlaceField, str]]:
    """The texts of an entry besides title and text."""
    yield "section", entry.section
    addresses = dict.fromkeys([entry.url or "", *(link.url for link in entry.links)])
    yield from (("link", unquote(address) if "%" in address else address) for address in addresses)
    yield "contributor", entry.contributor or ""
    yield "attribution", entry.attribution or ""
    yield from (("image", text) for text in entry.image_texts)
    if entry.role == "issue" and entry.issue.number is not None:
        yield "number", f"第 {entry.issue.number} 期"
        yield "number", f"issue {entry.issue.number}"
