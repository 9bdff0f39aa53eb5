"""Which files below a folder are issues.

>>> find_issues(Path("newsletter"))          # doctest: +SKIP
['2024/issue-01.md', '2024/issue-02.md']
"""

import os
import re
import stat
from pathlib import Path
from typing import Final

SUFFIXES: Final = (".md", ".markdown")
_SKIPPED_FOLDERS: Final = frozenset({"node_modules", "vendor", "_drafts", "drafts", "_templates", "templates"})
_ABOUT_THE_REPOSITORY = re.compile(
    r"(?:readme|about|subscribe|changelog|changes|history|licen[sc]e|contributing|contributors|authors|"
    r"code[-_ ]of[-_ ]conduct|"
    r"security|support|(?:pull[-_ ]request[-_ ]|issue[-_ ])?template|summary|_sidebar|_navbar|_coverpage|toc|404)"
    r"(?:[-_.](?:zh|cn|tw|hk|en|ja|jp|ko|fr|de|es|pt|ru)(?:[-_][a-z]{2,4})?)?",
    re.IGNORECASE,
)


def find_issues(root: Path) -> list[str]:
    """POSIX paths of the issue files below the folder `root`, sorted; the name alone when `root` is such a file.

    Left out: hidden folders and files, drafts' and templates' folders, files about the repository (README, LICENSE,
    CONTRIBUTING, with a language or without), links that lead out of the folder or nowhere, anything that is no regular
    file. A draft by its own front matter is told by `read_issue` (problem `draft`). Raises `OSError` for a folder that
    cannot be listed.
    """
    if not root.is_dir():
        return [root.name] if is_issue_name(root.name) and root.is_file() else []
    top, home = str(root), root.resolve()
    found: list[str] = []
    for folder, folders, names in os.walk(top, onerror=_raise):
        folders[:] = [name for name in folders if not name.startswith(".") and name.lower() not in _SKIPPED_FOLDERS]
        paths = [os.path.join(folder, name) for name in names if is_issue_name(name)]
        found += [path.removeprefix(top).lstrip("/") for path in paths if _is_inside(path, home)]
    return sorted(found)


def _raise(error: OSError) -> None:
    """For `os.walk`, which by itself passes over a folder that it cannot list."""
    raise error


def is_issue_name(name: str) -> bool:
    """Whether a file of that name can be an issue."""
    stem, dot, suffix = name.rpartition(".")
    is_text = bool(stem) and not name.startswith(".") and dot + suffix.lower() in SUFFIXES
    return is_text and not _ABOUT_THE_REPOSITORY.fullmatch(stem)


def _is_inside(path: str, home: Path) -> bool:
    """Whether `path`, met while walking through `home`, is a regular file there, or a link to one that lies below
    `home`. Never opens it: a FIFO would block."""
    try:
        mode = os.lstat(path).st_mode
        if not stat.S_ISLNK(mode):
            return stat.S_ISREG(mode)
        return stat.S_ISREG(os.stat(path).st_mode) and Path(path).resolve().is_relative_to(home)
    except (OSError, RuntimeError):
        return False
