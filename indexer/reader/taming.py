"""A Markdown text → one with the same lines that a parser of CommonMark reads as its author meant it, in linear time.

Dialects (`dialects`) and references to nothing are settled; then nesting that the parser would cut off, tags and
identifiers around headings, bold marks that editors leave, and `[文字]` with `(地址)` on the next line. Reading and
showing an issue both begin with it.
"""

import re

from wangqi.indexer.reader.dialects import settle_dialects

_DEEP_QUOTE = re.compile(r"^((?:[ \t]{0,3}>){16})(?:[ \t]*>)+", re.MULTILINE)
_ITEM = r"[ \t]*(?:[-*+]|\d{1,9}[.)])"
_DEEP_LIST = re.compile(rf"^((?:{_ITEM}[ \t]){{12}})(?:{_ITEM}(?=[ \t\n]))+", re.MULTILINE)
_DEEP_INDENT = re.compile(r"^[ \t]{60,}", re.MULTILINE)
_BROKEN_LINK = re.compile(r"\]\n\((?=https?://[^\s()]+\))")
# "**<!--1-->****标题：**" and "****标题**", as editors leave them, are one bold lead.
_EMPTY_BOLD = re.compile(r"\*\*<!--[^<>\n]{0,100}-->\*\*(?=\*\*)")
_DOUBLE_BOLD = re.compile(r"(?<![*\\])\*{4}(?=[^\s*][^*\n]{0,200}\*\*(?!\*))")
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
# "<br />" or "<a name=…></a>" alone on its line would make HTML of the heading below it (exports of Yuque). Found with
# or without the heading, so that a thousand such lines are not looked through again from each of them.
_TAGS_ABOVE_HEADING = re.compile(
    r"^(?:[ \t]*+(?:<br\s?/?>|<a (?:name|id)=\"[^\"<>\n]{0,100}\"></a>)[ \t]*+\n)++((?= {0,3}#{1,6} ))?",
    re.MULTILINE | re.IGNORECASE,
)
_HEADING_ID = re.compile(r"^( {0,3}#{1,6} [^\n{]{1,200}?)(?<![ \t])[ \t]*+\{#[\w-]{1,60}\}[ \t]*$", re.MULTILINE)
# "[^1]: 注释" is the definition of a link to CommonMark, and shown nowhere.
_FOOTNOTE = re.compile(r"^( {0,3})\[(?=\^[^\[\]\n]{1,40}\]:)", re.MULTILINE)

# "[小锤 #12]: https://…" below a tag of Liquid is text of the paragraph that this begins to CommonMark.
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]{1,200})\]:", re.MULTILINE)
_DANGLING = re.compile(r"(?<![\]\\!])\[([^\[\]\n]{1,200})\]\[([^\[\]\n]{0,200})\]")

_ENGLISH_NAME = re.compile(r"[a-z][a-z0-9.']*+[ _#-][\w .#'-]+", re.ASCII | re.IGNORECASE)
"""Of two words or more."""


def tame(text: str) -> str:
    """`text` with the same lines, without nesting that the parser would cut off and without broken links."""
    text = settle_dialects(text)
    text = _DEEP_INDENT.sub(" " * 40, _DEEP_LIST.sub(r"\1", _DEEP_QUOTE.sub(r"\1", text)))
    text = _TAGS_ABOVE_HEADING.sub(_without_tags, text)
    text = _FOOTNOTE.sub(r"\1\\[", _HEADING_ID.sub(r"\1", text))
    text = _settled_references(text)
    if "****" in text:
        text = _DOUBLE_BOLD.sub("**", _EMPTY_BOLD.sub("", text))
    text = _BOLD.sub(_closed_bold, text)
    return _BROKEN_LINK.sub("](\n", text)


def _without_tags(found: re.Match[str]) -> str:
    return found[0] if found[1] is None else "\n" * found[0].count("\n")


def _closed_bold(found: re.Match[str]) -> str:
    """`**name **` with its last blank outside, where a blank alone keeps it from being bold."""
    inner = found[1]
    if inner[0].isspace() or not inner[-1].isspace():
        return found[0]
    bare = inner.rstrip()
    return f"**{bare}**{inner[len(bare) :]}"


def _settled_references(text: str) -> str:
    """`text` with references to nothing as links to nowhere: `[小锤 #12][小锤 #12]` is a title without an address.

    A reference by its own text, `[甲][甲]` or `[甲][]`, is one, and by an English name in an issue that defines others
    (the rest is in a file that it includes): `[文章][英文]` may be two labels.
    """
    if "][" not in text:
        return text
    defined = {label_key(name) for name in _DEFINITION.findall(text)}

    def settled(found: re.Match[str]) -> str:
        name, label = found[1], found[2] or found[1]
        is_reference = label_key(name) == label_key(label) or (defined and _ENGLISH_NAME.fullmatch(label))
        return f"[{name}](<>)" if is_reference and label_key(label) not in defined else found[0]

    return _DANGLING.sub(settled, text)


def label_key(label: str) -> str:
    """Equal for labels that CommonMark takes for one."""
    return " ".join(label.split()).casefold()
