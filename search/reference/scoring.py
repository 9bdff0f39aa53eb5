"""The plan of a query evaluated in plain Python, one document at a time: slow, short, and what "right" means.

Other engines are compared with it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, assert_never

from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.analyzer import FieldTokens, Spelling, Stream
from wangqi.search.document.fields import FIELDS, TITLE, field_texts, name_of_title
from wangqi.search.document.filtering import accepts, attributes_of
from wangqi.search.engine import Facet, Statistics, WordStatistics
from wangqi.search.model import Entry, Role
from wangqi.search.plan.plan import (
    AllOf,
    AnyOf,
    Anything,
    Condition,
    Found,
    NoneOf,
    OneOf,
    Plan,
    Term,
    Word,
    own_terms,
    title_key,
)
from wangqi.search.plan.ranking import (
    FIELD_B,
    FIELD_BOOSTS,
    MEAN_LENGTHS,
    TOLERANCE,
    Ranking,
    idf,
    length_norm,
    saturation,
)
from wangqi.search.plan.variants import SAID, SYNONYMS, Apart, Spelled, Starts, Variant
from wangqi.search.request import Filters

_ALL_FIELDS: Final = range(len(FIELDS))
_TITLE_ONLY: Final = (TITLE,)


class TokenizedDocument:
    """An entry and its tokens, made on first use: listing issues needs none."""

    def __init__(self, entry: Entry, analyzer: Analyzer) -> None:
        self.entry = entry
        self.attributes = attributes_of(entry)
        self._analyzer = analyzer

    def value(self, facet: Facet) -> str:
        """The value that the document counts for in `facet`; "" for none."""
        return str(getattr(self.attributes, facet) or "")

    @cached_property
    def tokens(self) -> _Tokens:
        return _Tokens(self.entry, self._analyzer)


class _Tokens:
    """Positions of the grams of a document and frequencies of its terms, by field."""

    def __init__(self, entry: Entry, analyzer: Analyzer) -> None:
        self.title_keys = {title_key(title) for title in (entry.title, name_of_title(entry.title))}
        fields = [analyzer.index(text) for text in field_texts(entry)]
        self.lengths = [tokens.length for tokens in fields]
        self.positions = [_positions(tokens) for tokens in fields]
        self.counts: dict[Stream, list[Counter[str]]] = {
            "words": [Counter(tokens.words) for tokens in fields],
            "grams": [Counter(tokens.grams) for tokens in fields],
        }
        self._frequencies: dict[Term, list[int]] = {}
        """Of the terms that were asked for: a score asks for each several times, and a prefix looks at all grams."""

    def holds(self, spelling: Spelling, fields: Iterable[int]) -> bool:
        """Whether the grams of `spelling` stand as it says in one of `fields`."""
        return any(_stands_in(self.positions[number], spelling) for number in fields)

    def fields(self, term: Term) -> tuple[int, ...]:
        """Indexes of the fields that hold `term`."""
        if isinstance(term, Spelled):
            return tuple(
                number for number in _ALL_FIELDS if any(self.holds(each, (number,)) for each in term.spellings)
            )
        if isinstance(term, Apart):
            held = [self.fields(Spelled((each,))) for each in term.spellings]
            return tuple(sorted(set().union(*held))) if all(held) else ()
        return tuple(number for number, count in enumerate(self._counts(term)) if count)

    def frequency(self, term: Term) -> float:
        """How often `term` occurs: BM25F's sum over the fields."""
        if isinstance(term, Apart):
            return min(self.frequency(Spelled((each,))) for each in term.spellings)
        if isinstance(term, Spelled):
            # Of a spelling of several grams, no more often than the rarest of them.
            held = [each for each in term.spellings if self.holds(each, _ALL_FIELDS)]
            return sum(min(self.frequency(("grams", gram)) for gram, _ in each) for each in held)
        frequency = 0.0
        for number, count in enumerate(self._counts(term)):
            length, mean = self.lengths[number], MEAN_LENGTHS[number]
            norm = length_norm(length, mean, FIELD_B[number])
            frequency += FIELD_BOOSTS[number] * count / norm
        return frequency

    def _counts(self, term: tuple[Stream, str] | Starts) -> list[int]:
        """How often `term` occurs in each field."""
        found = self._frequencies.get(term)
        if found is None:
            found = self._frequencies[term] = self._counted(term)
        return found

    def _counted(self, term: tuple[Stream, str] | Starts) -> list[int]:
        if isinstance(term, Starts):
            return [
                sum(count for gram, count in counts.items() if gram.startswith(term.prefix))
                for counts in self.counts["grams"]
            ]
        stream, text = term
        return [counts[text] for counts in self.counts[stream]]


