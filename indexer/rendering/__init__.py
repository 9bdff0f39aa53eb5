"""An issue's Markdown → HTML that is safe to show, with an anchor where each entry starts.

page   the whole issue                                parts  a long one, part by part
entry  one entry by itself
html_blocks  headings, lists and paragraphs in HTML
rules  what is added to CommonMark                    marks  the words that were searched for
"""

from wangqi.indexer.rendering.entry import render_entry
from wangqi.indexer.rendering.page import (
    NO_LINKS,
    Permalinks,
    RenderedIssue,
    RenderOptions,
    Resolve,
    render_issue,
    render_markdown,
)

__all__ = [
    "NO_LINKS", "Permalinks", "RenderOptions", "RenderedIssue", "Resolve", "render_entry", "render_issue",
    "render_markdown",
]  # fmt: skip
