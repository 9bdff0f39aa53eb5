from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

def unite(sets: Sequence[NDArray[Any]], bits: NDArray[Any], out: NDArray[Any]) -> int: ...
def sift(sought: NDArray[Any], held: NDArray[Any], wanted: bool, out: NDArray[Any]) -> int: ...
def members(sought: NDArray[Any], held: NDArray[Any], out: NDArray[Any]) -> None: ...
def contiguous(
    grams: Sequence[tuple[NDArray[Any], int]],
    starts: NDArray[Any],
    sizes: NDArray[Any],
    docs: NDArray[Any],
    titled: NDArray[Any],
) -> int: ...
def add_up(
    docs: NDArray[Any],
    parts: Sequence[tuple[Any, ...]],
    k1: float,
    times: NDArray[Any] | None,
    cells: NDArray[Any],
    out: NDArray[Any],
) -> None: ...
def add_bonuses(
    scores: NDArray[Any],
    factors: NDArray[Any],
    docs: NDArray[Any],
    parts: Sequence[tuple[Any, ...]],
    sizes: NDArray[Any],
    scale: float,
    bits: NDArray[Any],
    cells: NDArray[Any],
) -> None: ...
def first_in_order(docs: NDArray[Any], keys: NDArray[Any] | None, ranks: NDArray[Any], out: NDArray[Any]) -> None: ...
