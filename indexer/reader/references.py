"""Reference links whose definition is missing, or stands where CommonMark does not look for it.

- [小锤 #12][小锤 #12] 先试一试      ─►  a title without an address, not brackets
{% include links.md %}
[小锤 #12]: https://…                   CommonMark takes it for text of the paragraph that a tag of Liquid begins
"""

import re

_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]{1,200})\]:", re.MULTILINE)
_DANGLING = re.compile(r"(?<![\]\\!])\[([^\[\]\n]{1,200})\]\[([^\[\]\n]{0,200})\]")


def settle_references(text: str) -> str:
    """`text` with references to nothing as links to nowhere.

    Only a reference by its own text, `[甲][甲]` or `[甲][]`, is one: `[文章][英文]` may be two labels.
    """
    if "][" not in text:
        return text
    defined = {_key(name) for name in _DEFINITION.findall(text)}

    def settled(found: re.Match[str]) -> str:
        name, label = found[1], found[2] or found[1]
        is_reference = _key(name) == _key(label) and _key(label) not in defined
        return f"[{name}](<>)" if is_reference else found[0]

    return _DANGLING.sub(settled, text)


def _key(label: str) -> str:
    return " ".join(label.split()).casefold()
