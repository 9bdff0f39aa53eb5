"""Sites that show one page under several addresses, as tables: what `search.document.links` compares follows them.

>>> known_page("youtu.be", "/abcdefghijk", [("si", "x"), ("t", "10")])
('youtube.com', '/watch', [('v', 'abcdefghijk')])
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

Parameters = list[tuple[str, str]]

_SAME_HOST: Final = {
    "m.youtube.com": "youtube.com",
    "youtube-nocookie.com": "youtube.com",
    "twitter.com": "x.com",
    "mobile.twitter.com": "x.com",
    "mobile.x.com": "x.com",
    "export.arxiv.org": "arxiv.org",
    "m.bilibili.com": "bilibili.com",
    "juejin.im": "juejin.cn",
}
"""Other names of a host, for phones as well, under which all its pages are the same."""

_CASELESS_PARTS: Final = {"github.com": 2, "gist.github.com": 1, "x.com": 1}
"""How many of the first parts of a path are names in which letter case means nothing; in those of files it does."""

_TRACKING: Final = {
    "youtube.com": re.compile(r"t|start|time_continue|feature|si|pp|ab_channel|app|persist_app|index|rel|autoplay"),
    "x.com": re.compile(r"s|t|src|ref_url|cxt|lang"),
    "bilibili.com": re.compile(r"vd_source|spm_id_from|from_spmid|from_source|seid|unique_k|bbid|ts|t|plat_id|buvid"),
    "medium.com": re.compile(r"sk|gi"),
}
"""Parameters that say where a reader came from or where a video starts, beside those that do everywhere."""

_ALL: Final = re.compile(r".*")
_NONE: Final = re.compile(r"(?!)")

_PAGES: Final[Sequence[tuple[re.Pattern[str], str, re.Pattern[str]]]] = [
    (re.compile(pattern), page, kept)
    for pattern, page, kept in [
        (r"youtu\.be/([\w-]{11})", r"youtube.com/watch?v=\1", re.compile("list")),
        # An embedded list of videos has a name as long as that of a video.
        (
            r"youtube\.com/(?:embed|shorts|live|v)/(?!videoseries$)([\w-]{11})",
            r"youtube.com/watch?v=\1",
            re.compile("list"),
        ),
        # The number says which post it is: an author may change his name.
        (r"x\.com/(?:[^/]+|i/web)/status(?:es)?/([0-9]+)(?:/(?:photo|video)/[0-9]+)?", r"x.com/i/status/\1", _NONE),
        # The newest version, as far as one paper is concerned; older papers have names such as hep-th/9901001.
        (
            r"arxiv\.org/(?:abs|pdf|html)/([0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7})(?:v[0-9]+)?(?:\.pdf)?",
            r"arxiv.org/abs/\1",
            _NONE,
        ),
        (r"github\.com/([^/]+)/([^/]+?)(?:\.git)+", r"github.com/\1/\2", _ALL),
        (r"github\.com/([^/]+)/([^/]+)/tree/(?:main|master|HEAD)", r"github.com/\1/\2", _NONE),
        (
            r"github\.com/([^/]+)/([^/]+)/blob/(?:main|master|HEAD)/(?i:readme(?:\.(?:md|markdown|rst|adoc|org|txt))?)",
            r"github.com/\1/\2",
            _NONE,
        ),
        (r"(?:b23\.tv|bilibili\.com/video)/((?:BV|av)\w+)", r"bilibili.com/video/\1", re.compile("p")),
        (r"(?:[\w-]+\.)?medium\.com/(?:.*/)?(?:[^/]*-|p/)([0-9a-f]{10,12})", r"medium.com/p/\1", _NONE),
        (r"zhihu\.com/(?:question/[0-9]+/)?answer/([0-9]+)", r"zhihu.com/answer/\1", _NONE),
        (r"zhuanlan\.zhihu\.com/p/([0-9]+)", r"zhuanlan.zhihu.com/p/\1", _NONE),
        (r"mp\.weixin\.qq\.com/s", "mp.weixin.qq.com/s", re.compile("__biz|mid|idx|sn")),
        (r"mp\.weixin\.qq\.com/s/([\w-]+)", r"mp.weixin.qq.com/s/\1", _NONE),
    ]
]
"""Host and path of an address, what they are called here, and the parameters that tell its pages apart. A page that is
no row of these keeps its own address."""

_BEFORE_NAMES: Final = sorted(
    {page.partition(r"\1")[0] for _, page, _ in _PAGES if r"\1" in page} | {f"{host}/" for host in _SAME_HOST.values()},
    key=len,
    reverse=True,
)
"""What stands before the name of a page in what it is called here, and may stand otherwise in its other addresses."""

_DEFAULTS: Final = {("github.com", "tab", "readme-ov-file"), ("bilibili.com", "p", "1")}
"""Parameters that ask for what is shown anyway, by host."""


def known_page(host: str, path: str, parameters: Parameters) -> tuple[str, str, Parameters]:
    """Host, path and parameters by which the page is known; `host` is without `www.`, `path` without a last slash."""
    host = _SAME_HOST.get(host, host)
    path = _folded(path, _CASELESS_PARTS.get(host, 0))
    tracking = _TRACKING.get(host, _NONE)
    kept = [pair for pair in parameters if not tracking.fullmatch(pair[0]) and (host, *pair) not in _DEFAULTS]
    for pattern, page, telling in _PAGES:
        if found := pattern.fullmatch(host + path):
            place, _, given = found.expand(page).partition("?")
            host, _, path = place.partition("/")
            name, _, value = given.partition("=")
            named = [(name, value)] if name else []
            return host, f"/{path}", named + [pair for pair in kept if telling.fullmatch(pair[0])]
    return host, path, kept


def shared_part(link: str) -> str:
    """The text that all addresses of the page `link` have in common; `link` itself where they are no more alike.

    >>> shared_part("x.com/i/status/12"), shared_part("example.org/a")
    ('12', 'example.org/a')
    """
    start = next(filter(link.startswith, _BEFORE_NAMES), "")
    return link[len(start) :] or link


def _folded(path: str, parts: int) -> str:
    """`path` with its first `parts` in lower case."""
    if not parts:
        return path
    _, *names = path.split("/")
    return "/".join(["", *map(str.lower, names[:parts]), *names[parts:]]) if names else path
