"""Files that an issue names by their place beside it: where the author shows the issue, they lie beside it as well.

>>> file_beside("https://github.com/you/weekly/blob/main/docs/7.md", "images/a.png")
'https://raw.githubusercontent.com/you/weekly/main/docs/images/a.png'
>>> file_beside("https://weekly.example/2024/7.html", "/images/a.png")
'https://weekly.example/images/a.png'
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from wangqi.search.document.links import is_relative, web_address

_IN_REPOSITORY: Final = re.compile(
    r"(?P<top>https?://(?:(?:www\.)?(?:github|gitee)\.com/[^/]+/[^/]+/blob|[^/]+/.+?/-/blob"
    r"|[^/]+/[^/]+/[^/]+/src/branch|bitbucket\.org/[^/]+/[^/]+/src)/[^/]+)(?P<path>/.*)"
)
"""The page of a file on a git host (GitHub and Gitee, GitLab, Gitea and Forgejo, Bitbucket), and its path there."""

_GITHUB: Final = re.compile(r"https?://(?:www\.)?github\.com/([^/]+/[^/]+)/blob/")
_PAGE: Final = re.compile(r"/(?:blob|src)/")

_IMAGE: Final = re.compile(r"[^?#]*\.(?:png|jpe?g|gif|webp|svg|avif|bmp|ico)(?:[?#].*)?", re.IGNORECASE)


def file_beside(page: str, address: str) -> str | None:
    """Where the relative `address` of an issue leads that its author shows at `page`; None when it leads nowhere.

    A git host shows a page about a file: of an image, the file itself is meant. There "/" is the repository's top.
    """
    if not is_relative(address):
        return None
    found = _IN_REPOSITORY.fullmatch(page)
    if not found:
        return web_address(urljoin(page, address))
    joined = (
        found["top"]
        + urlsplit(urljoin(f"https://top.invalid{found['path']}", address))._replace(scheme="", netloc="").geturl()
    )
    return web_address(_file_itself(joined) if _IMAGE.fullmatch(address) else joined)


def _file_itself(page: str) -> str:
    if _GITHUB.match(page):
        return _GITHUB.sub(r"https://raw.githubusercontent.com/\1/", page)
    return _PAGE.sub("/raw/", page, count=1)
