"""The shipped lists of aliases and translations: what they say, and that they are well formed."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from samples import ANALYZER

from wangqi.search.analysis.aliases import alias_key
from wangqi.search.analysis.lexicon.glossary import translations
from wangqi.search.analysis.lexicon.word_lists import alias_groups, lines, names, read_text
from wangqi.search.analysis.stemming import stem

GLOSSARY = [line.split(" = ") for line in lines(read_text("glossary.txt"))]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("download", ("下载",)),
        ("downloads", ("下载",)),
        ("Downloading", ("下载",)),
        ("下载", ()),  # one way only
        ("libraries", ("库", "类库", "函数库", "图书馆")),
        ("live stream", ("直播",)),
        ("livestreams", ("直播",)),
        ("没有这个词", ()),
        ("xyzzy", ()),
        ("", ()),
    ],
)
def test_english_words_are_translated(word: str, expected: tuple[str, ...]) -> None:
    assert translations(word) == expected


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("compressor", "压缩"),
        ("compressors", "压缩"),
        ("formatter", "格式化"),
        ("summarizer", "总结"),
        ("letter", "信"),  # a word of the list, and none that is derived from let
        ("flower", "花"),
    ],
)
def test_what_the_list_lacks_is_found_by_what_it_is_derived_from(word: str, first: str) -> None:
    assert translations(word)[0] == first


@pytest.mark.parametrize("word", ["self-hosted", "self hosted", "selfhosted", "self-hosting"])
def test_joined_or_not_an_english_word_is_the_same(word: str) -> None:
    assert translations(word)[0] == "自托管"


def test_the_glossary_is_sorted_and_has_each_word_once() -> None:
    words = [word for word, _ in GLOSSARY]
    assert [pair for pair in pairwise(words) if pair[0] >= pair[1]] == []
    keys = [stem(word.replace(" ", "").replace("-", "")) for word in words]
    assert len(set(keys)) == len(keys)


def test_the_glossary_is_english_on_the_left_and_han_on_the_right() -> None:
    shape = re.compile(r"[a-z]+(?:[ -][a-z]+)* = [一-鿿]+(?:, [一-鿿]+)*")
    assert [line for line in lines(read_text("glossary.txt")) if not shape.fullmatch(line)] == []


def test_each_name_has_one_group_of_aliases() -> None:
    keys = [alias_key(name) for group in alias_groups() for name in group]
    assert [key for key in keys if not key or keys.count(key) > 1] == []
    assert [group for group in alias_groups() if len(group) < 2] == []


SYNONYMS = [line.split(" = ") for line in lines(read_text("synonyms.txt"))]


def test_each_synonym_stands_in_one_group() -> None:
    words = [word for group in SYNONYMS for word in group]
    assert [word for word in words if words.count(word) > 1] == []
    assert [group for group in SYNONYMS if len(group) < 2] == []
    assert len(SYNONYMS) > 300


def test_synonyms_are_written_as_they_are_looked_up() -> None:
    assert [word for group in SYNONYMS for word in group if alias_key(word) != word] == []
    assert set(ANALYZER.synonyms("白嫖")) == {"免费", "不花钱", "零成本", "不要钱"}
    assert ANALYZER.synonyms("没有这个词") == ()


def test_names_are_in_lower_case_and_of_letters_alone() -> None:
    listed = [name for line in lines(read_text("names.txt")) for name in line.split()]
    assert [name for name in listed if not re.fullmatch("[a-z]{4,}", name) or listed.count(name) > 1] == []
    assert "rabbitmq" in names()
    assert "rabbit" not in names()
