"""The notices of a search: messages about how its query was understood, with their values."""

from __future__ import annotations

from collections.abc import Sequence

from wangqi.search.correction.correct import Correction
from wangqi.search.query.notice import Notice
from wangqi.search.query.tree import Query


def corrected(correction: Correction, typed: Query, q: str) -> Notice:
    """`q` was searched for as corrected; offers what was typed."""
    values = (("shown", correction.text), ("typed", str(typed)))
    template = "已为您显示“%(shown)s”的结果，仍可搜索“%(typed)s”"
    return Notice(code="corrected", template=template, values=values, q=correction.make_exact(q))


def did_you_mean(correction: Correction, q: str) -> Notice:
    """Offers `q` corrected."""
    return Notice(code="did-you-mean", template="您要找的是不是", q=correction.apply(q))


def nearest(correction: Correction, entries: int, q: str) -> Notice:
    """A notice that nothing holds what was typed, which offers the nearest words and tells how many entries hold
    them."""
    template = "没有条目含有%(missing)s。相近的：%(near)s（%(entries)s）"
    missing = tuple(typed for typed, _ in correction.changes)
    values = (("missing", missing), ("near", correction.text), ("entries", entries))
    return Notice(code="did-you-mean", template=template, values=values, q=correction.apply(q))


def read_as_gbk(q: str) -> Notice:
    """The bytes of `q` were no UTF-8."""
    return Notice(code="read-as-gbk", template="地址里的字不是 UTF-8，按 GBK 读成了“%(q)s”。", values=(("q", q),))


def relaxed(total: int, missing: Sequence[str]) -> Notice:
    """A notice that entries with some of the words follow or, where none holds all, that no hit holds these."""
    if total:
        template = "含有全部词的条目有 %(entries)s 条，其后是只含部分词或意思相同的词的条目。"
        return Notice(code="relaxed", template=template, values=(("entries", total),))
    if not missing:
        return Notice(code="relaxed", template="没有条目含有全部的词，已放宽。")
    template = "没有条目含有全部的词，已略去%(words)s。"
    return Notice(code="relaxed", template=template, values=(("words", tuple(missing)),))


def missing(words: Sequence[str]) -> Notice:
    """A notice that no entry holds these words, and nothing is left to show."""
    return Notice(code="missing", template="没有条目含有%(words)s。", values=(("words", tuple(words)),))


def never_recommended(address: str) -> Notice:
    """The page that was asked for is in no entry."""
    template = "没有条目推荐过 %(address)s"
    return Notice(code="never-recommended", template=template, values=(("address", address),))
