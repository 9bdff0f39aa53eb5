"""An issue's Markdown → HTML that is safe to show, with an anchor where each entry starts.

Raw HTML never passes. Tags that only dress the text are dropped, `<img>` and `<iframe>` become an image or a link of
our own making, and everything else (`the <dialog> element`) is text. Addresses are http or https, or whatever the
caller's `resolve` makes of a relative one.

    >>> render_issue("1、[x](https://x.example/)".encode(), anchors={1: ["e-1"]}).html
    '<p><span id="e-1" class="anchor"></span>1、<a href="https://x.example/" rel="external">x</a></p>\\n'
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict, Unpack

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from wangqi.indexer.reader.decode import decode
from wangqi.indexer.reader.frontmatter import split_front_matter
from wangqi.indexer.reader.inline_rules import make_markup_rule
from wangqi.indexer.reader.parser import markdown_parser
from wangqi.indexer.reader.taming import tame
from wangqi.indexer.rendering.html_blocks import html_block
from wangqi.indexer.rendering.marks import ANCHOR_CLASS, FindWords, mark_words, text_token
from wangqi.indexer.rendering.rules import hidden_block, link_addresses, numbered_newline, push_meaning
from wangqi.search.document.links import is_relative, web_address

Resolve = Callable[[str], str | None]
"""The address to send a visitor to for a relative one written in the issue; None when there is nothing to show."""


@dataclass(frozen=True, slots=True)
class Permalinks:
    """Where the anchors of entries lead, as links."""

    addresses: Mapping[str, str]
    """By anchor; one without an address is no link."""
    label: str
    """What such a link is called."""


NO_LINKS: Final = Permalinks({}, "")


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    """From 2: the page's own heading is the first."""
    text: str
    id: str
    """Its anchor in the HTML."""


@dataclass(frozen=True, slots=True)
class RenderedIssue:
    html: str
    headings: tuple[Heading, ...]
    marks: int = 0
    """How many words are marked; the first of them has the anchor `FIRST_MARK`."""


class RenderOptions(TypedDict, total=False):
    resolve: Resolve
    images: bool
    """Without them there are links to them."""
    title: str
    """Of the page: a first heading that repeats it is left out."""
    find: FindWords | None
    """Which words to mark."""
    permalinks: Permalinks


def render_issue(
    data: bytes, *, anchors: Mapping[int, Sequence[str]], **options: Unpack[RenderOptions]
) -> RenderedIssue:
    """The issue file `data` as HTML below a page's own `<h1>`: its highest headings are `<h2>`. `anchors` are the ids
    to place, by the line of the file, from 1. Raises `ReadError` for what `read_issue` would not have read either."""
    _, text = split_front_matter(decode(data))
    return render_markdown(text, anchors=anchors, **options)


def render_markdown(
    text: str,
    *,
    anchors: Mapping[int, Sequence[str]],
    resolve: Resolve = lambda address: None,
    images: bool = True,
    title: str = "",
    find: FindWords | None = None,
    permalinks: Permalinks = NO_LINKS,
) -> RenderedIssue:
    """Render an issue's text or a part of it; `anchors` are by the lines of that text."""
    page = Rendering(anchors, resolve, images, permalinks)
    tokens = _without_title(page.rewritten(PARSER.parse(tame(text))), title)
    headings = tuple(number_headings(tokens))
    tokens = page.with_the_rest(tokens)
    marks = mark_words(tokens, find) if find else 0
    return RenderedIssue(RENDERER.render(tokens, PARSER.options, {}), headings, marks)


