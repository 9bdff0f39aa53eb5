"""An issue's Markdown → HTML that is safe to show, with an anchor where each entry starts.

page   the whole issue                                parts  a long one, part by part
rules  what is added to CommonMark                    marks  the words that were searched for
"""

from wangqi.indexer.rendering.page import RenderedIssue, RenderOptions, render_issue, render_markdown

__all__ = ["RenderOptions", "RenderedIssue", "render_issue", "render_markdown"]
