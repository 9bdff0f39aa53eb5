"""Find the lines of a section that lead its entries: the shape is chosen by looking at all its lines together.

The shapes, strongest first: headings (decided by the outline), numbers, bullets, bold lines, titles above an address,
paragraphs that begin with a link, sentences with a link. A section without any of them is one text.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from wangqi.indexer.reader import decisions
from wangqi.indexer.reader.line_addresses import (
    closing_links,
    ends_with_address,
    link_targets,
    named_links,
    only_address,
    pointed_address,
)
from wangqi.indexer.reader.lines import Line, spans
from wangqi.indexer.reader.numbering import Numbered, leading_numbers
from wangqi.indexer.reader.title_labels import number_label, skip_decoration
from wangqi.indexer.reader.titles import (
    begins_with_link,
    bold_name,
    is_bare_number,
    is_bold_title,
    is_linked_title,
    title_start,
)
from wangqi.search.errors.message import Message

_SENTENCE_ENDS: Final = "。！？；…!?;：:，,"


@dataclass(frozen=True, slots=True)
class Leads:
    """The lines that lead entries, by index into the section's lines."""

    indexes: tuple[int, ...] = ()
    values: tuple[int, ...] = ()
    """Their numbers, where the entries are numbered."""
    shape: str = ""
    """What the lines are, for whoever asks why."""


def find_leads(lines: Sequence[Line], *, known: bool, last_value: int = 0) -> Leads:
    """The lines of a section that lead an entry each; none when the section is one text.

    `known` says that the section's name promises entries; without that, lines have to look like titles of something.
    `last_value` is the last number before the section.
    """
    records = [index for index, line in enumerate(lines) if line.record == "lead"]
    if records and not any(line.text for line in lines[: records[0]] if not line.place.quote):
        return Leads(tuple(records), shape=Message("labels that come round"))
    numbered = find_numbered(lines, known=known, last_value=last_value)
    if numbered.indexes and not _are_below_bullets(lines, numbered.indexes):
        return numbered
    found = [Leads(tuple(leads), shape=shape) for shape, find in _SHAPES.items() if (leads := find(lines, known))]
    # Bullets below a bold line or a link are its points; the shape that begins first is the outer one.
    return min(
        found,
        key=lambda leads: (leads.indexes[0], -len(leads.indexes)),
        default=Leads(tuple(_sentences(lines, known)), shape=Message("sentences with links")),
    )


def _are_below_bullets(lines: Sequence[Line], numbered: Sequence[int]) -> bool:
    """Whether the numbers count points below the last of several bullets that, unlike them, are linked titles."""
    above = [lines[index] for index in _items(lines[: numbered[0]])]
    linked = sum(is_linked_title(line) for line in above)
    return linked > 1 and not any(begins_with_link(lines[index]) for index in numbered)


def find_numbered(lines: Sequence[Line], *, known: bool, last_value: int = 0) -> Leads:
    """The numbered lines that lead entries; none when they are but the points of one text."""
    numbered = _numbered(lines, last_value)
    if not numbered or not _convincing(lines, [one.index for one in numbered], known=known):
        return Leads()
    return Leads(tuple(one.index for one in numbered), tuple(one.value for one in numbered), shape=Message("numbers"))


def _numbered(lines: Sequence[Line], last_value: int) -> list[Numbered]:
    candidates = []
    for index, line in enumerate(lines):
        if (found := _number_of(line)) is not None:
            value, style = found
            unit = line.place.list_id or -line.place.block
            candidates.append(Numbered(index, value, style, _worth(lines, index), unit))
    if not candidates:
        return []
    if _are_inside_bullets(lines, [lines[one.index] for one in candidates]):
        return []
    shallowest = min((lines[one.index].place.quote, lines[one.index].place.depth > 1) for one in candidates)
    candidates = [
        one for one in candidates if (lines[one.index].place.quote, lines[one.index].place.depth > 1) == shallowest
    ]
    return leading_numbers(candidates, last_value=last_value)


