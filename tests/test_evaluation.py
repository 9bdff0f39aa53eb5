"""Judgment files, and what the measures come to over an index."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from samples import ANALYZER, make_issue, open_memory

from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.errors import ConfigError, ReadError
from wangqi.search.quality.evaluation import KnownItemScores, evaluate
from wangqi.search.quality.judgments import KnownItem, Resolver, Target, Topic, read_judgments

ISSUES = [
    make_issue(
        1,
        {"title": "夜行灯", "text": "一盏大灯。", "url": "https://www.lamp.example/night/"},
        {"title": "台灯", "text": "一盏小灯。", "url": "https://shared.example/"},
        {"title": "壁灯", "text": "一盏旧灯。", "url": "https://shared.example/"},
        {"text": "光是旅人。 走得很快。", "kind": "quote"},
        {"title": "前端 与后端", "text": "谁更难。", "kind": "essay"},
        path="docs/issue-1.md",
    ),
    make_issue(2, {"title": "夜行灯", "text": "另一刊物。", "url": "https://lamp.example/night"}, archive="other"),
]


def write(folder: Path, *records: dict[str, Any]) -> Path:
    path = folder / "judgments.jsonl"
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    return path


def known(query: str, title: str, url: str | None = None, **more: Any) -> dict[str, Any]:
    place = {"archive": "qt", "file": "issue-1.md", "title": title, "url": url}
    return {"id": query, "query": query, "kind": "keywords", "also": []} | place | more


@pytest.mark.parametrize(
    ("target", "titles"),
    [
        (Target("qt", "issue-1.md", "", "http://lamp.example/night"), ["夜行灯"]),  # scheme, www, last slash
        (Target("qt", "docs/issue-1.md", "别的标题", "https://lamp.example/night"), ["夜行灯"]),
        (Target("qt", "issue-1.md", "壁灯", "https://shared.example/"), ["壁灯"]),  # two have that address
        (Target("qt", "issue-1.md", "光是旅人。走得", None), [""]),  # a quotation, by its first words
        (Target("qt", "issue-1.md", "本周话题：前端与后端", None), ["前端 与后端"]),
        (Target("qt", "issue-11.md", "台灯", None), []),
        (Target("qt", "sue-1.md", "台灯", None), []),
        (Target("other", "issue-2.md", "夜行灯", None), ["夜行灯"]),
        (Target("qt", "issue-1.md", "没有", None), []),
    ],
)
def test_a_target_means_these_entries(tmp_path: Path, target: Target, titles: list[str]) -> None:
    searcher = open_memory(tmp_path / "index", ISSUES)
    entries = [searcher.entry(entry_id) for entry_id in Resolver(searcher).ids(target)]
    assert [entry.title for entry in entries if entry] == titles


def test_both_kinds_of_judgments_are_told_apart(tmp_path: Path) -> None:
    graded = {"archive": "qt", "file": "issue-1.md", "title": "台灯", "url": None, "grade": 3}
    path = write(tmp_path, known("大灯", "夜行灯"), {"id": "t", "query": "灯", "judgments": [graded]})
    item, topic = read_judgments([path])
    assert isinstance(item, KnownItem)
    assert topic == Topic("t", "灯", (Target("qt", "issue-1.md", "台灯", None, 3),))


@pytest.mark.parametrize(
    "line", ["{", "[]", "{}", '{"id": "a", "query": "b"}', '{"id": 1, "judgments": [{}], "query": ""}']
)
def test_a_line_that_is_no_judgment_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text("\n" + line, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"bad\.jsonl:2"):
        read_judgments([path])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"none\.jsonl"):
        read_judgments([tmp_path / "none.jsonl"])


def test_the_report_measures_known_items_and_topics(tmp_path: Path) -> None:
    grades = {"夜行灯": 3, "台灯": 1}
    judged = [
        {"archive": "qt", "file": "issue-1.md", "title": title, "url": None, "grade": grade}
        for title, grade in grades.items()
    ]
    path = write(
        tmp_path,
        known("大灯", "夜行灯"),  # rank 1
        known("夜行灯", "不是它", also=[judged[0]]),  # equally right; but the first named is not held
        known("一盏", "壁灯", kind="mixed"),  # three entries hold it, 壁灯 is the last of them
        known("量子", "台灯", kind="mixed"),  # never found
        {"id": "topic", "query": '"夜行灯"', "judgments": judged},
    )
    searcher = open_memory(tmp_path / "index", ISSUES)
    report = evaluate(OpenIndex(searcher, ANALYZER), read_judgments([path]))
    assert [outcome.rank for outcome in report.outcomes] == [1, 1, 3, None, None]
    assert report.by_kind["keywords"] == KnownItemScores(queries=2, success_at_1=1, success_at_5=1, mrr_at_10=1)
    # MRR (1 + 1 + 1/3 + 0) / 4
    assert report.known_items
    assert replace(report.known_items, mrr_at_10=0.0) == KnownItemScores(
        queries=4, success_at_1=0.5, success_at_5=0.75, mrr_at_10=0.0
    )
    assert report.known_items.mrr_at_10 == pytest.approx(7 / 12)
    # One hit, of grade 3: dcg 7; ideal 7 + 1/log2(3) = 7.63093
    assert (report.topics, report.not_held) == (1, ("夜行灯",))
    assert report.ndcg_at_10 == pytest.approx(7 / 7.63093)


def test_no_judgments_give_an_empty_report(tmp_path: Path) -> None:
    report = evaluate(OpenIndex(open_memory(tmp_path / "index", ISSUES), ANALYZER), [])
    assert (report.known_items, report.by_kind, report.ndcg_at_10, report.outcomes) == (None, {}, None, ())
