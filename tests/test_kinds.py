"""A kind is one row of a table: what else has to tell of it is named here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
import yaml

from wangqi.indexer.reader.kinds import name_type
from wangqi.search.analysis import fold_key
from wangqi.search.model.kinds import KIND_ALIASES, KIND_LABELS, KIND_TABLE, KINDS, KindWords
from wangqi.search.query.parser import parse

ROOT = Path(__file__).resolve().parent.parent


def places() -> Iterator[tuple[str, set[str]]]:
    """Where kinds are told, and which ones are."""
    openapi = yaml.safe_load((ROOT / "web/api/openapi.yaml").read_text(encoding="utf-8"))
    labels = {entry.msgid for entry in polib.pofile(str(ROOT / "web/locale/en.po")).translated_entries()}
    yield "KIND_TABLE in search/model/kinds.py", {row.kind for row in KIND_TABLE}
    yield "schema Kind in web/api/openapi.yaml", set(openapi["components"]["schemas"]["Kind"]["enum"])
    yield "row `kind` in docs/json-api.md", words_of("docs/json-api.md", "| `kind` |")
    yield "row `kind:tool` in docs/query-syntax.md", words_of("docs/query-syntax.md", "| `kind:tool`")
    chinese = words_of("docs/zh-CN/search.md", "| `类型：工具`")
    yield "row `类型：工具` in docs/zh-CN/search.md", {kind for kind, label in KIND_LABELS.items() if label in chinese}
    yield "web/locale/en.po", {kind for kind, label in KIND_LABELS.items() if label in labels}


def words_of(path: str, start: str) -> set[str]:
    """The words of the row of a table that begins so."""
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    return set(re.findall(r"\w+", next(line for line in lines if line.startswith(start))))


@pytest.mark.parametrize(("place", "told"), list(places()), ids=[place for place, _ in places()])
def test_every_kind_is_told_everywhere(place: str, told: set[str]) -> None:
    lacking = [kind for kind in KINDS if kind not in told]
    assert not lacking, f"{place} lacks {', '.join(lacking)}"


def test_the_table_is_in_the_order_of_the_type() -> None:
    assert tuple(row.kind for row in KIND_TABLE) == KINDS


@pytest.mark.parametrize("row", KIND_TABLE, ids=lambda row: row.kind)
def test_every_name_of_a_kind_is_folded_and_understood(row: KindWords) -> None:
    for name in [row.kind, row.label, *row.typed.split()]:
        assert parse(f"kind:{name}").filters.kind == (row.kind,), name
    for name in row.sections.split():
        assert fold_key(name) == name
        assert name_type(name), name


def test_a_name_means_one_kind() -> None:
    typed = Counter(name for row in KIND_TABLE for name in (row.kind, *row.typed.split()))
    assert [name for name, count in typed.items() if count > 1] == []
    assert set(KIND_ALIASES.values()) == set(KINDS)