def _positions(tokens: FieldTokens) -> dict[str, set[int]]:
    """The positions of each gram."""
    positions: dict[str, set[int]] = {}
    for gram, position in zip(tokens.grams, tokens.positions, strict=True):
        positions.setdefault(gram, set()).add(position)
    return positions


def _stands_in(positions: Mapping[str, Collection[int]], spelling: Spelling) -> bool:
    (first, _), *others = spelling  # the first is at 0
    return any(
        all(start + offset in positions.get(gram, ()) for gram, offset in others) for start in positions.get(first, ())
    )


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """The summands and factors of the score of a document."""

    gains: tuple[float, ...]
    """What each word of `Plan.scored` adds."""
    title: float
    """What is added for the words in the title."""
    coverage: float
    role: float
    recency: float
    lift: float = 1.0
    """For the wishes that it fits."""

    @property
    def total(self) -> float:
        gain = sum(self.gains) + self.title if self.gains else 1.0
        return gain * self.coverage * self.role * self.recency * self.lift


@dataclass(frozen=True, slots=True)
class Holding:
    """The form in which a document holds a word of the query, and in which fields."""

    form: Word | Variant | None
    """The word itself or one of its variants; None when it holds none of them as a whole."""
    fields: tuple[int, ...]
    """Where, as indexes of FIELDS; without a form, where at least a part of the word stands."""


class DocumentScorer:
    """Scores documents one at a time, by what an index knows of the words of a plan."""

    def __init__(self, statistics: Statistics) -> None:
        self._statistics = statistics

    def parts(self, document: TokenizedDocument, plan: Plan) -> ScoreParts:
        """The summands and factors of the score of `document`."""
        return ScoreParts(
            gains=tuple(self._gains(document, plan)),
            title=self._title_bonus(document, plan) if plan.scored else 0.0,
            coverage=plan.ranking.coverage_factor(self.coverage(document, plan.scored)) if plan.scored else 1.0,
            role=plan.ranking.role_factors[document.entry.role],
            recency=1 + plan.ranking.recency * self._recency(document),
            lift=_lift(document, plan),
        )

    def score(self, document: TokenizedDocument, plan: Plan) -> float:
        """The score of `document`, which meets the plan's condition; above 0."""
        return self.parts(document, plan).total

    def coverage(self, document: TokenizedDocument, words: Sequence[Word]) -> float:
        """The share of `words` that the document holds, by weight."""
        total = sum(self._statistics.words[word].worth for word in words)
        held = sum(self._worth(word, form) for word in words if (form := form_of(document, word)))
        return held / total if total else 0.0

    def _gains(self, document: TokenizedDocument, plan: Plan) -> Iterator[float]:
        gains = dict.fromkeys(plan.scored, 0.0)
        for word, term, weight in plan.terms():
            gains[word] += weight * self._term_score(document, word, term, plan.ranking)
        for word in plan.scored:
            yield gains[word] + self._variant_score(document, word, plan.ranking)

    def _term_score(self, document: TokenizedDocument, word: Word, term: Term, ranking: Ranking) -> float:
        frequency = document.tokens.frequency(term)
        if not frequency:
            return 0.0
        saturated: float = saturation(frequency, ranking.k1)
        return min(self._statistics.idfs[term], self._statistics.words[word].most_idf) * saturated

    def _variant_score(self, document: TokenizedDocument, word: Word, ranking: Ranking) -> float:
        form = form_of(document, word)
        if not isinstance(form, Variant) or not form.scores:
            return 0.0
        weight = ranking.variant_weight(form) * word.weight * ranking.factor(form) * form.share
        return weight * self._term_score(document, word, form.found, ranking)

    def _title_bonus(self, document: TokenizedDocument, plan: Plan) -> float:
        tokens = document.tokens
        if plan.title_key and plan.title_key in tokens.title_keys:
            return plan.ranking.exact_title_bonus
        if plan.issue is not None and document.entry.role == "issue" and document.attributes.issue == plan.issue:
            return plan.ranking.exact_title_bonus
        words = [word for word in plan.scored if not word.is_run]
        worth, units = 0.0, 0.0
        for word in words:
            form = form_of(document, word)
            if form and _holds(document, form, _TITLE_ONLY):
                worth += self._worth(word, form)
                units += form.units * word.weight
        if not worth:
            return 0.0
        filled = min(1.0, units / tokens.lengths[TITLE])
        everything = sum(self._statistics.words[word].worth for word in words)
        return plan.ranking.title_bonus * worth * (worth / everything) * filled

    def _worth(self, word: Word, form: Word | Variant) -> float:
        at = 1 + word.variants.index(form) if isinstance(form, Variant) else 0
        return self._statistics.words[word].worths[at]

    def _recency(self, document: TokenizedDocument) -> float:
        """0 for the oldest and for undated documents, 1 for the newest."""
        day = document.entry.issue.date
        first, last = self._statistics.days
        return (day.toordinal() - first) / (last - first) if day and first < last else 0.0


