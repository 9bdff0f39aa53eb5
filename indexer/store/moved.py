"""Where issues went that a generation no longer holds: `moved.json`, by ids of issues.

The addresses of before lead to what they became, or say that it is gone. Known from the history of the archive in git,
and from the generations before: what was held once is never an address that was never there.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from wangqi.indexer.store.durable import write_file
from wangqi.search.errors import DamagedIndexError

NAME: Final = "moved.json"

MAX_MOVED: Final = 20_000
"""Issues; what an archive of such a history drops is not known any more."""

Moved = Mapping[str, str]
"""Id of an issue → that of the one that it became; "" for one that is gone."""


def settled(moved: Moved, held: Collection[str]) -> Moved:
    """`moved` without what is `held`, each leading in one step to an issue that is held, or to "". The same again when
    it is settled again."""
    settled = {old: _end(old, moved, held) for old in moved if old not in held}
    return dict(sorted(settled.items())[:MAX_MOVED])


def _end(old: str, moved: Moved, held: Collection[str]) -> str:
    passed = set()
    while old not in held and old not in passed:
        passed.add(old)  # a file may have been given a name and its old one again
        old = moved.get(old, "")
    return old if old in held else ""


def write_moved(folder: Path, moved: Moved) -> None:
    if moved:
        write_file(folder / NAME, json.dumps(moved, indent=0).encode())


def read_moved(folder: Path) -> Moved:
    """Of the generation in `folder`. Raises `DamagedIndexError`."""
    try:
        moved = json.loads((folder / NAME).read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise DamagedIndexError("{path}: {error}", path=folder / NAME, error=error) from error
    return {str(old): str(new) for old, new in moved.items()}
