"""`wangqi suggest`: lines for `wangqi.toml`, from what the archive says and what readers did not find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import click

from wangqi.search.errors.message import Message
from wangqi.web.cli.shared import all_documents, echo, index_option, json_option, opened, print_json, settings
from wangqi.web.cli.shown import shown_in_line, toml_string
from wangqi.web.words.terminal import translated

if TYPE_CHECKING:
    from wangqi.indexer.check.suggesting import Suggestion
    from wangqi.web.site.misses import Miss

MIN_TIMES: Final = 2
"""How often something was searched for in vain to be told."""


@click.command()
@index_option
@click.option("-n", "most", default=20, show_default=True, type=click.IntRange(min=1), metavar="N",
              help="Lines to show of each kind.")  # fmt: skip
@json_option
def suggest(index: str | None, most: int, as_json: bool) -> None:
    """Print lines that may be added to wangqi.toml, each with its reason: words for the dictionary, other names of a
    thing, sections of no known kind; and what was searched for in vain.

    Read them before you paste them: a program has found them by counting.
    """
    from wangqi.indexer.check.suggesting import suggest as suggestions
    from wangqi.web.cli.composition import make_analyzer
    from wangqi.web.site.misses import read_misses

    config = settings(index=index)
    with opened(config, any_words=True) as generation:
        found = suggestions(all_documents(generation.searcher), make_analyzer(config), config.sections)
    missed = [miss for miss in read_misses(config.index_dir) if miss.times >= MIN_TIMES][:most]
    if as_json:
        print_json({"suggestions": [asdict(each) for each in found], "missed": [asdict(miss) for miss in missed]})
        return
    blocks = [_block(name, [each for each in found if each.setting == name], most) for name in KINDS]
    text = "\n\n".join(filter(None, [*blocks, _in_vain(missed)]))
    nothing = Message("nothing to suggest: no word is cut apart often enough, and every section is of a known kind")
    echo(text or nothing)


KINDS: Final = ("words", "aliases", "sections")


def _block(name: str, found: Sequence[Suggestion], most: int) -> str:
    """A part of the file; "" when there is nothing for it."""
    if not found:
        return ""
    left = [translated(Message("# {num} more; -n shows them", num=len(found) - most))] if len(found) > most else []
    lines = list(_lines(name, found[:most]))
    return "\n".join(["words = [", *lines, "]", *left] if name == "words" else [f"[{name}]", *lines, *left])


def _lines(name: str, found: Iterable[Suggestion]) -> Iterator[str]:
    for each in found:
        word, other = toml_string(each.word), toml_string(each.other)
        line = {"words": f"    {word},", "aliases": f"{word} = [{other}]", "sections": f"{word} = {other}"}[name]
        yield f"{line}  # {shown_in_line(translated(each.reason))}"


def _in_vain(missed: Sequence[Miss]) -> str:
    if not missed:
        return ""
    lines = [f"# {miss.times:6}  {shown_in_line(miss.q)}" for miss in missed]
    heading = Message("# searched for in vain: times, words; an alias may lead to what you call it")
    return "\n".join([translated(heading), *lines])
