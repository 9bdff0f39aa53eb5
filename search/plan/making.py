"""The plan of a query: its tree after analysis.

tree (words as typed) ─► plan: a condition that a document meets or not, and the words that score
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final, TypeGuard, assert_never

from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.analyzer import QueryWord, Spelling, spellings_of, squeezed_units
from wangqi.search.analysis.units import cut_units
from wangqi.search.document.fields import typed_words
from wangqi.search.plan.named import issue_number, title_key
from wangqi.search.plan.plan import AllOf, AnyOf, Anything, Condition, Found, Lift, NoneOf, OneOf, Plan, Word
from wangqi.search.plan.ranking import RANKING, Ranking
from wangqi.search.plan.stopwords import is_grammar
from wangqi.search.plan.variants import WHOLE, Breadth, Starts, variants_in
from wangqi.search.query.tree import And, Entries, Everything, Literally, Match, Most, Not, Or, Phrase, Prefix, Query
from wangqi.search.query.wishes import Wish

MAX_RUN_WORDS: Final = 4
"""What is typed in one piece and has more words is a sentence, which hardly any entry holds in a row."""


def make_plan(
    query: Query,
    analyzer: Analyzer,
    wishes: Sequence[Wish] = (),
    whole: Plan | None = None,
    ranking: Ranking = RANKING,
    *,
    may_relax: bool = False,
) -> Plan:
    """The plan of `query`. Words without anything to search for drop out. `whole` is the plan of what a query `Most` is
    about, where there is one already; its words are looked up once for both where it was made with `may_relax`."""
    plan = _plan_of(query, analyzer, ranking, whole, may_relax=may_relax)
    return replace(plan, lifts=tuple(_lift(wish, analyzer) for wish in wishes)) if wishes else plan


def _lift(wish: Wish, analyzer: Analyzer) -> Lift:
    said = make_plan(Phrase(wish.said), analyzer).condition if wish.said else None
    return Lift(wish.filters, said)


def _plan_of(
    query: Query, analyzer: Analyzer, ranking: Ranking, whole: Plan | None = None, *, may_relax: bool = False
) -> Plan:
    if isinstance(query, Most):
        return _relaxed(query, analyzer, ranking, whole or _plan_of(query.query, analyzer, ranking, may_relax=True))
    breadth, inner = (Breadth.LITERAL, query.query) if isinstance(query, Literally) else (Breadth.INFLECTED, query)
    loose = _condition(inner, analyzer, ranking, Breadth.LOOSE) if may_relax and inner is query else None
    condition = _inflected(loose) if loose else _condition(inner, analyzer, ranking, breadth)
    needed = condition if breadth is Breadth.LITERAL else _without_grammar(condition)
    scored = _scored_words(condition, inner, analyzer, ranking)
    return Plan(needed, scored, title_key(inner), issue_number(str(inner)), ranking=ranking, loose=loose)


def _inflected(loose: Condition) -> Condition:
    """What is left of a condition of breadth `LOOSE` at the breadth `INFLECTED`."""
    match loose:
        case Found(variants=variants):
            kept = tuple(each for each in variants if each.kind in WHOLE)
            # One word in both plans, where it can be, is looked up once.
            return loose if len(kept) == len(variants) else replace(loose, variants=kept)
        case AllOf(parts):
            return _all_of(list(map(_inflected, parts)))
        case AnyOf(parts):
            return _any_of(list(map(_inflected, parts)))
        case _:
            return loose


def _relaxed(query: Most, analyzer: Analyzer, ranking: Ranking, whole: Plan) -> Plan:
    inner = query.instead or query.query
    known = None if query.instead else whole.loose
    condition = known or _condition(inner, analyzer, ranking, Breadth.LOOSE)
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    words = tuple(part for part in parts if _may_lack(part))
    if not words and not query.instead:
        return whole
    key, issue = (title_key(inner), issue_number(str(inner))) if query.instead else (whole.title_key, whole.issue)
    rest = _all_of([part for part in parts if not _may_lack(part)])
    scored = _scored_words(condition, inner, analyzer, ranking)
    return Plan(rest, scored, key, issue, share=query.share, most=words, whole=whole, ranking=ranking)


def _scored_words(condition: Condition, query: Query, analyzer: Analyzer, ranking: Ranking) -> tuple[Word, ...]:
    return tuple(dict.fromkeys([*_scored(condition), *_runs(query, analyzer, ranking)]))


def _without_grammar(condition: Condition) -> Condition:
    """`condition` without words of grammar where it has others: 怎么 and 的 help to rank, and need not be there."""
    parts = condition.parts if isinstance(condition, AllOf) else ()
    content = [part for part in parts if not isinstance(part, Found) or part.weight == 1.0]
    return _all_of(content) if any(not isinstance(part, NoneOf) for part in content) else condition


def _may_lack(part: Condition) -> TypeGuard[Word]:
    return isinstance(part, Starts) or (isinstance(part, Found) and not part.is_quoted)


def _condition(query: Query, analyzer: Analyzer, ranking: Ranking, breadth: Breadth) -> Condition:
    match query:
        case Everything():
            return Anything()
        case Match() | Phrase() | Prefix():
            return _all_of(_leaves([query], analyzer, ranking, breadth))
        case Not(inner):
            return _none_of(_condition(inner, analyzer, ranking, Breadth.NAMED))
        case And(parts):
            positive = [part for part in parts if not isinstance(part, Not | Or)]
            others = [_condition(part, analyzer, ranking, breadth) for part in parts if isinstance(part, Not | Or)]
            return _all_of([*_leaves(positive, analyzer, ranking, breadth), *others])
        case Or(parts):
            return _any_of([_condition(part, analyzer, ranking, breadth) for part in parts])
        case Entries(ids):
            return OneOf(ids)
        case Most() | Literally():
            raise ValueError(f"{type(query).__name__} stands only at the top of a query")
        case _:
            assert_never(query)


def _leaves(parts: Sequence[Query], analyzer: Analyzer, ranking: Ranking, breadth: Breadth) -> list[Condition]:
    """The words of neighbouring parts of a query; joined they count as well: open messaging, openmessaging."""
    leaves: list[Condition] = []
    groups = [(key, list(group)) for key, group in groupby(parts, key=lambda part: isinstance(part, Match))]
    for number, (is_match, group) in enumerate(groups, start=1):
        if is_match:
            # Analyzed as one text: a name with aliases may be two words.
            typed = " ".join(typed_words(str(part)) for part in group)
            words = analyzer.query(typed)
            found = variants_in(typed, words, analyzer, breadth, ends=number == len(groups))
            if ranking.left_out:
                found = [tuple(each for each in of_word if each.kind not in ranking.left_out) for of_word in found]
            texts = [word.text for word in words]
            for at, (word, variants) in enumerate(zip(words, found, strict=True)):
                weight = ranking.grammar_weight if is_grammar(texts, at) else 1.0
                _join(leaves, Found(word, weight, variants=variants, typed=typed[word.start : word.end]))
        else:
            for part in group:
                leaves += _quoted_or_prefix(part, analyzer, ranking)
    return leaves


def _quoted_or_prefix(part: Query, analyzer: Analyzer, ranking: Ranking) -> list[Condition]:
    match part:
        case Phrase(text, in_title):
            return _phrase(text, analyzer, in_title=in_title)
        case Prefix(text):
            return _prefix(text, analyzer)
        case _:
            return [_condition(part, analyzer, ranking, Breadth.INFLECTED)]


def _join(leaves: list[Condition], found: Found) -> None:
    """Append `found`; where it and the word before are Latin, both are also found joined."""
    before = leaves[-1] if leaves else None
    if isinstance(before, Found) and _is_latin(before.word) and _is_latin(found.word):
        text = before.word.text + found.word.text
        leaves[-1] = replace(before, word=_with_spelling(before.word, text))
        found = replace(found, word=_with_spelling(found.word, text))
    leaves.append(found)


def _is_latin(word: QueryWord) -> bool:
    # A Han word of one unit is one character long as well, but is no ASCII; a number joins on neither side.
    return word.text.isascii() and not word.text.isdigit()


def _with_spelling(word: QueryWord, text: str) -> QueryWord:
    spelling: Spelling = ((text, 0),)
    return replace(word, spellings=(*word.spellings, spelling), terms=(*word.terms, ("grams", text)))


def _phrase(text: str, analyzer: Analyzer, *, in_title: bool = False) -> list[Condition]:
    spellings = spellings_of(text)
    if not spellings:
        return []
    words = analyzer.query(text)
    terms = tuple(dict.fromkeys(term for word in words for term in word.terms))
    units = sum(word.units for word in words)
    word = QueryWord(title_key(text), 0, len(text), spellings, terms, units)
    return [Found(word, is_quoted=True, in_title=in_title)]


def _prefix(text: str, analyzer: Analyzer) -> list[Condition]:
    units = cut_units(text)
    if not units:
        return []
    if units[-1].script != "latin":  # Han is found inside words anyway
        return _phrase(text, analyzer)
    return [Starts(squeezed_units(text))] if all(unit.script == "latin" for unit in units) else _mixed(text, analyzer)


def _mixed(text: str, analyzer: Analyzer) -> list[Condition]:
    *words, last = analyzer.query(text)
    return [*(Found(word) for word in words), Starts(last.text)]


def _runs(query: Query, analyzer: Analyzer, ranking: Ranking) -> Iterator[Found]:
    """Yield each piece of the query that is cut into Han and Latin words, as a word that must stand in a row."""
    match query:
        case Match(text) if typed_words(text) == text:
            words = analyzer.query(text)
            # Of Han characters alone the pairs over the borders between words say the same.
            is_mixed = any(word.text.isascii() for word in words) and not text.isascii()
            if is_mixed and 1 < len(words) <= MAX_RUN_WORDS:
                units = sum(word.units for word in words)
                run = QueryWord(title_key(text), 0, len(text), spellings_of(text), (), units)
                yield Found(run, ranking.run_worth, is_run=True, typed=text)
        case And(parts):
            for part in parts:
                yield from _runs(part, analyzer, ranking)


def _scored(condition: Condition) -> Iterator[Word]:
    match condition:
        case Found() | Starts():
            yield condition
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _scored(part)
        case Anything() | NoneOf() | OneOf():
            return
        case _:
            assert_never(condition)


def _all_of(parts: Sequence[Condition]) -> Condition:
    flat: list[Condition] = []
    for part in parts:
        flat += part.parts if isinstance(part, AllOf) else [] if isinstance(part, Anything) else [part]
    unique = tuple(dict.fromkeys(flat))
    return AllOf(unique) if len(unique) > 1 else unique[0] if unique else Anything()


def _any_of(parts: Sequence[Condition]) -> Condition:
    kept = [part for part in parts if not isinstance(part, Anything)]
    return AnyOf(tuple(kept)) if len(kept) > 1 else kept[0] if kept else Anything()


def _none_of(part: Condition) -> Condition:
    # Nothing to search for excludes nothing.
    return Anything() if isinstance(part, Anything) else NoneOf(part)
