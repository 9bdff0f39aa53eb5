"""The rows of a table → lines: the cell that names a row leads, the others are its text.

| 名称   | 说明   | 链接      |          甲工具
| 甲工具 | 说明甲 | [官网](…) |    ─►    说明甲 官网
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from wangqi.indexer.reader.line_addresses import is_pointer, link_targets, named_links
from wangqi.indexer.reader.lines import Line

_TITLE_COLUMNS: Final = """
    名称 名字 标题 项目 项目名 项目名称 工具 文章 书名 产品 name title project tool article
"""
TITLE_COLUMNS: Final = frozenset(_TITLE_COLUMNS.split())
_NUMBERS: Final = re.compile(r"[\W\d_年月日号]+")
"""A number or a day, which is the name of no row."""

Cells = Sequence[Sequence[Line]]
"""The lines of each cell: one, or none for an empty cell."""


def title_column(head: Cells, rows: Sequence[Cells]) -> int | None:
    """The column that names the rows: the one whose head says so or, where links only lead to what a row names, the
    first without links that says something else in each row. None when there is none."""
    heads = [_text(cell).lower() for cell in head]
    if said := [at for at, name in enumerate(heads) if name in TITLE_COLUMNS]:
        return said[0]
    columns = list(zip(*rows, strict=False))
    linked = {at for at, cells in enumerate(columns) if any(named_links(line) for cell in cells for line in cell)}
    texts = [[_text(cell) for cell in cells] for cells in columns]
    naming = next((at for at, column in enumerate(texts) if at not in linked and _are_names(column)), None)
    if naming is None or not linked:
        return None
    return naming if all(_lead_to(heads[at], texts[at], texts[naming]) for at in linked) else None


def _are_names(texts: Sequence[str]) -> bool:
    return len(set(texts)) == len(texts) and not any(_NUMBERS.fullmatch(text) or not text for text in texts)


def _lead_to(head: str, links: Sequence[str], names: Sequence[str]) -> bool:
    """Whether links only lead to what bears the `names`: all say the same, or their column is that of the links and
    they say no more than the names."""
    is_same = len(links) > 1 and len(set(links)) == 1
    return is_same or (is_pointer(head) and len("".join(links)) <= len("".join(names)))


def _text(cell: Sequence[Line]) -> str:
    return " ".join(line.text for line in cell).strip()


def row_lines(cells: Cells, column: int | None) -> list[Line]:
    """A row as the lines of an entry: the cell of `column` first or, where there is none, the first that has a link of
    its own. A row that begins with such a link, or has no address and no cell that names it, stays one line."""
    named = [[line.text_of(link) for line in cell for link in named_links(line)] for cell in cells]
    linked = [at for at, texts in enumerate(named) if not all(map(is_pointer, texts))]
    is_named = column is not None and column < len(cells) and bool(cells[column])
    leading = column if column is not None and is_named else linked[0] if linked else 0
    rest = [cell for at, cell in enumerate(cells) if at != leading]
    leads_elsewhere = any(link_targets(line) for cell in rest for line in cell)
    is_apart = leading not in linked and (is_named or leads_elsewhere)
    if not is_apart and leading == next((at for at, cell in enumerate(cells) if cell), 0):
        return joined(cells)
    return [line for part in (joined(cells[leading : leading + 1]), joined(rest)) for line in part]


def joined(cells: Cells) -> list[Line]:
    """The cells as one line, with blanks between them; no line when all are empty."""
    lines = [line for cell in cells for line in cell]
    text, marks = "", []
    for line in lines:
        text += " " if text and line.text else ""
        marks += [replace(mark, start=mark.start + len(text), end=mark.end + len(text)) for mark in line.marks]
        text += line.text
    return [replace(lines[0], text=text, marks=tuple(marks))] if lines else []
