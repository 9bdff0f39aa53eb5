"""The types of filters: how the values of each are read and written, how two combine, and which documents meet them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar, Final

from wangqi.search.analysis import fold_key
from wangqi.search.document.links import plain_host
from wangqi.search.document.values import quoted, read_days, read_numbers, split_list, unquoted
from wangqi.search.errors import RequestError
from wangqi.search.errors.message import Message
from wangqi.search.request import Filters, NumberRange

NAMES_REMEMBERED: Final = 1 << 13
"""Names of documents that are folded once: every search with a filter compares all of them."""

Fields = dict[str, Any]
"""Fields of `Filters` with their values."""

Test = Callable[[object], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(ABC):
    """A filter: names, values, how two combine and which documents meet it; pages have the English of its chips."""

    name: str
    """The attribute of documents that it looks at; also the place of a value in `chips`."""
    typed: str
    """Its names in the query language, parted by blanks and folded as `fold_key` does."""
    options: tuple[str, ...]
    """What the option of each parameter is for, in English."""
    metavar: ClassVar[str]
    """What stands for a value in `--help`."""
    chips: tuple[str, ...] = ()
    """How a page tells a value, in Chinese: `栏目：%(section)s`. Nothing: the value says it all."""

    @property
    @abstractmethod
    def parameters(self) -> tuple[str, ...]:
        """Names of its parameters in an address and of its keys in the JSON."""

    @abstractmethod
    def read_typed(self, text: str, *, is_quoted: bool = False) -> Fields | None:
        """Read `field:text`, or `field:"text"`; None when the text is not understood."""

    @abstractmethod
    def read(self, arguments: Mapping[str, Sequence[str]]) -> Fields:
        """Read the parameters. Raises `RequestError` naming the one that cannot be used."""

    @abstractmethod
    def write(self, filters: Filters) -> list[tuple[str, str]]:
        """The parameters that `read` gives the same for, a pair for each value."""

    @abstractmethod
    def merge(self, first: Filters, second: Filters) -> Fields:
        """Asked for twice in one place."""

    @abstractmethod
    def narrow(self, first: Filters, second: Filters) -> Fields:
        """Asked for in two places, of which both must be met."""

    @abstractmethod
    def test(self, filters: Filters) -> Test | None:
        """Whether a value of the attribute meets it; None when nothing is asked."""

    @abstractmethod
    def each(self, filters: Filters) -> Iterator[tuple[str, Any, Filters]]:
        """Yield, for each value that is asked for, the chip, the value, and `filters` without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter(Filter):
    """A field of `Filters` and a parameter of its own name, whose values are alternatives."""

    expected: str = ""
    """What an error says of a value that cannot be read."""
    nothing: ClassVar[Any]
    """The value that no document has: what is left of two that share nothing."""

    @property
    def parameters(self) -> tuple[str, ...]:
        return (self.name,)

    @abstractmethod
    def read_value(self, text: str) -> Any:
        """Read one alternative; None when it is not understood."""

    @abstractmethod
    def write_value(self, value: Any) -> str: ...

    @abstractmethod
    def value_of(self, counted: str) -> Any:
        """The value that the facet of this name counts as `counted`."""

    @abstractmethod
    def shared(self, first: Sequence[Any], second: Sequence[Any]) -> tuple[Any, ...]:
        """The values that documents can have which have one of `first` and one of `second`."""

    @abstractmethod
    def keys(self, value: str) -> list[str]:
        """Keys that find a document with `value`, each counted by a facet; its own key first."""

    def held(self, attribute: str) -> list[str]:
        """The values of a document whose attribute, as text, is `attribute`."""
        return [attribute] if attribute else []

    @abstractmethod
    def test_of(self, values: Sequence[Any]) -> Test: ...

    def split(self, text: str, *, is_quoted: bool = False) -> list[str]:
        """The alternatives in `text`, or in `"text"`."""
        return split_list(text)

    def values(self, filters: Filters) -> tuple[Any, ...]:
        values: tuple[Any, ...] = getattr(filters, self.name)
        return values

    def read_typed(self, text: str, *, is_quoted: bool = False) -> Fields | None:
        values = tuple(map(self.read_value, self.split(text, is_quoted=is_quoted)))
        return {self.name: values} if values and None not in values else None

    def read(self, arguments: Mapping[str, Sequence[str]]) -> Fields:
        values = [self.read_value(part) for text in arguments.get(self.name, ()) for part in self.split(text)]
        if None in values:
            raise RequestError(self.name, self.expected)
        return {self.name: tuple(dict.fromkeys(values))}

    def write(self, filters: Filters) -> list[tuple[str, str]]:
        return [(self.name, self.write_value(value)) for value in self.values(filters)]

    def merge(self, first: Filters, second: Filters) -> Fields:
        return {self.name: tuple(dict.fromkeys(self.values(first) + self.values(second)))}

    def narrow(self, first: Filters, second: Filters) -> Fields:
        ours, theirs = self.values(first), self.values(second)
        return {self.name: (self.shared(ours, theirs) or (self.nothing,)) if ours and theirs else ours or theirs}

    def test(self, filters: Filters) -> Test | None:
        values = self.values(filters)
        return self.test_of(values) if values else None

    def each(self, filters: Filters) -> Iterator[tuple[str, Any, Filters]]:
        values, (chip, *_) = self.values(filters), (*self.chips, "")
        for value in values:
            others: Fields = {self.name: tuple(other for other in values if other != value)}
            yield chip, value, replace(filters, **others)