def _are_inside_bullets(lines: Sequence[Line], numbered: Sequence[Line]) -> bool:
    """Whether the numbers count what stands inside the bullets of the section, and not the bullets themselves."""
    items = _items(lines)
    if any(line.place.depth < 2 and not line.is_bullet for line in numbered):
        return False
    return len(items) > 1 and sum(line.place.depth < 2 for line in numbered) * 2 < len(items)


def _number_of(line: Line) -> tuple[int, str] | None:
    if line.kind not in ("text", "heading"):
        return None
    if number := line.marker.lstrip("-"):
        return int(number[:-1]), number[-1]
    if is_bare_number(line):
        return int(line.text), ""
    start = skip_decoration(line.text)
    label = number_label(line.text, start)
    if label is None or (line.place.depth and not line.marker):
        return None
    is_inside = any(mark.start <= start < mark.end for mark in line.links())
    return label.value, f"[{label.style}" if is_inside else label.style


def _worth(lines: Sequence[Line], index: int) -> float:
    line = lines[index]
    content = line.text[title_start(line) :].strip()
    if not content:
        return decisions.NUMBER_ALONE if index + 1 < len(lines) else 0.0
    is_linked = bool(link_targets(line))
    if is_linked and only_address(_without_number(line)):
        is_apart = line.opens and not line.place.depth
        return decisions.NUMBER_BEFORE_ADDRESS if is_apart else decisions.NUMBER_IN_LIST_OF_ADDRESSES
    if begins_with_link(line):
        return decisions.NUMBER_BEFORE_LINK
    if is_linked:
        return decisions.NUMBER_WITH_LINK
    alone = line.opens and (index + 1 == len(lines) or lines[index + 1].opens)
    return 1.0 if alone and len(content) <= decisions.SHORT_CHARS and content[-1] not in _SENTENCE_ENDS else 0.0


def _without_number(line: Line) -> Line:
    start = title_start(line)
    if not start:
        return line
    marks = tuple(mark for mark in line.marks if mark.end > start and mark.start >= start)
    return Line(line.number, " " * start + line.text[start:], marks)


def _convincing(lines: Sequence[Line], leads: Sequence[int], *, known: bool) -> bool:
    """Whether numbered lines are entries rather than the points of one text."""
    linked = sum(begins_with_link(lines[index]) or ends_with_address(lines[index]) for index in leads)
    if linked * 2 >= len(leads) or (known and any(link_targets(lines[index]) for index in leads)):
        return True
    introduced = any(line.text for line in lines[: leads[0]])
    entries = spans(leads, len(lines))
    holding = sum(_has_link(lines, start, end) for start, end in entries)
    if holding * 2 > len(leads) and not introduced:
        return True
    # Names without links ("1. 小米运维") lead entries when each has a text of its own.
    detailed = sum(end - start > 1 for start, end in entries) * 2 >= len(leads)
    if known:
        return detailed or not introduced
    named = all(line.text[title_start(line) :].strip() for line in (lines[index] for index in leads))
    return detailed and named and not introduced


def _items(lines: Sequence[Line]) -> list[int]:
    """The bullets of the outermost lists."""
    return [
        index for index, line in enumerate(lines) if line.is_bullet and line.place.depth == 1 and not line.is_detail
    ]


def _bullets(lines: Sequence[Line], known: bool) -> list[int]:
    items = _items(lines)
    if not items:
        return []
    has_details = any(line.is_detail for line in lines)
    if not (known or has_details) and named_links(lines[items[0]]) and pointed_address(lines[items[0]]):
        # "- [仓库链接](…)" opens a list of addresses, not of entries.
        return []
    linked = sum(
        _has_link(lines, start, end) or begins_with_link(lines[start]) for start, end in spans(items, len(lines))
    )
    if linked * 2 < len(items) and not (known and linked == 0 and _share(lines) >= decisions.PLAIN_LIST_SHARE):
        return []
    opens = _is_only_entry(lines, items[0])
    is_list = opens or _share(lines) >= decisions.LIST_SHARE or _are_linked_titles(lines, items)
    if not known and not is_list:
        return []
    is_one = opens or (begins_with_link(lines[items[0]]) and _share(lines) == 1)
    return items if known or len(items) > 1 or is_one else []


