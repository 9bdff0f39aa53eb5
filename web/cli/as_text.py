"""Results for the terminal, in Chinese like the pages, and as Markdown to paste into an issue or a chat.

What other commands print is for the author, and in English.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import click

from wangqi.search.answer.result import Hit, Range, SearchResult
from wangqi.web.cli.shown import Styled, shown, shown_in_line
from wangqi.web.words.as_markdown import hit_as_markdown
from wangqi.web.words.labels import also_label, issue_label, issue_lead, kind_label, place_label

PARTIAL_LINE: Final = "—— 以下只含部分词 ——"
"""Before the hits that do not hold all the words."""


def text_of(result: SearchResult) -> Styled:
    """The hits in some lines each, the matched words in colour (which `click.echo` takes away when it is no
    terminal)."""
    first = (result.request.page - 1) * result.request.per_page + 1
    blocks = [shown(_heading(result))]
    for rank, hit in enumerate(result.hits, first):
        if hit.partial and PARTIAL_LINE not in blocks:
            blocks.append(PARTIAL_LINE)
        blocks.append(_hit(rank, hit))
    return Styled("\n\n".join(blocks))


def markdown_of(result: SearchResult) -> str:
    """A list item for each hit."""
    return "\n".join(f"- {hit_as_markdown(hit)}" for hit in result.hits)


def explanation_of(result: SearchResult) -> str:
    """The words of the query with their weights, and the hits with the reasons of their scores."""
    words = [f"各词的权重：{'、'.join(map(str, result.words))}"] if result.words else []
    excluded = [f"不含：{'、'.join(f'“{text}”' for text in result.excluded)}"] if result.excluded else []
    heading = "\n".join([*words, *excluded, _heading(result)])
    return "\n\n".join([heading, *(_reasons(rank, hit) for rank, hit in enumerate(result.hits, 1))])


def _reasons(rank: int, hit: Hit) -> str:
    entry = hit.entry
    title = f"{rank}. {entry.title or hit.snippet.text} · {issue_label(entry.issue)} · {hit.score:.1f}"
    return "\n".join([title, *(f"   {line}" for line in hit.explanation)])


def _heading(result: SearchResult) -> str:
    found = f"共 {result.total} 条"
    found += f"，只含部分词的 {result.partial} 条" if result.partial else ""
    page = f"，第 {result.request.page} 页，结果一共 {result.pages} 页" if result.pages > 1 else ""
    return "\n".join([f"{found}{page}", *(notice.message for notice in result.notices)])


def _hit(rank: int, hit: Hit) -> str:
    entry = hit.entry
    lead = shown(issue_lead(entry.issue)) if entry.role == "issue" else ""
    title = lead + _marked(entry.title, hit.title_ranges) if entry.title else kind_label(entry.kind)
    others = "、".join(also_label(other.issue, entry.issue) for other in hit.also_in)
    also = [f"也见于 {others}"] if others else []
    place = f"{shown_in_line(entry.issue.path)}:{entry.line}"
    where = " · ".join([kind_label(entry.kind), *_issue_words(hit), place, *also])
    places = [f"{place_label(each.field)} {_marked(each.text, each.ranges)}" for each in hit.places]
    text = _marked(hit.snippet.text, hit.snippet.ranges)
    lines = [shown(entry.url or ""), text, *places, click.style(shown(where), dim=True)]
    return "\n".join([f"{rank}. {title}", *(f"   {part}" for line in lines if line for part in line.split("\n"))])


def _issue_words(hit: Hit) -> list[str]:
    issue = hit.entry.issue
    return [issue.archive, issue_label(issue), *([issue.date.isoformat()] if issue.date else [])]


def _marked(text: str, ranges: Sequence[Range]) -> str:
    parts, end = [], 0
    for start, stop in ranges:
        parts += [shown(text[end:start]), click.style(shown(text[start:stop]), fg="yellow", bold=True)]
        end = stop
    return "".join([*parts, shown(text[end:])])
