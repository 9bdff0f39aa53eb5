"""The hits of a results page as HTML."""

from __future__ import annotations

from functools import cache
from typing import Final

from markupsafe import Markup

from wangqi.search.answer.result import Hit
from wangqi.search.document.links import site_of, web_address
from wangqi.search.model import Entry, IssueRef
from wangqi.web.pages.html_pieces import NOTHING, Html, joined
from wangqi.web.pages.marked_text import marked
from wangqi.web.pages.view import ResultsView, Tier
from wangqi.web.site.addresses import Addresses
from wangqi.web.site.leases import current_site
from wangqi.web.words.as_markdown import hit_as_markdown
from wangqi.web.words.labels import also_label, issue_label, issue_lead, kind_label, place_label
from wangqi.web.words.language import current_language, gettext

LIST: Final = Html('<ol class="hits" start="%s">\n%s</ol>')
ITEM: Final = Html("<li>%s</li>\n")
ENTRY: Final = Html('<article class="hit">%s<p class="meta">%s</p>%s<p class="go">%s</p></article>')
ISSUE: Final = Html('<article class="hit whole"><h2%s><a href="%s">%s%s</a></h2><p class="meta">%s</p>%s</article>')
TITLE: Final = Html('<h2%s><a href="%s">%s</a></h2>')
UNTITLED: Final = Html('<h2 class="untitled"%s><a href="%s">%s</a></h2>')
WHO: Final = Html('<p class="who">—— %s</p>')
TEXT: Final = Html("<span>%s</span>")
DATE: Final = Html('<time datetime="%s">%s</time>')
KIND: Final = Html('<a class="kind" href="%s">%s</a>')
SITE: Final = Html('<span class="site">%s</span>')
SNIPPET: Final = Html('<p class="snippet"%s>%s</p>')
LINK: Final = Html('<a href="%s">%s</a>')
COPY: Final = Html('<button type="button" class="copy" hidden data-markdown="%s">%s</button>')
ALSO: Final = Html('<span class="also">%s %s</span>')
WHERE: Final = Html('<p class="where">%s %s</p>')
WHY: Final = Html('<ul class="why" aria-label="%s">%s</ul>')
LINE: Final = Html("<li>%s</li>")


class HitList:
    """Writes the hits of one page. `absolute` are the addresses of what is copied elsewhere, `language` the attribute
    of texts that are Chinese on a page that is not."""

    def __init__(self, view: ResultsView, absolute: Addresses, language: Markup) -> None:
        self._view = view
        self._addresses = view.addresses
        self._absolute = absolute
        self._language = language
        self._of_kind = cache(view.kind)  # a page has few kinds

    def html(self, tier: Tier) -> Markup:
        articles = (self._issue(hit) if hit.entry.role == "issue" else self._entry(hit) for hit in tier.hits)
        return LIST(tier.start, joined(map(ITEM, articles)))

    def _issue(self, hit: Hit) -> Markup:
        issue = hit.entry.issue
        title = marked(hit.entry.title, hit.title_ranges)
        address = self._addresses.issue(issue, self._view.words)
        about = [*self._archive(issue), *_date(issue), self._kind(hit.entry), TEXT(self._view.entries_in(issue))]
        return ISSUE(self._language, address, issue_lead(issue), title, _in_a_row(about), _places(hit) + _reasons(hit))

    def _entry(self, hit: Hit) -> Markup:
        entry, snippet = hit.entry, marked(hit.snippet.text, hit.snippet.ranges)
        outside = web_address(entry.url)
        place = self._addresses.entry(entry, self._view.words)
        if entry.title:
            head = TITLE(self._language, outside or place, marked(entry.title, hit.title_ranges))
        else:
            head = UNTITLED(self._language, outside or place, snippet or kind_label(entry.kind))
        text = SNIPPET(self._language, snippet) if entry.title and snippet else NOTHING
        return ENTRY(
            head + (WHO(entry.attribution) if entry.attribution else NOTHING),
            self._about(entry),
            text + _places(hit) + _reasons(hit),
            self._ways_on(hit, outside, place),
        )

    def _about(self, entry: Entry) -> Markup:
        issue, site = entry.issue, site_of(entry.url)
        name = LINK(self._addresses.issue(issue), issue_label(issue))
        of_site = [SITE(site)] if site else []
        return _in_a_row([*self._archive(issue), name, *_date(issue), self._kind(entry), *of_site])

    def _ways_on(self, hit: Hit, outside: str | None, place: str) -> Markup:
        links = [LINK(outside, gettext("原文"))] if outside else []
        issue = hit.entry.issue
        newsletter = issue.archive if self._view.archives > 1 else current_site().title
        text = hit_as_markdown(hit, self._absolute.permalink(hit.entry.id), newsletter)
        return _in_a_row([*links, LINK(place, gettext("本期位置")), COPY(text, gettext("复制")), *self._also_in(hit)])

    def _also_in(self, hit: Hit) -> list[Markup]:
        links = [
            LINK(self._addresses.place(other.issue, other.id), also_label(other.issue, hit.entry.issue))
            for other in hit.also_in
        ]
        return [ALSO(gettext("也见于"), Markup(current_language().comma).join(links))] if links else []

    def _archive(self, issue: IssueRef) -> list[Markup]:
        return [TEXT(issue.archive)] if self._view.archives > 1 else []

    def _kind(self, entry: Entry) -> Markup:
        return KIND(self._of_kind(entry.kind), kind_label(entry.kind))


def _in_a_row(parts: list[Markup]) -> Markup:
    return Markup(" ".join(parts))


def _date(issue: IssueRef) -> list[Markup]:
    return [DATE(issue.date, issue.date)] if issue.date else []


def _places(hit: Hit) -> Markup:
    return joined(WHERE(place_label(each.field), marked(each.text, each.ranges)) for each in hit.places)


def _reasons(hit: Hit) -> Markup:
    if not hit.explanation:
        return NOTHING
    return WHY(gettext("为什么排在这里"), joined(map(LINE, hit.explanation)))
