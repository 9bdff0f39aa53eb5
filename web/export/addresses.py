"""Where the pages of an export lie, and how they lead to each other.

Every page is the `index.html` of a folder, so that its address is that of the served page with a slash at its end, and
an address of the served site leads to the file of the same page.

>>> file_of("/issues/weekly/2024/issue-7.md", part=2)
'issues/weekly/2024/issue-7.md/part-2/index.html'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from flask import request

from wangqi.search.model import IssueRef
from wangqi.search.request import SearchRequest
from wangqi.web.site import routes
from wangqi.web.site.addresses import PART, Addresses
from wangqi.web.site.leases import query_arguments

INDEX: Final = "index.html"
NOT_FOUND: Final = "/404"
"""The page that a host shows for addresses without a file: under any address, so that its links begin at the host."""


def file_of(path: str, part: int = 1) -> str:
    """The file of the page that the server has at `path`, and of that part of a long one; relative to the export."""
    if path == NOT_FOUND:
        return "404.html"
    return f"{path.strip('/')}{_part(part)}/{INDEX}".lstrip("/")


def entry_file(entry_id: str) -> str:
    """The file that leads to an entry. Not a folder of its own: there are tens of thousands, and hosts find it without
    its ending as well."""
    return f"entries/{entry_id}.html"


def _part(part: int) -> str:
    return f"/part-{part}" if part > 1 else ""


@dataclass(frozen=True, slots=True)
class FileAddresses(Addresses):
    """Addresses of the files below `root`: `https://host/prefix`, or the way up from a page, `../..`."""

    def issue(self, ref: IssueRef, words: str = "", part: int = 1) -> str:
        """The page of an issue. Its words are not marked: that would need a server."""
        page = Addresses.issue(self, ref)
        return page if part == 1 else f"{page.rstrip('/')}{_part(part)}/"

    def place(self, ref: IssueRef, entry_id: str, words: str = "") -> str:
        """Of an issue in parts, the file that leads to the right one."""
        return self.permalink(entry_id) if self.in_parts(ref.id) else self.place_in_part(ref, entry_id, 1)

    def permalink(self, entry_id: str) -> str:
        return f"{self.root}/{entry_file(entry_id)}"

    def _feed(self, request: SearchRequest) -> str:
        """There is one feed, of all entries."""
        return self.root + routes.FEED

    def _path(self, path: str) -> str:
        return path if path.endswith("/") else f"{path}/"


@dataclass(frozen=True, slots=True)
class ExportedFiles:
    """How the pages of an export lead to each other (`web.site.leases.Files`)."""

    base_url: str | None
    links: Mapping[str, str]
    in_parts: Callable[[str], bool]

    def absolute(self) -> FileAddresses:
        return self._below(self.base_url or "")

    def local(self) -> FileAddresses:
        """Relative to the page that is being rendered."""
        if request.path in (NOT_FOUND, routes.ROBOTS):
            return self._below(urlsplit(self.base_url or "").path.rstrip("/"))
        part = int(query_arguments().get(PART, ["1"])[0])
        depth = len(PurePosixPath(file_of(request.path, part)).parts) - 1
        return self.from_depth(depth)

    def from_depth(self, depth: int) -> FileAddresses:
        """Relative to a page in a folder so deep below the export's own."""
        return self._below("/".join([".."] * depth) or ".")

    def _below(self, root: str) -> FileAddresses:
        return FileAddresses(root, self.links, in_parts=self.in_parts)
