"""How good the ranking is on the judged queries, and what each ingredient of it is worth: `make bench-relevance`.

Each ingredient is taken out in turn, the others as they are; all of it over one index, since none of them changes what
is indexed. The tables go to standard output and into `docs/ranking.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final
from unittest.mock import patch

from bench.corpus import ROOT, SHARED
from bench.report import table
from bench.site import bring_up_to_date, open_site
from search.answer import service
from search.correction.correct import Corrector
from search.plan import plan, ranking, variants
from search.quality.evaluation import KnownItemScores, Report, evaluate
from search.quality.judgments import read_judgments

DOCUMENT: Final = ROOT / "docs" / "ranking.md"
BEGIN: Final = "<!-- figures of `make {command}` -->"
END: Final = "<!-- end of the figures -->"

Change = tuple[Any, str, Any]
"""An object, the name of its attribute, and the value it has instead."""


def _without_variant(kind: str) -> list[Change]:
    def remaining(*arguments: Any, **options: Any) -> list[tuple[Any, ...]]:
        found = variants.variants_in(*arguments, **options)
        return [tuple(variant for variant in of_word if variant.kind != kind) for of_word in found]

    return [(plan, "variants_in", remaining)]


INGREDIENTS: Final[dict[str, list[Change]]] = {
    "jieba's words (bigrams alone)": [(ranking, "STREAM_WEIGHTS", {"words": 0.0, "grams": 1.0})],
    "bigrams (jieba's words alone)": [(ranking, "STREAM_WEIGHTS", {"words": 1.0, "grams": 0.0})],
    "title bonus": [(ranking, "TITLE_BONUS", 0.0)],
    "exact title": [(ranking, "EXACT_TITLE_BONUS", 0.0)],
    "coverage": [(ranking, "coverage_factor", lambda coverage: coverage**0)],
    "recency": [(ranking, "RECENCY", 0.0)],
    "roles (boilerplate and fronts low)": [(ranking, "ROLE_FACTORS", dict.fromkeys(ranking.ROLE_FACTORS, 1.0))],
    "words of grammar count little": [(plan, "weight_of", lambda words, at: 1.0)],
    "relaxing": [(service, "ENOUGH", 0)],
    "stems": _without_variant("stem"),
    "translations": _without_variant("translation"),
    "English for Chinese words": _without_variant("english"),
    "parts of words": _without_variant("part"),
    "corrections": [(Corrector, name, lambda *_: None) for name in ("correct", "correct_characters", "suggest")],
}
"""What is taken out, and how."""


def main() -> None:
    """Print the tables and write them into `docs/ranking.md`."""
    bring_up_to_date()
    measured = list(_measured())
    text = "\n\n".join([_by_kind(measured[0][1]), _ablation(measured)])
    print(text)
    write_figures("bench-relevance", text)


def write_figures(command: str, text: str) -> None:
    """Put `text` where `docs/ranking.md` has the figures of that command."""
    begin = BEGIN.format(command=command)
    before, found, rest = DOCUMENT.read_text(encoding="utf-8").partition(begin)
    assert found, f"{DOCUMENT} has no place for {command}"
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{begin}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def _measured() -> Iterator[tuple[str, Report]]:
    judgments = read_judgments(sorted((SHARED / "judgments").glob("*.jsonl")))
    yield "everything", evaluate(open_site(), judgments)
    for name, changes in INGREDIENTS.items():
        with _changed(changes):
            # What is computed on opening, such as what dates are worth, is computed anew.
            yield name, evaluate(open_site(), judgments)


@contextmanager
def _changed(changes: Sequence[Change]) -> Iterator[None]:
    with ExitStack() as stack:
        for owner, name, value in changes:
            stack.enter_context(patch.object(owner, name, value))
        yield


def _by_kind(report: Report) -> str:
    assert report.known_items
    rows = [_row(kind, scores) for kind, scores in [*report.by_kind.items(), ("all", report.known_items)]]
    head = ["kind of query", "queries", "success@1", "success@5", "MRR@10"]
    return f"{table(head, rows)}\n\nnDCG@10 over {report.topics} topics: {report.ndcg_at_10:.3f}."


def _row(kind: str, scores: KnownItemScores) -> list[str]:
    return [
        kind,
        str(scores.queries),
        *(f"{value:.2f}" for value in (scores.success_at_1, scores.success_at_5, scores.mrr_at_10)),
    ]


def _ablation(measured: Sequence[tuple[str, Report]]) -> str:
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
