"""The words that a reader sees for the values of the model, in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from wangqi.search.answer.result import PlaceField
from wangqi.search.engine import Facet
from wangqi.search.model import Entry, IssueRef
from wangqi.search.model.kinds import KIND_LABELS
from wangqi.search.request import Sort
from wangqi.web.words.language import gettext

FACET_LABELS: Final[dict[Facet, str]] = {
    "kind": "类型",
    "year": "年份",
    "section": "栏目",
    "site": "来源网站",
    "archive": "刊物",
    "tag": "标签",
    "by": "投稿人",
}
SORT_LABELS: Final[dict[Sort, str]] = {"relevance": "相关度", "newest": "最新", "oldest": "最早"}
PLACE_LABELS: Final[dict[PlaceField, str]] = {
    "section": "来自栏目",
    "link": "链接含",
    "contributor": "投稿人",
    "attribution": "出自",
    "image": "图片说明",
    "number": "期号",
}
FACETS: Final[tuple[Facet, ...]] = ("kind", "year", "section", "site", "archive", "tag")
"""Those that pages show. Contributors, whom few newsletters name, are counted for the API alone."""
SORTS: Final = tuple(SORT_LABELS)


def kind_label(kind: str) -> str:
    """The reader's word for `kind`; the value itself when it is none of ours."""
    label = KIND_LABELS.get(kind)  # type: ignore[call-overload]  # of any string
    return gettext(label) if label else kind


def facet_label(facet: Facet) -> str:
    return gettext(FACET_LABELS[facet])


def place_label(field: PlaceField) -> str:
    return gettext(PLACE_LABELS[field])


def sort_label(sort: Sort) -> str:
    return gettext(SORT_LABELS[sort])


def year_label(year: object) -> str:
    """`2024 年`; of several, `2020–2024 年`."""
    return gettext("%(year)s 年") % {"year": year}


def issue_label(ref: IssueRef) -> str:
    """Short name of an issue: `第 7 期`; without a number its title, without that its path."""
    return gettext("第 %(issue)s 期") % {"issue": ref.number} if ref.number is not None else ref.title or ref.path


def entry_title(entry: Entry) -> str:
    """What an entry is called where it is named: its title, without one its kind and issue."""
    return entry.title or f"{kind_label(entry.kind)} · {issue_label(entry.issue)}"


def also_label(ref: IssueRef, beside: IssueRef, name: Callable[[str], str] = str) -> str:
    """The name of an issue in a place that tells of another one; with the `name` of its archive where that differs."""
    return issue_label(ref) if ref.archive == beside.archive else f"{name(ref.archive)} {issue_label(ref)}"


def issue_lead(ref: IssueRef) -> str:
    """The number to show before the title of an issue that does not tell it: `第 7 期：`."""
    if not ref.title or ref.number is None or re.search(rf"(?<!\d){ref.number}(?!\d)", ref.title):
        return ""
    return gettext("%(issue)s：") % {"issue": issue_label(ref)}


def issue_title(ref: IssueRef) -> str:
    """Full name of an issue, never empty."""
    return ref.title or issue_label(ref)
