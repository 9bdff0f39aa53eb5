"""How good the ranking is on the judged queries, and what each ingredient of it is worth: `make bench-relevance`.

Each ingredient is taken out in turn, the others as they are; all of it over one index, since none of them changes what
is indexed. The tables go to standard output, the figures over all queries into `docs/ranking.md` too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bench.corpus import ROOT, SHARED
from bench.report import table
from bench.site import bring_up_to_date, open_site
from wangqi.search.plan.ranking import RANKING
from wangqi.search.quality.evaluation import EvaluationReport, KnownItemScores, evaluate
from wangqi.search.quality.judgments import read_judgments

DOCUMENT: Final = ROOT / "docs" / "ranking.md"
BEGIN: Final = "<!-- figures of `make {command}` -->"
END: Final = "<!-- end of the figures -->"

INGREDIENTS: Final = {
    "jieba's words (bigrams alone)": replace(RANKING, stream_weights={"words": 0.0, "grams": 1.0}),
    "bigrams (jieba's words alone)": replace(RANKING, stream_weights={"words": 1.0, "grams": 0.0}),
    "title bonus": replace(RANKING, title_bonus=0.0),
    "exact title": replace(RANKING, exact_title_bonus=0.0),
    "coverage": replace(RANKING, coverage_power=0.0),
    "recency": replace(RANKING, recency=0.0),
    "roles (boilerplate and fronts low)": replace(RANKING, role_factors=dict.fromkeys(RANKING.role_factors, 1.0)),
    "words of grammar count little": replace(RANKING, grammar_weight=1.0),
    "relaxing": replace(RANKING, enough=0),
    "stems": replace(RANKING, left_out=frozenset(["stem"])),
    "translations": replace(RANKING, left_out=frozenset(["translation"])),
    "English for Chinese words": replace(RANKING, left_out=frozenset(["english"])),
    "parts of words": replace(RANKING, left_out=frozenset(["part"])),
    "corrections": replace(RANKING, corrects=False),
}
"""What is taken out, and what is ranked by instead."""


def main() -> None:
    """Print the tables, and write the figures over all queries into `docs/ranking.md`."""
    bring_up_to_date()
    measured = list(_measured())
    report = measured[0][1]
    print(_by_kind(report), _ablation(measured), _whole(report), sep="\n\n")
    write_figures("bench-relevance", _whole(report))


def write_figures(command: str, text: str) -> None:
    """Put `text` where `docs/ranking.md` has the figures of that command."""
    begin = BEGIN.format(command=command)
    before, found, rest = DOCUMENT.read_text(encoding="utf-8").partition(begin)
    assert found, f"{DOCUMENT} has no place for {command}"
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{begin}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def _measured() -> Iterator[tuple[str, EvaluationReport]]:
    judgments = read_judgments(sorted((SHARED / "judgments").glob("*.jsonl")))
    for name, ranking in {"everything": RANKING, **INGREDIENTS}.items():
        yield name, evaluate(open_site(ranking), judgments)


def _whole(report: EvaluationReport) -> str:
    known = report.known_items
    assert known
    return (
        f"{known.queries} known items: success@1 {known.success_at_1:.3f}, success@5 {known.success_at_5:.3f}, "
        f"MRR@10 {known.mrr_at_10:.3f}. {report.topics} topics: nDCG@10 {report.ndcg_at_10:.3f}."
    )


def _by_kind(report: EvaluationReport) -> str:
    assert report.known_items
    rows = [_row(kind, scores) for kind, scores in [*report.by_kind.items(), ("all", report.known_items)]]
    head = ["kind of query", "queries", "success@1", "success@5", "MRR@10"]
    return table(head, rows)


def _row(kind: str, scores: KnownItemScores) -> list[str]:
    return [
        kind,
        str(scores.queries),
        *(f"{value:.2f}" for value in (scores.success_at_1, scores.success_at_5, scores.mrr_at_10)),
    ]


def _ablation(measured: Sequence[tuple[str, EvaluationReport]]) -> str:
    rows = []
    for name, report in measured:
        known = report.known_items
        assert known
        assert report.ndcg_at_10 is not None
        figures = (known.success_at_1, known.success_at_5, known.mrr_at_10, report.ndcg_at_10)
        rows.append([name, *(f"{value:.3f}" for value in figures)])
    return table(["without", "success@1", "success@5", "MRR@10", "nDCG@10"], rows)


if __name__ == "__main__":
    main()
