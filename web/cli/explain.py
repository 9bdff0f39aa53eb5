"""`wangqi explain`: how a query is understood, and why the first hits rank as they do."""

from __future__ import annotations

import click

from wangqi.web.cli.search import QueryCommand, read_options
from wangqi.web.cli.shared import echo, index_option, json_option, opened, print_json, settings


@click.command(cls=QueryCommand)
@click.argument("query", nargs=-1, required=True, metavar="QUERY...")
@index_option
@click.option("-n", "--per-page", metavar="N", default="3", show_default=True, help="Hits to explain.")
@click.option("--match", metavar="M", help="auto (default), all words, or exact.")
@json_option
def explain(query: tuple[str, ...], index: str | None, as_json: bool, **parameters: str | None) -> None:
    """Show how QUERY is cut and understood, and why the first hits rank as they do."""
    from wangqi.search.answer import service
    from wangqi.web.cli.as_text import explanation_of
    from wangqi.web.site.addresses import Addresses
    from wangqi.web.site.as_json import result_as_dict

    config = settings(index=index)
    request = read_options(query, parameters | {"explain": "1"})
    with opened(config) as generation:
        result = service.search(generation.index, request)
        if as_json:
            addresses = Addresses(config.base_url or "", config.links, in_parts=generation.is_long)
            print_json(result_as_dict(result, generation=generation.name, addresses=addresses))
        else:
            echo(explanation_of(result))
