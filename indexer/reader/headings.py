"""What a heading and the lines below it look like: an entry, a list of links, a text.

One heading at a time; `outline` judges those that are siblings together.
"""

import re
from collections.abc import Sequence
from typing import Final

from wangqi.indexer.archive.habits import key_of
from wangqi.indexer.reader import decisions
from wangqi.indexer.reader.kinds import NameType, normal_name, split_label
from wangqi.indexer.reader.line_addresses import closing_links, leads_away, link_targets, pointed_address
from wangqi.indexer.reader.lines import Line, spans
from wangqi.indexer.reader.title_labels import HAN_NUMBER, number_label, skip_decoration
from wangqi.indexer.reader.titles import begins_with_link, is_work

_MONTHS: Final = "jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec"
_CALENDAR: Final = re.compile(
    rf"(?:[0-9]{{4}}\s?年)?\s?(?:[0-9]{{1,2}}|{HAN_NUMBER}{{1,3}})\s?月(?:份|\s?[0-9]{{1,2}}\s?[日号])?"
    rf"|(?:{_MONTHS})[a-z]{{0,6}}\.?(?:\s[0-9]{{4}})?",
    re.IGNORECASE,
)


_IS_CONTENTS: Final = re.compile(
    r"^(?!.*(?:往[期年]|历史|过往|全部|所有)).*(?:目录|目錄|索引|contents)\W*$", re.IGNORECASE
)
"""What names what an issue holds, and not the issues before it."""
MIN_LISTED: Final = 3
NO_PARENT: Final = -1


def heading_key(heading: Line) -> str:
    """The key of a heading that is the same in other issues: its name without number and decoration."""
    return key_of(normal_name(heading.text))


def is_heading(line: Line) -> bool:
    return line.kind == "heading" and not line.place.depth and not line.place.quote


def is_day(heading: Line) -> bool:
    """Whether a heading is a month or a day: `十月`, `5 月 3 日`."""
    return bool(_CALENDAR.fullmatch(heading.text))


def top_headings(lines: Sequence[Line]) -> list[int]:
    headings = [(index, line.level) for index, line in enumerate(lines) if is_heading(line)]
    top = min((level for _, level in headings), default=0)
    return [index for index, level in headings if level == top]


def parents(lines: Sequence[Line], headings: Sequence[int]) -> list[int]:
    """The heading that each heading stands below, by index; `NO_PARENT` for the topmost."""
    found: list[int] = []
    open_headings: list[int] = []
    for index in headings:
        while open_headings and lines[open_headings[-1]].level >= lines[index].level:
            open_headings.pop()
        found.append(open_headings[-1] if open_headings else NO_PARENT)
        open_headings.append(index)
    return found


def is_entry(head: Line, body: Sequence[Line]) -> bool:
    """Whether a heading looks like the title of an entry: a link, a number, an address as first or last line below."""
    if begins_with_link(head):
        return not _has_label_before_link(head) or number_label(head.text) is not None
    if is_numbered(head):
        return any(link_targets(line) for line in body) and not lists_links(body)
    shown = [line for line in body if line.text]
    if sum(line.record == "lead" for line in body) > 1:
        return False
    if shown and all(line.is_detail for line in shown if line.marker) and any(line.is_detail for line in shown):
        return any(link_targets(line) for line in shown)
    if any(pointed_address(line) is not None for line in (*shown[:1], *shown[-1:])):
        return True
    return is_closed_by_links(body)


def opens_entry(lines: Sequence[Line]) -> bool:
    """Whether the lines above a heading begin with a listed title that leads elsewhere: the heading is in its text."""
    first = next((line for line in lines if line.text), None)
    if first is None or not leads_away(first) or not begins_with_link(first):
        return False
    return bool(first.marker) or number_label(first.text, skip_decoration(first.text)) is not None


def _has_label_before_link(head: Line) -> bool:
    """Whether a heading has a label (`本周话题：[甲](u)`) that is not part of its link (`[播客 | 甲](u)`)."""
    _, end = split_label(head.text)
    return end > 0 and not any(link.start < end <= link.end for link in head.links())


