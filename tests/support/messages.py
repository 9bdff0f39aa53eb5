"""Every message that a page may say, found in the source: what the catalogs must hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment

from wangqi import search, web
from wangqi.search.answer.explaining import FIELD_LABELS, ROLE_LABELS
from wangqi.search.document.filters import FILTERS
from wangqi.search.model.kinds import KIND_LABELS
from wangqi.web.words.labels import FACET_LABELS, PLACE_LABELS, SORT_LABELS

WEB, SEARCH = Path(web.__path__[0]), Path(search.__path__[0])
FUNCTIONS = ("_", "gettext", "counted")


def all_messages() -> set[str]:
    labels = {each for table in (KIND_LABELS, FACET_LABELS, PLACE_LABELS, SORT_LABELS) for each in table.values()}
    chips = {chip for row in FILTERS for chip in row.chips}
    reasons = {*FIELD_LABELS, *ROLE_LABELS.values()}
    return labels | chips | reasons | set(_of_templates()) | set(_of_code())


def _of_templates() -> Iterator[str]:
    environment = Environment(extensions=["jinja2.ext.i18n"])
    for path in sorted((WEB / "templates").glob("*.html")):
        source = path.read_text(encoding="utf-8")
        for _, _, found in environment.extract_translations(source, FUNCTIONS):  # type: ignore[attr-defined]
            yield found if isinstance(found, str) else found[0]


def _of_code() -> Iterator[str]:
    for path in [*sorted(WEB.rglob("*.py")), *sorted(SEARCH.rglob("*.py"))]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from _arguments(tree)


def _arguments(tree: ast.AST) -> Iterator[str]:
    """Texts given to one of `FUNCTIONS`, and templates of notices."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in FUNCTIONS:
                yield from _text(first)
            case ast.keyword(arg="template", value=value) | ast.Assign(targets=[ast.Name(id="template")], value=value):
                yield from _text(value)


def _text(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
