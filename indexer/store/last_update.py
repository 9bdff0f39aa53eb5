"""What the last run did: said beside the generations, since a run that fails publishes none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from wangqi.indexer.store.durable import replace_file
from wangqi.search.errors import LockedError
from wangqi.search.errors.message import message_of, one_after_the_other, packed, unpacked

NAME: Final = "UPDATED"
"""Its file, in the folder of the index."""

MAX_CHARS: Final = 1000
"""Of what is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastUpdate:
    at: str
    """When it ended: ISO 8601 in UTC, to the second."""
    failed: bool
    """Whether something is missing of what was there to take: then `what` says why, for the owner alone."""
    what: str
    """`3 added`, or what went wrong."""


def last_update(folder: Path) -> LastUpdate | None:
    """None before the first run, and where its file cannot be read."""
    with suppress(OSError, ValueError, TypeError, LookupError, AttributeError):
        found = json.loads((folder / NAME).read_bytes())
        what = unpacked(found.pop("message", found["what"]))
        return LastUpdate(**found | {"what": what})
    return None


def note_update(folder: Path, what: str, *, failed: bool = False) -> None:
    """Say what a run did. One that cannot say so has done its work all the same."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    _write(folder, LastUpdate(at=now, failed=failed, what=_shortened(what)))


def note_failure_before(folder: Path, why: str) -> None:
    """Say that the run before, whatever it did, did not have all that is new: `why`."""
    if last := last_update(folder):
        _write(folder, replace(last, failed=True, what=_shortened(one_after_the_other([why, last.what]))))


@contextmanager
def noting_failure(folder: Path) -> Iterator[None]:
    """Note what ends the block, if there is an index that it would have brought up to date. A run that another keeps
    out is none."""
    try:
        yield
    except LockedError:
        raise
    except Exception as error:
        if folder.is_dir():
            note_update(folder, message_of(error) or type(error).__name__, failed=True)
        raise


def _write(folder: Path, update: LastUpdate) -> None:
    with suppress(OSError):
        document = asdict(update) | {"message": packed(update.what)}
        replace_file(folder / NAME, json.dumps(document, ensure_ascii=False).encode())


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_CHARS else text[:MAX_CHARS]
