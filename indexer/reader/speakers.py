"""Who said what stands above, or before it on the line: `—— 邱吉尔`, `……句子。——《书名》`."""

import re
from collections.abc import Sequence
from typing import Final

from wangqi.indexer.reader.lines import Line

MAX_ATTRIBUTION_CHARS: Final = 100
_DASHES = re.compile(r"^\s*(?:[-–—―－─~]{2,}|[—–―－─])\s*(?=\S)|^-\s+(?=\S)")
_SPEAKER: Final = re.compile(
    r"(?<=[。！？…；.!?”\"」』’'])\s{0,4}(?:[-–—―－─]{2,8}+|[—–―－─])\s{0,4}+[^。！？…；!?;\n]{0,49}[^\s。！？…；.!?;，,：:\n]$"
)
"""A name after the end of a sentence or a quotation mark, which is no sentence itself."""


def is_attribution(line: Line) -> bool:
    """Whether a line names who said what stands above: `-- 邱吉尔`, `—— [HN 读者](…)`, `\\- 书名`."""
    return line.kind == "text" and len(line.text) <= MAX_ATTRIBUTION_CHARS and bool(_DASHES.match(line.text))


def speaker_start(line: Line) -> int | None:
    """Where the dashes before the name of who says the line begin, when it ends with one; else None."""
    found = _SPEAKER.search(line.text) if line.kind == "text" else None
    return found.start() if found else None


def find_speaker(lines: Sequence[Line]) -> tuple[int, int] | None:
    """The index of the line that names who said a quotation, and where in it that begins; None when nobody is named."""
    if signed := [index for index, line in enumerate(lines) if index and is_attribution(line)]:
        return signed[-1], 0
    last = max((index for index, line in enumerate(lines) if line.text), default=0)
    line = lines[last]
    if (start := speaker_start(line)) is not None:
        return last, start
    is_item = last > 0 and line.is_bullet and not lines[last - 1].marker
    return (last, 0) if is_item and len(line.text) <= MAX_ATTRIBUTION_CHARS // 2 else None


def without_dashes(attribution: str) -> str:
    return _DASHES.sub("", attribution).strip()
