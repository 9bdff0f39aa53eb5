"""Links that narrow or widen a search, as HTML: values of a facet, and bars for the years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from wangqi.web.pages.html_pieces import NOTHING, Html, joined
from wangqi.web.pages.view import Choice, FacetView
from wangqi.web.pages.year_bars import HEIGHT, Bar, YearBars
from wangqi.web.words.labels import year_label
from wangqi.web.words.language import counted, current_language, gettext

CHOICE: Final = Html('<a href="%s"%s>%s%s</a>')
CHOSEN: Final = Markup(' aria-current="true"')
COUNT: Final = Html(' <span class="count">%s</span>')
COUNTED: Final = Html('<li><a href="%s"%s>%s <span class="count">%s</span></a></li>\n')
"""In one piece, since a page has fifty."""
LIST: Final = Html('<ul class="choices">%s</ul>')
ITEM: Final = Html("<li>%s</li>\n")
FOLDED: Final = Html('<details class="more"><summary>%s</summary>%s</details>')
YEARS: Final = Html(
    '<nav class="years" aria-label="%s"><div class="bars">%s</div>'
    '<p class="ends" aria-hidden="true"><span>%s</span><span>%s</span></p>%s</nav>'
)
BAR: Final = Html(
    '<a href="%s" data-year="%s" aria-label="%s"%s>'
    '<svg viewBox="0 0 1 36" preserveAspectRatio="none" aria-hidden="true">'
    '<rect class="counts" x=".1" y="%s" width=".8" height="%s"/>'
    '<rect class="shares" x=".1" y="%s" width=".8" height="%s"/></svg>'
    '<span class="said" aria-hidden="true">%s</span></a>\n'
)
NO_BAR: Final = Markup("<span></span>")
SHARES: Final = Html('<label class="switch"><input type="checkbox" autocomplete="off">%s</label>')


def choice(item: Choice) -> Markup:
    count = NOTHING if item.count is None else COUNT(item.count)
    return CHOICE(item.address, CHOSEN if item.chosen else NOTHING, item.label, count)


def facet_choices(facet: FacetView) -> Markup:
    folded = facet.folded
    if not folded:
        return choices(facet.first)
    return choices(facet.first) + FOLDED(counted("另外 %(num)s 个", len(folded)), choices(folded))


def all_folded(facet: FacetView, label: str) -> Markup:
    """The values of a facet that is shown otherwise too."""
    return FOLDED(label, choices(facet.choices))


def year_bars(years: YearBars) -> Markup:
    bars = joined(_bar(bar) if bar else NO_BAR for bar in years.bars)
    shares = SHARES(gettext("占当年的比例")) if years.has_shares else NOTHING
    return YEARS(gettext("各年的条数"), bars, years.first, years.last, shares)


def choices(items: Sequence[Choice]) -> Markup:
    return LIST(
        joined(
            ITEM(choice(item))
            if item.count is None
            else COUNTED(item.address, CHOSEN if item.chosen else NOTHING, item.label, item.count)
            for item in items
        )
    )


def _bar(bar: Bar) -> Markup:
    year, entries = year_label(bar.year), counted("%(num)s 条", bar.count)
    said = [year, entries] if bar.share is None else [year, entries, f"{bar.share:.1%}"]
    return BAR(
        *(bar.address, bar.year, f"{year}{current_language().comma}{entries}", CHOSEN if bar.chosen else NOTHING),
        *(HEIGHT - bar.height, bar.height, HEIGHT - bar.share_height, bar.share_height, " · ".join(said)),
    )
