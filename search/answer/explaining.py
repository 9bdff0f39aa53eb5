"""Why a hit ranks where it does, in at most six lines that a reader understands; and how his query was cut.

    “容器” 在标题、正文：+7.2
    “镜像” 在正文：+4.1
    标题含 1/3 个词：+3.1
    缺“分发”：×0.6
    按时间加分：×1.02

What is added, then multiplied, gives the score: that of `search.reference.scoring`, over one entry at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from wangqi.search import budget
from wangqi.search.analysis import Analyzer
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.document.fields import TITLE
from wangqi.search.engine import ScoredEntry, WordStatistics
from wangqi.search.model import Role
from wangqi.search.plan.plan import Found, Plan, Word
from wangqi.search.plan.ranking import TOLERANCE, Ranking
from wangqi.search.plan.variants import Starts, Variant
from wangqi.search.reference.documents import TokenizedDocument
from wangqi.search.reference.matching import Holding, holding
from wangqi.search.reference.scoring import DocumentScorer, ScoreParts

MAX_LINES: Final = 6

FIELD_LABELS: Final = ("标题", "链接", "正文", "栏目名", "期名")
"""In the order of FIELDS."""

ROLE_LABELS: Final[dict[Role, str]] = {"entry": "条目", "front": "条目之外的文字", "boilerplate": "每期都有的栏目"}

NEGLIGIBLE: Final = 0.00005
"""A factor that is nearer to 1 than this is no reason, and changes no digit of a score that is shown."""

MISSING_NAMED: Final = 3
"""Missing words that are named; others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreReason:
    """A reason with what it adds to the score or multiplies it by; without these it changes nothing."""

    template: str
    """In Chinese, with `%(name)s` where a value belongs, so that it can be said in another language."""
    values: tuple[tuple[str, str | int], ...] = ()
    fields: tuple[str, ...] = ()
    """Of FIELD_LABELS, for `%(fields)s`."""
    plus: float | None = None
    times: float | None = None

    @property
    def text(self) -> str:
        return self.said()

    def said(self, gettext: Callable[[str], str] = str, comma: str = "、") -> str:
        """The reason in the language of `gettext`, in whose lists `comma` parts the words."""
        return gettext(self.template) % {**dict(self.values), "fields": comma.join(map(gettext, self.fields))}

    @property
    def change(self) -> str:
        """`+7.2`, `×0.61` or nothing."""
        if self.plus is not None:
            return f"+{short_number(self.plus)}"
        return "" if self.times is None else f"×{self.times:.2f}"


@dataclass(frozen=True, slots=True)
class WordShare:
    """A word of the query as it was cut."""

    text: str
    worth: float
    """What an entry gains in coverage by holding it: more for rarer words, next to nothing for words of grammar."""
    variants: tuple[tuple[str, float], ...]
    """What counts in its place, and how much of it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query was understood, and for each hit why it ranks where it does."""

    words: tuple[WordShare, ...]
    hits: tuple[tuple[ScoreReason, ...], ...]


def explain(index: OpenIndex, plan: Plan, matches: Sequence[ScoredEntry]) -> Explanation:
    """Explain some hits that `index` gave for `plan`."""
    statistics = index.searcher.statistics(plan)
    scorer, whole = DocumentScorer(statistics), plan.whole or plan
    return Explanation(
        words=tuple(_share(word, statistics.words[word], plan.ranking) for word in plan.scored if not word.is_run),
        hits=tuple(
            _HitLines(scorer, plan if match.partial else whole, match, index.analyzer).all() for match in matches
        ),
    )


def short_number(value: float) -> str:
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def _share(word: Word, statistics: WordStatistics, ranking: Ranking) -> WordShare:
    variants = word.variants if isinstance(word, Found) else ()
    return WordShare(_name(word), statistics.worth, tuple((_name(each), ranking.factor(each)) for each in variants))


def _name(form: Word | Variant) -> str:
    match form:
        case Starts(prefix):
            return f"{prefix}*"
        case Found(word):
            return word.text
        case Variant():
            return form.label


