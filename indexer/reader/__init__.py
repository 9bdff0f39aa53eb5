"""The reader of issues: one Markdown file → `search.model.Issue`.

    >>> issue = read_issue("demo", "issue-7.md", "# 第 7 期\\n\\n## 工具\\n\\n1、[fzf](https://fzf.example)\\n".encode())
    >>> [(entry.title, entry.kind) for entry in issue.entries()]
    [('fzf', 'tool')]

In the order of the data: `decode` (bytes → text), `frontmatter`, `blocks` (Markdown → visible lines), `outline`
(headings → parts), `shapes` and `numbering` (which lines lead entries), `titles`, `entries`, and `issue`, which puts
them together. `docs/reading-issues.md` has the rules.
"""

from indexer.reader.as_dict import issue_as_dict
from indexer.reader.issue import Reading, read_closely, read_issue

__all__ = ["Reading", "issue_as_dict", "read_closely", "read_issue"]
