"""Parameters of a search in an address: `?q=图床&kind=tool&page=2` ⇄ `SearchRequest`.

`read_search` and `write_search` are each other's inverse, so that every page and every link of a search comes from one
`SearchRequest`, changed with `dataclasses.replace`.

    >>> write_search(SearchRequest(q="图床", page=2))
    [('q', '图床'), ('page', '2')]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar, get_args

from wangqi.search.document.filter_types import Filter
from wangqi.search.document.filters import FILTERS, PARAMETERS
from wangqi.search.document.links import typed_address
from wangqi.search.document.values import split_list
from wangqi.search.engine import Facet
from wangqi.search.errors import RequestError
from wangqi.search.errors.message import Message
from wangqi.search.request import MAX_DEPTH, MAX_PER_PAGE, NO_FILTERS, Filters, Group, MatchMode, SearchRequest, Sort

Arguments = Mapping[str, Sequence[str]]
"""Values by name, in the order given, as `MultiDict.to_dict(flat=False)` has them."""

FACETS: Final[tuple[Facet, ...]] = get_args(Facet)
SEARCH_PARAMETERS: Final = (
    *("q", "page", "per_page"),
    *PARAMETERS,
    *("sort", "match", "facets", "explain", "group"),
)
DEFAULT: Final = SearchRequest()
FEED: Final = SearchRequest(sort="newest", facets=(), per_page=MAX_PER_PAGE)
"""What a feed of a search is by default: no entry of the newest issue is missing on its first page."""
Choice = TypeVar("Choice", bound=str)


def read_search(arguments: Arguments, default: SearchRequest = DEFAULT) -> SearchRequest:
    """The search that `arguments` ask for, `default` where they ask for nothing; names that are not parameters of a
    search are passed over.

    Raises `RequestError` naming the parameter that cannot be used.
    """
    per_page = read_number(arguments, "per_page", default=default.per_page, largest=MAX_PER_PAGE)
    return SearchRequest(
        q=read_text(arguments, "q"),
        page=read_number(arguments, "page", default=default.page, largest=MAX_DEPTH // per_page),
        per_page=per_page,
        filters=_filters(arguments),
        sort=_choice(arguments, "sort", get_args(Sort), default.sort),
        match=_choice(arguments, "match", get_args(MatchMode), default.match),
        facets=_facets(arguments, default.facets),
        explain=_choice(arguments, "explain", ("0", "1"), "0") == "1",
        group=_choice(arguments, "group", get_args(Group), default.group),
    )


def read_address(typed: str) -> str:
    """The page that somebody asks about. Raises `RequestError` for what is no address."""
    if not typed.strip():
        raise RequestError("url", Message("is missing: name a page, ?url=https://example.org/page"))
    address = typed_address(typed.strip())
    if address is None:
        raise RequestError("url", Message("must be the address of a page, or owner/repo for a repository of GitHub"))
    return address


def reject_unknown(arguments: Arguments, known: Iterable[str]) -> None:
    """Raises `RequestError` for the first argument that is not `known`."""
    for name in arguments:
        if name not in known:
            raise RequestError(name, Message("unknown parameter; known are {known}", known=", ".join(known) or "none"))


def read_text(arguments: Arguments, name: str) -> str:
    """The value of `name`, without blanks around; "" when it is absent."""
    values = arguments.get(name, ())
    if len(values) > 1:
        raise RequestError(name, Message("must be given only once"))
    return values[0].strip() if values else ""


def read_number(arguments: Arguments, name: str, *, default: int, largest: int) -> int:
    """The whole number from 1 to `largest` that `name` holds; `default` when it is absent or empty."""
    value = read_text(arguments, name)
    number = _number(name, value) if value else default
    if not 1 <= number <= largest:
        raise RequestError(name, Message("must be a whole number from 1 to {largest}", largest=largest))
    return number


def read_list(arguments: Arguments, name: str) -> tuple[str, ...]:
    """Each alternative of `name` once: its values, parted at commas."""
    return tuple(dict.fromkeys(part for value in arguments.get(name, ()) for part in split_list(value)))


def write_search(request: SearchRequest, default: SearchRequest = DEFAULT) -> list[tuple[str, str]]:
    """`request` as parameters, in a fixed order and without what is the `default`."""
    pairs = [("q", request.q)] if request.q else []
    return pairs + write_filters(request.filters) + _manner(request, default)


def _manner(request: SearchRequest, default: SearchRequest = DEFAULT) -> list[tuple[str, str]]:
    """The parameters that say how, behind those that say what."""
    pairs: list[tuple[str, str]] = []
    pairs += [("sort", request.sort)] if request.sort != default.sort else []
    pairs += [("match", request.match)] if request.match != default.match else []
    pairs += [("facets", ",".join(request.facets))] if request.facets != default.facets else []
    pairs += [("explain", "1")] if request.explain else []
    pairs += [("group", request.group)] if request.group != default.group else []
    pairs += [("per_page", str(request.per_page))] if request.per_page != default.per_page else []
    return pairs + ([("page", str(request.page))] if request.page != default.page else [])


def write_around(request: SearchRequest, name: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The parameters of `request` that stand before those of the filter `name`, and those that stand after them."""
    at = next(at for at, row in enumerate(FILTERS) if row.name == name)
    before, after = FILTERS[:at], FILTERS[at + 1 :]
    pairs = [("q", request.q)] if request.q else []
    return pairs + write_filters(request.filters, before), write_filters(request.filters, after) + _manner(request)


def write_filters(filters: Filters, rows: Iterable[Filter] = FILTERS) -> list[tuple[str, str]]:
    """`filters` as parameters, a pair for each value, or those of some `rows`; no parameter says what is to be left
    out."""
    return [] if filters == NO_FILTERS else [pair for row in rows for pair in row.write(filters)]


def _filters(arguments: Arguments) -> Filters:
    return Filters(**{name: value for row in FILTERS for name, value in row.read(arguments).items()})


def _choice(arguments: Arguments, name: str, choices: Sequence[Choice], default: Choice) -> Choice:
    value = read_text(arguments, name) or default
    for choice in choices:
        if choice == value:
            return choice
    raise RequestError(name, Message("must be one of {choices}", choices=choices))


def _facets(arguments: Arguments, default: tuple[str, ...]) -> tuple[str, ...]:
    if "facets" not in arguments:
        return default
    wanted = read_list(arguments, "facets")
    if not set(wanted) <= set(FACETS):
        raise RequestError("facets", Message("must be a list of {facets}", facets=FACETS))
    return wanted


def _number(name: str, value: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", value):
        raise RequestError(name, Message("must be a whole number of at most nine digits"))
    return int(value)
