"""Why lines were read as they were, told to the author by `wangqi parse --why`."""

from collections.abc import Sequence
from typing import NamedTuple

from wangqi.indexer.reader.kinds import NameType
from wangqi.indexer.reader.line_addresses import link_targets, named_links
from wangqi.indexer.reader.lines import Line
from wangqi.search.model import Entry

FURNITURE = "returns in other issues of the archive: no entry"


class Reason(NamedTuple):
    """Why the lines from one on were read as they were."""

    line: int
    text: str


def of_section(heading: Line | None, name: NameType | None, *, shape: str, count: int) -> str:
    """What a section's name says, and which of its lines lead entries."""
    decided = f"{shape} lead {count}" if count else "no line of it leads an entry"
    if heading is None:
        return f"before the first heading: {decided}"
    if name is None:
        return f"{heading.text!r} is no known name: {decided}"
    return f"{heading.text!r} {'is' if name.exact else 'looks like'} a name of {name.kind} ({name.role}): {decided}"


def of_entry(entry: Entry, lines: Sequence[Line], shape: str) -> str:
    """What made an entry of `lines`, where its title stands, and its address."""
    return f"an entry ({shape}), {_title(entry, lines)}, {_address(entry, lines)}"


def _title(entry: Entry, lines: Sequence[Line]) -> str:
    if not entry.title:
        return "without a title of its own"
    head = next((line for line in lines if entry.title in line.text), None)
    if head is None:
        return "titled by its line without addresses and remarks"
    if any(head.text_of(link) == entry.title for link in named_links(head)):
        return "titled by its link"
    if any(mark.kind == "strong" and head.text_of(mark).strip(" :：") == entry.title for mark in head.marks):
        return "titled by what is bold"
    return f"titled by {'its heading' if head.kind == 'heading' else 'its line'}"


def _address(entry: Entry, lines: Sequence[Line]) -> str:
    if entry.url is None:
        targets = {target for line in lines for _, target in link_targets(line)}
        return f"no address of its own among {len(targets)}" if targets else "no address in its text"
    line = next((line for line in lines if entry.url in (target for _, target in link_targets(line))), None)
    if line is None:
        return "its address as written"
    return "its address beside the title" if line is lines[0] else f"its address on line {line.number}"
