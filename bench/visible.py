"""What a Markdown renderer shows of an issue, and how much of it the reader kept: shares no code with the reader."""

import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from wangqi.search.model import Issue

# Structure, not text: the number before an entry, the dashes before the name of who said something, and the mark
# between a title and its description. They are shown in another way.
# An address ends before a bracket: `https://…[ from 李雷 ]` goes on with what is no address.
ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]*[A-Za-z0-9/=#]")
NUMBER_LABEL = re.compile(
    r"^\W*?(?:\d{1,2}\.\d{1,2}(?= )|(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s?(?:[、.．:：)）。]|$)|[①-⑳])",
    re.MULTILINE,
)
DASHES = re.compile(r"^(?:-{1,3}|[—–]{1,2}) ", re.MULTILINE)
FRONT_MATTER = re.compile(
    r"\A\s*(?:---\n.*?\n---\n|(?:\w+:[^\n]*\n|[^\S\n]*\n)+---\n|[Tt]itle:[^\n]*\n(?:\w+:[^\n]*\n)*)", re.DOTALL
)
"""Settings: between two lines, above one, or Pelican's, which just begin."""
# What the author's generator does not show, or not so: tags of Liquid, a reference by its own text, a star too many, a
# picture of Obsidian's.
GENERATED = (
    (re.compile(r"^\{%.*%\}$", re.MULTILINE), ""),
    (re.compile(r"!\[\[[^\[\]\n]+\]\](?!\()"), ""),
    (re.compile(r"\[([^\[\]]+)\]\[(?:\1)?\]"), r"\1"),
)
STARS = re.compile(r"\*{2,}(?:<!--.*?-->)?")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in ("script", "style")
        self.parts.append("\n" if tag == "br" else "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style")
        self.parts.append("\n" if tag in ("p", "li", "h1", "h2", "h3", "h4", "td", "div") else "")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def rendered_text(markdown: str) -> str:
    """The text that a CommonMark renderer (with tables) shows for the body of an issue."""
    body = FRONT_MATTER.sub("", markdown.replace("\r\n", "\n").lstrip("\ufeff"), count=1)
    for pattern, shown in GENERATED:
        body = pattern.sub(shown, body)
    page = _Text()
    page.feed(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(STARS.sub("", body)))
    page.close()
    return "".join(page.parts)


def kept_text(issue: Issue) -> str:
    """Everything of an issue that can be found: its title, and title, text and attribution of all its documents.

    A front repeats the title of its section, so section titles are counted once, on their own; essays likewise.
    """
    parts = [issue.ref.title]
    for section in issue.sections:
        parts.append(section.title)
        for document in filter(None, (section.front, *section.entries)):
            repeated = document.role != "entry" or document.title in section.title
            parts += ["" if repeated else document.title, document.text, document.attribution or ""]
    return "\n".join([*parts, issue.front.text if issue.front else ""])


@dataclass(frozen=True)
class Account:
    """Characters of an issue, white space and structure aside."""

    shown: int
    lost: Counter[str]
    """Shown by a renderer, kept nowhere."""
    doubled: Counter[str]
    """Kept more often than they are shown."""


def account(issue: Issue, markdown: str) -> Account:
    """Compare what is shown with what is kept. An address that is shown may be kept as the address of its entry."""
    shown_text = rendered_text(markdown)
    kept = kept_text(issue)
    addresses = {link for entry in issue.documents() for link in (entry.url, *(link.url for link in entry.links))}
    held = {_as_shown(address) for address in addresses if address}
    missing = [found for found in ADDRESS.findall(shown_text) if _as_shown(found) not in held and found not in kept]
    lost = Counter("".join(missing))
    shown_text = ADDRESS.sub("", shown_text)
    shown = Counter(_solid(DASHES.sub("", NUMBER_LABEL.sub("", shown_text))))
    text = Counter(_solid(ADDRESS.sub("", kept)))
    return Account(shown.total() + lost.total(), lost + (shown - text), text - Counter(_solid(shown_text)))


def _as_shown(address: str) -> str:
    """`address` up to a blank in it, which ends it for CommonMark, and without underlines, which it takes for
    emphasis."""
    found = ADDRESS.match(address)
    return (found[0] if found else address).replace("_", "")


def _solid(text: str) -> str:
    return re.sub(r"[\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff]", "", text)  # blanks and what has no width
