"""`wangqi evaluate`: how good the ranking is on judged queries."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wangqi.search.errors.message import Message
from wangqi.web.cli.shared import echo, index_option, json_option, opened, print_json, say, settings

if TYPE_CHECKING:
    from wangqi.search.quality.evaluation import EvaluationReport, KnownItemScores


@click.command()
@click.argument("judgments", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@index_option
@json_option
def evaluate(judgments: tuple[Path, ...], index: str | None, as_json: bool) -> None:
    """Measure the ranking on files of judged queries (JSON lines)."""
    from wangqi.search.quality.evaluation import evaluate as measure
    from wangqi.search.quality.judgments import read_judgments

    with opened(settings(index=index)) as generation:
        report = measure(generation.index, read_judgments(judgments))
    if as_json:
        print_json(asdict(report))
    else:
        _print_report(report)
    if report.not_held:
        say(Message("not in the index, so that the figures are too low: {queries}", queries=report.not_held))


def _print_report(report: EvaluationReport) -> None:
    if report.known_items:
        echo(f"{'':12} {'queries':>7} {'success@1':>10} {'success@5':>10} {'MRR@10':>7}")
        for kind, scores in [("all", report.known_items), *report.by_kind.items()]:
            echo(_scores_line(kind, scores))
    if report.ndcg_at_10 is not None:
        echo("nDCG@10 {ndcg:.3f} ({topics} topics)", ndcg=report.ndcg_at_10, topics=report.topics)


def _scores_line(kind: str, scores: KnownItemScores) -> str:
    return (
        f"{kind:12} {scores.queries:7} {scores.success_at_1:10.3f} {scores.success_at_5:10.3f} {scores.mrr_at_10:7.3f}"
    )
