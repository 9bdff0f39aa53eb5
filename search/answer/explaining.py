"""Why a hit ranks where it does, in at most six lines that a reader understands; and how his query was cut.

    “容器” 在标题、正文：+7.2
    “镜像” 在正文：+4.1
    标题含 1/3 个词：+3.1
    缺“分发”：×0.6
    时间较新：×1.02

What is added, then multiplied, gives the score: that of `search.reference.scoring`, over one entry at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

FIELD_LABELS: Final = ("标题", "链接", "正文", "栏目", "期名")
"""In the order of FIELDS."""

ROLE_LABELS: Final[dict[Role, str]] = {"entry": "条目", "front": "条目之外的文字", "boilerplate": "每期都有的栏目"}

NEGLIGIBLE: Final = 0.00005
"""A factor that is nearer to 1 than this is no reason, and changes no digit of a score that is shown."""

MISSING_NAMED: Final = 3
"""Missing words that are named; others are counted."""


@dataclass(frozen=True, slots=True)
class ScoreReason:
    """A reason with what it adds to the score or multiplies it by; a text alone changes nothing."""

    text: str
    plus: float | None = None
    times: float | None = None

    def __str__(self) -> str:
        if self.plus is not None:
            return f"{self.text}：+{_number(self.plus)}"
        return self.text if self.times is None else f"{self.text}：×{self.times:.2f}"


@dataclass(frozen=True, slots=True)
class WordShare:
    """A word of the query as it was cut."""

    text: str
    worth: float
    """What an entry gains in coverage by holding it: more for rarer words, next to nothing for words of grammar."""
    variants: tuple[tuple[str, float], ...]
    """What counts in its place, and how much of it."""

    def __str__(self) -> str:
        others = "、".join(f"“{text}” ×{factor:.1f}" for text, factor in self.variants)
        return f"“{self.text}” {_number(self.worth)}" + (f"（或 {others}）" if others else "")


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


def _number(value: float) -> str:
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
    """The lines of one hit."""

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
            return [ScoreReason("没有要找的词", plus=1.0)]
        lines = [
            ScoreReason(_where(word, held), plus=gain)
            for word, held, gain in zip(self._plan.scored, self._held, self._parts.gains, strict=True)
            if gain
        ]
        lines.sort(key=lambda line: -(line.plus or 0))
        if len(lines) <= limit:
            return lines
        rest = lines[limit - 1 :]
        return [*lines[: limit - 1], ScoreReason(f"其余 {len(rest)} 个词", plus=sum(line.plus or 0 for line in rest))]

    def _title(self) -> Iterator[ScoreReason]:
        if self._parts.title == self._plan.ranking.exact_title_bonus:
            yield ScoreReason("标题就是所查的词", plus=self._parts.title)
        elif self._parts.title:
            titled = sum(held.form is not None and TITLE in held.fields for held in self._held)
            yield ScoreReason(f"标题含 {titled}/{len(self._held)} 个词", plus=self._parts.title)

    def _coverage(self) -> Iterator[ScoreReason]:
        held = zip(self._plan.scored, self._held, strict=True)
        missing = [_name(word) for word, each in held if not each.form and not word.is_run]
        is_apart = any(word.is_run and not each.form for word, each in zip(self._plan.scored, self._held, strict=True))
        if missing:
            named = "".join(f"“{name}”" for name in missing[:MISSING_NAMED])
            more = f"等 {len(missing)} 个词" if len(missing) > MISSING_NAMED else ""
            yield ScoreReason(f"缺{named}{more}", times=self._parts.coverage)
        elif abs(self._parts.coverage - 1) > TOLERANCE:
            yield ScoreReason("没有连在一起" if is_apart else "有的词是近似的", times=self._parts.coverage)
        elif self._held:
            yield ScoreReason("含全部词")

    def _factors(self) -> Iterator[ScoreReason]:
        if self._parts.lift != 1:
            yield ScoreReason("合于所愿的时间", times=self._parts.lift)
        if self._parts.role != 1:
            yield ScoreReason(ROLE_LABELS[self._role], times=self._parts.role)
        if self._parts.recency - 1 > NEGLIGIBLE:
            is_new = self._parts.recency - 1 > self._plan.ranking.recency / 2
            yield ScoreReason("时间较新" if is_new else "时间较早", times=self._parts.recency)


def _where(word: Word, held: Holding) -> str:
    fields = "、".join(FIELD_LABELS[number] for number in held.fields)
    if not held.form:
        return f"“{_name(word)}” 的一部分在{fields}"
    if isinstance(held.form, Variant):
        return f"“{_name(word)}”（写作“{_name(held.form)}”）在{fields}"
    return f"“{_name(word)}” 在{fields}"


def _as_scored(parts: ScoreParts, score: float) -> ScoreParts:
    """`parts`, without the title where the engine did not look at it: that of a hit far down may not be."""
    without = replace(parts, title=0.0)
    return min(parts, without, key=lambda each: abs(each.total - score))