def _are_linked_titles(lines: Sequence[Line], items: Sequence[int]) -> bool:
    """Whether the items all begin with a link and no text stands before them, but a short line or a quote: what stands
    between them is their text."""
    before = [line for line in lines[: items[0]] if line.text and not line.place.quote]
    is_short = len(before) <= 1 and all(len(line.text) <= decisions.SHORT_CHARS for line in before)
    return len(items) > 1 and is_short and all(begins_with_link(lines[index]) for index in items)


def _is_only_entry(lines: Sequence[Line], lead: int) -> bool:
    """Whether a section of an unknown name holds one entry: it opens with a linked title, or a quote above one."""
    return not any(line.text for line in lines[:lead] if not line.place.quote) and is_linked_title(lines[lead])


def _bold(lines: Sequence[Line], known: bool) -> list[int]:
    leads = [index for index, line in enumerate(lines) if is_bold_title(line) and not line.is_detail]
    linked = sum(_has_link(lines, start, end) for start, end in spans(leads, len(lines)))
    introduced = any(line.text for line in lines[: leads[0]]) if leads else False
    if not known and (introduced or linked * 2 < len(leads)):
        return []
    if len(leads) == 1 and bold_name(lines[leads[0]], title_start(lines[leads[0]])) and _link_paragraphs(lines, known):
        return []  # what the linked titles below it have in common
    is_one = bool(linked) and (known or any(pointed_address(line) for line in lines))
    return leads if len(leads) > 1 or is_one else []


def _above_address(lines: Sequence[Line], known: bool) -> list[int]:
    leads = []
    for index, line in enumerate(lines[:-1]):
        is_short = 0 < len(line.text) <= decisions.SHORT_CHARS * 2 and line.text[-1] not in "。；;，,：:"
        if not (is_short and line.opens and _is_plain(line)):
            continue
        if only_address(lines[index + 1]) and pointed_address(line) is None:
            leads.append(index)
    begins = bool(leads) and not any(line.text for line in lines[: leads[0]])
    return leads if len(leads) > 1 or (leads and (known or begins)) else []


def _below_address(lines: Sequence[Line], known: bool) -> list[int]:
    """Addresses, each alone above its text, from the first line on."""
    shown = [index for index, line in enumerate(lines) if line.text]
    leads = [index for index in shown if _is_plain(lines[index]) and lines[index].opens and only_address(lines[index])]
    if len(leads) < 2 or leads[0] != shown[0]:
        return []
    told = sum(any(line.text for line in lines[start + 1 : end]) for start, end in spans(leads, len(lines)))
    return leads if told == len(leads) else []


def _up_to_address(lines: Sequence[Line], known: bool) -> list[int]:
    """Title, text and, to end with, an address, over and over."""
    shown = [index for index, line in enumerate(lines) if line.text]
    if not known or not shown or pointed_address(lines[shown[-1]]) is None:
        return []
    ended = [position for position, index in enumerate(shown) if pointed_address(lines[index]) is not None]
    leads = [shown[position] for position in [0, *(end + 1 for end in ended[:-1])]]
    return leads if len(leads) > 1 and all(_is_short_title(lines[index]) for index in leads) else []


def _is_short_title(line: Line) -> bool:
    is_name = len(line.text) <= decisions.SHORT_CHARS and line.text[-1] not in _SENTENCE_ENDS
    return _is_plain(line) and line.opens and is_name and not link_targets(line)


