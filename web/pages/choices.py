"""Links that narrow or widen a search, as HTML: values of a facet, and bars for the years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from wangqi.web.pages.html_pieces import NOTHING, Html, joined
from wangqi.web.pages.view import Choice, FacetView
from wangqi.web.pages.year_bars import Bar, YearBars
from wangqi.web.words.labels import year_label
from wangqi.web.words.language import counted, current_language, gettext

CHOICE: Final = Html('<a href="%s"%s>%s%s</a>')
CHOSEN: Final = Markup(' aria-current="true"')
COUNT: Final = Html(' <span class="count">%s</span>')
LIST: Final = Html('<ul class="choices">%s</ul>')
ITEM: Final = Html("<li>%s</li>\n")
FOLDED: Final = Html('<details class="more"><summary>%s</summary>%s</details>')
YEARS: Final = Html(
    '<nav class="years" aria-label="%s"><svg viewBox="0 0 %s 54" width="%s" height="54">\n%s</svg></nav>'
)
BAR: Final = Html(
    '<a href="%s" aria-label="%s"%s><title>%s</title><rect class="slot" x="%s" width="32" height="54"/>'
    '<rect class="column" x="%s" y="%s" width="22" height="%s" rx="2"/><text x="%s" y="50">%s</text></a>\n'
)


def choice(item: Choice) -> Markup:
    count = NOTHING if item.count is None else COUNT(item.count)
    return CHOICE(item.address, CHOSEN if item.chosen else NOTHING, item.label, count)


def facet_choices(facet: FacetView) -> Markup:
    folded = facet.folded
    if not folded:
        return _choices(facet.first)
    return _choices(facet.first) + FOLDED(counted("另外 %(num)s 个", len(folded)), _choices(folded))


def year_bars(years: YearBars) -> Markup:
    return YEARS(gettext("各年的条数"), years.width, years.width, joined(map(_bar, years.bars)))


def _choices(items: Sequence[Choice]) -> Markup:
    return LIST(joined(ITEM(choice(item)) for item in items))


def _bar(bar: Bar) -> Markup:
    year, entries = year_label(bar.year), counted("%(num)s 条", bar.count)
    return BAR(
        *(bar.address, f"{year}{current_language().comma}{entries}", CHOSEN if bar.chosen else NOTHING),
        *(f"{year} · {entries}", bar.x, bar.x + 5, bar.y, bar.height, bar.x + 16, bar.label),
    )
