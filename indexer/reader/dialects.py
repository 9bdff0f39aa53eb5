"""What authors and their generators write that CommonMark does not know → CommonMark, line by line the same.

    {% link 甲, https://… %}     ─►  [甲](https://…)           Hexo
    ::: tip 编者注               ─►  编者注                    VitePress, Docusaurus
    !!! tip "编者注"             ─►  编者注                    MkDocs; the block below it loses its indent
    [[笔记甲|别名]]              ─►  [别名](<>)                Obsidian: a name that leads nowhere
    %%内部注释%%                 ─►                            comments of seven generators
    -[甲](…)                    ─►  - [甲](…)                 a blank that was forgotten, or is none

What stands in code, fenced or in backticks, stays as it is.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from wangqi.search.errors.message import Message

MAX_COMMENT_CHARS: Final = 20_000

Change = Callable[[re.Match[str]], str]


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something that is most likely a mistake of the author's."""

    line: int
    """Of the text, from 1."""
    code: str
    message: str


FENCE: Final = re.compile(r"^(?:[ \t]*(?:[-*+>]|\d{1,9}[.)])[ \t]?)*+[ \t]*+(`{3,}+|~{3,}+)([^`\n]*)$", re.MULTILINE)
_CODE = r"(?P<code>(?<!`)(`++)(?!`)[^`\n]{1,500}+\2(?!`))"
_OPEN_COMMENT: Final = re.compile(rf"{_CODE}|<!--(?!-?>)")

