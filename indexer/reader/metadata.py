"""Number and date of an issue: from its front matter, its title, its file name, its path, the day it entered git.

Never any other number: `2023 年总结`, `Vue 3` and `10 个工具` say nothing about the issue.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Final

from wangqi.indexer.reader.title_labels import HAN_NUMBER, han_number
from wangqi.search.errors.message import Message

_NUMBER_KEYS: Final = (
    "number", "issue", "issue_number", "issuenumber", "no", "vol", "volume", "episode", "期", "期号", "期数",
)  # fmt: skip
DATE_KEYS: Final = (
    "date", "pubdate", "publishedat", "published_at", "published", "publish_date", "publishdate", "pubdatetime",
    "created", "created_at", "createdat", "日期", "发布日期",
)  # fmt: skip
RELEASE_KEYS: Final = (
    "publishdate", "publish_date", "publish-date", "publishon", "publish_on", "publishat", "publish_at", "pubdate",
    "publishedat", "published_at", "published", "publish", "releasedate", "release_date", "scheduled", "embargo",
    "定时发布",
)  # fmt: skip
"""Keys of the day on which an issue is to be published, where that is another than its date."""
_NO_DATES: Final = frozenset({"", "none", "true", "false", "yes", "no"})
"""Values that name no day and are none that cannot be read: nothing at all, and `published` as a switch."""

EARLIEST: Final = 1994
"""No newsletter on the web is older: an earlier year is a slip of the pen."""

_IN_TITLE: Final = (
    re.compile(rf"第\s*([0-9]{{1,4}}|{HAN_NUMBER}{{1,7}})\s*[期刊]"),
    re.compile(r"(?:^|[^\w&])#\s?([0-9]{1,4})(?![\w.])|(?<=[\u4e00-\u9fff])#\s?([0-9]{1,4})(?![\w.])"),
    re.compile(r"\b(?:vol|issue|volume|no)(?:ume)?\s*+(?:[.:#-]\s*+)?([0-9]{1,4})(?![\w.]\d|\w)", re.IGNORECASE),
    re.compile(r"\bissue[-_ ]0*([0-9]{1,4})\b", re.IGNORECASE),
    re.compile(
        r"(?:周刊|周报|月刊|月报|双周刊|简报|通讯|weekly|newsletter|digest|monthly|bulletin)\s?[-–—·:：]?\s?"
        r"(?!(?:19|20)[0-9]{2}(?:\s?[-年]|$))([0-9]{1,4})(?=$|\s?期|\s*[:：|｜)）\]】-])",
        re.IGNORECASE,
    ),
)
_IN_NAME: Final = (
    *_IN_TITLE[:2],
    re.compile(
        r"(?:^|[^a-z])(?:issue|vol|volume|no|number|weekly|week|share|newsletter|digest|episode|ep|monthly)s?"
        r"[-_. #]*0*([0-9]{1,4})(?![0-9])",
        re.IGNORECASE,
    ),
    re.compile(r"^[^\W\d_](?:.*[^\d])?[-_ .]0*([0-9]{1,4})$"),
    re.compile(r"^(?:[A-Za-z]+)0*([0-9]{1,3})$"),
    re.compile(r"^0*([1-9][0-9]{0,2})(?=$|[-_. ](?![0-9]))"),
)
_NAME_NUMBER = re.compile(r"^[0-9]{1,4}(?![0-9年月日期])[-_. 、]*")
_HAN_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff]{2}(?<!第)")
_DAY = re.compile(r"(?<![0-9])([12][0-9]{3})\s?([-/._年])\s?([0-9]{1,2})\s?(?:\2|月)\s?([0-9]{1,2})(?![0-9])")
_DIGITS_DAY = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])(?![0-9])")
_PATH_DAY = re.compile(
    r"(?:^|/)((?:19|20)[0-9]{2})年?/(?:[^/]*/)?([01]?[0-9])(?:月/?|[-/._])?([0-3][0-9]|(?<![0-9])[1-9])日?(?![0-9])[^/]*$"
)
_MONTH_AND_DAY = re.compile(r"(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12][0-9]|3[01])")
_ENGLISH_DAY = re.compile(
    r"\b(?:([0-9]{1,2})(?:st|nd|rd|th)?\s+)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+"
    r"(?:([0-9]{1,2})(?:st|nd|rd|th)?,?\s+)?([12][0-9]{3})\b",
    re.IGNORECASE,
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def issue_number_in(title: str) -> int | None:
    """The number of the issue that a title names: `第 12 期`, `第一百零三期`, `#12`, `Vol.12`, `issue-012`."""
    return _first_number(_IN_TITLE, unicodedata.normalize("NFKC", title))


def find_number(meta: Mapping[str, object], titles: Sequence[str], path: str) -> int | None:
    """Number of the issue, None when only a date or nothing identifies it. `titles` may be empty texts."""
    for key in _NUMBER_KEYS:
        if (number := _number_from(meta.get(key))) is not None:
            return number
    for title in titles:
        if (number := issue_number_in(title)) is not None:
            return number
    place = PurePosixPath(unicodedata.normalize("NFKC", path))
    stem = _DIGITS_DAY.sub("", _DAY.sub("", place.stem)).strip("-_. ")
    if _MONTH_AND_DAY.fullmatch(stem) or (stem.isdecimal() and _PATH_DAY.search(path.removesuffix(place.suffix))):
        return None
    if (number := _first_number(_IN_NAME, stem)) is not None:
        return number
    # vol-012/index.md
    return _first_number(_IN_NAME[:3], place.parent.name) if place.parent.name else None


def title_of_path(path: str) -> str:
    """The title that a file name is, as `用小锤写周报` of `18-用小锤写周报.md`.

    "" for a name that is only a number, a day or a label (`issue-12`, `2024-05-06`, `README`).
    """
    stem = _NAME_NUMBER.sub("", unicodedata.normalize("NFC", PurePosixPath(path).stem)).strip(" -_.")
    return stem if _HAN_WORD.search(_DAY.sub("", stem)) else ""


def _number_from(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    text = unicodedata.normalize("NFKC", str(value)).strip().lstrip("#")
    if text.isdecimal() and len(text) <= 5:
        return int(text)
    return issue_number_in(text) if len(text) <= 40 else None


def _first_number(patterns: tuple[re.Pattern[str], ...], text: str) -> int | None:
    for pattern in patterns:
        found = pattern.search(text)
        if found is None:
            continue
        digits = next(group for group in found.groups() if group)
        number = han_number(digits)
        if number is not None and not _is_date_like(digits, pattern):
            return number
    return None


def _is_date_like(digits: str, pattern: re.Pattern[str]) -> bool:
    """Whether a number of a file name is a year or a day (`update-2024`, `0801`), unless a word says it is an issue."""
    if pattern in _IN_TITLE:
        return False
    return len(digits) == 4 and 1990 <= int(digits) <= 2099


def find_dates(meta: Mapping[str, object], title: str, path: str) -> Iterator[tuple[str, date | None]]:
    """Yield the places that may hold a date, best first, each with its date; None for one that cannot be read."""
    for key in DATE_KEYS:
        if str(meta.get(key)).lower() not in _NO_DATES:
            yield Message("front matter ({key})", key=key), date_from(meta[key])
    if (found := day_in(title)) is not None:
        yield Message("title"), found
    place = PurePosixPath(path)
    if (found := day_in(place.stem)) is not None:
        yield Message("file name"), found
    if (found := day_in(path) or _day_of(_PATH_DAY.search(path.removesuffix(place.suffix)))) is not None:
        yield Message("path"), found


def find_release(meta: Mapping[str, object]) -> date | None:
    """The last of the days on which the settings want the issue published."""
    days = (date_from(meta[key]) for key in RELEASE_KEYS if key in meta)
    return max(filter(None, days), default=None)


def date_from(value: object) -> date | None:
    """The day of a front matter value: a YAML date or time, or a text that begins with or holds a day."""
    if isinstance(value, datetime):
        return _plausible(value.date())
    if isinstance(value, date):
        return _plausible(value)
    return day_in(str(value)[:100])


def day_in(text: str) -> date | None:
    """The first day in a text: `2024-5-8`, `2024/05/08`, `2024.05.08`, `2024年5月8日`, `20240508`, `May 8, 2024`."""
    text = unicodedata.normalize("NFKC", text)
    for pattern in (_DAY, _DIGITS_DAY):
        for found in pattern.finditer(text):
            groups = found.groups()
            if (day := _day(groups[0], groups[-2], groups[-1])) is not None:
                return day
    return _english_day(_ENGLISH_DAY.search(text))


def _english_day(found: re.Match[str] | None) -> date | None:
    if found is None or not (found[1] or found[3]):
        return None
    return _day(found[4], str(_MONTHS.index(found[2].lower()) + 1), found[1] or found[3])


def _day_of(found: re.Match[str] | None) -> date | None:
    return _day(found[1], found[2], found[3]) if found else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return _plausible(date(int(year), int(month), int(day)))
    except ValueError:
        return None


def _plausible(day: date) -> date | None:
    return day if day.year >= EARLIEST else None
