"""A plan's condition → a query that finds the documents which meet it (`search.reference.matching.meets`).

Nothing here scores: these stand in filters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never

from wangqi.search.analysis.analyzer import Spelling
from wangqi.search.document.filter_types import NameFilter
from wangqi.search.document.filtering import tests
from wangqi.search.document.filters import LIST_FILTERS
from wangqi.search.opensearch_engine.index.documents import term
from wangqi.search.opensearch_engine.index.mapping import HOLE, LONGEST_START, MOST
from wangqi.search.plan.forms import forms_of
from wangqi.search.plan.plan import AllOf, AnyOf, Anything, Condition, Found, NoneOf, OneOf, Plan, Word
from wangqi.search.plan.variants import Apart, Spelled, Starts, Variant
from wangqi.search.request import NO_FILTERS, Filters, NumberRange

Query = dict[str, Any]

EVERYTHING: Final[Query] = {"match_all": {}}
NOTHING: Final[Query] = {"match_none": {}}


@dataclass(frozen=True, slots=True)
class Fields:
    """Where tokens are looked for."""

    prefix: str = ""

    def holding(self, stream: str, token: str) -> Query:
        return {"term": {f"{self.prefix}{stream}": term(token)}}

    def spelled(self, spelling: Spelling) -> Query:
        """The grams of `spelling` stand as it says."""
        if len(spelling) == 1:
            return self.holding("grams", spelling[0][0])
        tokens, next_at = list[str](), 0
        for gram, at in spelling:
            tokens += [HOLE] * (at - next_at)
            tokens.append(term(gram))
            next_at = at + 1
        return {"match_phrase": {f"{self.prefix}places": " ".join(tokens)}}

    def starting(self, prefix: str) -> Query:
        if len(prefix) <= LONGEST_START:
            return self.holding("starts", prefix)
        return {"prefix": {f"{self.prefix}grams": prefix}}


ANYWHERE: Final = Fields()
TITLE: Final = Fields("title_")


def any_of(queries: Iterable[Query]) -> Query:
    found = list(queries)
    if len(found) == 1:
        return found[0]
    return {"bool": {"should": found, "minimum_should_match": 1}} if found else NOTHING


def all_of(queries: Iterable[Query], none_of: Sequence[Query] = ()) -> Query:
    found = [query for query in queries if query != EVERYTHING]
    if not none_of and len(found) < 2:
        return found[0] if found else EVERYTHING
    return {"bool": {"filter": found, "must_not": list(none_of)}}


def of_form(form: Word | Variant, fields: Fields = ANYWHERE) -> Query:
    """The documents that hold exactly this form of a word; in their title, for the `fields` of it."""
    match form:
        case Found(word, in_title=in_title):
            where = TITLE if in_title else fields
            return any_of(where.spelled(spelling) for spelling in word.spellings)
        case Variant(found=(stream, text)):
            return fields.holding(stream, text)
        case Variant(found=Spelled(spellings)):
            return any_of(fields.spelled(spelling) for spelling in spellings)
        case Variant(found=Apart(spellings)):
            # In the title is one where any of them stands there.
            everywhere = [ANYWHERE.spelled(spelling) for spelling in spellings]
            titled = [any_of(fields.spelled(spelling) for spelling in spellings)] if fields is TITLE else []
            return all_of([*everywhere, *titled])
        case Starts(prefix) | Variant(found=Starts(prefix)):
            return fields.starting(prefix)
    raise TypeError(form)


def of_word(word: Word) -> Query:
    return any_of(map(of_form, forms_of(word)))


def of_condition(condition: Condition) -> Query:
    match condition:
        case Anything():
            return EVERYTHING
        case Found() | Starts():
            return of_word(condition)
        case AllOf(parts):
            excluded = [of_condition(part.part) for part in parts if isinstance(part, NoneOf)]
            return all_of((of_condition(part) for part in parts if not isinstance(part, NoneOf)), excluded)
        case AnyOf(parts):
            return any_of(map(of_condition, parts))
        case OneOf(ids):
            return {"terms": {"entry_id": list(ids)}}
        case NoneOf(part):
            return all_of([], [of_condition(part)])
        case _:
            assert_never(condition)


def of_filters(filters: Filters) -> Query:
    """The documents that meet `filters` (`search.document.filtering.accepts`)."""
    if filters == NO_FILTERS:
        return EVERYTHING
    excluded = [query for each in filters.exclude for query in _each_of(each)]
    return all_of(_each_of(filters), excluded)


def _each_of(filters: Filters) -> list[Query]:
    return [_of_filter(name, filters) for name, _ in tests(filters)]


def _of_filter(name: str, filters: Filters) -> Query:
    row = LIST_FILTERS.get(name)
    if row is None:
        first, last = filters.date_from, filters.date_to
        return _between("day", first.toordinal() if first else None, last.toordinal() if last else None)
    if isinstance(row, NameFilter):
        return {"terms": {name: [term(row.key(value)) for value in row.values(filters)]}}
    ranges: Sequence[NumberRange] = row.values(filters)
    return any_of(_between(name, low, high) for low, high in ranges)


def _between(field: str, low: int | None, high: int | None) -> Query:
    bounds = {"gte": low, "lte": high}
    return {"range": {field: {name: min(bound, MOST) for name, bound in bounds.items() if bound is not None}}}


def of_plan(plan: Plan, filters: Filters) -> Query:
    return all_of([of_condition(plan.condition), of_filters(filters)])


def of_roles(plan: Plan, filters: Filters, matched: Query) -> tuple[Query, Query]:
    """What of `matched` answers `plan`, and what does where nothing else is found
    (`search.reference.matching.answers`)."""
    sought, others = (all_of([matched, {"terms": {"role": roles}}]) for roles in plan.roles(filters))
    return sought, others
