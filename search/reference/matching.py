"""Which documents a condition of a plan finds, and in which form one holds a word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from wangqi.search.document.fields import FIELDS, TITLE
from wangqi.search.plan.forms import forms_of
from wangqi.search.plan.plan import AllOf, AnyOf, Anything, Condition, Found, NoneOf, OneOf, Plan, Word, own_terms
from wangqi.search.plan.variants import Starts, Variant
from wangqi.search.reference.documents import TokenizedDocument
from wangqi.search.request import Filters

_ALL_FIELDS: Final = range(len(FIELDS))


@dataclass(frozen=True, slots=True)
class Holding:
    """The form in which a document holds a word of the query, and in which fields."""

    form: Word | Variant | None
    """The word itself or one of its variants; None when it holds none of them as a whole."""
    fields: tuple[int, ...]
    """Where, as indexes of FIELDS; without a form, where at least a part of the word stands."""


def meets(document: TokenizedDocument, condition: Condition) -> bool:
    match condition:
        case Anything():
            return True
        case Found() | Starts():
            return form_of(document, condition) is not None
        case AllOf(parts):
            return all(meets(document, part) for part in parts)
        case AnyOf(parts):
            return any(meets(document, part) for part in parts)
        case OneOf(ids):
            return document.entry.id in ids
        case NoneOf(part):
            return not meets(document, part)
        case _:
            assert_never(condition)


def form_of(document: TokenizedDocument, word: Word) -> Word | Variant | None:
    """The form in which `document` holds the word: itself, else the first of its variants; None for neither."""
    return next((form for form in forms_of(word) if holds(document, form)), None)


def holding(document: TokenizedDocument, word: Word) -> Holding:
    form = form_of(document, word)
    if form:
        return Holding(form, tuple(number for number in _ALL_FIELDS if holds(document, form, (number,))))
    found = {number for term in own_terms(word) for number in document.tokens.fields(term)}
    return Holding(None, tuple(sorted(found)))


def holds(document: TokenizedDocument, form: Word | Variant, fields: Iterable[int] = _ALL_FIELDS) -> bool:
    """Whether one of `fields` holds exactly this form of a word."""
    match form:
        case Found(word, in_title=in_title):
            wanted = [number for number in fields if number == TITLE or not in_title]
            return any(document.tokens.holds(spelling, wanted) for spelling in word.spellings)
        case Variant(found=term):
            return any(number in document.tokens.fields(term) for number in fields)
        case Starts():
            return any(number in document.tokens.fields(form) for number in fields)


def answers(found: Sequence[TokenizedDocument], plan: Plan, filters: Filters) -> list[TokenizedDocument]:
    """Keep those of `found` that answer the plan."""
    sought, others = plan.roles(filters)
    best = [document for document in found if document.entry.role in sought]
    return best or [document for document in found if document.entry.role in others]
