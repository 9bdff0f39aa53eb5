"""What decides which values an index stores of a document.

Whoever adds a filter or a tracking parameter changes what is stored, and an index made before would go on with the old
values. So the source of the modules concerned is part of an engine's fingerprint: any change of them, if only of a
comment, has the next `reindex` build the index anew.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from wangqi.search.document.filters import NAME_FILTERS

MODULES: Final = ("fields", "filtering", "known_sites", "links", "repeated_links")


@cache
def stored_digest(folder: Path = Path(__file__).parent) -> str:
    """Digest of `MODULES` as they lie in `folder`, and of the attributes that are stored."""
    digest = hashlib.blake2b(" ".join(NAME_FILTERS).encode(), digest_size=6)
    for name in MODULES:
        digest.update((folder / f"{name}.py").read_bytes())
    return digest.hexdigest()