@lru_cache(NAMES_REMEMBERED)
def _key(name: str) -> str:
    return fold_key(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFilter(ListFilter):
    """Names, compared by keys."""

    metavar: ClassVar[str] = "NAME"
    expected: str = Message("must be a name")
    nothing: ClassVar[str] = ""
    reader: Callable[[str], str | None] = str
    key: Callable[[str], str] = fold_key
    """Of a name that is asked for."""
    keys_of: Callable[[str], list[str]] = lambda name: [_key(name)]
    several: bool = False
    """Whether documents have any number of names: their attribute holds one on each line."""
    holds_commas: bool = False
    """Whether a comma may be a part of the name: it is one in double quotes."""
    tries_whole: bool = False
    """Whether, without quotes, the whole is one more alternative: people type a name with a comma as they see it."""

    def split(self, text: str, *, is_quoted: bool = False) -> list[str]:
        text = text.strip()
        if self.holds_commas and not is_quoted and (name := unquoted(text)) is not None:
            text, is_quoted = name, True
        if self.holds_commas and is_quoted:
            return [text] if text else []
        parts = split_list(text)
        return [text, *parts] if self.tries_whole and len(parts) > 1 else parts

    def read_value(self, text: str) -> str | None:
        """None also for what leaves nothing to compare, such as `@` and `#`."""
        name = self.reader(text)
        return name if name and self.key(name) else None

    def write_value(self, value: str) -> str:
        return quoted(value) if self.holds_commas else value

    def value_of(self, counted: str) -> str:
        return counted

    def shared(self, first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
        """The values of either that meet the other too: of a site and one below it the latter, whichever was asked for
        first."""
        in_first, in_second = self.test_of(first), self.test_of(second)
        shared: dict[str, str] = {}
        for value in (*filter(in_second, first), *filter(in_first, second)):
            shared.setdefault(self.key(value), value)
        return tuple(shared.values())

    def keys(self, value: str) -> list[str]:
        return self.keys_of(value)

    def held(self, attribute: str) -> list[str]:
        names = attribute.split("\n") if self.several else [attribute]
        return [name for name in names if name]

    def test_of(self, values: Sequence[str]) -> Test:
        wanted = set(map(self.key, values))
        return lambda value: (
            isinstance(value, str) and any(not wanted.isdisjoint(self.keys_of(name)) for name in self.held(value))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFilter(NameFilter):
    """Hosts: one stands for those below it too."""

    metavar: ClassVar[str] = "HOST"
    expected: str = Message("must be a host such as github.com")

    def test_of(self, values: Sequence[str]) -> Test:
        """Says what `keys` say without making them: an archive has thousands of hosts."""
        wanted = set(map(self.key, values))
        above = tuple(f".{host}" for host in wanted if host)

        def test(value: object) -> bool:
            if not isinstance(value, str) or not value:
                return False
            host = plain_host(value)
            return host in wanted or host.endswith(above)

        return test


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFilter(ListFilter):
    """Numbers and ranges of numbers."""

    metavar: ClassVar[str] = "N..M"
    nothing: ClassVar[NumberRange] = (1, 0)
    expected: str = Message(
        "must be a number such as 7 or a range such as 301..405 (the smaller one first), 301.. or ..405"
    )

    def read_value(self, text: str) -> NumberRange | None:
        return read_numbers(text)

    def write_value(self, value: NumberRange) -> str:
        start, end = value
        if start == end:
            return str(start)
        return f"{'' if start is None else start}..{'' if end is None else end}"

    def value_of(self, counted: str) -> NumberRange:
        return int(counted), int(counted)

    def shared(self, first: Sequence[NumberRange], second: Sequence[NumberRange]) -> tuple[NumberRange, ...]:
        overlaps = (_overlap(one, other) for one in first for other in second)
        return tuple(overlap for overlap in overlaps if overlap)

    def keys(self, value: str) -> list[str]:
        return [value]

    def test_of(self, values: Sequence[NumberRange]) -> Test:
        def test(value: object) -> bool:
            return isinstance(value, int) and any(
                (low is None or low <= value) and (high is None or value <= high) for low, high in values
            )

        return test


def _overlap(first: NumberRange, second: NumberRange) -> NumberRange | None:
    low = max((start for start, _ in (first, second) if start is not None), default=None)
    high = min((end for _, end in (first, second) if end is not None), default=None)
    return (low, high) if low is None or high is None or low <= high else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFilter(Filter):
    """The one range of days, in two fields of `Filters` and two parameters."""

    metavar: ClassVar[str] = "DATE"

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("from", "to")

    def read_typed(self, text: str, *, is_quoted: bool = False) -> Fields | None:
        """Read a day, month or year, or a range of them."""
        values = split_list(text)
        if len(values) != 1:
            return None
        first, dots, last = (part.strip() for part in values[0].partition(".."))
        start, end = read_days(first), read_days(last if dots else first)
        if not (start or end) or (first and not start) or (last and not end):
            return None
        if start and end and start[0] > end[1]:
            return None
        return {"date_from": start[0] if start else None, "date_to": end[1] if end else None}

    def read(self, arguments: Mapping[str, Sequence[str]]) -> Fields:
        first, last = (_days(name, arguments.get(name, ())) for name in self.parameters)
        if first and last and first[0] > last[1]:
            raise RequestError("to", Message("must not lie before from, which is {first}", first=first[0]))
        return {"date_from": first[0] if first else None, "date_to": last[1] if last else None}

    def write(self, filters: Filters) -> list[tuple[str, str]]:
        days = zip(self.parameters, (filters.date_from, filters.date_to), strict=True)
        return [(name, day.isoformat()) for name, day in days if day]

    def merge(self, first: Filters, second: Filters) -> Fields:
        """The days that are in both."""
        starts = (day for day in (first.date_from, second.date_from) if day)
        ends = (day for day in (first.date_to, second.date_to) if day)
        return {"date_from": max(starts, default=None), "date_to": min(ends, default=None)}

    def narrow(self, first: Filters, second: Filters) -> Fields:
        return self.merge(first, second)

    def test(self, filters: Filters) -> Test | None:
        first, last = filters.date_from, filters.date_to
        if not (first or last):
            return None
        return lambda value: isinstance(value, date) and (first or value) <= value <= (last or value)

    def each(self, filters: Filters) -> Iterator[tuple[str, Any, Filters]]:
        from_chip, to_chip = self.chips
        if filters.date_from:
            yield from_chip, filters.date_from, replace(filters, date_from=None)
        if filters.date_to:
            yield to_chip, filters.date_to, replace(filters, date_to=None)


def _days(name: str, texts: Sequence[str]) -> tuple[date, date] | None:
    if len(texts) > 1:
        raise RequestError(name, Message("must be given only once"))
    text = texts[0].strip() if texts else ""
    days = read_days(text)
    if text and not days:
        raise RequestError(name, Message("must be a date such as 2024-03-08, 2024-03 or 2024"))
    return days
