"""Inline rule for `**…**` beside Chinese: `**阿尔法：**说明` and `**“贝塔”**说明` are bold, as their authors meant.

CommonMark wants a blank or punctuation after stars that follow punctuation, which Chinese text has not. Here a CJK
character beside the stars counts like a blank for the marks on their other side, and CJK punctuation is no punctuation:
the rule of the CJK-friendly amendments to CommonMark (github.com/tats-u/markdown-cjk-friendly). Text without CJK
characters is read as CommonMark reads it.
"""

import re
from typing import Final

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline.state_inline import Delimiter, StateInline

_CJK: Final = re.compile(
    "[\u1100-\u11ff\u2e80-\u303e\u3040-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003fffd]"
)
_MARKERS: Final = {"*": 0x2A, "_": 0x5F}


def emphasis(state: StateInline, silent: bool) -> bool:
    """Add each star or underscore of a run as a delimiter; the pairs are found by markdown-it's own rule afterwards."""
    marker = state.src[state.pos]
    if silent or marker not in _MARKERS:
        return False
    end = state.pos
    while end < state.posMax and state.src[end] == marker:
        end += 1
    before = state.src[state.pos - 1] if state.pos else " "
    after = state.src[end] if end < state.posMax else " "
    opens, closes = _flanking(before, after, splits_words=marker == "*")
    for _ in range(end - state.pos):
        token = state.push("text", "", 0)
        token.content = marker
        state.delimiters.append(
            Delimiter(
                marker=_MARKERS[marker],
                length=end - state.pos,
                token=len(state.tokens) - 1,
                end=-1,
                open=opens,
                close=closes,
            )
        )
    state.pos = end
    return True


def _flanking(before: str, after: str, *, splits_words: bool) -> tuple[bool, bool]:
    """Whether a run between the two characters may open and may close emphasis."""
    beside_before, beside_after = _stands_apart(before), _stands_apart(after)
    left = not _is_blank(after) and (not _is_punctuation(after) or beside_before)
    right = not _is_blank(before) and (not _is_punctuation(before) or beside_after)
    if splits_words:
        return left, right
    return left and (not right or _is_mark(before)), right and (not left or _is_mark(after))


def _stands_apart(char: str) -> bool:
    """Whether punctuation on the other side of the run does no harm."""
    return _is_blank(char) or _is_mark(char) or bool(_CJK.match(char))


def _is_punctuation(char: str) -> bool:
    return _is_mark(char) and not _CJK.match(char)


def _is_mark(char: str) -> bool:
    return isMdAsciiPunct(ord(char)) or isPunctChar(char)


def _is_blank(char: str) -> bool:
    return isWhiteSpace(ord(char))
