"""The words that a reader sees for the values of the model."""

from __future__ import annotations

from typing import Final

from search.engine import Facet
from search.model import IssueRef, Kind
from search.request import Sort

KIND_LABELS: Final[dict[Kind, str]] = {
    "resource": "资源",
    "tool": "工具",
    "article": "文章",
    "news": "资讯",
    "book": "图书",
    "course": "教程",
    "quote": "言论",
    "excerpt": "文摘",
    "essay": "话题",
    "image": "图片",
    "video": "视频",
    "other": "其他",
}
FACET_LABELS: Final[dict[Facet, str]] = {
    "kind": "类型",
    "year": "年份",
    "section": "栏目",
    "site": "网站",
    "archive": "刊物",
}
SORT_LABELS: Final[dict[Sort, str]] = {"relevance": "相关度", "newest": "最新", "oldest": "最早"}


def kind_label(kind: str) -> str:
    """The reader's word for `kind`; the value itself when it is none of ours."""
    return next((label for name, label in KIND_LABELS.items() if name == kind), kind)


def issue_label(ref: IssueRef) -> str:
    """Short name of an issue: `第 7 期`; without a number its title, without that its path."""
    return f"第 {ref.number} 期" if ref.number is not None else ref.title or ref.path


def also_label(ref: IssueRef, beside: IssueRef) -> str:
    """The name of an issue in a place that tells of another one; with its archive where that differs."""
    return issue_label(ref) if ref.archive == beside.archive else f"{ref.archive} {issue_label(ref)}"


def issue_title(ref: IssueRef) -> str:
    """Full name of an issue, never empty."""
    return ref.title or issue_label(ref)