class DocumentSet:
    """All documents of an index, with what is counted over them. Counts are kept: make a new one for each query."""

    def __init__(self, documents: Sequence[TokenizedDocument]) -> None:
        self._documents = documents
        self._found_in: dict[object, int] = {}

    def tiers(self, plan: Plan, filters: Filters) -> tuple[list[TokenizedDocument], list[TokenizedDocument]]:
        """The documents that meet the plan and the filters, in the order they are held: those that hold all its words,
        and, when it is a relaxed one, others."""
        whole = plan.whole or plan
        met = [document for document in self._documents if meets(document, whole.condition)]
        first = [document for document in met if accepts(filters, document.attributes)]
        second = self._partial(plan, filters) if plan.whole else []
        return answers(first, whole, filters), answers([each for each in second if each not in met], plan, filters)

    def _partial(self, plan: Plan, filters: Filters) -> list[TokenizedDocument]:
        """The documents that hold enough of the words of a relaxed plan. How much that is does not depend on the
        filters, or the counts beside them would promise what they do not keep; where so they leave nothing, it does."""
        assert plan.share
        if not plan.most:
            found = (document for document in self._documents if meets(document, plan.condition))
            return [document for document in found if accepts(filters, document.attributes)]
        scorer = DocumentScorer(self.statistics(plan))
        held = {
            document: scorer.coverage(document, plan.most)
            for document in self._documents
            if meets(document, plan.condition) and any(meets(document, word) for word in plan.content)
        }
        accepted = {each: coverage for each, coverage in held.items() if accepts(filters, each.attributes)}
        for compared in (held, accepted):
            least = max(plan.share * max(compared.values(), default=0.0), plan.ranking.least_coverage) - TOLERANCE
            if enough := [document for document, coverage in accepted.items() if coverage >= least]:
                return enough
        return []

    def statistics(self, plan: Plan) -> Statistics:
        """Count the words of `plan` over all documents."""
        variants = (each for word in plan.all_scored if isinstance(word, Found) for each in word.variants)
        terms = [term for each in (plan, plan.whole) if each for _, term, _ in each.terms()]
        scoring = [*terms, *(variant.found for variant in variants if variant.scores)]
        dates = [document.entry.issue.date for document in self._documents]
        days = [day.toordinal() for day in dates if day]
        return Statistics(
            words={word: self._statistics_of(word, plan.ranking) for word in plan.all_scored},
            idfs={term: idf(len(self._documents), self._count(term)) for term in scoring},
            days=(min(days, default=0), max(days, default=0)),
        )

    def is_unseen(self, word: Word) -> bool:
        """Whether no document holds `word`."""
        return not any(meets(document, word) for document in self._documents)

    def _statistics_of(self, word: Word, ranking: Ranking) -> WordStatistics:
        forms = forms_of(word)
        most_idf = self._most_idf(forms, ranking)
        worths = tuple(self._worth(word, form, most_idf, ranking) for form in forms)
        held = {form for document in self._documents if (form := form_of(document, word))}
        unseen = 0.0 if word.is_run else word.weight * idf(len(self._documents), 1)
        greatest = max((worth for form, worth in zip(forms, worths, strict=True) if form in held), default=unseen)
        return WordStatistics(greatest, worths, most_idf)

    def _worth(self, word: Word, form: Word | Variant, most_idf: float, ranking: Ranking) -> float:
        """The weight in the coverage of a word held in that form."""
        if not isinstance(form, Variant):
            return word.weight * (self._idf([word]) if most_idf == math.inf else most_idf)
        return word.weight * ranking.factor(form) * min(self._idf([form]), most_idf)

    def _most_idf(self, forms: Sequence[Word | Variant], ranking: Ranking) -> float:
        """The largest idf of the word or of a synonym of it; infinite where it has none."""
        if not any(isinstance(form, Variant) and form.kind in SYNONYMS for form in forms):
            return math.inf
        said, near = (
            [form for form in forms if not isinstance(form, Variant) or form.kind in kinds]
            for kinds in (SAID, SYNONYMS)
        )
        return min(self._idf(said), ranking.beside_synonyms * self._idf(near))

    def _idf(self, forms: Sequence[Word | Variant]) -> float:
        key = tuple(forms)
        if key not in self._found_in:
            self._found_in[key] = sum(any(_holds(each, form) for form in forms) for each in self._documents)
        return idf(len(self._documents), max(1, self._found_in[key]))

    def _count(self, term: Term) -> int:
        if term not in self._found_in:
            self._found_in[term] = sum(bool(document.tokens.fields(term)) for document in self._documents)
        return self._found_in[term]


