"""Which files of an archive are issues by the wish of its author: patterns of paths, as in .gitignore.

>>> patterns = PathPatterns(exclude=("en/", "*-draft.md"))
>>> patterns.leaves_out("en"), patterns.leaves_out("2024/issue-7-draft.md"), patterns.leaves_out("2024/issue-7.md")
(True, True, False)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

PIECES = re.compile(r"\*\*/?|\*|\?|[^*?]+")


@dataclass(frozen=True, slots=True)
class PathPatterns:
    """Paths are POSIX, below the archive's folder. A pattern with a slash, other than at its end, is one of whole
    paths, another of names in any folder; `*` and `?` stop at a slash, `**` does not. One of a folder is one of all
    below it."""

    include: tuple[str, ...] = ()
    """Only these are issues, whatever their names; with none, all that look like issues by their names."""
    exclude: tuple[str, ...] = ()

    def leaves_out(self, path: str) -> bool:
        """Whether a file, or a whole folder, is left out by `exclude`."""
        return any(pattern.fullmatch(path) for pattern in _compiled(self.exclude))

    def names(self, path: str) -> bool:
        """Whether a file is one that `include` names."""
        return any(pattern.fullmatch(path) for pattern in _compiled(self.include))

    def is_gone(self, path: str) -> bool:
        """Whether a file that was an issue is none by these patterns."""
        return self.leaves_out(path) or (bool(self.include) and not self.names(path))


@lru_cache(maxsize=16)
def _compiled(patterns: Sequence[str]) -> list[re.Pattern[str]]:
    return [re.compile(_as_regex(pattern)) for pattern in patterns]


def _as_regex(pattern: str) -> str:
    body = pattern.strip().removesuffix("/")
    anywhere = "" if "/" in body else "(?:.*/)?"
    return f"{anywhere}{''.join(map(_piece, PIECES.findall(body.removeprefix('/'))))}(?:/.*)?"


def _piece(piece: str) -> str:
    if piece.startswith("**"):
        return "(?:.*/)?" if piece.endswith("/") else ".*"
    return {"*": "[^/]*", "?": "[^/]"}.get(piece, re.escape(piece))


ANY_PATH = PathPatterns()
