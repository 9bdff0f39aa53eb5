"""The parser: any string gives a query, filters and notices. `docs/query-syntax.md` tells the language.

    >>> parsed = parse("图床 -免费 kind:工具")
    >>> str(parsed.query), parsed.filters.kind
    ('图床 -免费', ('tool',))

One pass cuts the text into items (word, phrase, filter, OR), a second one makes the tree. What cannot be understood is
read as words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from wangqi.search.analysis import fold_key
from wangqi.search.document.filters import merge_filters
from wangqi.search.query.field_names import FIELD_NAMES, TITLE_NAMES, read_field
from wangqi.search.query.notice import Notice
from wangqi.search.query.tree import And, Everything, Match, Not, Or, Phrase, Prefix, Query
from wangqi.search.request import MAX_QUERY_CHARS, NO_FILTERS, Filters

MAX_PARTS: Final = 40
"""Words, phrases and exclusions of one query that are looked at."""

_DOUBLE = '"＂“”„‟'
_CLOSERS: Final = {**dict.fromkeys(_DOUBLE, _DOUBLE), "「": "」", "『": "』", "｢": "｣"}
"""The characters that close a quotation, by the one that opens it: people mix the styles of double quotes."""
_HOLDS_QUOTATIONS = re.compile('["＂][^"＂“”]*(?:“[^"＂“”]*”[^"＂“”]*)+["＂]')
"""Straight quotes around a text with quotations of its own: "为什么要“慢”"."""
_ALL_QUOTES: Final = "".join(_CLOSERS) + "」』｣"
_OPENS_ANYWHERE: Final = "“「『｢"
"""Chinese text has no blank before these; a straight quote inside a word (5" screen) is no quotation."""
_MINUS: Final = "-－−"
_FIELD = re.compile(r"([A-Za-zＡ-Ｚａ-ｚ]{2,11}|[\u4e00-\u9fff]{1,3})[:：]")
_NOT = re.compile(r"NOT\s+(?=\S)")
_OPTION = re.compile(r"[a-z]{1,2}")
"""What follows the minus of an option: rm -rf, npm i -g. Nobody leaves such words out in a query of Latin words."""
_SHORT_WORD = re.compile(r"[a-z]{3,4}")
"""It may be an option (tar -xzf) or a word to leave out (editor -vim)."""
_SEARCHABLE = re.compile(r"[^\W_]|[\u00a9\u00ae\u2190-\u2bff\U0001f000-\U0001faff]")


@dataclass(frozen=True, slots=True)
class TypedFilter:
    """A filter among the words: `kind:工具`."""

    filters: Filters
    """What it asks for alone."""
    start: int
    end: int
    """Where it stands in the query's text, half-open."""


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query's text as tree, filters, wishes and notices."""

    query: Query
    filters: Filters
    """Of all `typed` together."""
    notices: tuple[Notice, ...] = ()
    typed: tuple[TypedFilter, ...] = ()
    asks_nothing: bool = False
    """Whether something was typed, but nothing that could be searched for or filtered by: `！！！`."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A part of a query: `query` with its sign, or an operator."""

    query: Query
    operator: str = ""
    """OR, or AND; "" for what is none."""


@lru_cache(64)  # the parts of a page ask for the same words
def parse(q: str) -> ParsedQuery:
    """The query that `q` asks for; words are AND by default. Never an error; takes time linear in `q`."""
    notices: list[Notice] = []
    if len(q) > MAX_QUERY_CHARS:
        q = q[:MAX_QUERY_CHARS]
        notices.append(
            Notice(
                code="truncated",
                template="查询太长，只搜索了前 %(chars)s 个字符。",
                values=(("chars", MAX_QUERY_CHARS),),
            )
        )
    reader = _Reader(q, notices)
    items = list(reader.items())
    parts = list(_operators(items))
    if len(parts) > MAX_PARTS:
        parts = parts[:MAX_PARTS]
        notices.append(
            Notice(code="too-many-words", template="词太多，只搜索了前 %(words)s 个。", values=(("words", MAX_PARTS),))
        )
    if parts and all(isinstance(part, Not) for part in parts):
        notices.append(Notice(code="only-excluded", template="只有要排除的词：列出的是不含它们的所有条目。"))
    asks_nothing = bool(q.strip()) and not parts and reader.filters == NO_FILTERS
    if asks_nothing:
        notices.append(Notice(code="nothing-asked", template="没有可以搜索的字词。"))
    notices = list(dict.fromkeys(notices))
    return ParsedQuery(_conjunction(parts), reader.filters, tuple(notices), tuple(reader.typed), asks_nothing)


class _Reader:
    """Cuts a query's text into items, and collects its filters and notices on the way."""

    def __init__(self, q: str, notices: list[Notice]) -> None:
        self._q = q
        self._notices = notices
        self._at = 0
        self.filters = NO_FILTERS
        self.typed: list[TypedFilter] = []

    def items(self) -> Iterator[_Item]:
        while self._at < len(self._q):
            if self._q[self._at].isspace() or self._skips_open_quote():
                self._at += 1
                continue
            start = self._at
            negative = self._take_minus()
            item = self._item(negative, start)
            if item is not None:
                yield _Item(Not(item.query)) if negative else item

    def _skips_open_quote(self) -> bool:
        """Whether a quotation mark stands here that nothing closes: it is no more than a blank, and that is said."""
        if self._q[self._at] not in _CLOSERS or self._closing(self._at) is not None:
            return False
        self._notices.append(Notice(code="unbalanced-quote", template="引号没有成对，已当作普通文字。"))
        return True

    def _take_minus(self) -> bool:
        """Step over a minus that excludes, or NOT: at the start of a part, something to search for right after it."""
        if found := _NOT.match(self._q, self._at):
            self._at = found.end()
            return True
        following = self._q[self._at + 1 : self._at + 2]
        if self._q[self._at] not in _MINUS or following in (*_MINUS, ""):
            return False
        is_quoted = self._closing(self._at + 1) is not None
        word = self._q[self._at + 1 : self._word_end(self._at)]
        if not is_quoted and (not _is_searchable(word) or self._is_option(word)):
            return False
        self._at += 1
        return True

    def _is_option(self, word: str) -> bool:
        """Whether the minus and `word` are an option of a command; says so where it may be one."""
        if not self._q[: self._at].strip() or not self._q.isascii():
            return False
        if _SHORT_WORD.fullmatch(word):
            template = "已排除“%(word)s”；要找“-%(word)s”这几个字，请加上引号。"
            quoted = f'{self._q[: self._at]}"-{word}"{self._q[self._at + 1 + len(word) :]}'
            self._notices.append(Notice(code="excluded", template=template, values=(("word", word),), q=quoted))
        return bool(_OPTION.fullmatch(word))

    def _item(self, negative: bool, start: int) -> _Item | None:
        """The next item, whose sign stands at `start`; None when it is a filter."""
        end = self._closing(self._at)
        if end is not None:
            quoted = re.sub(f"[{_ALL_QUOTES}]", " ", self._q[self._at + 1 : end])
            self._at = end + 1
            return _Item(Phrase(" ".join(quoted.split()))) if _is_searchable(quoted) else None
        if title := self._take_title():
            return _Item(title)
        if self._take_field(negative, start):
            return None
        text = self._q[self._at : self._word_end(self._at)]
        self._at += len(text) or 1
        return _word(text, negative)

    def _closing(self, start: int) -> int | None:
        """The offset at which the quotation opened at `start` is closed; None when none opens there, or nothing closes
        it."""
        closers = _CLOSERS.get(self._q[start : start + 1])
        if closers is None:
            return None
        if whole := _HOLDS_QUOTATIONS.match(self._q, start):
            return whole.end() - 1
        return next((at for at in range(start + 1, len(self._q)) if self._q[at] in closers), None)

    def _word_end(self, start: int) -> int:
        """The end of the word at `start`: white space, or a quotation mark that can stand inside a line."""
        end = start
        while end < len(self._q) and not self._q[end].isspace() and self._q[end] not in _OPENS_ANYWHERE:
            end += 1
        return end

    def _take_title(self) -> Phrase | None:
        """Read `title:文字`, and nothing where there is no text to find in it."""
        match = _FIELD.match(self._q, self._at)
        if not match or fold_key(match[1]) not in TITLE_NAMES:
            return None
        value, end = self._field_value(match.end())
        text = re.sub(f"[{_ALL_QUOTES}]", " ", value)
        if not _is_searchable(text):
            return None
        self._at = end
        return Phrase(" ".join(text.split()), in_title=True)

    def _take_field(self, negative: bool, start: int) -> bool:
        """Read `field:value` into the filters; False, and nothing taken, when there is none that is understood."""
        match = _FIELD.match(self._q, self._at)
        if not match:
            return False
        name = fold_key(match[1])
        if name not in FIELD_NAMES:
            self._note_unknown_field(match, match.end())
            return False
        value, end = self._field_value(match.end())
        is_quoted = end > match.end() + len(value)
        filters = read_field(FIELD_NAMES[name], value, is_quoted=is_quoted)
        if filters is None:
            template = "没有看懂“%(text)s”，已当作普通文字。"
            self._notices.append(Notice(code="bad-value", template=template, values=(("text", match[0] + value),)))
            return False
        wanted = Filters(exclude=(filters,)) if negative else filters
        self.filters = merge_filters(self.filters, wanted)
        self.typed.append(TypedFilter(wanted, start, end))
        self._at = end
        return True

    def _field_value(self, start: int) -> tuple[str, int]:
        end = self._closing(start)
        if end is not None:
            return self._q[start + 1 : end], end + 1
        end = self._word_end(start)
        return self._q[start:end], end

    def _note_unknown_field(self, match: re.Match[str], start: int) -> None:
        # Only what looks like a field: not https://…, 12:30, std::vector, or a Chinese title with a colon in it.
        if match[1].isascii() and match[0].endswith(":") and self._q[start : start + 1].isalnum():
            template = "没有“%(field)s”这个字段，已当作普通文字。"
            self._notices.append(Notice(code="unknown-field", template=template, values=(("field", match[1]),)))


def _word(text: str, negative: bool) -> _Item | None:
    if text in ("OR", "AND") and not negative:
        return _Item(Match(text), operator=text)
    start = text.rstrip("*＊")
    if start != text and _is_searchable(start[-1:]):
        return _Item(Prefix(start))
    return _Item(Match(text)) if _is_searchable(text) else None


def _is_searchable(text: str) -> bool:
    """Whether there is anything to search for in a part of a query: a letter, a digit, a symbol such as an emoji."""
    return bool(_SEARCHABLE.search(normalize("NFKC", text)))


def _operators(items: Sequence[_Item]) -> Iterator[Query]:
    """The parts of the conjunction: OR joins the parts beside it, AND changes nothing between two; both are words where
    they cannot."""
    at = 0
    while at < len(items):
        if items[at].operator == "AND" and 0 < at < len(items) - 1:
            at += 1
            continue
        alternatives = [items[at].query]
        while _joins(items, at, alternatives):
            alternatives.append(items[at + 2].query)
            at += 2
        yield Or(tuple(alternatives)) if len(alternatives) > 1 else alternatives[0]
        at += 1


def _joins(items: Sequence[_Item], at: int, alternatives: Sequence[Query]) -> bool:
    if at + 2 >= len(items) or items[at + 1].operator != "OR":
        return False
    return not isinstance(alternatives[-1], Not) and not isinstance(items[at + 2].query, Not)


def _conjunction(parts: Sequence[Query]) -> Query:
    if not parts:
        return Everything()
    return And(tuple(parts)) if len(parts) > 1 else parts[0]
