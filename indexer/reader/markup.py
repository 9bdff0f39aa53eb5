"""What stands in issues beside Markdown: tags of HTML, comments, addresses without a link. The one lexer for both who
read an issue and who show it: what is text for the one is text for the other.

    >>> tag = tag_at('<a title="a>b" href="/x">', 0)
    >>> tag.name, tag.attribute("href")
    ('a', '/x')
    >>> [text[start:end] for text in ["见 https://u.example/Foo_(bar)。"] for start, end in bare_addresses(text)]
    ['https://u.example/Foo_(bar)']
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_MARKUP: Final = """
    a abbr address article audio b big blockquote br center cite code dd del details div dl dt em figcaption figure font
    footer h1 h2 h3 h4 h5 h6 header hr i iframe img ins kbd li main mark nav ol p picture pre s section small source
    span strike strong sub summary sup table tbody td tfoot th thead tr u ul video wbr
"""
MARKUP: Final = frozenset(_MARKUP.split())
"""Tags that authors write to dress or place their text. The rest of HTML they write about: `the <dialog> element`."""

HIDDEN: Final = ("script", "style", "template")
"""Elements of which nothing is shown, when they are closed."""

MAX_HIDDEN_CHARS: Final = 20_000
"""How far the end of a comment or of a hidden element is looked for, so that a thousand open ones take no time."""

# Nothing is read twice (`+` and `}` after a quantifier keep what it took), and what ends no tag ends at the next "<":
# up to three of these may stand in a quoted value, such as alt="a < b", and in eight values of a tag.
_TAG: Final = re.compile(
    r"""<(/?)([a-zA-Z][a-zA-Z0-9-]{0,30}+)"""
    r"""((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+"""
    r"""(?:(?>"[^"<]*+(?:<[^"<]*+){1,3}+"|'[^'<]*+(?:<[^'<]*+){1,3}+')(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+){0,8}+)>"""
)
_ATTRIBUTE: Final = re.compile(r"""([a-zA-Z-]{1,20}+)\s{0,5}=\s{0,5}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_LONG_REFERENCE: Final = re.compile(r"&(#[0-9]{20})")

# Chinese text follows an address without a blank: only ASCII belongs to it. (Links keep Chinese in their addresses.)
_BARE: Final = re.compile(
    r"(?:https?://|(?<![\w.@/:-])www\.(?=[A-Za-z0-9-]+\.[A-Za-z]))[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.ASCII
)
_WRITTEN: Final = re.compile(r"https?://(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]|\\[_*~\[\]#&.\-])+", re.ASCII)
"""The same in Markdown, where signs may be escaped."""

_TRAILING: Final = ".,;:!?'*"
_PAIRS: Final = ("()", "[]")


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    """In small letters."""
    is_closing: bool
    end: int
    """Where what follows the tag begins."""
    _attributes: str

    @property
    def is_markup(self) -> bool:
        """Whether the tag formats text; else it is text itself."""
        return self.name in MARKUP

    def attribute(self, name: str) -> str:
        """The value of an attribute, with character references replaced and without blanks around; "" without one."""
        for key, *values in _ATTRIBUTE.findall(self._attributes):
            if key.lower() == name:
                return unescape(next((value for value in values if value), "")).strip()
        return ""


def tag_at(source: str, start: int) -> Tag | None:
    """The tag that begins at `start`; None where none does, or it is never closed."""
    found = _TAG.match(source, start)
    return Tag(found[2].lower(), bool(found[1]), found.end(), found[3]) if found else None


def end_of_hidden(source: str, start: int) -> int:
    """The end of a comment or a hidden element that begins at `start`; `start` when there is none, or it has no end."""
    if source.startswith("<!--", start):
        end = source.find("-->", start + len("<!--") - 2, start + MAX_HIDDEN_CHARS)
        return end + len("-->") if end >= 0 else start
    tag = tag_at(source, start)
    if tag is None or tag.is_closing or tag.name not in HIDDEN:
        return start
    closing = re.compile(rf"</{tag.name}\s{{0,5}}>", re.IGNORECASE).search(source, tag.end, start + MAX_HIDDEN_CHARS)
    return closing.end() if closing else start


def unescape(text: str) -> str:
    """`text` with its character references replaced; a number too long for a character stays as it is written."""
    return html.unescape(_LONG_REFERENCE.sub(r"&amp;\1", text))


def bare_addresses(text: str) -> list[tuple[int, int]]:
    """Stretches `start:end` of `text` that are addresses, without the punctuation of the sentence around them."""
    return _bare_addresses(text) if "://" in text or "www." in text else []


@lru_cache(maxsize=256)  # each rule over the lines of a section asks for those of the same lines
def _bare_addresses(text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for match in _BARE.finditer(text):
        start, end = match.start(), _end_of_address(text, *match.span())
        if end - start > len("https://"):
            found.append((start, end))
    return found


def address_at(source: str, start: int, stop: int) -> int:
    """The end of the address that begins at `start` of the Markdown `source`, at most `stop`; `start` for none."""
    match = _WRITTEN.match(source, start, stop)
    end = _end_of_address(source, *match.span()) if match else start
    return end if end - start > len("https://") else start


def _end_of_address(text: str, start: int, end: int) -> int:
    """The end of the address `text[start:end]` without a sentence's punctuation, brackets that it did not open, and
    what stands in a bracket that it does not close: `https://a.example/b[from 李雷]`."""
    for opening, closing in _PAIRS:
        after_last_pair = max(start, text.rfind(closing, start, end))
        end = unclosed if (unclosed := text.find(opening, after_last_pair, end)) >= 0 else end
    if text[end - 1] not in _TRAILING and all(text[end - 1] != closing for _, closing in _PAIRS):
        return end
    surplus = {
        closing: text.count(closing, start, end) - text.count(opening, start, end) for opening, closing in _PAIRS
    }
    while end > start and (text[end - 1] in _TRAILING or surplus.get(text[end - 1], 0) > 0):
        end -= 1
        if text[end] in surplus:
            surplus[text[end]] -= 1
    return end


def with_scheme(address: str) -> str:
    """`address`, which may be a bare `www.example.org`, as a browser would take it."""
    return address if "://" in address else f"http://{address}"
