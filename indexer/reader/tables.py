"""The rows of a table → lines: the cell that names a row leads, the others are its text.

| 名称   | 说明   | 链接      |          甲工具
| 甲工具 | 说明甲 | [官网](…) |    ─►    说明甲 官网
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from wangqi.indexer.reader.line_addresses import is_pointer, link_targets, named_links
from wangqi.indexer.reader.lines import Line

_TITLE_COLUMNS: Final = """
    名称 名字 标题 项目 项目名 项目名称 工具 文章 书名 产品 name title project tool article
"""
TITLE_COLUMNS: Final = frozenset(_TITLE_COLUMNS.split())

Cells = Sequence[Sequence[Line]]
"""The lines of each cell: one, or none for an empty cell."""


def title_column(head: Cells) -> int | None:
    """The column that the head says names the rows; None when it does not say."""
    names = ["".join(line.text for line in cell).strip().lower() for cell in head]
    return next((at for at, name in enumerate(names) if name in TITLE_COLUMNS), None)


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
