"""`wangqi search`: the page of hits in the terminal, as the API's JSON, or as Markdown to paste. `wangqi explain`: how
a query is understood, and why the first hits rank as they do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import click

from wangqi.search.document.filter_types import ListFilter
from wangqi.search.document.filters import FILTERS
from wangqi.search.errors.message import Message
from wangqi.web.cli.shared import echo, index_option, json_option, opened, print_json, settings, wrong_usage

if TYPE_CHECKING:
    from wangqi.indexer.config import Config
    from wangqi.search.answer.result import SearchResult
    from wangqi.search.request import SearchRequest


_EXCLUSION: Final = re.compile(r"-(?![nh]$|n[0-9]+$)[^-].*", re.DOTALL)
"""A word that a query excludes; no option of one letter, and no number of hits: -n5."""

_SHIELD: Final = "\N{ZERO WIDTH SPACE}"
"""Before such a word while click looks at it."""


class QueryCommand(click.Command):
    """A command whose argument `query` may exclude words: click would take `-python` for options, `-h` among them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, [_SHIELD + word if _EXCLUSION.fullmatch(word) else word for word in args])
        ctx.params["query"] = tuple(word.removeprefix(_SHIELD) for word in ctx.params["query"])
        return rest


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each parameter of the filters, in the order of their table."""
    options = [
        click.option(f"--{name}", multiple=isinstance(row, ListFilter), metavar=row.metavar, help=what)
        for row in FILTERS
        for name, what in zip(row.parameters, row.options, strict=True)
    ]
    for add in reversed(options):
        command = add(command)
    return command


@click.command(cls=QueryCommand)
@click.argument("query", nargs=-1, metavar="QUERY...")
@index_option
@filter_options
@click.option("--sort", metavar="S", help="relevance (default), newest or oldest.")
@click.option("--match", metavar="M", help="auto (default), all words, or exact.")
@click.option("-n", "--per-page", metavar="N", help="Hits on a page (default 20).")
@click.option("--page", metavar="N", help="Which page (default 1).")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
def search(query: tuple[str, ...], index: str | None, form: str, **parameters: str | tuple[str, ...] | None) -> None:
    """Find entries. Several QUERY arguments are one query: wangqi search 编辑器 -vim kind:tool"""
    from wangqi.web.cli.as_text import markdown_of, text_of

    config = settings(index=index)
    _print_result(config, _read_options(query, parameters), {"text": text_of, "markdown": markdown_of}.get(form))


@click.command(cls=QueryCommand)
@click.argument("query", nargs=-1, required=True, metavar="QUERY...")
@index_option
@click.option("-n", "--per-page", metavar="N", default="3", show_default=True, help="Hits to explain.")
@click.option("--match", metavar="M", help="auto (default), all words, or exact.")
@json_option
def explain(query: tuple[str, ...], index: str | None, as_json: bool, **parameters: str | None) -> None:
    """Show how QUERY is cut and understood, and why the first hits rank as they do."""
    from wangqi.web.cli.as_text import explanation_of

    config = settings(index=index)
    _print_result(config, _read_options(query, parameters | {"explain": "1"}), None if as_json else explanation_of)


def _print_result(config: Config, request: SearchRequest, as_text: Callable[[SearchResult], str] | None) -> None:
    """Search, and print the page of hits; as the API's JSON where there is no text of it."""
    from wangqi.search.answer import service
    from wangqi.web.site.addresses import Addresses
    from wangqi.web.site.as_json import result_as_dict

    with opened(config) as generation:
        result = service.search(generation.index, request)
        if as_text:
            echo(as_text(result))
        else:
            addresses = Addresses(config.base_url or "", config.links, in_parts=generation.is_long)
            print_json(result_as_dict(result, generation=generation.name, addresses=addresses))


def _read_options(query: tuple[str, ...], parameters: Mapping[str, str | tuple[str, ...] | None]) -> SearchRequest:
    """The options are the parameters of the API, and are read like them."""
    from wangqi.search.errors import RequestError
    from wangqi.web.site.parameters import read_search

    given = {name: [value] if isinstance(value, str) else list(value) for name, value in parameters.items() if value}
    try:
        return read_search({"q": [" ".join(query)], **given})
    except RequestError as error:
        option = error.parameter.replace("_", "-")
        raise wrong_usage(Message("--{option}: {message}", option=option, message=error.message)) from error
