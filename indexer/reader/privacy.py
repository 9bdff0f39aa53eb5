"""What an author marks as not for everybody: `draft: true`, `published: false`, `password: 1234`.

A value that is neither a yes nor a no counts as a mark (`private: members`): what is held back by mistake is reported,
what is shown by mistake is read.
"""

import unicodedata
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from indexer.reader.frontmatter import FrontMatter, Written, split_front_matter

MAX_BYTES_LOOKED_AT: Final = 100_000
"""Of a file that is no text."""

Code = Literal["draft", "private"]

_YES: Final = frozenset({"true", "yes", "on", "1", "1.0", "y", "t", "是", "对", "真", "开", "√", "✓"})
_NO: Final = frozenset({"", "false", "no", "off", "0", "0.0", "n", "f", "none", "null", "~", "[]", "{}",
                        "否", "不", "不是", "假", "关", "无", "×"})  # fmt: skip
_PRIVATE_STATES: Final = frozenset({
    "draft", "drafts", "unpublished", "private", "hidden", "unlisted", "pending", "trash", "password", "members",
    "草稿", "未发布", "未公开", "私密", "私有", "隐藏", "不公开", "待发布",
})  # fmt: skip

_MARKS: Final[Mapping[str, Code]] = {
    "draft": "draft", "isdraft": "draft", "草稿": "draft", "private": "private", "isprivate": "private",
    "hidden": "private", "unlisted": "private", "unpublished": "draft", "noindex": "private",
    "password": "private", "passwords": "private", "encrypt": "private", "encrypted": "private", "密码": "private",
    "私密": "private", "私有": "private", "隐藏": "private", "加密": "private",
}  # fmt: skip
"""Keys that hold an issue back unless their value is a no."""

_PERMITS: Final[Mapping[str, Code]] = {
    "publish": "draft", "published": "draft", "发布": "draft", "public": "private", "公开": "private",
    "search": "private", "searchable": "private", "listed": "private", "visible": "private", "搜索": "private",
}  # fmt: skip
"""Keys that hold it back where their value is a no."""

_STATES: Final = frozenset({"status", "state", "visibility", "poststatus", "状态", "可见性", *_PERMITS})
"""Keys that hold it back where their value is one of `_PRIVATE_STATES`."""


class Mark(NamedTuple):
    line: int
    key: str
    """As it is written."""
    code: Code


def find_mark(matter: FrontMatter) -> Mark | None:
    """The first setting that keeps the issue from being published; None where nothing does.

    The lines are looked at beside what YAML makes of them: it takes the last of two equal keys, and fails on others.
    """
    lines = {_folded_key(written.key): written for written in reversed(matter.written)}
    read = (Written(1, str(key), _as_text(value)) for key, value in matter.settings.items())
    for written in (*matter.written, *read):
        key = _folded_key(written.key)
        if code := _code(key, written.value):
            return Mark(lines.get(key, written).line, written.key, code)
    return None


def is_marked(data: bytes) -> bool:
    """Whether the settings of a file that cannot be read as text hold it back: its last version must not stay then."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    matter, _ = split_front_matter(data[:MAX_BYTES_LOOKED_AT].decode(encoding, "replace").replace("\r\n", "\n"))
    return find_mark(matter) is not None


def _code(key: str, written: str) -> Code | None:
    value = _folded_value(written)
    if value.startswith("*"):  # a name for another value, which is not read: nothing is said
        return None
    if key in _STATES and value in _PRIVATE_STATES:
        return "draft" if value in ("draft", "草稿") else "private"
    if key in _MARKS and value not in _NO:
        return _MARKS[key]
    if key in _PERMITS and value in _NO - {"", "none", "null", "~", "[]", "{}"}:
        return _PERMITS[key]
    return None


def _as_text(value: object) -> str:
    """A value that YAML or TOML has read; `search: {exclude: true}` of Material for MkDocs is a no."""
    if isinstance(value, dict):
        return "false" if _folded_value(str(value.get("exclude"))) in _YES else str(value)
    return str(value)


def _folded_key(key: str) -> str:
    """`Is_Draft`, `ｄｒａｆｔ` and `is-draft` are one key."""
    return unicodedata.normalize("NFKC", key).casefold().translate(dict.fromkeys(map(ord, "-_ \t\"'")))


def _folded_value(value: str) -> str:
    """Without quotes, and without the comment behind it."""
    text = unicodedata.normalize("NFKC", value).casefold().strip()
    return text.partition(" #")[0].strip(" \t\"'“”‘’「」`,")
