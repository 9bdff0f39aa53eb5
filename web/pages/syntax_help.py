"""What can be typed into the box, by examples that can be run."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from urllib.parse import quote_plus

from markupsafe import Markup

from wangqi.web.pages.html_pieces import NOTHING, Html, joined
from wangqi.web.words.language import CHINESE, Language, gettext

EXAMPLE: Final = Html('<div><dt><a href="%s" rel="nofollow"%s>%s</a></dt><dd>%s</dd></div>\n')
IN_CHINESE: Final = Html(' lang="%s"')


@lru_cache(64)  # every page has them
def examples(form: str, lang: str, language: Language) -> Markup:
    """Queries, each with what it finds in words of the current `language`, at the address of the search box `form`;
    docs/query-syntax.md has all of it."""
    asked = f"&lang={lang}" if lang else ""
    original = NOTHING if language is CHINESE else IN_CHINESE(CHINESE.tag)
    return joined(EXAMPLE(f"{form}?q={quote_plus(q)}{asked}", original, q, meaning) for q, meaning in _queries())


def _queries() -> list[tuple[str, str]]:
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
