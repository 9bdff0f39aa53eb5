"""The weights of the reader: `TABLE` says what each decides, the documentation its value, as it is."""

import re
from pathlib import Path

from wangqi.indexer.reader import decisions
from wangqi.indexer.reader.decisions import TABLE

DOCUMENT = Path(__file__).parent.parent / "docs" / "reading-issues.md"
ROW = re.compile(r"([A-Z_]+) (\S+) \((\S+) to (\S+)\)$")


def test_the_documentation_has_every_weight_with_its_value() -> None:
    rows = [found.groups() for found in map(ROW.match, DOCUMENT.read_text(encoding="utf-8").splitlines()) if found]
    assert [row[:2] for row in rows] == [(name, f"{getattr(decisions, name):.4g}") for name in TABLE]
    for name, value, least, greatest in rows:
        assert float(least) <= float(value) <= float(greatest), name


def test_the_table_has_every_weight_of_the_module() -> None:
    weights = {name for name, value in vars(decisions).items() if name.isupper() and isinstance(value, (int, float))}
    assert TABLE.keys() == weights
    assert "" not in TABLE.values()
