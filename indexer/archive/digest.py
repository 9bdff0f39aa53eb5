"""Whether an issue has to be read again, decided without reading it: no Markdown parser is imported here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Final

from wangqi.search.model import Kind
from wangqi.search.model.kinds import SECTION_KINDS

READER_VERSION: Final = 29
"""Raised by every change after which the same file may be read differently: old digests then no longer match."""

_KINDS: Final = hashlib.blake2b(repr(sorted(SECTION_KINDS.items())).encode(), digest_size=6).hexdigest()
"""Which kind each name of a section means is part of the reading too."""


def issue_digest(data: bytes, aliases: Mapping[str, Kind], entered: date | None, habits: str = "") -> str:
    """Hex digest of everything that the reading of an issue depends on: equal digest, equal issue.
    `habits` is the fingerprint of those of its archive that concern it."""
    outside = json.dumps([READER_VERSION, _KINDS, sorted(aliases.items()), str(entered), habits], ensure_ascii=False)
    return hashlib.blake2b(outside.encode() + b"\0" + data, digest_size=16).hexdigest()
