"""What an archive suggests for `wangqi.toml`, and the lines that an author pastes."""

from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path

import pytest
from running import program_environment, wangqi

from wangqi.indexer.check.suggesting import Suggestion, suggest
from wangqi.indexer.reader import read_issue
from wangqi.search.analysis import Analyzer
from wangqi.search.model import Entry, Kind

SENTENCES = [
    "树莓派的外壳。",
    "用树莓派做灯。",
    "大树莓派和系统。",
    "一块树莓派板子。",
    "旧树莓派还有用。",
    "我的树莓派不亮了。",
]


def issue(number: int, *texts: str, section: str = "工具") -> str:
    items = "".join(
        f"{at}、[镜{number}x{at}](https://m{number}x{at}.example/)\n\n{text}\n\n" for at, text in enumerate(texts, 1)
    )
    return f"# 青铜周刊（第 {number} 期）\n\n## {section}\n\n{items}"


def entries(*issues: str) -> list[Entry]:
    return [
        entry
        for number, text in enumerate(issues, 1)
        for entry in read_issue("weekly", f"{number}.md", text.encode()).entries()
    ]


def suggested(
    found: list[Entry], setting: str, analyzer: Analyzer | None = None, sections: dict[str, Kind] | None = None
) -> list[Suggestion]:
    return [each for each in suggest(found, analyzer or Analyzer(), sections or {}) if each.setting == setting]


def test_a_word_that_is_cut_apart_is_suggested() -> None:
    [word] = suggested(entries(issue(1, *SENTENCES)), "words")
    assert (word.word, word.entries) == ("树莓派", 6)
    assert word.reason == "cut as 树莓 / 派; in 6 entries, 100% of those with 树莓"


def test_a_word_of_the_dictionary_is_not() -> None:
    assert suggested(entries(issue(1, *SENTENCES)), "words", Analyzer(["树莓派"])) == []


@pytest.mark.parametrize(
    "texts",
    [
        SENTENCES[:4],  # too few
        ["树莓派的外壳。"] * 6,  # always between the same neighbours: a piece of something longer
        [*SENTENCES, *["派真大。", "吃树莓。"] * 7],  # its pieces mostly stand apart
        [f"{what}的灯。" for what in ("红", "绿", "蓝", "黄", "白", "黑")],  # words of grammar
    ],
)
def test_what_only_stands_together_by_chance_is_not(texts: list[str]) -> None:
    assert suggested(entries(issue(1, *texts)), "words") == []


def test_names_that_stand_in_brackets_are_aliases() -> None:
    texts = ["谈谈青铜计算（QTJS）。", "用青铜计算(QTJS)做饭。", "青铜计算 （QTJS）入门。", "别的（QTJS）。"]
    [alias] = suggested(entries(issue(1, *texts)), "aliases")
    assert (alias.word, alias.other, alias.entries) == ("QTJS", "青铜计算", 3)
    known = Analyzer(aliases={"QTJS": ("青铜计算",)})
    assert suggested(entries(issue(1, *texts)), "aliases", known) == []


def test_a_sentence_that_returns_is_no_name() -> None:
    texts = ["同时发布在微信公众平台（qtjs）。"] * 5
    assert suggested(entries(issue(1, *texts)), "aliases") == []


def test_sections_of_no_known_kind_are_suggested() -> None:
    found = entries(*(issue(number, "甲。", "乙。", section="炉边闲话录") for number in (1, 2, 3)))
    [section] = suggested(found, "sections")
    assert (section.word, section.other, section.reason) == ("炉边闲话录", "resource", "6 entries in 3 issues")
    assert suggested(found, "sections", sections={"炉边闲话录": "article"}) == []
    assert suggested(entries(issue(1, "甲。", section="炉边闲话录")), "sections") == []


def test_what_is_printed_can_be_pasted(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        command = wangqi(*arguments)
        return subprocess.run(
            command, cwd=tmp_path, env=program_environment(), capture_output=True, text=True, check=True
        ).stdout

    (tmp_path / "weekly").mkdir()
    for number in (1, 2, 3):
        texts = [*SENTENCES, "青铜计算（QTJS）。"]
        (tmp_path / f"weekly/{number}.md").write_text(issue(number, *texts, section='炉边"闲话"录'), encoding="utf-8")
    run("reindex", "weekly")
    times = [{"at": f"2024-05-0{day}T10:00:00Z", "q": "量子打印机"} for day in (1, 2)]
    (tmp_path / ".wangqi/misses.jsonl").write_text("".join(json.dumps(each) + "\n" for each in times))
    printed = run("suggest")
    pasted = tomllib.loads(printed)
    assert pasted["words"] == ["树莓派"]
    assert pasted["aliases"] == {"QTJS": ["青铜计算"]}
    assert pasted["sections"] == {'炉边"闲话"录': "resource"}
    assert "#      2  量子打印机" in printed
    (tmp_path / "wangqi.toml").write_text(printed, encoding="utf-8")
    run("reindex", "weekly")
    assert "words =" not in run("suggest")
    shown = json.loads(run("suggest", "--json"))
    assert (shown["suggestions"], shown["missed"][0]["times"]) == ([], 2)
