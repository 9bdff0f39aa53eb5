"""Where the judged entries of the bundled newsletter rank: `examples/judgments.jsonl` against `fixtures/ranking.json`.

The golden has one line per query: the rank of the entry looked for, null when it is not among the first ten; for a
topic its nDCG@10. It says what the ranking does, not what it ought to do. After a change that is meant, write it anew
and read the difference line by line:

    pytest tests/test_ranking_golden.py --update-golden
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wangqi.indexer.config import Config
from wangqi.indexer.reindex import reindex
from wangqi.indexer.store.opening import open_current
from wangqi.search.quality.evaluation import EvaluationReport, Outcome, evaluate
from wangqi.search.quality.judgments import Judgment, read_judgments
from wangqi.web.cli.composition import make_engine

ROOT = Path(__file__).resolve().parent.parent
NEWSLETTER = ROOT / "examples" / "newsletter"
JUDGMENTS = read_judgments([ROOT / "examples" / "judgments.jsonl"])
GOLDEN = ROOT / "tests" / "fixtures" / "ranking.json"
UPDATE = "pytest tests/test_ranking_golden.py --update-golden"

# success@5 for queries that hold words of their entry as it has them: what no gain elsewhere may cost.
# Two of the thirteen of keywords (发布 变快, 给老人看的 天气预报) share one word with their entry and may be lost.
LITERAL_FLOORS = {"keywords": 11 / 13, "mixed": 1.0, "title": 1.0, "phrase": 1.0, "traditional": 1.0}

Golden = dict[str, dict[str, float | int | None]]
"""By kind of query, then by query; the means are a group of their own."""


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> EvaluationReport:
    """The judged queries over an index of the newsletter, both made as the program makes them."""
    config = Config(archives={"qingtong": NEWSLETTER}, index_dir=tmp_path_factory.mktemp("ranking") / "index")
    engine = make_engine(config)
    reindex(config, engine)
    generation = open_current(config.index_dir, engine)
    try:
        return evaluate(generation.index, JUDGMENTS)
    finally:
        generation.close()


def golden_of(report: EvaluationReport) -> Golden:
    """What the golden file says of `report`."""
    known = report.known_items
    assert known is not None
    assert report.ndcg_at_10 is not None
    means = {
        "success@1": known.success_at_1,
        "success@5": known.success_at_5,
        "MRR@10": known.mrr_at_10,
        "nDCG@10": report.ndcg_at_10,
    }
    golden: Golden = {"all": {name: round(mean, 3) for name, mean in means.items()}}
    for outcome in report.outcomes:
        golden.setdefault(outcome.kind, {})[outcome.query] = _figure(outcome)
    return golden


def _figure(outcome: Outcome) -> float | int | None:
    return outcome.rank if outcome.ndcg_at_10 is None else round(outcome.ndcg_at_10, 3)


def changes(before: Golden, now: Golden) -> list[str]:
    """A line for every figure that is another one: before → now, then what it is the figure of."""
    figures = [(group, name) for group in before | now for name in before.get(group, {}) | now.get(group, {})]
    return [
        f"{old:>6} → {new:<6} {group:12} {name}"
        for group, name in figures
        if (old := _shown(before, group, name)) != (new := _shown(now, group, name))
    ]


def _shown(golden: Golden, group: str, name: str) -> str:
    """`null` as in the file; a query that the golden does not have is `-`."""
    return json.dumps(golden[group][name]) if name in golden.get(group, {}) else "-"


def test_the_ranking_is_as_the_golden_says(report: EvaluationReport, request: pytest.FixtureRequest) -> None:
    now = golden_of(report)
    if request.config.getoption("--update-golden"):
        GOLDEN.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    changed = changes(json.loads(GOLDEN.read_text(encoding="utf-8")), now)
    if changed:
        lines = ["the ranking is another one, before → now:", *changed, f"When every line is meant: {UPDATE}"]
        pytest.fail("\n".join(lines), pytrace=False)


@pytest.mark.parametrize("kind", LITERAL_FLOORS)
def test_what_is_typed_as_it_stands_is_among_the_first_five(report: EvaluationReport, kind: str) -> None:
    ranks = {outcome.query: outcome.rank for outcome in report.outcomes if outcome.kind == kind}
    assert report.by_kind[kind].success_at_5 >= LITERAL_FLOORS[kind], ranks


def test_the_index_holds_every_judged_entry(report: EvaluationReport) -> None:
    assert report.not_held == ()


@pytest.mark.parametrize("judgment", JUDGMENTS, ids=lambda judgment: judgment.id)
def test_every_judged_entry_stands_in_its_issue(judgment: Judgment) -> None:
    for target in judgment.targets:
        issue = _without_blanks((NEWSLETTER / target.file).read_text(encoding="utf-8"))
        assert _without_blanks(target.title) in issue
        assert (target.url or "") in issue


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def test_no_query_is_judged_twice() -> None:
    assert len({judgment.query for judgment in JUDGMENTS}) == len(JUDGMENTS)
    assert len({judgment.id for judgment in JUDGMENTS}) == len(JUDGMENTS)


def test_changes_are_listed_one_per_line() -> None:
    before: Golden = {"all": {"MRR@10": 0.5}, "title": {"大灯": 1, "台灯": 2}, "typo": {"打灯": None, "旧灯": 4}}
    now: Golden = {
        "all": {"MRR@10": 0.625},
        "title": {"大灯": 1, "台灯": 1},
        "typo": {"打灯": 3},
        "pinyin": {"da": None},
    }
    assert changes(before, now) == [
        "   0.5 → 0.625  all          MRR@10",
        "     2 → 1      title        台灯",
        "  null → 3      typo         打灯",
        "     4 → -      typo         旧灯",
        "     - → null   pinyin       da",
    ]
