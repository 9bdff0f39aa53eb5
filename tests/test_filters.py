"""A filter is one row of a table: what else has to tell of it is named here, and what every row promises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_args

import polib
import pytest
import yaml

from wangqi.search.analysis import fold_key
from wangqi.search.document.filter_types import Filter
from wangqi.search.document.filtering import Attributes
from wangqi.search.document.filters import FILTERS, LIST_FILTERS, PARAMETERS, merge_filters, narrow_filters
from wangqi.search.engine import Facet
from wangqi.search.query.field_names import FIELD_NAMES
from wangqi.search.request import NO_FILTERS, Filters
from wangqi.web.cli.search import search as search_command
from wangqi.web.words.labels import FACET_LABELS

ROOT = Path(__file__).resolve().parent.parent
ASKED = {"issue": "3..5", "year": "2024", "from": "2024-03-01", "to": "2024-03-31", "kind": "tool"}
"""A value for each parameter that does not take any text."""


def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def places() -> Iterator[tuple[str, set[str], set[str]]]:
    """Where filters are told, which ones should be, and which ones are."""
    openapi = yaml.safe_load(text_of("web/api/openapi.yaml"))
    components = openapi["components"]
    keys = components["schemas"]["TypedFilters"]["propertyNames"]["enum"]
    catalog = {entry.msgid for entry in polib.pofile(str(ROOT / "web/locale/en.po")).translated_entries()}
    documents = {*Attributes.__dataclass_fields__, "year"}
    parameters = set(PARAMETERS)
    names = {row.name for row in FILTERS}
    held = {name for row in FILTERS for name in row.read({})}
    yield "FILTERS in search/document/filters.py", {each.name for each in fields(Filters)} - {"exclude"}, held
    yield "Filters in search/request.py", held, {each.name for each in fields(Filters)}
    yield "Attributes in search/document/filtering.py", names, documents
    for path in ("/api/v1/search", "/search.atom"):
        told = openapi["paths"][path]["get"]["parameters"]
        named = {each.get("name") or each["$ref"].rpartition("/")[2] for each in told}
        yield f"{path} in web/api/openapi.yaml", parameters, named
    yield "parameters in web/api/openapi.yaml", parameters, set(components["parameters"])
    yield "schema TypedFilters in web/api/openapi.yaml", parameters, set(keys)
    yield "table of parameters in docs/json-api.md", parameters, first_cells("docs/json-api.md")
    yield "docs/query-syntax.md", names, set(re.findall(r"`(\w+):", text_of("docs/query-syntax.md")))
    yield "web/locale/en.po", {chip for row in FILTERS for chip in row.chips}, catalog
    yield "options of `wangqi search`", parameters, {each.name or "" for each in search_command.params}
    yield "labels of facets in web/words/labels.py", set(get_args(Facet)), set(FACET_LABELS)
    yield "LIST_FILTERS in search/document/filters.py", set(get_args(Facet)), set(LIST_FILTERS)


def first_cells(path: str) -> set[str]:
    rows = re.findall(r"^\| (`[^|]+) \|", text_of(path), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


PLACES = list(places())


@pytest.mark.parametrize(("place", "wanted", "told"), PLACES, ids=[place for place, *_ in PLACES])
def test_every_filter_is_told_everywhere(place: str, wanted: set[str], told: set[str]) -> None:
    assert not wanted - told, f"{place} lacks {', '.join(sorted(wanted - told))}"


def test_a_name_that_is_typed_means_one_filter_and_is_folded() -> None:
    typed = [name for row in FILTERS for name in row.typed.split()]
    assert len(typed) == len(set(typed)) == len(FIELD_NAMES)
    assert [name for name in typed if fold_key(name) != name] == []


@pytest.mark.parametrize("row", FILTERS, ids=lambda row: row.name)
def test_what_is_written_is_read_the_same(row: Filter) -> None:
    filters = asked(row)
    pairs = row.write(filters)
    assert tuple(dict.fromkeys(name for name, _ in pairs)) == row.parameters
    assert Filters(**row.read({name: [value] for name, value in pairs})) == filters
    assert filters not in [rest for *_, rest in row.each(filters)]


@pytest.mark.parametrize("name", ["archive", "section", "tag"])
@pytest.mark.parametrize("value", ["文章,教程", "文章，", ",", '"文章"', '"', "文章"])
def test_a_name_that_a_facet_shows_is_written_so_that_it_alone_is_read(name: str, value: str) -> None:
    row = LIST_FILTERS[name]
    ((_, written),) = row.write(Filters(**{name: (value,)}))  # type: ignore[arg-type]
    assert row.read({name: [written]}) == {name: (value,)}


@pytest.mark.parametrize("row", FILTERS, ids=lambda row: row.name)
def test_a_filter_asked_for_twice_is_itself(row: Filter) -> None:
    filters = asked(row)
    assert merge_filters(filters, filters) == narrow_filters(filters, filters) == filters
    assert merge_filters(NO_FILTERS, filters) == narrow_filters(NO_FILTERS, filters) == filters
    assert row.test(NO_FILTERS) is None
    assert row.test(filters) is not None


@pytest.mark.parametrize("row", LIST_FILTERS.values(), ids=lambda row: row.name)
def test_of_two_that_share_nothing_nothing_is_left(row: Filter) -> None:
    values = {"kind": ("tool", "book"), "issue": ("1", "2"), "year": ("2020", "2021")}.get(row.name, ("a.b", "c.d"))
    first, second = (Filters(**row.read({row.name: [value]})) for value in values)
    both = narrow_filters(first, second)
    assert both not in (first, second)
    test = row.test(both)
    assert test is not None
    # A document without the attribute says "" or None.
    assert not any(test(value) for value in (*values, 1, 2, 2020, 2021, "", None))


@pytest.mark.parametrize(
    ("name", "first", "second", "shared"),
    [
        ("site", "github.com", "gist.github.com", "gist.github.com"),  # the narrower one, whichever comes first
        ("site", "gist.github.com", "github.com", "gist.github.com"),
        ("site", "github.com,example.org", "com,github.com", "github.com"),
        ("site", "xn--fsqu00a.com", "例子.com", "xn--fsqu00a.com"),
        ("section", "Go,工具", "go,文章", "Go"),
        ("by", "@Ann", "ann", "ann"),
        ("tag", "前端,后端", "#前端", "前端"),
        ("issue", "3..9", "7..12", "7..9"),
    ],
)
def test_what_two_places_share_is_searched(name: str, first: str, second: str, shared: str) -> None:
    row = LIST_FILTERS[name]
    both = narrow_filters(*(Filters(**row.read({name: [text]})) for text in (first, second)))
    assert ",".join(value for _, value in row.write(both)) == shared


HOSTS = ("example.org", "a.example.org", "www.example.org", "badexample.org", "org", "", "例子.中国")


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("asked_for", ["example.org", "org", "a.example.org,org", "www.example.org", "例子.中国"])
def test_a_site_is_met_as_its_facet_counts_it(asked_for: str, host: str) -> None:
    row = LIST_FILTERS["site"]
    test = row.test(Filters(**row.read({"site": [asked_for]})))
    assert test is not None
    wanted = {row.keys(value)[0] for value in row.split(asked_for)}
    assert test(host) is (host != "" and not wanted.isdisjoint(row.keys(host)))


def asked(row: Filter) -> Filters:
    return Filters(**row.read({name: [ASKED.get(name, "x.y")] for name in row.parameters}))
