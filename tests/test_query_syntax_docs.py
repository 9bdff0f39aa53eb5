"""`docs/query-syntax.md` and its Chinese sister say what the parser does."""

import re
from pathlib import Path

import pytest

from wangqi.search.correction.correct import MAX_HAN, MAX_PIECES
from wangqi.search.plan.ranking import RANKING
from wangqi.search.query.field_names import FIELD_NAMES
from wangqi.search.query.parser import MAX_PARTS, parse
from wangqi.search.query.tree import Phrase
from wangqi.search.request import MAX_QUERY_CHARS, Filters

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE, CHINESE = ((DOCS / name).read_text(encoding="utf-8") for name in ("query-syntax.md", "zh-CN/search.md"))
ROWS = [line.split("|")[1:3] for line in (PAGE + CHINESE).splitlines() if line.startswith("| `")]
EXAMPLES = [example for row in ROWS for cell in row for example in re.findall(r"`([^`…]+)`", cell)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_understood(example: str) -> None:
    assert parse(example).notices == ()


@pytest.mark.parametrize("typed", [row[0].strip(" `") for row in ROWS if re.search("[:：]", row[0])])
def test_a_field_is_a_filter(typed: str) -> None:
    asked = parse(typed)
    assert asked.filters != Filters() or (isinstance(asked.query, Phrase) and asked.query.in_title)


def test_every_field_is_named() -> None:
    for page in (PAGE, CHINESE):
        assert [field for field in set(FIELD_NAMES.values()) if f"`{field}:" not in page] == []


def test_the_numbers_are_the_ones_in_the_code() -> None:
    for words in (
        f"first {MAX_QUERY_CHARS} characters", f"first {MAX_PARTS} parts", f"fewer than {RANKING.enough} entries",
        f"at least {RANKING.relaxed_share} of", f"more than {MAX_PIECES} words or {MAX_HAN} Chinese characters",
    ):  # fmt: skip
        assert words in PAGE
