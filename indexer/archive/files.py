"""Find the files below a folder that are issues.

>>> find_issues(Path("/srv/weekly")).issues          # doctest: +SKIP
['2024/issue-01.md', '2024/issue-02.md']
"""

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from wangqi.indexer.archive.file_names import is_doubtful_name, is_folder_of_issues, is_issue_name, is_markdown
from wangqi.indexer.archive.patterns import ANY_PATH, PathPatterns
from wangqi.indexer.archive.real_paths import Folder, close_folder, open_below, open_folder, read_regular
from wangqi.search.errors.message import Message

MAX_DEPTH: Final = 40
"""Folders in each other; deeper ones cost more to find than any newsletter needs."""

A_LINK: Final = Message("is a link, and no link in an archive is followed")
NO_FILE: Final = Message("is no regular file")
TOO_DEEP: Final = Message("lies more than {most} folders deep", most=MAX_DEPTH)

LOOKED_AT_BYTES: Final = 20_000
MIN_LINKS: Final = 2
# Not the reader's own rules, which would load a Markdown parser for every README.
_TITLE: Final = re.compile(r"^(?:title\s*[:=]|#\s)(.*)$", re.MULTILINE | re.IGNORECASE)
_NUMBER: Final = re.compile(
    r"第\s*[0-9〇零一二两三四五六七八九十百千廿卅]+\s*[期刊]|\b(?:vol|issue|no)[.\s#-]*[0-9]+|#\s?[0-9]+", re.IGNORECASE
)
_LINK: Final = re.compile(r"https?://", re.IGNORECASE)


@dataclass(slots=True)
class FilesBelow:
    """The files below a folder, by their POSIX paths below it."""

    issues: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    """What may be taken for an issue and is none → why."""


def find_issues(root: Path, patterns: PathPatterns = ANY_PATH) -> FilesBelow:
    """The issue files below the folder `root` (absolute, without links), sorted; the name alone when `root` is one.

    Left out: hidden folders and files, drafts' and templates' folders, files about the repository (README, LICENSE,
    CONTRIBUTING, with a language or without) unless they look like an issue; and what the `patterns` of its author
    leave out, which may also name Markdown that does not look like an issue. Links are not followed, and that is told,
    as it is of what is no regular file. A draft by its own front matter is told by `read_issue` (problem `draft`).
    Raises `OSError` for a folder that cannot be listed.
    """
    if not root.is_dir():
        is_issue = is_issue_name(root.name) or (is_doubtful_name(root.name) and looks_like_an_issue(root))
        return FilesBelow([root.name] if root.is_file() and is_issue else [])
    found, folders = FilesBelow(), [""]
    top = open_folder(root)
    try:
        while folders:
            folder = folders.pop()
            with _entries(top, root, folder) as entries:
                folders += [path for entry in entries if (path := _look_at(entry, folder, root, patterns, found))]
    finally:
        close_folder(top)
    return FilesBelow(sorted(found.issues), dict(sorted(found.skipped.items())))


@contextmanager
def _entries(top: Folder, root: Path, folder: str) -> Iterator[Iterator["os.DirEntry[str]"]]:
    try:
        opened = open_below(top, folder)
        try:
            with os.scandir(opened) as entries:
                yield entries
        finally:
            close_folder(opened)
    except OSError as error:
        error.filename = str(root / folder)
        raise


def _look_at(
    entry: "os.DirEntry[str]", folder: str, root: Path, patterns: PathPatterns, found: FilesBelow
) -> str | None:
    """Sort in one entry of a folder; gives its path when it is a folder to be looked through."""
    name, path = entry.name, f"{folder}/{entry.name}".lstrip("/")
    is_folder, is_named = _is_folder(entry), patterns.names(path)
    can_be_issue = is_named or is_issue_name(name)
    if not (is_folder_of_issues(name) if is_folder else is_markdown(name) and (can_be_issue or is_doubtful_name(name))):
        return None
    if patterns.leaves_out(path) or (patterns.include and not is_folder and not is_named):
        return None
    if entry.is_symlink():
        if is_folder or can_be_issue:
            found.skipped[path] = A_LINK
    elif is_folder:
        if path.count("/") < MAX_DEPTH:
            return path
        found.skipped[path] = TOO_DEEP
    elif not entry.is_file(follow_symlinks=False):
        found.skipped[path] = NO_FILE
    elif can_be_issue or looks_like_an_issue(root / path):
        found.issues.append(path)
    return None


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    """Whether a directory entry is a folder, or a link to one."""
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def looks_like_an_issue(file: Path) -> bool:
    """Whether the title of a file names the number of an issue, and links follow: by their names alone,
    `vol-16/README.md` and `2022/history.md` are none."""
    try:
        text = read_regular(file, LOOKED_AT_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return False
    title = _TITLE.search(text)
    is_numbered = title is not None and _NUMBER.search(unicodedata.normalize("NFKC", title[1])) is not None
    return is_numbered and len(_LINK.findall(text)) >= MIN_LINKS
