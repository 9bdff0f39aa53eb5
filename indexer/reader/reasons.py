"""Why lines were read as they were, told to the author by `wangqi parse --why`."""

from collections.abc import Sequence
from typing import NamedTuple

from wangqi.indexer.reader.kinds import NameType
from wangqi.indexer.reader.line_addresses import link_targets, named_links
from wangqi.indexer.reader.lines import Line
from wangqi.search.errors.message import Message
from wangqi.search.model import Entry

FURNITURE = Message("returns in other issues of the archive: no entry")


class Reason(NamedTuple):
    """Why the lines from one on were read as they were."""

    line: int
    text: str


def of_section(heading: Line | None, name: NameType | None, *, shape: str, count: int) -> str:
    """What a section's name says, and which of its lines lead entries."""
    decided = (
        Message("{shape} lead {count}", shape=shape, count=count) if count else Message("no line of it leads an entry")
    )
    if heading is None:
        return Message("before the first heading: {decided}", decided=decided)
    if name is None:
        return Message("{heading!r} is no known name: {decided}", heading=heading.text, decided=decided)
    said = {"heading": heading.text, "kind": name.kind, "role": name.role, "decided": decided}
    if name.exact:
        return Message("{heading!r} is a name of {kind} ({role}): {decided}", **said)
    return Message("{heading!r} looks like a name of {kind} ({role}): {decided}", **said)


def of_entry(entry: Entry, lines: Sequence[Line], shape: str) -> str:
    """What made an entry of `lines`, where its title stands, and its address."""
    return Message(
        "an entry ({shape}), {title}, {address}",
        shape=shape,
        title=_title(entry, lines),
        address=_address(entry, lines),
    )


def _title(entry: Entry, lines: Sequence[Line]) -> str:
    if not entry.title:
        return Message("without a title of its own")
    head = next((line for line in lines if entry.title in line.text), None)
    if head is None:
        return Message("titled by its line without addresses and remarks")
    if any(head.text_of(link) == entry.title for link in named_links(head)):
        return Message("titled by its link")
    if any(mark.kind == "strong" and head.text_of(mark).strip(" :：") == entry.title for mark in head.marks):
        return Message("titled by what is bold")
    return Message("titled by its heading") if head.kind == "heading" else Message("titled by its line")


def _address(entry: Entry, lines: Sequence[Line]) -> str:
    if entry.url is None:
        targets = {target for line in lines for _, target in link_targets(line)}
        if targets:
            return Message("no address of its own among {count}", count=len(targets))
        return Message("no address in its text")
    line = next((line for line in lines if entry.url in (target for _, target in link_targets(line))), None)
    if line is None:
        return Message("its address as written")
    if line is lines[0]:
        return Message("its address beside the title")
    return Message("its address on line {line}", line=line.number)
