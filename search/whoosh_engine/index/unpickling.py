"""Reading Whoosh's list of segments, a pickle, so that nothing but segments comes out of it and nothing is run."""

from __future__ import annotations

import pickle
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from wangqi.search.whoosh_engine.index.codec import ArrayCodec, ArraySegment
from wangqi.search.whoosh_engine.index.quiet_whoosh import FileStorage, StructFile

_ALLOWED: Final = {(kind.__module__, kind.__qualname__): kind for kind in (ArraySegment, ArrayCodec)}


class SegmentUnpickler(pickle.Unpickler):
    """Makes segments of ours; raises `UnpicklingError` for a pickle that names anything else.

    A pickle can call whatever it can name, which is how a crafted index would run its author's commands.
    """

    def find_class(self, module: str, name: str) -> type:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a list of segments") from None


class _ListFile(StructFile):  # type: ignore[misc]
    def read_pickle(self) -> Any:
        return SegmentUnpickler(self.file).load()


class ListStorage(FileStorage):  # type: ignore[misc]
    """A folder whose files are read by `SegmentUnpickler` where Whoosh would unpickle."""

    def open_file(self, name: str, **options: Any) -> _ListFile:
        # Read at once: Whoosh leaves a file open when it cannot make sense of it.
        return _ListFile(BytesIO((Path(self.folder) / name).read_bytes()), name=name, **options)
