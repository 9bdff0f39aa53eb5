"""What reads text from outside takes time in proportion to its length: patterns, the reader, the pages, the marks.

Processor time of one thread, of which others take nothing, and the best of several tries, since caches and clocks
differ. A text is made longer three times; what is quadratic takes 64 times as long then, what is linear 8 times.
"""

from __future__ import annotations

import gc
import importlib
import inspect
import math
import pkgutil
import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from statistics import median
from types import FrameType, ModuleType

import pytest
from pumping import pumped
from shapes import SHAPES

from wangqi import indexer, search
from wangqi.indexer.reader import read_issue
from wangqi.indexer.rendering import render_issue
from wangqi.search.analysis import Analyzer
from wangqi.search.answer.highlighting import Highlighter
from wangqi.search.answer.snippets import make_snippet
from wangqi.search.document.links import canonical_link, typed_address
from wangqi.search.query.parser import parse

DOUBLINGS = 3
MAX_RATIO = 2.6

SOON_S = 0.02
"""Over in this time is soon enough for the longest text: quadratic, it would take a second."""

TRIES = 4
GIVE_UP_S = 20


Search = Callable[[str], object]


def searches() -> Iterator[tuple[str, re.Pattern[str], tuple[Search, ...]]]:
    """Every regular expression that a module holds, with its name, and the ways it is looked for there."""
    for package in (indexer, search):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                for number, one in enumerate(value if isinstance(value, tuple) else [value]):
                    if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                        yield f"{found.name}.{name}-{number}", one, _ways(module, name, one)


def _ways(module: ModuleType, name: str, pattern: re.Pattern[str]) -> tuple[Search, ...]:
    used = set(re.findall(rf"\b{name}\.(\w+)\(", inspect.getsource(module)))
    if used <= {"match", "fullmatch"} and used:
        return tuple(getattr(pattern, way) for way in sorted(used))
    return (pattern.search, pattern.match)


PATTERNS = {name: (pattern, ways) for name, pattern, ways in searches()}


@contextmanager
def given_up() -> Iterator[None]:
    """Ends what hangs: regular expressions look for signals, too."""

    def end(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(GIVE_UP_S)
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def seconds(work: Callable[[str], object], text: str) -> float:
    started = time.thread_time()
    work(text)
    return time.thread_time() - started


SHORT = 4
"""One shape in so many is looked at by `make test`, all of them by `make test-long`."""


def growth(work: Callable[[str], object], make: Callable[[int], str], chars: int, *, again: bool = True) -> float:
    """How many times as long `work` takes for twice the text: the median of three doublings, since a limit of the
    reader's may stand between two of them. 0.0 when the longest takes no time."""
    texts = [make(chars << doubling) for doubling in range(DOUBLINGS + 1)]
    best = [math.inf] * len(texts)
    for _ in range(TRIES):
        best = [min(before, seconds(work, text)) for before, text in zip(best, texts, strict=True)]
        if best[-1] < SOON_S:
            return 0.0
        ratio = median(after / max(before, SOON_S / 10) for before, after in pairwise(best))
        if ratio <= MAX_RATIO:
            break
    # What is not linear is even less so for twice the text; what a busy machine added is not there again.
    return min(ratio, growth(work, make, 2 * chars, again=False)) if again and ratio > MAX_RATIO else ratio


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_time_linear_in_its_text(name: str) -> None:
    pattern, ways = PATTERNS[name]
    with given_up():
        for make in pumped(pattern):
            # First so short that what is exponential is seen before it hangs.
            for chars in (4, 500, 4000):
                for work in ways:
                    assert growth(work, make, chars) <= MAX_RATIO, (pattern.pattern, make(30))


@pytest.mark.parametrize(
    "name", [name if at % SHORT == 0 else pytest.param(name, marks=pytest.mark.slow) for at, name in enumerate(SHAPES)]
)
def test_a_file_of_any_shape_is_read_and_shown_in_linear_time(name: str) -> None:
    with given_up():
        for work in (_read, _show):
            assert growth(work, SHAPES[name], 2_000) <= MAX_RATIO, work.__name__


def test_a_tag_without_its_end_is_text_and_the_entries_around_it_are_read() -> None:
    note = "<div>\n<p 这里忘了写右尖括号，后面还有很长一段<b>粗体</b></p>\n<img alt='3 < 4' src='https://a.example/i.png'>\n</div>"
    issue = read_issue("样刊", "第1期.md", f"## 工具\n\n- [锤](u)：敲。\n\n{note}\n\n- [钳](v)：拔。\n".encode())
    hammer, pliers = issue.entries()
    assert (hammer.title, hammer.images, pliers.title) == ("锤", ("https://a.example/i.png",), "钳")
    assert hammer.text == "敲。\n<p 这里忘了写右尖括号，后面还有很长一段粗体"


def _read(text: str) -> None:
    read_issue("样刊", "第1期.md", text.encode())


def _show(text: str) -> None:
    lines = text.count("\n") + 1
    anchors = {line: [f"e-{line}"] for line in range(1, lines + 1)}
    render_issue(text.encode(), anchors=anchors, find=_every_second)


def _every_second(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    return [[(at, at + 1) for at in range(0, len(text), 2)] for text in texts]


ADDRESSES = ("a/", "%e4", "&a=b", "?url=http", "#", "//", ":", "@", ".", "甲", "https://a/", "http%3a%2f%2fa/")


@pytest.mark.parametrize("part", ADDRESSES)
def test_an_address_is_compared_in_linear_time(part: str) -> None:
    with given_up():
        for work in (canonical_link, typed_address):
            assert growth(work, lambda chars: "https://a.example/" + part * (chars // len(part)), 4000) <= MAX_RATIO


QUERIES = (
    "工具",
    '"工 具"',
    "a b",
    "ab*",
    "node.js",
    "c++",
    '"🎉🎉🎉🎉🎉🎉🎉b"',
    "🎉",
    '"a a a a a b"',
    "-x y",
    "人工智能",
)
TEXTS = ("工具 ", "工", "工 ", "a", "a ", "a-", "a.", "ab", "node js ", "c+", "🎉", "🎉a", ". ", "\n工具", "Ａ", "ﬃ")


@pytest.mark.parametrize("query", QUERIES)
def test_words_are_marked_in_linear_time(query: str) -> None:
    highlighter = Highlighter(parse(query).query, ANALYZER)

    def mark(text: str) -> None:
        (marks,) = highlighter.find([text])
        make_snippet(text, marks)

    with given_up():
        for text in TEXTS:
            assert growth(mark, lambda chars, text=text: text * (chars // len(text)), 4000) <= MAX_RATIO, text  # type: ignore[misc]


ANALYZER = Analyzer()


@pytest.mark.parametrize("part", TEXTS)
def test_a_text_is_cut_into_words_in_linear_time(part: str) -> None:
    with given_up():
        assert growth(ANALYZER.index, lambda chars: part * (chars // len(part)), 4000) <= MAX_RATIO
