"""Why a hit ranks where it does, in the language of the page or the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from wangqi.search.answer.explaining import ScoreReason, WordShare, short_number
from wangqi.web.words.language import current_language, gettext


def reason_text(reason: ScoreReason) -> str:
    """`“容器” 在标题：+7.2`"""
    what = reason.said(gettext, current_language().comma)
    return gettext("%(what)s：%(change)s") % {"what": what, "change": reason.change} if reason.change else what


def weights_text(words: Iterable[WordShare]) -> str:
    """The words of a query with their weights, and what counts in the place of each."""
    return gettext("分成的词（越少见的越重要）：") + current_language().comma.join(map(_weight, words))


def _weight(word: WordShare) -> str:
    weight = f"“{word.text}” {short_number(word.worth)}"
    others = current_language().comma.join(f"“{text}” ×{factor:.1f}" for text, factor in word.variants)
    return gettext("%(word)s（或 %(others)s）") % {"word": weight, "others": others} if others else weight
