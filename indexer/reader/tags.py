"""The tags of an issue: what its author files it under, in the settings at its top.

>>> find_tags({"tags": "前端, 工具", "categories": [["周刊", "技术"]]})
('前端', '工具', '周刊', '技术')
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from wangqi.search.analysis import fold_key

_KEYS: Final = ("tags", "tag", "标签", "categories", "category", "分类", "taxonomies")
"""What generators make lists of issues by; `taxonomies` is Zola's table of these. `keywords` are for search engines, as
many as somebody could think of: they are found with the text of the issue, and are no tags."""

MAX_TAG_CHARS: Final = 50
"""A longer one is a sentence."""

MAX_TAGS: Final = 50

_COMMAS: Final = re.compile(r"[,，、;；]")
_HASHTAGS: Final = re.compile(r"[#＃][^\s#＃]+(?:\s*[#＃][^\s#＃]+)+")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_MARKS: Final = " \t#＃\"'“”‘’"


def find_tags(settings: Mapping[str, object]) -> tuple[str, ...]:
    """The tags in `settings` (keys in lower case) in their order, of those that differ in case or width the first."""
    found: dict[str, str] = {}
    for text in _texts(settings):
        tag = " ".join(text.split()).strip(_MARKS)
        if tag and len(tag) <= MAX_TAG_CHARS:
            found.setdefault(fold_key(tag), tag)
    return tuple(found.values())[:MAX_TAGS]


def _texts(settings: Mapping[str, object]) -> Iterator[str]:
    for key in _KEYS:
        value = settings.get(key)
        if isinstance(value, dict):
            yield from _texts({str(name).lower(): each for name, each in value.items() if name != key})
        elif isinstance(value, str):
            yield from _of_text(value)
        else:
            yield from _of_value(value)


def _of_value(value: object) -> Iterator[str]:
    """Yield the tags in a value: a text, or a list of them, in which Hexo's categories are lists again."""
    if isinstance(value, list):
        for each in value:
            yield from _of_value(each)
    elif isinstance(value, (str, int, float, date)) and not isinstance(value, bool):
        yield from _COMMAS.split(str(value))


def _of_text(text: str) -> Iterator[str]:
    """`a, b`, `[a, b]` where YAML could not read it, `#a #b`, `前端 工具`. `machine learning` is one."""
    parts = _COMMAS.split(text.strip().removeprefix("[").removesuffix("]"))
    for part in parts:
        words = part.split()
        if _HASHTAGS.fullmatch(part.strip()):
            yield from re.split("[#＃]", part)
        elif len(parts) == 1 and all(map(_HAN.search, words)):
            yield from words
        else:
            yield part