def _link_paragraphs(lines: Sequence[Line], known: bool) -> list[int]:
    """Paragraphs that begin with a link, and the lines of those in which each line does."""
    paragraphs = groupby(range(len(lines)), key=lambda index: lines[index].place.block)
    leads = [lead for _, indexes in paragraphs for lead in _linked_titles(lines, list(indexes))]
    nowhere = {lead for lead in leads if _leads_nowhere(lines[lead])}
    if len(nowhere) * 2 < len(leads):  # then `[[甲]] 说……` is part of a text
        leads = [lead for lead in leads if lead not in nowhere]
    if not leads or (not known and any(line.text for line in lines[: leads[0]])):
        return []
    if not known and len(leads) < 2 and not _is_only_entry(lines, leads[0]):
        return []
    bullets = sum(line.is_bullet for line in lines)
    return leads if len(leads) * 2 >= bullets or any(line.place.depth for line in lines[: leads[0]]) else []


def _leads_nowhere(line: Line) -> bool:
    """Whether a line begins with a link that has no target, such as one to a note (`[[甲]]`)."""
    links = named_links(line)
    return bool(links) and not links[0].target


def _linked_titles(lines: Sequence[Line], paragraph: Sequence[int]) -> Sequence[int]:
    """Of the lines of a paragraph those that are titles: the first, or all, if not all others are the links of that."""
    titles = [index for index in paragraph if _is_linked_title(lines[index])]
    closing = closing_links([lines[index] for index in paragraph])
    if len(titles) == len(paragraph) and len(closing) + 1 < len(paragraph):
        return paragraph
    return paragraph[:1] if paragraph[0] in titles else []


def _is_linked_title(line: Line) -> bool:
    return _is_plain(line) and begins_with_link(line) and pointed_address(line) is None


def _works(lines: Sequence[Line], known: bool) -> list[int]:
    """Paragraphs that each begin with the name of a book, a film, a record: `《潮间带》 - 礁石乐队`."""
    paragraphs = [index for index, line in enumerate(lines) if _is_plain(line) and line.opens and line.text]
    named = [index for index in paragraphs if lines[index].text[title_start(lines[index]) :].startswith("《")]
    others = sum(bool(line.opens and line.text and not line.place.quote) for line in lines) - len(named)
    return named if len(named) > 1 and not others else []


def _named_addresses(lines: Sequence[Line], known: bool) -> list[int]:
    """Lines of paragraphs that are each a name with its address: `甲工具｜说明甲 → https://…`."""
    shown = [index for index, line in enumerate(lines) if line.text]
    if not known or len(shown) < 2:
        return []
    return shown if all(_is_named_address(lines[index]) for index in shown) else []


def _is_named_address(line: Line) -> bool:
    is_one = _is_plain(line) and ends_with_address(line) and len(link_targets(line)) == 1
    return is_one and pointed_address(line) is None


def _sentences(lines: Sequence[Line], known: bool) -> list[int]:
    paragraphs = [index for index, line in enumerate(lines) if _is_plain(line) and line.opens and line.text]
    if not known or len(paragraphs) < 2:
        return []
    linked = sum(_has_link(lines, start, end) for start, end in spans(paragraphs, len(lines)))
    return paragraphs if linked == len(paragraphs) else []


_SHAPES: Final[Mapping[str, Callable[[Sequence[Line], bool], list[int]]]] = {
    Message("bullets"): _bullets,
    Message("bold lines"): _bold,
    Message("titles above an address"): _above_address,
    Message("addresses above their text"): _below_address,
    Message("titles of texts that end with an address"): _up_to_address,
    Message("paragraphs that begin with a link"): _link_paragraphs,
    Message("paragraphs that begin with a work"): _works,
    Message("names with their addresses"): _named_addresses,
}


def _is_plain(line: Line) -> bool:
    return line.kind == "text" and not line.place.depth and not line.place.quote


def _has_link(lines: Sequence[Line], start: int, end: int) -> bool:
    return any(link_targets(line) for line in lines[start:end])


def _share(lines: Sequence[Line]) -> float:
    """Share of the section's characters that stand in list items."""
    total = sum(len(line.text) for line in lines) or 1
    return sum(len(line.text) for line in lines if line.place.depth) / total