class Rendering:
    """A rendering in progress: the tokens of markdown-it, changed until they may be shown."""

    def __init__(
        self,
        anchors: Mapping[int, Sequence[str]],
        resolve: Resolve,
        images: bool,
        permalinks: Permalinks = NO_LINKS,
    ) -> None:
        self._waiting = {line - 1: list(ids) for line, ids in anchors.items()}
        """Ids that have no place yet, by line from 0."""
        self._resolve = resolve
        self._images = images
        self._permalinks = permalinks
        self._in_link = False
        self._nowhere = ""
        """The file that the link leads to which is being read, where nobody knows its address: the reader is told."""

    def rewritten(self, tokens: list[Token]) -> list[Token]:
        for token in tokens:
            if token.type == "inline":
                token.children = list(self._inline(token))
            elif token.type == "fence":
                token.info = ""  # it would become a class
            elif token.type in ("th_open", "td_open"):
                token.attrs = {}  # an alignment would be a style, which the page's policy forbids
        return tokens

    def with_the_rest(self, tokens: list[Token]) -> list[Token]:
        """Puts the anchors whose line is inside a block without text of its own (code, a comment) before that block."""
        blocks = [(index, token.map[0]) for index, token in enumerate(tokens) if token.map and not token.level]
        starts = [start for _, start in blocks]
        before: dict[int, list[Token]] = {}
        for line in sorted(self._waiting):
            block = max(0, bisect_right(starts, line) - 1)
            index = blocks[block][0] if blocks else 0
            before.setdefault(index, []).extend(self._anchors(line))
        placed = [one for index, token in enumerate(tokens) for one in (*before.get(index, ()), token)]
        return placed if tokens else before.get(0, [])

    def _inline(self, token: Token) -> Iterator[Token]:
        line, seen = (token.map or [0])[0], 0
        yield from self._anchors(line)
        for child in link_addresses(token.children or []):
            yield from self._shown(child)
            if "at" in child.meta:
                line += token.content.count("\n", seen, child.meta["at"]) + 1
                seen = child.meta["at"] + 1
                yield from self._anchors(line)
        yield from self._link_end()

    def _shown(self, token: Token) -> Iterator[Token]:
        if token.type == "link_open":
            yield from self._link_end()
            written = str(token.attrGet("href") or "")
            address = self._address(written)
            if address is not None:
                self._in_link = True
                yield _link(address, external=web_address(address) is not None)
            elif is_relative(written):
                self._nowhere = written
        elif token.type == "link_close":
            yield from self._link_end()
        elif token.type == "image":
            yield from self._image(token)
        else:
            yield token

    def _link_end(self) -> Iterator[Token]:
        if self._in_link:
            self._in_link = False
            yield Token("link_close", "a", -1)
        if self._nowhere:
            yield text_token(f"（{self._nowhere}）")
            self._nowhere = ""

    def _address(self, written: str) -> str | None:
        return web_address(written) or self._resolve(written)

    def _image(self, token: Token) -> Iterator[Token]:
        written = str(token.attrGet("src") or "")
        address = self._address(written)
        alt = visible_text(token)
        if address and self._images:
            if self._in_link and not alt:  # it may be all that the link has to say
                token.children = [text_token("图片")]
            size = token.meta.get("size", {})
            token.attrs = {"src": address, "alt": "", "loading": "lazy", "referrerpolicy": "no-referrer", **size}
            yield token
        else:
            linked = address is not None and not self._in_link
            yield from [_link(address or "", external=True)] if linked else []
            file = f"（{written}）" if address is None and is_relative(written) else ""
            yield text_token(f"〔图片{'：' if alt else ''}{alt}{file}〕")
            yield from [Token("link_close", "a", -1)] if linked else []

    def _anchors(self, line: int) -> Iterator[Token]:
        for anchor in self._waiting.pop(line, []):
            # A link inside of one would end it.
            address = None if self._in_link else self._permalinks.addresses.get(anchor)
            link = {"href": address, "aria-label": self._permalinks.label} if address else {}
            tag = "a" if address else "span"
            yield Token("anchor_open", tag, 1, attrs={"id": anchor, "class": ANCHOR_CLASS, **link})
            yield Token("anchor_close", tag, -1)


def _without_title(tokens: list[Token], title: str) -> list[Token]:
    """`tokens` without a first heading that says what the page's own says; the anchors in it stay."""
    if not tokens or tokens[0].type != "heading_open" or squeezed(visible_text(tokens[1])) != squeezed(title):
        return tokens
    return [child for child in tokens[1].children or [] if child.type.startswith("anchor")] + tokens[3:]


def number_headings(tokens: Sequence[Token]) -> Iterator[Heading]:
    """Gives every heading an id, and such a level that the highest is `<h2>`."""
    opening = [index for index, token in enumerate(tokens) if token.type == "heading_open"]
    highest = min((int(tokens[index].tag[1:]) for index in opening), default=1)
    for number, index in enumerate(opening, start=1):
        heading = Heading(int(tokens[index].tag[1:]) - highest + 2, visible_text(tokens[index + 1]), f"h-{number}")
        tokens[index].tag = tokens[index + 2].tag = f"h{min(6, heading.level)}"
        tokens[index].attrs = {"id": heading.id}
        yield heading


def visible_text(inline: Token) -> str:
    return RENDERER.renderInlineAsText(inline.children, PARSER.options, {}).strip()


def squeezed(text: str) -> str:
    return "".join(text.split())


def _link(address: str, *, external: bool) -> Token:
    link = Token("link_open", "a", 1, attrs={"href": address})
    if external:
        link.attrSet("rel", "external")
    return link


def _parser() -> MarkdownIt:
    parser = markdown_parser()
    # Authors see a line's end as one on their own sites (Hexo, Hugo's and GitHub's comments do so).
    parser.options.update({"html": False, "breaks": True, "xhtmlOut": False})
    parser.inline.ruler.at("newline", numbered_newline)
    parser.inline.ruler.at("html_inline", make_markup_rule(push_meaning))
    for name, rule in (("hidden_block", hidden_block), ("html_structure", html_block)):
        parser.block.ruler.before("paragraph", name, rule, {"alt": ["paragraph", "blockquote"]})
    return parser


PARSER: Final = _parser()
RENDERER: Final = RendererHTML()
