"""The evidence that an issue gives of its archive's habits, and the footer that these habits find in it."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from wangqi.indexer.archive.habits import Evidence, Habits, folded, key_of
from wangqi.indexer.reader import decisions
from wangqi.indexer.reader.headings import heading_key
from wangqi.indexer.reader.kinds import MAX_NAME_CHARS, NameType, Naming
from wangqi.indexer.reader.line_addresses import link_targets
from wangqi.indexer.reader.lines import Line
from wangqi.indexer.reader.outline import Outline
from wangqi.indexer.reader.records import labels_by_role

MAX_LEAD_IN_CHARS: Final = 24


_DIGITS: Final = re.compile("[0-9]+")
_TWO_LETTERS: Final = re.compile(r"[^\W\d_][\W\d_]*+[^\W\d_]")
"""What a line has to have that may be told from others."""


def line_key(line: Line) -> str:
    """The key of a line, "" when it says nothing: it is empty, or but a number."""
    says_something = _TWO_LETTERS.search(line.text)
    return key_of(line.text, *(target for _, target in link_targets(line))) if says_something else ""


def entry_key(lines: Sequence[Line]) -> str:
    """The key of a whole entry, whatever its numbers (a day, minutes), "" when it is too long to be furniture."""
    text = _DIGITS.sub("0", "".join(line.text for line in lines))
    return key_of(text, *(target for line in lines for _, target in link_targets(line))) * (
        0 < len(text) <= decisions.FURNITURE_CHARS
    )


def collect(
    lines: Sequence[Line],
    outline: Outline,
    naming: Naming,
    entries: Iterable[Sequence[Line]],
    *,
    outer: Iterable[Line],
) -> Evidence:
    """The evidence of an issue: its `lines`, how they were divided, which of them each entry was given, and which
    bullets stand over others."""
    entries = list(entries)
    end = _end_keys(lines)
    leads = {entry[0].number for entry in entries if entry[0].kind == "heading"}
    of_parts = {part.heading.number for part in outline.parts if part.heading}
    unknown = [line for line in lines if line.kind == "heading" and not line.place.depth and _is_unknown(line, naming)]
    labels = labels_by_role(lines)
    return Evidence(
        entries=_keys(entry_key(entry) for entry in entries),
        closing=_keys(end.values()),
        taken=_keys(end.get(line.number, "") for entry in entries for line in entry if line.kind != "heading"),
        headings=_keys(heading_key(line) for line in unknown if line.number in of_parts),
        leads=_keys(heading_key(line) for line in unknown if line.number in leads - of_parts),
        outer=_keys(line_key(line) for line in outer),
        leaders=labels["lead"],
        details=labels["detail"],
        labels=labels[""],
        levels=outline.levels,
        tops=outline.tops,
    )


def _keys(keys: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, keys))


def _is_unknown(line: Line, naming: Naming) -> bool:
    found: NameType | None = naming(line.text) if line.text and len(line.text) <= MAX_NAME_CHARS else None
    return 0 < len(line.text) <= MAX_NAME_CHARS and not (found and found.exact)


def _end_keys(lines: Sequence[Line]) -> dict[int, str]:
    """Keys of the last lines of an issue, by line number; only of lines that stand in it once."""
    shown = [line for line in lines if line.text.strip()]
    last = [(line.number, line_key(line)) for line in shown[-decisions.FOOTER_LINES :]]
    texts = {folded(line.text) for line in shown[-decisions.FOOTER_LINES :]}
    above = (line_key(line) for line in shown[: -decisions.FOOTER_LINES] if folded(line.text) in texts)
    counts = Counter(chain((key for _, key in last), above))
    return {number: key for number, key in last if counts[key] == 1}


def find_footer(lines: Sequence[Line], habits: Habits, naming: Naming) -> tuple[int, int]:
    """Start and end of the footer that the archive's issues share, as indexes into `lines`; equal without one.

    It reaches back from the last line as far as most lines are in its habits. A section that is known to be no entry's
    (`## 订阅`) is left as it is.
    """
    if not habits.closing:
        return len(lines), len(lines)
    start = _footer_start(lines, habits.closing)
    shows_pictures = False
    while 0 < start < len(lines) and _goes_along(lines[start - 1]):
        shows_pictures |= any(mark.kind != "address" for mark in lines[start - 1].marks)
        if shows_pictures and lines[start - 1].kind == "heading":
            break
        start -= 1
    shown = [line for line in lines[start:] if line.text.strip()]
    is_set_off = start < len(lines) and lines[start].kind in ("rule", "heading")
    if not is_set_off and len(shown) == 1 and not _is_paragraph(shown[0]):
        return len(lines), len(lines)
    return start, _end_before_aside(lines, start, naming)


def _goes_along(above: Line) -> bool:
    """Whether a line above a footer would be left with nothing below it."""
    leads_in = above.text.endswith(("：", ":")) and len(above.text) <= MAX_LEAD_IN_CHARS
    return above.kind in ("rule", "heading") or leads_in or not above.text.strip()


def _is_paragraph(line: Line) -> bool:
    """Whether a line stands by itself, and not in the list or the quote that the text of an entry may end with."""
    return line.opens and not line.place.depth and not line.place.quote


def _footer_start(lines: Sequence[Line], closing: frozenset[str]) -> int:
    """The index at which the footer begins; it may hold other lines, but no section of the issue's own."""
    keys = _end_keys(lines)
    start, returning, total, gap = len(lines), 0, 0, 0
    for at in range(len(lines) - 1, -1, -1):
        if not lines[at].text.strip():
            continue
        total += 1
        if keys.get(lines[at].number) in closing:
            if gap and lines[at].kind == "heading":
                break
            returning, gap = returning + 1, 0
            start = at if returning >= total * decisions.FOOTER_SHARE else start
        else:
            gap += 1
        if gap > decisions.FOOTER_GAP or total == decisions.FOOTER_LINES:
            break
    return start


def _end_before_aside(lines: Sequence[Line], start: int, naming: Naming) -> int:
    for at in range(start, len(lines)):
        if lines[at].kind == "heading" and (found := naming(lines[at].text)) and found.role == "boilerplate":
            return at
    return len(lines)
