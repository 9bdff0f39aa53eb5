"""Calls `_sets.c`, compiled with sanitizers, with whatever Python can give: run by `test_sets_sanitized.py`.

python set_attacks.py FILE_OF_THE_LIBRARY CALLS
"""

from __future__ import annotations

import sys
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NAME = "wangqi.search.whoosh_engine.sets._sets"
REFUSED = (TypeError, ValueError, IndexError, OverflowError, MemoryError, BufferError, SystemError)
"""What a wrong call may end in. SystemError: Python's own word for an item of a list that is no tuple."""

INTEGERS = st.one_of(st.integers(0, 9), st.integers(0, 300), st.integers(-(2**31), 2**31 - 1))
FLOATS = st.floats(width=32) | st.sampled_from([1e-45, float("inf"), -float("inf"), float("nan"), 3.4e38, 0.0, 1.0])
SIZES = st.integers(0, 12)


def integers(sort: bool = True) -> st.SearchStrategy[Any]:
    drawn = st.lists(INTEGERS, max_size=12)
    return drawn.map(lambda each: np.array(sorted(each) if sort else each, np.int32))


def arrays() -> st.SearchStrategy[Any]:
    """Arrays as they are expected, and of other numbers, lengths, steps, places in memory, and no arrays at all."""
    floats = st.lists(FLOATS, max_size=12).map(lambda each: np.array(each, np.float32))
    usual = st.one_of(integers(), integers(sort=False), floats)
    cells = SIZES.map(lambda size: np.zeros(size, np.float32))
    bits = st.integers(0, 5).map(lambda size: np.zeros(size, np.uint64))
    flags = st.lists(st.booleans(), max_size=12).map(lambda each: np.array(each, bool))
    others = st.sampled_from([np.int8, np.uint16, np.int64, np.float64, np.complex128, "V0", "V3", "S4", object])
    odd = st.tuples(SIZES, others).map(lambda of: np.zeros(of[0], of[1]))
    steps = usual.map(lambda array: array[::2])
    backwards = usual.map(lambda array: array[::-1])
    misplaced = st.binary(max_size=40).map(
        lambda data: np.frombuffer(b"x" + data[: len(data) // 4 * 4], np.int8)[1:].view()
    )
    shifted = st.integers(1, 9).map(lambda size: np.zeros(size * 4 + 1, np.uint8)[1:].view(np.int32))
    fixed = usual.map(lambda array: array.copy()).map(_read_only)
    nothing: st.SearchStrategy[object] = st.sampled_from(
        [None, b"", b"abcd", "text", 7, [], (), memoryview(b"abcd")]
    ) | st.builds(_released)
    return st.one_of(usual, usual, usual, cells, bits, flags, odd, steps, backwards, misplaced, shifted, fixed, nothing)


def _read_only(array: Any) -> Any:
    array.flags.writeable = False
    return array


def _released() -> memoryview:
    view = memoryview(b"abcd")
    view.release()
    return view


def parts() -> st.SearchStrategy[Any]:
    part = st.tuples(arrays(), arrays() | st.none(), FLOATS, FLOATS)
    matching = st.integers(0, 9).map(lambda n: (np.arange(n, dtype=np.int32), np.ones(n, np.float32), 1.0, 2.0))
    titled = st.integers(0, 9).map(lambda n: (np.arange(n, dtype=np.int32), np.ones(n, bool), 1.0, 2.0))
    short = st.tuples(arrays())
    return st.lists(st.one_of(part, matching, titled, short, st.none()), max_size=4)


def alike(draw: Any, *kinds: Any) -> list[Any]:
    """Arrays of these kinds and one length, which get further than others."""
    size = draw(SIZES)
    values = st.lists(INTEGERS, min_size=size, max_size=size)
    return [np.array(draw(values)).astype(kind, casting="unsafe") for kind in kinds]


@st.composite
def calls(draw: Any) -> tuple[str, tuple[Any, ...]]:
    name = draw(st.sampled_from(sorted(SIGNATURES)))
    return name, SIGNATURES[name](draw)


def _first(draw: Any) -> tuple[Any, ...]:
    docs, keys, ranks, out = alike(draw, np.int32, np.float32, np.int32, np.int32)
    return (docs % max(1, len(ranks)), keys, ranks, draw(st.sampled_from([out, docs, out[: len(out) // 2]])))


def _titles(draw: Any) -> tuple[Any, ...]:
    scores, factors, docs = alike(draw, np.float32, np.float32, np.int32)
    bits = draw(st.sampled_from([np.zeros(5, np.uint64), np.full(5, 2**64 - 1, np.uint64)]))
    cells = draw(st.sampled_from([np.zeros(600, np.float32), np.full(600, 1e30, np.float32), bits.view(np.float32)]))
    return scores, factors, docs, draw(parts()), draw(integers() | arrays()), 1.0, bits, draw(st.just(cells) | arrays())


def _sums(draw: Any) -> tuple[Any, ...]:
    docs, times, out = alike(draw, np.int32, np.float32, np.float32)
    shared = draw(integers())
    cells = draw(st.sampled_from([np.zeros(300, np.float32), shared.view(np.float32), out]))
    given_parts = [(shared, None, 1.0), *draw(parts())]
    return docs, given_parts, 1.2, draw(st.sampled_from([None, times])), cells, out


def _grams(draw: Any) -> tuple[Any, ...]:
    grams = st.lists(st.tuples(integers() | arrays(), st.integers(-(2**31), 2**31 - 1) | st.integers(0, 3)), max_size=4)
    starts, sizes = draw(integers() | arrays()), draw(arrays())
    if hasattr(starts, "dtype") and draw(st.booleans()):
        sizes = np.zeros(max(0, len(starts) - 1), np.int32)
    return draw(grams), starts, sizes, np.zeros(draw(SIZES), np.int32), np.zeros(12, bool)


def _any(*more: Any) -> Any:
    return lambda draw: tuple(draw(each) for each in more)


SIGNATURES: dict[str, Any] = {
    "unite": _any(st.lists(arrays(), max_size=4), arrays(), arrays()),
    "members": _any(arrays(), arrays(), arrays()),
    "sift": _any(arrays(), arrays(), st.integers(-2, 2), arrays()),
    "contiguous": _grams,
    "add_up": _sums,
    "add_bonuses": _titles,
    "first_in_order": _first,
}


def main(library: str, count: int) -> None:
    module = load(library)
    refused = 0

    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(calls())
    def attack(call: tuple[str, tuple[Any, ...]]) -> None:
        name, arguments = call
        try:
            getattr(module, name)(*arguments)
        except REFUSED:
            nonlocal refused
            refused += 1

    attack()
    print(f"{count} calls, {refused} refused")


def load(library: str) -> Any:
    spec = spec_from_file_location(NAME, library, loader=ExtensionFileLoader(NAME, library))
    assert spec is not None
    return module_from_spec(spec)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
