"""The reader of issues: one Markdown file → `search.model.Issue`.

    >>> issue = read_issue("demo", "issue-7.md", "# 第 7 期\\n\\n## 工具\\n\\n1、[fzf](https://fzf.example)\\n".encode())
    >>> [(entry.title, entry.kind) for entry in issue.entries()]
    [('fzf', 'tool')]

In the order of the data; `docs/reading-issues.md` has the rules:

issue        puts all of these together               decode       bytes → text
frontmatter, settings_yaml   the settings at the top   privacy      what is not for everybody
metadata, tags, address_settings   number and date; tags; what addresses may name
dialects, taming   odd Markdown → CommonMark
parser, blocks   Markdown → visible lines             lines        what a visible line is
markup       THE lexer of tags and addresses          inline_rules, emphasis   it in markdown-it
html, tables   what blocks hold                       line_addresses   links in lines
outline      headings → parts                         headings     what is below one heading
plain_headings   headings without a mark              outline_numbers   1, 1.2, 1.2.3
asides       which lines lead nothing                 grouping     outer bullets → headings
sections     parts → sections with entries            kinds        what a section's name says
shapes, numbering, records, quotes   which lines lead entries
speakers     who said a quotation
titles, title_labels   the line that leads an entry   entries      a run of lines → one entry
closing, evidence   footers                           problems     what was not understood
decisions    thresholds and weights, in one table      ids    that stay when entries come and go
as_dict      an issue as JSON                       reasons          why it was read so
"""

from wangqi.indexer.reader.as_dict import issue_as_dict
from wangqi.indexer.reader.issue import Draft, Reading, read_closely, read_issue

__all__ = ["Draft", "Reading", "issue_as_dict", "read_closely", "read_issue"]
