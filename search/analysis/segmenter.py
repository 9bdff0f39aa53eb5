"""Chinese words by jieba: the only module that knows it.

Its own tokenizer, so that nobody else's dictionary changes ours; no cache file (jieba's has a fixed name in the shared
temporary folder); nothing is loaded before the first cut.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator
from threading import Lock
from typing import Any, Final

MAX_RUN: Final = 200
"""jieba's model for new words is quadratic in the length of a run: longer runs are cut into pieces of this length."""


class Segmenter:
    """Cuts runs of Chinese characters into words. Safe to use from several threads."""

    def __init__(self, words: Collection[str] = ()) -> None:
        self._words = tuple(words)
        self._loaded: Any = None
        self._lock = Lock()

    def cut(self, run: str) -> list[str]:
        """The words of `run`, which together are `run`."""
        return [word for piece in _pieces(run) for word in self._tokenizer().cut(piece)]

    def cut_for_search(self, run: str) -> list[str]:
        """The words of `run` and the shorter words inside them."""
        return [word for piece in _pieces(run) for word in self._tokenizer().cut_for_search(piece)]

    def _tokenizer(self) -> Any:
        if self._loaded is None:
            with self._lock:
                if self._loaded is None:
                    self._loaded = _load(self._words)
        return self._loaded


def _pieces(run: str) -> Iterator[str]:
    return (run[start : start + MAX_RUN] for start in range(0, len(run), MAX_RUN))


def _load(words: Collection[str]) -> Any:
    jieba = _import_jieba()
    tokenizer = jieba.Tokenizer()
    # What Tokenizer.initialize() does, without its cache file and its messages on stderr.
    with tokenizer.get_dict_file() as file:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(file)
    tokenizer.initialized = True
    for word in words:
        tokenizer.add_word(word)
    return tokenizer


def _import_jieba() -> Any:
    # Its sources hold invalid escapes (warnings from Python 3.12 on), and it imports pkg_resources, which warns.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    return jieba