class _HitLines:
    def __init__(self, scorer: DocumentScorer, plan: Plan, match: ScoredEntry, analyzer: Analyzer) -> None:
        budget.check()
        document = TokenizedDocument(match.entry, analyzer)
        self._plan = plan
        self._role = match.entry.role
        self._parts = _as_scored(scorer.parts(document, plan), match.score)
        self._held = [holding(document, word) for word in plan.scored]

    def all(self) -> tuple[ScoreReason, ...]:
        after = [*self._title(), *self._coverage(), *self._factors()]
        return (*self._words(MAX_LINES - len(after)), *after)

    def _words(self, limit: int) -> list[ScoreReason]:
        """Lines for what each word adds, the most first, at most `limit`; the last sums up those that are left."""
        if not self._plan.scored:
            return [ScoreReason(template="没有要找的词", plus=1.0)]
        lines = [
            _where(word, held, gain)
            for word, held, gain in zip(self._plan.scored, self._held, self._parts.gains, strict=True)
            if gain
        ]
        lines.sort(key=lambda line: -(line.plus or 0))
        if len(lines) <= limit:
            return lines
        rest = lines[limit - 1 :]
        gain = sum(line.plus or 0 for line in rest)
        others = ScoreReason(template="其余 %(num)s 个词", values=(("num", len(rest)),), plus=gain)
        return [*lines[: limit - 1], others]

    def _title(self) -> Iterator[ScoreReason]:
        if self._parts.title == self._plan.ranking.exact_title_bonus:
            yield ScoreReason(template="标题就是所查的词", plus=self._parts.title)
        elif self._parts.title:
            titled = sum(held.form is not None and TITLE in held.fields for held in self._held)
            share = f"{titled}/{len(self._held)}"
            yield ScoreReason(template="标题含 %(share)s 个词", values=(("share", share),), plus=self._parts.title)

    def _coverage(self) -> Iterator[ScoreReason]:
        held = zip(self._plan.scored, self._held, strict=True)
        missing = [_name(word) for word, each in held if not each.form and not word.is_run]
        is_apart = any(word.is_run and not each.form for word, each in zip(self._plan.scored, self._held, strict=True))
        if missing:
            template = "缺%(missing)s"
            if len(missing) > MISSING_NAMED:
                template = "缺%(missing)s等 %(num)s 个词"
            named = "".join(f"“{name}”" for name in missing[:MISSING_NAMED])
            values = (("missing", named), ("num", len(missing)))
            yield ScoreReason(template=template, values=values, times=self._parts.coverage)
        elif abs(self._parts.coverage - 1) > TOLERANCE:
            template = "有的词是近似的"
            if is_apart:
                template = "没有连在一起"
            yield ScoreReason(template=template, times=self._parts.coverage)
        elif self._held:
            yield ScoreReason(template="含全部词")

    def _factors(self) -> Iterator[ScoreReason]:
        if self._parts.lift != 1:
            yield ScoreReason(template="合于所愿的时间", times=self._parts.lift)
        if self._parts.role != 1:
            yield ScoreReason(template=ROLE_LABELS[self._role], times=self._parts.role)
        if self._parts.recency - 1 > NEGLIGIBLE:
            yield ScoreReason(template="按时间加分", times=self._parts.recency)


def _where(word: Word, held: Holding, gain: float) -> ScoreReason:
    form = ""
    template = "“%(word)s” 在%(fields)s"
    if not held.form:
        template = "“%(word)s” 的一部分在%(fields)s"
    elif isinstance(held.form, Variant):
        form = _name(held.form)
        template = "“%(word)s”（写作“%(form)s”）在%(fields)s"
    fields = tuple(FIELD_LABELS[number] for number in held.fields)
    return ScoreReason(template=template, values=(("word", _name(word)), ("form", form)), fields=fields, plus=gain)


def _as_scored(parts: ScoreParts, score: float) -> ScoreParts:
    """`parts`, without the title where the engine did not look at it: that of a hit far down may not be."""
    without = replace(parts, title=0.0)
    return min(parts, without, key=lambda each: abs(each.total - score))
