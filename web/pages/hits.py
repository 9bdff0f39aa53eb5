"""The hits of a results page as HTML."""

from __future__ import annotations

from functools import cache
from typing import Final

from markupsafe import Markup

from wangqi.search.answer.result import Hit
from wangqi.search.document.links import site_of, web_address
from wangqi.search.model import Entry, IssueRef
from wangqi.web.pages.html_pieces import NOTHING, Html, as_html, joined
from wangqi.web.pages.marked_text import marked
from wangqi.web.pages.view import ResultsView, Tier
from wangqi.web.site.addresses import Addresses
from wangqi.web.site.leases import archive_name, current_site
from wangqi.web.words.as_markdown import hit_as_markdown
from wangqi.web.words.labels import also_label, entry_title, issue_label, issue_lead, kind_label, place_label
from wangqi.web.words.language import counted, current_language, gettext
from wangqi.web.words.reasons import reason_text

LIST: Final = Html('<ol class="hits%s" start="%s">\n%s</ol>')
ITEM: Final = Html("<li>%s</li>\n")
ENTRY: Final = Html('<article class="hit">%s%s%s<div class="about"><p class="meta">%s</p>%s</div>%s%s%s%s</article>')
ISSUE: Final = Html(
    '<article class="hit whole"><h2 dir="auto"%s><a href="%s">%s%s</a></h2><p class="meta">%s</p>%s</article>'
)
TITLE: Final = Html('<h2 dir="auto"%s><a href="%s">%s</a></h2>')
UNTITLED: Final = Html('<h2 class="untitled" dir="auto"%s><a href="%s">%s</a></h2>')
PICTURE: Final = Html(
    '<img class="thumb" src="%s" alt="" width="72" height="72" loading="lazy" decoding="async"'
    ' referrerpolicy="no-referrer">'
)
WHO: Final = Html('<p class="who">—— %s</p>')
TEXT: Final = Html("<span>%s</span>")
DATE: Final = Html('<time datetime="%s">%s</time>')
KIND: Final = Html('<a class="kind" href="%s">%s</a>')
PLACE: Final = Html('<a class="place" href="%s" title="%s">%s</a>')
SITE: Final = Html('<span class="site">%s</span>')
SNIPPET: Final = Html('<p class="snippet" dir="auto"%s>%s</p>')
LINK: Final = Html('<a href="%s">%s</a>')
MENU: Final = Html(
    '<details class="menu"><summary aria-label="%s" title="%s"><span aria-hidden="true">⋯</span></summary>'
    '<div class="ways"><button type="button" class="copy" hidden data-markdown="%s">%s</button>'
    '<a href="%s">%s</a><a href="%s">%s</a>%s</div></details>'
)
"""In one piece: it is the longest of a hit."""
ALSO: Final = Html('<p class="also">%s</p>')
TOO: Final = Html(" · %s")
BESIDE: Final = Html('<ul class="beside"%s>%s</ul>')
FOUND_AT: Final = Html("%s %s")
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
        self._words = view.words
        self._of_kind = cache(view.kind)  # a page has few kinds
        self._menu_labels = (gettext("更多"), gettext("复制"), gettext("固定链接"), gettext("整期"))
        self._place_title = gettext("本期位置")
        self._title = current_site().config.title
        self._told: set[str] = set()
        """Issues of which a hit has said that it holds others."""

    def html(self, tier: Tier) -> Markup:
        articles = (self._issue(hit) if hit.entry.role == "issue" else self._entry(hit) for hit in tier.hits)
        return LIST(" grid" if self._view.is_of_pictures else "", tier.start, joined(map(ITEM, articles)))

    def _issue(self, hit: Hit) -> Markup:
        issue = hit.entry.issue
        title = marked(hit.entry.title, hit.title_ranges)
        address = self._addresses.issue(issue, self._words)
        about = [*self._archive(issue), *_date(issue), self._kind(hit.entry), TEXT(self._view.entries_in(issue))]
        below = joined([_places(hit), _reasons(hit), self._others(hit) if hit.others else NOTHING])
        return ISSUE(self._language, address, issue_lead(issue), title, _in_a_row(about), below)

    def _entry(self, hit: Hit) -> Markup:
        entry, snippet = hit.entry, marked(hit.snippet.text, hit.snippet.ranges)
        place, site = self._addresses.entry(entry, self._words), site_of(entry.url)
        address = web_address(entry.url) or place
        if entry.title:
            head = TITLE(self._language, address, marked(entry.title, hit.title_ranges))
        else:
            head = UNTITLED(self._language, address, snippet or kind_label(entry.kind))
        text = SNIPPET(self._language, snippet) if entry.title and snippet else NOTHING
        return ENTRY(
            self._picture(entry),
            head,
            _who(hit),
            self._about(entry, place, site),
            self._menu(hit, site),
            *(text, _places(hit), _reasons(hit), self._others(hit)),
        )

    def _picture(self, entry: Entry) -> Markup:
        if not entry.images or not self._view.images:
            return NOTHING
        addresses = self._addresses.images(entry)
        return PICTURE(addresses[0]) if addresses else NOTHING

    def _about(self, entry: Entry, place: str, site: str) -> Markup:
        issue = entry.issue
        name = PLACE(place, self._place_title, issue_label(issue))
        of_site = [SITE(site)] if site else []
        return _in_a_row([*self._archive(issue), name, *_date(issue), self._kind(entry), *of_site])

    def _menu(self, hit: Hit, site: str) -> Markup:
        entry, (more, copy, permalink, whole) = hit.entry, self._menu_labels
        newsletter = archive_name(entry.issue.archive) if self._view.archives > 1 else self._title
        text = hit_as_markdown(hit, self._absolute.permalink(entry.id), newsletter)
        of_site = LINK(self._view.site(site), gettext("只看 %(site)s") % {"site": site}) if site else NOTHING
        return MENU(
            *(more, more, text, copy),
            *(self._addresses.permalink(entry.id), permalink, self._addresses.issue(entry.issue), whole, of_site),
        )

    def _others(self, hit: Hit) -> Markup:
        """Entries that stand elsewhere: with the same link in other issues, found as well in the same one."""
        links = [
            LINK(self._addresses.place(other.issue, other.id), also_label(other.issue, hit.entry.issue, archive_name))
            for other in hit.also_in
        ]
        parts = [FOUND_AT(gettext("也见于"), Markup(current_language().comma).join(links))] if links else []
        issue = hit.entry.issue
        others = hit.others or self._view.of_issue.get(issue.id, 0) - 1
        if others > 0 and issue.id not in self._told:
            parts.append(LINK(self._view.within(issue), counted("本期另有 %(num)s 条", others)))
            if not hit.others and not self._told:
                parts[-1] += TOO(LINK(self._view.by_issue.address, gettext("按期列出")))
            self._told.add(issue.id)
        return joined(map(ALSO, parts)) + self._beside(hit)

    def _beside(self, hit: Hit) -> Markup:
        """Other entries of the issue that the hit stands for."""
        links = [LINK(self._addresses.entry(each, self._words), entry_title(each)) for each in hit.beside]
        return BESIDE(self._language, joined(map(LINE, links))) if links else NOTHING

    def _archive(self, issue: IssueRef) -> list[Markup]:
        return [TEXT(archive_name(issue.archive))] if self._view.archives > 1 else []

    def _kind(self, entry: Entry) -> Markup:
        return KIND(self._of_kind(entry.kind), kind_label(entry.kind))


def _in_a_row(parts: list[Markup]) -> Markup:
    return as_html(" ".join(parts))


def _date(issue: IssueRef) -> list[Markup]:
    return [DATE(issue.date, issue.date)] if issue.date else []


def _who(hit: Hit) -> Markup:
    """Who said a quotation; marked where that was searched for."""
    found = next((marked(each.text, each.ranges) for each in hit.places if each.field == "attribution"), None)
    said_by = found or hit.entry.attribution
    return WHO(said_by) if said_by else NOTHING


def _places(hit: Hit) -> Markup:
    others = (each for each in hit.places if each.field != "attribution")
    return joined(WHERE(place_label(each.field), marked(each.text, each.ranges)) for each in others)


def _reasons(hit: Hit) -> Markup:
    if not hit.explanation:
        return NOTHING
    return WHY(gettext("为什么排在这里"), joined(map(LINE, map(reason_text, hit.explanation))))
