"""A file of named flat arrays, written once and then mapped: opening one costs nothing, and processes share its pages.

    "WANGQI-A" · format (u32) · length of the directory (u32) · directory (JSON) · arrays, each at a multiple of 64

The directory is `{name: [dtype, count, offset]}`, dtypes little-endian whatever the machine. A file is complete when
`create` returns it filled; whoever publishes it makes it durable.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wangqi.search.errors import DamagedIndexError, StaleIndexError

FORMAT: Final = 1
_MAGIC: Final = b"WANGQI-A"
_HEAD: Final = struct.Struct("<8sII")
_ALIGN: Final = 64

Arrays = dict[str, NDArray[Any]]


def create(path: Path, layout: Mapping[str, tuple[str, int]]) -> Arrays:
    """A new file at `path` with room for arrays of the given dtype and count, all zero: fill them, in any order."""
    directory, at = {}, 0
    for name, (dtype, count) in layout.items():
        directory[name] = [dtype, count, at]
        at += _aligned(np.dtype(dtype).itemsize * count)
    head = json.dumps(directory).encode()
    base = _aligned(_HEAD.size + len(head))
    with path.open("wb") as file:
        file.write(_HEAD.pack(_MAGIC, FORMAT, len(head)) + head)
        _reserve(file.fileno(), base + at)
    if not at:
        return {name: np.empty(0, dtype) for name, (dtype, _) in layout.items()}
    with path.open("r+b") as file:
        mapped = mmap.mmap(file.fileno(), 0)
    return _views(mapped, directory, base)


def save(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write `arrays` to a new file at `path`."""
    views = create(path, layout_of(arrays))
    for name, array in arrays.items():
        views[name][:] = array


def offsets(values: NDArray[np.int64]) -> NDArray[Any]:
    """Ascending `values` in four bytes each where the last one fits into them."""
    return values.astype(np.uint32) if not len(values) or values[-1] < 1 << 32 else values


def layout_of(arrays: Mapping[str, NDArray[Any]]) -> dict[str, tuple[str, int]]:
    """The layout that `create` takes, for arrays that are at hand."""
    return {name: (array.dtype.newbyteorder("<").str, array.size) for name, array in arrays.items()}


def load(path: Path) -> Arrays:
    """The arrays of a file, mapped and read-only. Raises `StaleIndexError` for another format, `DamagedIndexError` for
    a file that is none or that is cut short."""
    with path.open("rb") as file:
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size or not head.startswith(_MAGIC):
            raise DamagedIndexError("{path} is not an index file", path=path)
        _, version, length = _HEAD.unpack(head)
        if version != FORMAT:
            raise StaleIndexError(
                "{path} has format {version}, this program reads {ours}: run `wangqi reindex`",
                path=path,
                version=version,
                ours=FORMAT,
            )
        try:
            directory = json.loads(file.read(length))
            return _views(
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), directory, _aligned(_HEAD.size + length)
            )
        except ValueError as error:
            raise DamagedIndexError("{path} is damaged: {error}", path=path, error=error) from error


def release(arrays: Arrays) -> None:
    """Give the memory of mapped arrays back to the system. What was written is in the file, and is read again when it
    is asked for; whoever goes through large files once would else come to hold all of them."""
    bases: list[Any] = [each.base for each in arrays.values()]
    owners = [base.obj for base in bases if isinstance(base, memoryview)]
    for mapped in {id(owner): owner for owner in owners if isinstance(owner, mmap.mmap)}.values():
        if hasattr(mapped, "madvise"):  # not on Windows
            mapped.madvise(mmap.MADV_DONTNEED)


def _reserve(descriptor: int, size: int) -> None:
    """Give the file its size and room on the disk: writing to a map of a file with holes kills the process (SIGBUS)
    once the disk is full, where this raises an `OSError`."""
    if hasattr(os, "posix_fallocate"):  # neither on macOS nor on Windows
        os.posix_fallocate(descriptor, 0, size)
    else:
        os.ftruncate(descriptor, size)


def _views(mapped: mmap.mmap, directory: Mapping[str, list[Any]], base: int) -> Arrays:
    return {
        name: np.frombuffer(mapped, dtype, count, base + offset) if count else np.empty(0, dtype)
        for name, (dtype, count, offset) in directory.items()
    }


def _aligned(size: int) -> int:
    return -(-size // _ALIGN) * _ALIGN
