"""jieba and its fast port must cut alike."""

import marshal
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running import run_python

from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.folding import fold
from wangqi.search.analysis.segmenter import MAX_RUN, Segmenter
from wangqi.search.analysis.units import CJK

WORDS = ("青桐周报", "大家", "很慢", "电子技术", "云原生")  # two of them are in jieba's dictionary already

JIEBA = Segmenter(WORDS, fast=False)
PLAIN_JIEBA = Segmenter(fast=False)


@pytest.fixture(scope="module")
def fast() -> tuple[Segmenter, Segmenter]:
    pytest.importorskip("rjieba", reason="the fast port is not installed: pip install rjieba")
    return Segmenter(), Segmenter(WORDS)


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("容器镜像分发系统", ["容器", "镜像", "分发", "系统"]),
        ("𠮷野家", ["𠮷", "野家"]),  # outside the dictionary's range: a word by itself
        ("カタカナ语言", ["カ", "タ", "カ", "ナ", "语言"]),
        ("", []),
    ],
)
def test_runs_are_cut_into_words(run: str, words: list[str]) -> None:
    assert PLAIN_JIEBA.cut(run) == words


def test_words_of_the_site_are_kept_whole() -> None:
    assert JIEBA.cut("读青桐周报的人") == ["读", "青桐周报", "的", "人"]


@settings(deadline=None)
@given(
    st.text(
        st.sampled_from("青桐周报大家很慢电子技术云原生的了在不𠮷〇々カ한")
        | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
    )
)
def test_the_words_of_a_run_are_the_run(run: str) -> None:
    assert "".join(JIEBA.cut(run)) == run


@settings(deadline=None)  # the first example loads the dictionaries
@given(st.text(st.sampled_from("青桐周报大家很慢电子技术云原生的了在不会上中国人工智能𠮷カ"), max_size=2 * MAX_RUN))
def test_the_port_cuts_as_jieba_does(fast: tuple[Segmenter, Segmenter], run: str) -> None:
    # 云云云 is 云云 and 云 or 云 and 云云, equally likely: rounding decides, and not alike.
    run = re.sub(r"(.)\1\1+", r"\1\1", run)
    for port, reference in zip(fast, (PLAIN_JIEBA, JIEBA), strict=True):
        assert port.cut(run) == reference.cut(run)
        assert port.cut_for_search(run) == reference.cut_for_search(run)


@pytest.mark.shared
def test_the_port_cuts_every_run_of_real_issues_as_jieba_does(shared: Path, fast: tuple[Segmenter, Segmenter]) -> None:
    runs: set[str] = set()
    for path in (shared / "corpora").glob("*/*.md"):
        runs.update(re.findall(f"[{CJK}]+", fold(path.read_text(encoding="utf-8", errors="replace")).text))
    assert runs
    different = [
        run
        for run in runs
        for port, reference in zip(fast, (PLAIN_JIEBA, JIEBA), strict=True)
        if port.cut(run) != reference.cut(run) or port.cut_for_search(run) != reference.cut_for_search(run)
    ]
    assert different == []


PLANTED = marshal.dumps(({"容": 1, "容器": 0, "容器镜": 10**9, "像": 1}, 10**9))


def test_a_cache_that_somebody_planted_is_not_read(tmp_path: Path) -> None:
    # jieba by itself reads whatever lies under this name in the folder that all users share.
    (tmp_path / "jieba.cache").write_bytes(PLANTED)
    program = "from wangqi.search.analysis.segmenter import Segmenter; print(Segmenter(fast=False).cut('容器镜像'))"
    assert run_python(program, TMPDIR=str(tmp_path)).stdout == "['容器', '镜像']\n"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"jieba.cache": PLANTED}


def test_plain_jieba_does_read_it(tmp_path: Path) -> None:
    (tmp_path / "jieba.cache").write_bytes(PLANTED)
    program = "import jieba; print(jieba.lcut('容器镜像'))"
    assert run_python(program, TMPDIR=str(tmp_path)).stdout == "['容器镜', '像']\n"


def test_another_dictionary_gives_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Analyzer().fingerprint
    monkeypatch.setattr("wangqi.search.analysis.analyzer.dictionary_digest", lambda: "0123456789abcdef")
    assert Analyzer().fingerprint != before
