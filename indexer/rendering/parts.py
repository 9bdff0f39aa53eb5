"""A long issue → parts that are shown page by page, found without parsing the Markdown.

A part begins at a heading or a block after a blank line where there is one, else at a line, else within one (five
megabytes may be a single paragraph or a single line). What an earlier part opened or defines goes with it: the fence
of code that it begins in, the definitions of the links that it uses.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import add
from typing import Final

from wangqi.indexer.reader.decode import decode
from wangqi.indexer.reader.dialects import COMMENT, FENCE, fenced
from wangqi.indexer.reader.frontmatter import split_front_matter
from wangqi.indexer.reader.markup import HIDDEN, end_of_hidden
from wangqi.indexer.reader.taming import label_key

_HIDDEN: Final = re.compile("<(?:!--|" + "|".join(HIDDEN) + ")", re.IGNORECASE)

MAX_CHARS: Final = 15_000
MAX_LINES: Final = 1000
"""What a part has at most, but for a comment that ends later. The dearest shapes take a tenth of a second to render."""

MAX_DEFINITIONS: Final = 5000
"""Of links, that other parts can use."""

_LINES = re.compile(rf"(?:[^\n]*+\n){{1,{MAX_LINES}}}+")
_WORDS = re.compile(r"[^\n]+[\s。！？；，、,.;]")
_HEADING = re.compile(r"^((?=#{1,6}[ \t]|##))", re.MULTILINE)
# With or without a block below, so that a thousand blank lines are not looked through again from each of them.
_BLOCK = re.compile(r"(?<=\n)(?:[ \t]*+\n)++((?=\S))?")
_NULS = re.compile("\0*+")
# On one line and complete: a line that is none would be shown.
_DEFINITION = re.compile(
    r"^ {0,3}\[(?!\^)([^\[\]\n]{1,200})\]:[ \t]*+(?:<[^<>\n]*>|[^\s<]\S*)"
    r"""(?:[ \t]+(?:"[^"\n]*"|'[^'\n]*'))?[ \t]*$""",
    re.MULTILINE,
)
_LABEL = re.compile(r"\[([^\[\]\n]{1,200})\]")


@dataclass(frozen=True, slots=True)
class Part:
    markdown: str
    """With what goes along before the text of the part."""
    offset: int
    """Line of the file = line of `markdown` + `offset`."""


class LongIssue:
    """An issue file in parts, counted from 1. Raises `ReadError` as `render_issue` does."""

    def __init__(self, data: bytes) -> None:
        _, text = split_front_matter(decode(data))
        self._text = text
        code, masked = _masked(text)
        self._cuts = [0, *_cuts(text, masked), len(text)]
        self._fences = [_fence_around(text, code, cut) for cut in self._cuts]
        """What opens the code that each cut is inside of, "" where it is in none."""
        self._lines = list(_lines_before(text, self._cuts))
        """How many lines end before each cut."""
        within_line = (text[cut - 1 : cut] not in ("", "\n") for cut in self._cuts[:-1])
        self._first = [*map(add, self._lines, within_line), self._lines[-1] + 1]
        """The first line, from 0, that begins behind each cut."""
        self._definitions = definitions_in(text)

    def __len__(self) -> int:
        return len(self._cuts) - 1

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return sys.getsizeof(self._text) + sum(map(sys.getsizeof, self._definitions.values()))

    def part(self, number: int) -> Part:
        start, end = self._cuts[number - 1 : number + 1]
        own = self._text[start:end]
        before = used_definitions(own, self._definitions)
        fence = self._fences[number - 1]
        before += [f"{fence}\n"] if fence else []
        markdown = "".join([*before, own])
        return Part(markdown, self._lines[number - 1] - markdown.count("\n", 0, len(markdown) - len(own)))

    def lines(self, number: int) -> range:
        """The lines of the file, from 1, that begin in that part."""
        return range(self._first[number - 1] + 1, self._first[number] + 1)

    def part_with(self, line: int) -> int:
        """The part in which that line of the file, from 1, begins; the last one for lines beyond the end."""
        return max(1, bisect_right(self._first, line - 1, hi=len(self)))


def definitions_in(text: str) -> dict[str, str]:
    """The definitions of links in a text, by what they define."""
    found = _DEFINITION.finditer(text) if "]:" in text else iter(())
    return {label_key(definition[1]): definition[0] for definition in islice(found, MAX_DEFINITIONS)}


def used_definitions(own: str, definitions: Mapping[str, str]) -> list[str]:
    """Those that a piece of the text uses, as lines to go before it."""
    used = dict.fromkeys(map(label_key, _LABEL.findall(own))) if definitions else ()
    return [f"{definitions[label]}\n\n" for label in used if label in definitions]


def _fence_around(text: str, code: Sequence[tuple[int, int]], at: int) -> str:
    """The opening line of the fenced code of `text` that `at` is inside of; "" when it is in none."""
    index = bisect_left(code, (at,)) - 1
    is_inside = index >= 0 and at < code[index][1]
    found = FENCE.search(text, *code[index]) if is_inside else None
    return found[1] if found else ""


def _masked(text: str) -> tuple[list[tuple[int, int]], str]:
    """Ranges of fenced code, and `text` with NULs in place of comments and of backticks inside them: no part shall
    begin there."""
    if "```" not in text and "~~~" not in text:
        return [], _without_comments(text)
    code = list(fenced(text))
    masked, at = [], 0
    for start, end in code:
        if at < start:
            masked.append(_without_comments(text[at:start]))
        masked.append("`" * (end - start))
        at = end
    return code, "".join([*masked, _without_comments(text[at:])])


def _without_comments(text: str) -> str:
    if "%" in text or "{" in text:
        text = COMMENT.sub(lambda found: found[0] if found["code"] else "\0" * len(found[0]), text)
    return "".join(_without_hidden(text)) if "<" in text else text


def _without_hidden(text: str) -> Iterator[str]:
    """`text` with comments and hidden elements as so many NUL."""
    at = 0
    for found in _HIDDEN.finditer(text):
        end = end_of_hidden(text, found.start()) if found.start() >= at else 0
        if end > found.start():
            yield text[at : found.start()] + "\0" * (end - found.start())
            at = end
    yield text[at:]


def _cuts(text: str, masked: str) -> Iterator[int]:
    at = 0
    while (end := _furthest(text, masked, at)) < len(text):
        at = _boundary(masked, at, end) or end
        yield at


def _furthest(text: str, masked: str, at: int) -> int:
    """The largest end of a part that begins at `at`: at a line's or word's end if possible, never in a comment."""
    limit = at + MAX_CHARS
    if len(text) <= limit and text.count("\n", at) <= MAX_LINES:
        return len(text)
    found = _LINES.match(text, at, limit) or _WORDS.match(text, at, limit)
    end = found.end() if found else limit
    comment = _NULS.match(masked, end) if masked[end - 1] == "\0" else None
    return comment.end() if comment else end


def _boundary(masked: str, at: int, end: int) -> int | None:
    """The last heading in the last quarter of what lies between, else the last block after a blank line."""
    near = end - (end - at) // 4
    for pattern, start in ((_HEADING, near), (_BLOCK, near), (_BLOCK, at)):
        cuts = [found.end() for found in pattern.finditer(masked, start, end) if found[1] is not None]
        if cuts:
            return cuts[-1]
    return None


def _lines_before(text: str, cuts: Iterable[int]) -> Iterator[int]:
    lines, at = 0, 0
    for cut in cuts:
        lines += text.count("\n", at, cut)
        at = cut
        yield lines
