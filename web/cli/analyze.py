"""`wangqi analyze`: how text is cut."""

from __future__ import annotations

from dataclasses import asdict

import click

from web.cli.shared import json_option, print_json, settings


@click.command()
@click.argument("text", nargs=-1, required=True)
@json_option
def analyze(text: tuple[str, ...], as_json: bool) -> None:
    """Show the tokens that TEXT is indexed under."""
    from web.composition import make_analyzer

    tokens = make_analyzer(settings()).index(" ".join(text))
    if as_json:
        print_json({"text": " ".join(text), **asdict(tokens)})
        return
    click.echo("words: " + " / ".join(tokens.words))
    click.echo("grams: " + " / ".join(f"{gram}@{at}" for gram, at in zip(tokens.grams, tokens.positions, strict=True)))
