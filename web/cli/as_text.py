"""Results for the terminal, in its language and the words of the pages, and as Markdown to paste into an issue or a
chat."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import copy_context

import click

from wangqi.search.answer.result import Hit, Range, SearchResult
from wangqi.web.cli.shown import Styled, shown, shown_in_line
from wangqi.web.words.as_markdown import hit_as_markdown
from wangqi.web.words.labels import also_label, issue_label, issue_lead, kind_label, place_label
from wangqi.web.words.language import CHINESE, ENGLISH, counted, current_language, gettext, notice_text, with_language
from wangqi.web.words.reasons import reason_text, weights_text
from wangqi.web.words.terminal import speaks_chinese


def text_of(result: SearchResult) -> Styled:
    """The hits in some lines each, the matched words in colour (which `click.echo` takes away when it is no
    terminal)."""
    return copy_context().run(_text_of, result)


def _text_of(result: SearchResult) -> Styled:
    _speak()
    partial_line = f"—— {gettext('以下只含部分词')} ——"
    first = (result.request.page - 1) * result.request.per_page + 1
    blocks = [shown(_heading(result))]
    for rank, hit in enumerate(result.hits, first):
        if hit.partial and partial_line not in blocks:
            blocks.append(partial_line)
        blocks.append(_hit(rank, hit))
    return Styled("\n\n".join(blocks))


def _speak() -> None:
    """Use the words of the pages in the language of the terminal."""
    with_language(CHINESE if speaks_chinese() else ENGLISH)


def markdown_of(result: SearchResult) -> str:
    """A list item for each hit."""
    return "\n".join(f"- {hit_as_markdown(hit)}" for hit in result.hits)


def explanation_of(result: SearchResult) -> str:
    """The words of the query with their weights, and the hits with the reasons of their scores."""
    return copy_context().run(_explanation_of, result)


def _explanation_of(result: SearchResult) -> str:
    _speak()
    words = [weights_text(result.words)] if result.words else []
    without = current_language().comma.join(f"“{text}”" for text in result.excluded)
    excluded = [gettext("不含：%(words)s") % {"words": without}] if without else []
    heading = "\n".join([*words, *excluded, _heading(result)])
    return "\n\n".join([heading, *(_reasons(rank, hit) for rank, hit in enumerate(result.hits, 1))])


def _reasons(rank: int, hit: Hit) -> str:
    entry = hit.entry
    title = f"{rank}. {entry.title or hit.snippet.text} · {issue_label(entry.issue)} · {hit.score:.1f}"
    return "\n".join([title, *(f"   {line}" for line in map(reason_text, hit.explanation))])


def _heading(result: SearchResult) -> str:
    found = counted("共 %(num)s 条", result.total)
    if result.partial:
        partial = counted("只含部分词的 %(num)s 条", result.partial)
        found = gettext("%(whole)s，另有%(partial)s") % {"whole": found, "partial": partial}
    if result.pages > 1:
        page = gettext("第 %(page)s 页") % {"page": f"{result.request.page}/{result.pages}"}
        found = f"{found} · {page}"
    return "\n".join([found, *_nothing(result), *map(notice_text, result.notices)])


def _nothing(result: SearchResult) -> list[str]:
    """Says that nothing is found, where no notice says why."""
    if result.total or result.partial or result.notices:
        return []
    q = result.request.q
    return [gettext("没有找到“%(q)s”") % {"q": q} if q else gettext("没有这样的条目")]


def _hit(rank: int, hit: Hit) -> str:
    entry = hit.entry
    lead = shown(issue_lead(entry.issue)) if entry.role == "issue" else ""
    title = lead + _marked(entry.title, hit.title_ranges) if entry.title else kind_label(entry.kind)
    others = current_language().comma.join(also_label(other.issue, entry.issue) for other in hit.also_in)
    also = [f"{gettext('也见于')} {others}"] if others else []
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
