"""English word endings: which forms share a stem, and which words keep apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.stemming import bases, stem


@pytest.mark.parametrize(
    "forms",
    [
        "download downloads downloaded downloading",
        "library libraries",
        "cookie cookies",
        "cache caches cached caching",
        "code codes coded coding",
        "image images",
        "message messages messaging",
        "search searches searched searching",
        "process processes processing",
        "run runs running",
        "stop stopped stopping",
        "install installs installed installing",
        "generate generates generated generating",
        "copy copies copied copying",
        "make makes making",
        "box boxes",
        "embed embeds embedded embedding",
        "api apis",
        "gpu gpus",
    ],
)
def test_forms_of_a_word_share_a_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    "words",
    [
        "new news",
        "statue status",
        "not note",
        "plan plane",
        "car care",
        "relative relation",
        "editor edit",
        "str string",
    ],
)
def test_other_words_do_not(words: str) -> None:
    first, second = words.split()
    assert stem(first) != stem(second)


@pytest.mark.parametrize(
    "word", ["css", "ios", "used", "string", "thing", "need", "es6s", "k8s", "вещи", "下载", "", "c++"]
)
def test_short_words_numbers_and_other_scripts_stay(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Downloads", "~download"),
        ("download", "~download"),
        ("self-hosted", "~host"),
        ("self-hosted", "~selfhost"),
        ("DevTools", "~tool"),  # parts by case as well
        ("APIs", "~api"),
    ],
)
def test_a_text_has_the_stems_of_its_latin_words(text: str, term: str) -> None:
    assert term in Analyzer().index(text).words


def test_numbers_chinese_and_the_shortest_words_have_no_stems() -> None:
    assert [word for word in Analyzer().index("用 C 和 Go 写 5G 的 2.0 版").words if word.startswith("~")] == []


def test_a_query_word_tells_its_stem() -> None:
    assert [word.stem for word in Analyzer().query("下载 Libraries self-hosting vue3 Go")] == [
        "", "~librari", "~selfhost", "", "",
    ]  # fmt: skip


@given(st.text("abdeiorstv", max_size=12) | st.sampled_from(["compression", "scanner", "visualizer", "setting"]))
def test_what_a_word_may_be_derived_from_is_another_word(word: str) -> None:
    assert all(base != word and len(base) >= 4 for base in bases(word))


def test_scanner_is_of_scan_and_letter_of_nothing() -> None:
    assert "scan" in set(bases("scanner"))
    assert {"compress", "compresse"} == set(bases("compression"))
    assert set(bases("letter")) == {"lett", "lette"}
