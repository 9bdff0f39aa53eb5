"""The shipped synonyms: `视频会议 = 在线会议`, one group in a line. They say nearly the same, so that they count less.

>>> synonym_groups()[0][:2]
('视频会议', '在线会议')
"""

from __future__ import annotations

from functools import cache

from wangqi.search.analysis.lexicon.word_lists import lines, read_text


@cache
def synonym_groups() -> tuple[tuple[str, ...], ...]:
    """The words of each group, folded and without blanks."""
    return tuple(tuple(line.split(" = ")) for line in lines(read_text("synonyms.txt")))