# Comments: of HTML as Markdown knows it, of Obsidian, kramdown, Hugo, MDX, Jinja, Liquid.
COMMENT = re.compile(
    rf"{_CODE}"
    rf"|(?<![%\w])%%(?![%\s]*$)(?:[^%]|%(?!%)){{1,{MAX_COMMENT_CHARS}}}+%%"
    rf"|\{{::comment\}}(?:[^{{]|\{{(?!:/)){{0,{MAX_COMMENT_CHARS}}}+\{{:/(?:comment)?\}}"
    rf"|\{{\{{[<%]?\s?/\*(?:[^*]|\*(?!/)){{0,{MAX_COMMENT_CHARS}}}+\*/\s?[>%]?\}}\}}"
    rf"|\{{/\*(?:[^*]|\*(?!/)){{0,{MAX_COMMENT_CHARS}}}+\*/\}}"
    rf"|\{{#\s(?:[^#]|#(?!\}})){{0,{MAX_COMMENT_CHARS}}}+#\}}"
    rf"|\{{%-?\s*comment\s*-?%\}}(?:[^{{]|\{{(?!%)){{0,{MAX_COMMENT_CHARS}}}+\{{%-?\s*endcomment\s*-?%\}}",
    re.MULTILINE,
)
_ADDRESS = re.compile(r"https?://[^\s,%]+")
_RUBY = re.compile(
    rf"{_CODE}|<(?P<aside>rt|rp)\b[^<>\n]{{0,100}}>[^<]{{0,100}}</(?P=aside)>|</?(?:ruby|rb)\b[^<>\n]{{0,100}}>",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    rf"{_CODE}|<(?P<tag>span|div|p|b|i|em)\b[^<>]{{0,200}}\sstyle=[\"'][^\"'<>]{{0,200}}display:\s?none[^<>]{{0,200}}>"
    r"[^<]{0,2000}</(?P=tag)>",
    re.IGNORECASE,
)
_TAG = re.compile(
    rf"{_CODE}|\{{%-?\s*[a-z/][^%\n]{{0,300}}%\}}|\{{\{{[<%]\s*/?[a-z][^{{}}\n]{{0,300}}[>%]\}}\}}", re.IGNORECASE
)
_ATTRIBUTES = re.compile(rf"{_CODE}|\{{:[^{{}}\n]{{1,200}}\}}")
_WIKILINK = re.compile(
    rf"{_CODE}|(?P<embed>!)?\[\[(?P<page>[^\[\]|\n]{{1,200}})(?:\|(?P<alias>[^\[\]|\n]{{1,200}}))?\]\](?!\()"
)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|avif|bmp|mp4|mov|webm|mp3|pdf)(?:#.*)?$", re.IGNORECASE)
"""What is embedded that has no text; another page would be shown whole, and here by its name."""
_HIGHLIGHT = re.compile(
    rf"{_CODE}|(?<![=A-Za-z0-9/+])==(?=[^\s=])(?P<text>[^=\n]{{1,200}})(?<!\s)==(?![=A-Za-z0-9./#&])"
)
_BLOCK_ID = re.compile(r"[ \t](?:\^[a-z0-9][a-z0-9-]{1,30}|\{#[\w-]{1,60}\})$", re.MULTILINE)
# `https://a.example/_b_/` alone in a text: the underscores are no emphasis.
_BARE_ADDRESS = re.compile(rf"{_CODE}|(?<![^\s\u3001-\u9fff\uff00-\uffef])https?://[^\s<>()\[\]\"'`\\]{{1,500}}")
_UNDERSCORED = re.compile(
    r"https?://[^\s_<>()\[\]]{0,300}+(?:(?<=[A-Za-z0-9])_[^\s_<>()\[\]]{0,300}+){0,50}+(?<![A-Za-z0-9])_"
)
"""What such an address has; looked for first, since few have it."""
_EMPHATIC = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_BLANK_IN_ADDRESS = re.compile(r"\]\((https?://[^\s()<>\"']++(?: [^\s()<>\"']++){1,10}+)\)")

# Whole lines.
_CONTAINER = re.compile(
    r"^([ \t]*):{3,}[ \t]*(?:[a-z][\w-]*)?[ \t]*(?:\{[^{}\n]{0,200}\}|\[([^\[\]\n]{1,200})\])?",
    re.MULTILINE | re.IGNORECASE,
)
_ADMONITION = re.compile(r"^([ \t]*(?:>[ \t]?)+)\[!\w{2,20}\][-+]?[ \t]*", re.MULTILINE)
_PLUS_CONTAINER = re.compile(r"^[ \t]*\+{3,}(?:[a-z][\w-]*(?:[ \t]+|$)|[ \t]*$)", re.MULTILINE)
_LINK_ATTRIBUTES = re.compile(r"(?<=\])(\([^()\n]{1,500}+\))(?:\{[ \t]?(?:[.#][\w-]|[\w-]{1,30}=)[^{}\n]{0,200}\})+")
"""Of MkDocs, Pandoc and kramdown: `![](u){ loading=lazy }`."""
_COMPONENT = re.compile(rf"{_CODE}|(?<!\w)<[A-Z][A-Za-z]{{1,30}}(?:\s[^<>\n]{{0,300}})?/>")
"""Of Vue or MDX: `<Badge text="新" />`."""
_AROUND = re.compile(
    rf"{_CODE}|(?<!\w)<[A-Z][a-z]\w{{0,30}}\s[a-z:@][\w-]{{0,40}}=[^<>\n]{{1,300}}>|</[A-Z][a-z]\w{{0,30}}>"
    r"|^[ \t]*<[A-Z][a-z]\w{0,30}>[ \t]*$",
    re.MULTILINE,
)
"""The same around text: `<TabItem value="a">…</TabItem>`, and a `<Tabs>` alone on its line."""
_CALLOUT = re.compile(
    r"^( {0,8})(?:!!!|\?\?\?\+?|===)[ \t]++(?:[a-z][\w -]{0,40}+)?(?:\"([^\"\n]{0,200})\")?[ \t]*+\n"
    r"((?:(?:\1(?: {4}|\t)[^\n]*+|[ \t]*+)(?:\n|\Z))*+)",
    re.MULTILINE,
)
"""Of MkDocs: `!!! note "题目"`, `=== "标签"`, with what is inside four blanks further in."""
_ASIDE = re.compile(r"^[ \t]*</?aside>[ \t]*$", re.MULTILINE)
"""How Notion exports a callout: what stands between the two is Markdown."""
_CONTENTS = re.compile(
    r"^[ \t]*(?:\[\[_?toc_?\]\]|\[toc\]|\{:toc\}|\$\{toc\}|<toc ?/?>)[ \t]*$", re.MULTILINE | re.IGNORECASE
)
_IMPORT = re.compile(
    r"^(?:import\s[^\n]{0,300}\sfrom\s+['\"][^'\"\n]{1,200}['\"];?|export\s(?:const|default)\s[^\n]{0,300})$",
    re.MULTILINE,
)
_DEFINED = re.compile(r"(?<=\S\n): {1,3}(?=\S)", re.MULTILINE)
_TASK = re.compile(r"^([ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+)\[[ xX/>-]\][ \t]+(?=\S)", re.MULTILINE)

# Blanks that are none to CommonMark, or are missing.
_WIDE_HEADING = re.compile(r"^( {0,3}#{1,6})[\u00a0\u3000]++", re.MULTILINE)
_FULL_WIDTH_HEADING = re.compile(r"^(＃{1,6})[ \t\u00a0\u3000]*+", re.MULTILINE)
_WIDE_ITEM = re.compile(r"^([ \t]*(?:[-*+]|\d{1,3}[.)]))[\u00a0\u3000]++", re.MULTILINE)
_GLUED_ITEM = re.compile(r"^([ \t]*)([-+]|\*(?=[^*\n]*$))(?=\[[^\[\]\n]{1,200}\]\()", re.MULTILINE)
_BULLETS: Final = "·•‣▪◦●"
_OTHER_BULLET = re.compile(rf"^([ \t]*)[{_BULLETS}][ \t\u00a0\u3000]*+(?=\S)", re.MULTILINE)


def settle_dialects(text: str) -> str:
    """`text` with the same lines, in which a parser of CommonMark finds what its author meant."""
    if "```" not in text and "~~~" not in text:
        return _settled(text)
    return "".join(piece if is_code else _settled(piece) for piece, is_code in pieces(text))


def find_oddities(text: str) -> list[Oddity]:
    """Comments and fences that nothing closes: the rest of the file would be hidden, or code."""
    found: list[Oddity] = []
    if "<!--" not in text and "```" not in text and "~~~" not in text:
        return found
    line = 1
    for piece, is_code in pieces(text):
        if not is_code and "<!--" in piece and (opening := _unclosed_comment(piece)) is not None:
            message = Message("this comment is not closed (`-->`); what follows is read as text")
            found.append(Oddity(line + piece.count("\n", 0, opening), "unclosed-comment", message))
        if is_code and len(FENCE.findall(piece)) == 1:
            message = Message("this fence of code is not closed; the rest of the file is code")
            found.append(Oddity(line, "unclosed-fence", message))
        line += piece.count("\n")
    return found


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, which are fenced code or none of it."""
    at = 0
    for start, end in fenced(text):
        yield text[at:start], False
        yield text[start:end], True
        at = end
    yield text[at:], False


def fenced(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each block of fenced code; the last one may not be closed."""
    opening, start = "", 0
    for found in FENCE.finditer(text):
        if not opening:
            opening, start = found[1], found.start()
        elif found[1].startswith(opening) and not found[2].strip():
            yield start, min(found.end() + 1, len(text))
            opening = ""
    if opening:
        yield start, len(text)


def _settled(text: str) -> str:
    """A piece without fenced code. Each rule is tried only where what it begins with stands: mostly nowhere."""
    for openings, settle in _RULES:
        if any(opening in text for opening in openings):
            text = settle(text)
    return text


def _without_unclosed_comment(text: str) -> str:
    opening = _unclosed_comment(text)
    return text if opening is None else text[:opening] + text[opening + len("<!--") :]


def _with_plain_underscores(text: str) -> str:
    """`text`, in which underscores of bare addresses are no emphasis."""
    if not _UNDERSCORED.search(text):
        return text
    return _BARE_ADDRESS.sub(_kept(lambda found: _EMPHATIC.sub(r"\\_", found[0])), text)


def _with_usual_bullets(text: str) -> str:
    return _OTHER_BULLET.sub(r"\1- ", text) if len(_OTHER_BULLET.findall(text)) > 1 else text


def _kept(change: Change) -> Change:
    """`change` for what is no code in backticks."""
    return lambda found: found[0] if found["code"] else change(found)


def _emptied(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _linked(found: re.Match[str]) -> str:
    """The text that a generator's tag shows: the link of Hexo's `{% link 甲, https://… %}`, else nothing."""
    words = found[0].strip("{}%- ").partition("link ")
    address = _ADDRESS.search(words[2]) if not words[0] else None
    name = words[2][: address.start()].strip(" ,") if address else ""
    return f"[{name}]({address[0]})" if address and name else ""


def _opened(found: re.Match[str]) -> str:
    """The title of a callout, and what is inside it."""
    indent, title, inside = found.groups()
    body = re.sub(rf"^{indent}(?: {{4}}|\t)", indent, inside, flags=re.MULTILINE)
    return f"{indent}{title or ''}\n{body}" if inside.strip() else found[0]


def _named(found: re.Match[str]) -> str:
    if found["embed"] and _PICTURE.search(found["page"]):
        return ""
    name = found["alias"] or found["page"].rpartition("/")[2].partition("#")[0] or found["page"]
    return f"[{name.strip()}](<>)"


def _unclosed_comment(text: str) -> int | None:
    """The offset of a comment that nothing closes; None without one."""
    at = 0
    while found := _OPEN_COMMENT.search(text, at):
        if found["code"]:
            at = found.end()
            continue
        end = text.find("-->", found.end())
        if end < 0:
            return found.start()
        at = end + len("-->")
    return None


_RULES: Final[tuple[tuple[tuple[str, ...], Callable[[str], str]], ...]] = (
    (("%%", "{::", "{{", "{#", "{%"), lambda text: _TAG.sub(_kept(_linked), COMMENT.sub(_kept(_emptied), text))),
    (("{:",), lambda text: _ATTRIBUTES.sub(_kept(_emptied), text)),
    (("<r",), lambda text: _RUBY.sub(_kept(lambda _: ""), text)),
    (("display:",), lambda text: _HIDDEN.sub(_kept(_emptied), text)),
    (("<!--",), _without_unclosed_comment),
    (("/>",), lambda text: _COMPONENT.sub(_kept(lambda _: ""), text)),
    (("</", '="'), lambda text: _AROUND.sub(_kept(lambda _: ""), text)),
    (("!!!", "???", "==="), lambda text: _CALLOUT.sub(_opened, text)),
    (("aside>",), lambda text: _ASIDE.sub("", text)),
    (("toc", "TOC"), lambda text: _CONTENTS.sub("", text)),
    (("[!",), lambda text: _ADMONITION.sub(r"\1", text)),
    (("[ ]", "[x]", "[X]", "[/]", "[>]", "[-]"), lambda text: _TASK.sub(r"\1", text)),
    (("[[",), lambda text: _WIKILINK.sub(_kept(_named), text)),
    (("_",), _with_plain_underscores),
    (("](http",), lambda text: _BLANK_IN_ADDRESS.sub(r"](<\1>)", text)),
    (("-[", "*[", "+["), lambda text: _GLUED_ITEM.sub(r"\1\2 ", text)),
    (("+++",), lambda text: _PLUS_CONTAINER.sub("", text)),
    (("){",), lambda text: _LINK_ATTRIBUTES.sub(r"\1", text)),
    ((":::",), lambda text: _CONTAINER.sub(lambda found: found[1] + (found[2] or ""), text)),
    (("==",), lambda text: _HIGHLIGHT.sub(_kept(lambda found: found["text"]), text)),
    (("\n: ",), lambda text: _DEFINED.sub("", text)),
    (("import ", "export "), lambda text: _IMPORT.sub("", text)),
    ((" ^", "{#"), lambda text: _BLOCK_ID.sub("", text)),
    (("＃",), lambda text: _FULL_WIDTH_HEADING.sub(lambda found: "#" * len(found[1]) + " ", text)),
    (("\u00a0", "\u3000"), lambda text: _WIDE_ITEM.sub(r"\1 ", _WIDE_HEADING.sub(r"\1 ", text))),
    (tuple(_BULLETS), _with_usual_bullets),
)
"""What a text has to hold for a rule to be tried, and the rule; in this order."""