def meets(document: TokenizedDocument, condition: Condition) -> bool:
    """Whether `document` meets `condition`."""
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


def forms_of(word: Word) -> tuple[Word | Variant, ...]:
    """The word as typed, and its variants."""
    return (word, *(word.variants if isinstance(word, Found) else ()))


def form_of(document: TokenizedDocument, word: Word) -> Word | Variant | None:
    """The form in which `document` holds the word: itself, else the first of its variants; None for neither."""
    return next((form for form in forms_of(word) if _holds(document, form)), None)


def holding(document: TokenizedDocument, word: Word) -> Holding:
    """The form in which `document` holds `word`, and its fields."""
    form = form_of(document, word)
    if form:
        return Holding(form, tuple(number for number in _ALL_FIELDS if _holds(document, form, (number,))))
    found = {number for term in own_terms(word) for number in document.tokens.fields(term)}
    return Holding(None, tuple(sorted(found)))


def _holds(document: TokenizedDocument, form: Word | Variant, fields: Iterable[int] = _ALL_FIELDS) -> bool:
    """Whether one of `fields` holds exactly this form of a word."""
    match form:
        case Found(word, in_title=in_title):
            wanted = [number for number in fields if number == TITLE or not in_title]
            return any(document.tokens.holds(spelling, wanted) for spelling in word.spellings)
        case Variant(found=term):
            return any(number in document.tokens.fields(term) for number in fields)
        case Starts():
            return any(number in document.tokens.fields(form) for number in fields)


def _lift(document: TokenizedDocument, plan: Plan) -> float:
    met = [
        fits
        for lift in plan.lifts
        for fits in (
            accepts(lift.filters, document.attributes),
            lift.condition is not None and meets(document, lift.condition),
        )
    ]
    return plan.ranking.wish_factor ** sum(met)


def answers(found: Sequence[TokenizedDocument], plan: Plan, filters: Filters) -> list[TokenizedDocument]:
    """Keep the entries of `found`, and its issues where there are words to search for or a filter asks for the kind;
    other texts where nothing else is found."""
    sought: set[Role] = {"entry", "issue"} if plan.scored or "issue" in filters.kind else {"entry"}
    others: set[Role] = {"front", "boilerplate"}
    best = [document for document in found if document.entry.role in sought]
    return best or [document for document in found if document.entry.role in others]
