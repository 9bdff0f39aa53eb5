"""What can be typed into the box, by examples that can be run."""

from __future__ import annotations

from wangqi.web.words.language import gettext


def examples() -> list[tuple[str, str]]:
    """Queries, each with what it finds; `docs/query-syntax.md` has all of the language."""
    return [
        ('"开源软件"', gettext("这几个字连在一起")),
        ("编辑器 -vim", gettext("有前者，没有后者")),
        ("图床 OR 网盘", gettext("其中一个就行")),
        ("kube*", gettext("这样开头的词")),
        ("去年的工具", gettext("去年的排在前面")),
        ("kind:工具 year:2021..2024", gettext("只要工具，只要这几年的")),
        ("site:github.com", gettext("只要链到这个网站的")),
        ("title:搜索", gettext("标题里有这个词")),
    ]
