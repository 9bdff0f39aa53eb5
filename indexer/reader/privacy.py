"""Marks in the settings that an issue is not for everybody: `draft: true`, `published: false`, `password: 1234`.

A value that is neither a yes nor a no counts as a mark (`private: members`): what is held back by mistake is reported,
what is shown by mistake is read.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple

from wangqi.indexer.reader.frontmatter import FrontMatter, split_front_matter

MAX_BYTES_LOOKED_AT: Final = 100_000
"""Of a file that is no text."""

Code = Literal["draft", "private"]

_YES: Final = frozenset({"true", "yes", "on", "1", "1.0", "y", "t", "是", "对", "真", "开", "√", "✓"})
_NO: Final = frozenset({"", "false", "no", "off", "0", "0.0", "n", "f", "none", "null", "~", "[]", "{}",
                        "否", "不", "不是", "假", "关", "无", "×"})  # fmt: skip
_PRIVATE_STATES: Final = frozenset({
    "draft", "drafts", "autodraft", "unpublished", "private", "hidden", "unlisted", "pending", "trash", "password",
    "members", "membersonly", "paid", "tiers", "subscribers", "secret", "internal", "protected", "embargoed",
    "scheduled", "future", "skip", "wip", "noindex", "草稿", "未发布", "未公开", "私有", "隐藏", "不公开", "待发布",
    "私密",
})  # fmt: skip

_MARKS: Final[Mapping[str, Code]] = {
    "draft": "draft", "isdraft": "draft", "草稿": "draft", "private": "private", "isprivate": "private",
    "hidden": "private", "unlisted": "private", "unpublished": "draft", "noindex": "private",
    "password": "private", "passwords": "private", "encrypt": "private", "encrypted": "private", "密码": "private",
    "pwd": "private", "passwd": "private", "passphrase": "private", "secret": "private", "confidential": "private",
    "protected": "private", "私密": "private", "私有": "private", "隐藏": "private", "加密": "private",
    "口令": "private", "保密": "private", "机密": "private",
}  # fmt: skip
"""Keys that hold an issue back unless their value is a no."""

_SWITCHES: Final = frozenset({
    "hide", "internal", "headless", "exclude", "excludesearch", "excludefromsearch", "excludeinsearch", "searchexclude",
    "searchhidden", "hiddenfromsearch", "hidefromsearch", "nosearch", "robotsnoindex", "eleventyexcludefromcollections",
})  # fmt: skip
"""Keys that have other uses (`hide: [toc]`), and hold it back where their value is a yes."""

_PERMITS: Final[Mapping[str, Code]] = {
    "publish": "draft", "published": "draft", "发布": "draft", "public": "private", "公开": "private",
    "search": "private", "searchable": "private", "listed": "private", "visible": "private", "搜索": "private",
    "ispublished": "draft", "dgpublish": "draft", "ispublic": "private", "insearchindex": "private",
    "sitemap": "private", "indexable": "private", "build": "draft", "render": "draft", "permalink": "draft",
}  # fmt: skip
"""Keys that hold it back where their value is a no."""

_SILENT: Final = frozenset({"", "none", "null", "~", "[]", "{}"})
_REFUSALS: Final = _NO - _SILENT | {"never", "later", "not yet", "tbd", "暂不", "稍后", "待定"}
"""Values of these keys that are no; a date is none."""

_STATES: Final = frozenset({
    "status", "state", "visibility", "poststatus", "publishstatus", "access", "robots", "状态", "可见性", "权限",
    *_PERMITS,
})  # fmt: skip
"""Keys that hold it back where their value is one of `_PRIVATE_STATES`."""

_LABELS: Final = frozenset({"tags", "tag", "categories", "category", "标签", "分类"})
_PRIVATE_LABELS: Final = frozenset({
    "draft", "drafts", "草稿", "unpublished", "未发布", "wip", "private", "私密", "私有",
})  # fmt: skip
"""By these their authors sort out what is not to be shown, though generators publish it: no issue is about one of
them alone."""

_OF_THEMES: Final = frozenset({"params", "extra", "custom", "meta"})
"""Keys of what a theme is told."""

_NEVER: Final = frozenset({"never", "false", "no"})


class PrivacyMark(NamedTuple):
    line: int
    key: str
    """As it is written; with the label, where a label among others is the mark."""
    code: Code


def find_mark(matter: FrontMatter) -> PrivacyMark | None:
    """The first setting that keeps the issue from being published; None where nothing does.

    The lines are looked at beside what YAML makes of them: it takes the last of two equal keys, and fails on others.
    """
    for written in matter.written:
        if code := _code(_folded_key(written.key), written.value):
            return PrivacyMark(written.line, _named(written.key, written.value), code)
    lines = {_folded_key(written.key): written.line for written in reversed(matter.written)}
    for name, value in _all_settings(matter.settings):
        key = _folded_key(name)
        if code := _code(key, value):
            return PrivacyMark(lines.get(key) or matter.line_naming(name), _named(name, value), code)
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
    states = _states(value)
    if key in _STATES and (found := states & _PRIVATE_STATES):
        return "draft" if found & {"draft", "草稿"} else "private"
    if key in _LABELS and (found := states & _PRIVATE_LABELS):
        return "private" if found <= {"private", "私密", "私有"} else "draft"
    if key in _MARKS and value not in _NO:
        return _MARKS[key]
    if key in _SWITCHES and value in _YES:
        return "private"
    if key in _PERMITS and value in _REFUSALS:
        return _PERMITS[key]
    return None


def _states(value: str) -> set[str]:
    return {state.strip(" -_[]'\"").replace("-", "") for state in value.split(",")}


def _named(key: str, written: str) -> str:
    labels = _states(_folded_value(written)) & _PRIVATE_LABELS if _folded_key(key) in _LABELS else ()
    return f"{key} ({', '.join(sorted(labels))})" if labels else key


def _all_settings(settings: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Keys and values that YAML or TOML has read, those of a theme's own (`[params]` of Hugo's) included."""
    for key, value in settings.items():
        if isinstance(value, dict) and _folded_key(str(key)) in _OF_THEMES:
            yield from _all_settings(value)
        yield str(key), _as_text(value)


def _as_text(value: object) -> str:
    """`search: {exclude: true}` of Material for MkDocs is a no, and so is `build: {render: never}` of Hugo's."""
    if isinstance(value, dict):
        is_out = _folded_value(str(value.get("exclude"))) in _YES
        is_never = {_folded_value(str(value.get(what))) for what in ("render", "list")} & _NEVER
        return "false" if is_out or is_never else str(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _folded_key(key: str) -> str:
    """`Is_Draft`, `ｄｒａｆｔ` and `is-draft` are one key."""
    return unicodedata.normalize("NFKC", key).casefold().translate(dict.fromkeys(map(ord, "-_ \t\"'")))


def _folded_value(value: str) -> str:
    """A value, folded, without quotes and without the comment behind it."""
    text = unicodedata.normalize("NFKC", value).casefold().strip()
    return text.partition(" #")[0].strip(" \t\"'“”‘’「」`,")
