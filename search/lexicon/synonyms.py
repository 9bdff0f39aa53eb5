"""The shipped synonyms: `视频会议 = 在线会议`, one group in a line. They say nearly the same, so that they count less.

>>> synonyms("闲置")
('二手', '旧货', '跳蚤市场')
"""

from __future__ import annotations

from functools import cache

from search.lexicon.lines import lines, read_text


def synonyms(word: str) -> tuple[str, ...]:
    """What else people call `word`, which is folded and without blanks; () when the list does not have it."""
    return _synonyms().get(word, ())


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    groups = [line.split(" = ") for line in lines(read_text("synonyms.txt"))]
    return {word: tuple(other for other in group if other != word) for group in groups for word in group}
