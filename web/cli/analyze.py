"""`wangqi analyze`: how text is cut, for the index and as a query."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from wangqi.web.cli.shared import echo, json_option, print_json, settings

if TYPE_CHECKING:
    from wangqi.search.analysis.analyzer import QueryWord


@click.command()
@click.argument("text", nargs=-1, required=True)
@json_option
def analyze(text: tuple[str, ...], as_json: bool) -> None:
    """Show the tokens that TEXT is indexed under, and the words that it asks for as a query."""
    from wangqi.web.cli.composition import make_analyzer

    analyzer, typed = make_analyzer(settings()), " ".join(text)
    tokens, words = analyzer.index(typed), [_as_dict(word) for word in analyzer.query(typed)]
    if as_json:
        print_json({"text": typed, **asdict(tokens), "query": words})
        return
    echo("words: {words}", words=" / ".join(tokens.words))
    grams = (f"{gram}@{at}" for gram, at in zip(tokens.grams, tokens.positions, strict=True))
    echo("grams: {grams}", grams=" / ".join(grams))
    query = (" = ".join([word["text"], *word["aliases"]]) for word in words)
    echo("query: {words}", words=" / ".join(query))


def _as_dict(word: QueryWord) -> dict[str, Any]:
    return {
        "text": word.text, "start": word.start, "end": word.end, "aliases": list(word.aliases), "stem": word.stem,
    }  # fmt: skip
