"""Chinese words by jieba: the only module that knows it.

jieba itself is the reference and always works alone. Where rjieba, its port to Rust, is installed, it cuts instead: the
same words about twenty times as fast (`tests/test_segmenter.py` compares them), but where two ways to cut are equally
likely (云云云). Both use dictionaries of their own, so
that nobody else's words change ours; nothing is loaded before the first cut.
"""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Collection, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Final, Protocol

MAX_RUN: Final = 200
"""jieba's model for new words is quadratic in the length of a run: longer runs are cut into pieces of this length."""

_DICTIONARY_CHARS: Final = re.compile(r"[\u4e00-\u9fd5]+")
"""What jieba looks up in its dictionary; all other characters of a run are words by themselves."""


class Tokenizer(Protocol):
    """The part of jieba's interface that rjieba has as well."""

    def cut(self, text: str, /) -> Any: ...

    def cut_for_search(self, text: str, /) -> Any: ...

    def has_word(self, word: str, /) -> Any: ...


class Segmenter:
    """Cuts runs of Chinese characters into words. Safe to use from several threads.

    `words` are added to the dictionary. `fast` False uses jieba even where rjieba is installed.
    """

    def __init__(self, words: Collection[str] = (), *, fast: bool = True) -> None:
        self._words = tuple(words)
        self._fast = fast
        self._loaded: Tokenizer | None = None
        self._lock = Lock()

    def cut(self, run: str) -> list[str]:
        """The words of `run`, which together are `run`."""
        cut = self._tokenizer().cut
        return [word for piece, known in _pieces(run) for word in (cut(piece) if known else piece)]

    def cut_for_search(self, run: str) -> list[str]:
        """The words of `run` and the shorter words inside them."""
        cut = self._tokenizer().cut_for_search
        if len(run) <= MAX_RUN and _DICTIONARY_CHARS.fullmatch(run):
            words: list[str] = cut(run)
            return words if type(words) is list else list(words)
        return [word for piece, known in _pieces(run) for word in (cut(piece) if known else piece)]

    def has_word(self, word: str) -> bool:
        """Whether `word` is in the dictionary: that of jieba, with what was added."""
        return bool(self._tokenizer().has_word(word))

    def _tokenizer(self) -> Tokenizer:
        if self._loaded is None:
            with self._lock:
                if self._loaded is None:
                    self._loaded = (self._fast and _load_rjieba(self._words)) or _load_jieba(self._words)
        return self._loaded


def _pieces(run: str) -> Iterator[tuple[str, bool]]:
    """`run` in pieces, and whether the dictionary is asked for them."""
    for start in range(0, len(run), MAX_RUN):
        piece = run[start : start + MAX_RUN]
        at = 0
        for known in _DICTIONARY_CHARS.finditer(piece):
            if known.start() > at:
                yield piece[at : known.start()], False
            yield known.group(), True
            at = known.end()
        if at < len(piece):
            yield piece[at:], False


@cache
def dictionary_digest() -> str:
    """Hex digest of jieba's dictionary as it lies on the disk: another one cuts other words. jieba is not loaded."""
    jieba = find_spec("jieba")
    assert jieba
    assert jieba.origin
    with Path(jieba.origin).with_name("dict.txt").open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _load_jieba(words: Collection[str]) -> Tokenizer:
    # Its sources hold invalid escapes (warnings from Python 3.12 on), and it imports pkg_resources, which warns.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    tokenizer = jieba.Tokenizer()
    # What Tokenizer.initialize() does, without its messages on stderr and its cache: a file of a fixed name in the
    # shared temporary folder, which anybody can plant.
    with tokenizer.get_dict_file() as file:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(file)
    tokenizer.initialized = True
    for word, frequency in [(word, _frequency(tokenizer.suggest_freq(word))) for word in words]:
        # jieba counts a word that it had anew; a total that is off decides between words that are equally likely.
        tokenizer.total -= tokenizer.FREQ.get(word, 0)
        tokenizer.add_word(word, frequency)
    # Under the name that rjieba has for it; pieces of words are in jieba's table too, without a frequency.
    tokenizer.has_word = tokenizer.FREQ.get
    loaded: Tokenizer = tokenizer
    return loaded


def _load_rjieba(words: Collection[str]) -> Tokenizer | None:
    """rjieba with `words`, None when it is not installed."""
    try:
        import rjieba
    except ImportError:
        return None
    if not words:
        # Importing it loads a dictionary; a second one would take a tenth of a second and 30 MB.
        plain: Any = rjieba  # whose stub leaves out has_word
        unchanged: Tokenizer = plain
        return unchanged
    tokenizer = rjieba.Jieba()
    for word, frequency in [(word, _frequency(tokenizer.suggest_freq(word))) for word in words]:
        tokenizer.add_word(word, frequency, None)
    loaded: Tokenizer = tokenizer
    return loaded


def _frequency(suggested: int) -> int:
    """The frequency to give to a word of the site's own, twice the suggested one: what jieba suggests is only just
    enough to keep the word whole, so that rounding would decide."""
    return max(10, 2 * suggested)