def is_closed_by_links(body: Sequence[Line]) -> bool:
    """Whether a text ends with its addresses: up to `CLOSING_LINKS` lines of nothing but links below sentences.
    Below headings they are those of the last of these."""
    if top_headings(body):
        return False
    links = closing_links(body)
    before = [line for line in body if line.text][: -len(links) or None]
    if not 0 < len(links) <= decisions.CLOSING_LINKS or before[-1].text.endswith(("：", ":")):
        return False
    return not any(begins_with_link(line) for line in before)


def lists_links(body: Sequence[Line]) -> bool:
    """Whether a list of titles makes up the body: two bullets or more, most of which begin with a link, or as many
    paragraphs that do, from the first one on."""
    items = [line for line in body if line.is_bullet and line.place.depth == 1 and not line.is_detail]
    has_details = any(line.is_detail for line in body)
    titles = sum(begins_with_link(line) and (has_details or pointed_address(line) is None) for line in items)
    if titles > 1 and titles * 2 > len(items):
        return not _is_text(body, items)
    paragraphs = [line for line in body if line.text and line.opens and not line.place.quote]
    linked = [begins_with_link(line) and leads_away(line) and pointed_address(line) is None for line in paragraphs]
    return linked[:1] == [True] and sum(linked) > 1


def is_divided(name: NameType, body: Sequence[Line]) -> bool:
    """Whether what stands below the `name` of a section is a list of links, or has several headings of its own."""
    return lists_links(body) or (name.exact and len(top_headings(body)) > 1)


def names_article(heading: Line | None, heads: Sequence[Line]) -> bool:
    """Whether a heading is the name of an article (`《甲》`) over `heads` that lead nowhere."""
    return heading is not None and is_work(heading.text) and not any(begins_with_link(head) for head in heads)


def is_over_list(head: Line, body: Sequence[Line]) -> bool:
    """Whether a heading that is no title of its own stands right above a list of three titles or more."""
    first = next((line for line in body if line.text), None)
    if first is None or not first.is_bullet or begins_with_link(head) or is_numbered(head):
        return False
    return lists_links(body) and sum(line.is_bullet for line in body) >= MIN_LISTED


def is_over_issue(head: Line, body: Sequence[Line]) -> bool:
    """Whether what calls itself contents (`本期目录`) stands over sections with lists of titles that lead away."""
    if not _IS_CONTENTS.search(head.text):
        return False
    bodies = [body[at + 1 : end] for at, end in spans(top_headings(body), len(body))]
    lists = sum(lists_links(lines) and all(map(leads_away, filter(begins_with_link, lines))) for lines in bodies)
    return lists * 2 > len(bodies) > 1


def is_word_over_link(head: Line, body: Sequence[Line]) -> bool:
    """Whether a word (`三月`) stands over nothing but one bullet that begins with a link."""
    shown = [line for line in body if line.text]
    is_item = bool(shown) and shown[0].is_bullet and begins_with_link(shown[0]) and pointed_address(shown[0]) is None
    return len(head.text) <= decisions.WORD_CHARS and is_item and all(line.place.depth for line in shown[1:])


def _is_text(body: Sequence[Line], items: Sequence[Line]) -> bool:
    """Whether sentences stand above the list, of which it is the end."""
    above = [line for line in body if line.text and line.number < items[0].number and not line.place.quote]
    return len(items) <= decisions.CLOSING_LINKS and any(line.text.endswith(("。", "！", ".", "!")) for line in above)


def is_series(groups: Sequence[tuple[Line, list[Line]]]) -> bool:
    """Whether the headings are numbered from 1 on."""
    labels = [number_label(head.text, skip_decoration(head.text)) for head, _ in groups]
    return [label.value if label else 0 for label in labels] == list(range(1, len(groups) + 1))


def is_numbered(head: Line) -> bool:
    label = number_label(head.text, skip_decoration(head.text))
    return label is not None and label.style != "一"
