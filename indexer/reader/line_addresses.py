"""Addresses in visible lines: links, bare URLs, and lines that hold nothing else."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from wangqi.indexer.reader.lines import Line, LineMark
from wangqi.indexer.reader.markup import bare_addresses, with_scheme
from wangqi.indexer.reader.title_labels import is_decoration, strip_decoration
from wangqi.search.analysis.folding import fold_text

_IS_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_ADDRESS_LABEL = re.compile(
    r"^[^:：\n]{0,10}"
    r"(?:链接|地址|网址|网站|平台|官网|主页|原文|来源|出处|传送门|仓库|模型库|项目|文档"
    r"|github|gitee|link|url|source|website|repo|read more)"
    r"(?:[^:：\n]{0,6}[:：])?\s*(?:[0-9.,]{1,8}[km万]?\+?)?\s*$",
    re.IGNORECASE,
)
"""What says what an address is, with the stars of a repository after it: `项目地址：… 20.1k⭐`."""
_OTHER_SOURCE = re.compile(r"\W{0,4}(?:推荐|投稿|线索|图片?|封面|题图)(?:来源|出处)")
"""What begins a line that says where something else is from: who named a thing, whose picture it is."""
MAX_POINTER_CHARS: Final = 24
_POINTER = re.compile(
    r"^(?:(?:点击|查看|阅读|访问|打开|项目|文章|原文|官方|下载|仓库|源码|代码|开源)*"
    r"(?:链接|地址|网址|官网|主页|原文|全文|详情|传送门|仓库|文档|更多|这里|此处)"
    r"|github|gitee|link|source|read more|website|homepage|repo|docs?|demo|演示|源码|代码|下载|体验|试用"
    r"|[上中下]篇?|app\s?store|google\s?play|here)[>»→:：\s]*$",
    re.IGNORECASE,
)


def is_pointer(text: str) -> bool:
    """Whether the text of a link only says that it is one: 官网, 项目地址, GitHub."""
    return len(text) <= MAX_POINTER_CHARS and bool(_POINTER.match(fold_text(strip_decoration(text))))


def is_address(text: str) -> bool:
    """Whether a text, such as the visible text of a link, is an address itself."""
    text = text.strip().strip("<>")
    return bool(_IS_ADDRESS.fullmatch(text))


def named_links(line: Line) -> list[LineMark]:
    """Links with a text of their own, no bare addresses and no pictures; one that leads nowhere has no target."""
    named = [mark for mark in line.links() if line.text_of(mark).strip()]
    return [mark for mark in named if not is_address(line.text_of(mark))]


def link_targets(line: Line) -> list[tuple[int, str]]:
    """Every address of the line, as (offset, address), in order: links, and bare addresses outside of links and
    of blocks of code."""
    bare = bare_addresses(line.text) if line.kind != "code" else []
    if not line.marks and not bare:  # most lines
        return []
    links = _links(line)
    found = [(mark.start, mark.target) for mark in links if mark.target]
    found += [(start, with_scheme(line.text[start:end])) for start, end in _outside(bare, links)]
    return sorted(found)


def shown_addresses(line: Line) -> list[tuple[int, int]]:
    """The stretches of the line that are addresses shown as such: links by their address, and bare ones outside links,
    which end where a link does (`<https://…>的说明`)."""
    links = _links(line)
    found = [(mark.start, mark.end) for mark in links if is_address(line.text[mark.start : mark.end])]
    return sorted({*found, *_outside(bare_addresses(line.text), links)})


def _links(line: Line) -> list[LineMark]:
    return [mark for mark in line.marks if mark.kind in ("link", "address")]


def _outside(bare: Iterable[tuple[int, int]], links: Sequence[LineMark]) -> Iterator[tuple[int, int]]:
    """Those of `bare` that begin in none of `links`; both are in order."""
    at, linked_end = 0, 0
    for start, end in bare:
        while at < len(links) and links[at].start < end:
            linked_end = max(linked_end, links[at].end)
            at += 1
        if start >= linked_end:
            yield start, end


def only_address(line: Line) -> str | None:
    """The address of a line that holds nothing else, such as `<https://…>` under a title. None for any other line."""
    if line.kind != "text" or not line.text:
        return None
    targets = link_targets(line)
    if not targets:
        return None
    rest = _without_addresses(line)
    return targets[0][1] if all(is_decoration(char) or char in "()（）[]<>👉-" for char in rest) else None


def pointed_address(line: Line) -> str | None:
    """The address of a line that only points to it: the address alone, `项目地址：https://…`, `[原文](…)`."""
    if (address := only_address(line)) is not None:
        return address
    links = line.links()
    if line.kind != "text" or len(link_targets(line)) != 1:
        return None
    if links and not _beside_links(line) and is_pointer(line.text_of(links[0])):
        return links[0].target
    rest = _without_addresses(line) if not links or is_address(line.text_of(links[0])) else _without_links(line)
    return link_targets(line)[0][1] if _ADDRESS_LABEL.match(fold_text(strip_decoration(rest))) else None


def names_other_source(line: Line) -> bool:
    """Whether a line points to who named a thing, not to the thing: `推荐来源：[甲](…)`."""
    return bool(_OTHER_SOURCE.match(line.text))


def sole_link(lines: Sequence[Line]) -> str | None:
    """The address of the only link of `lines`, when it stands alone on its line; else None."""
    linked = [line for line in lines if link_targets(line)]
    if len(linked) != 1 or len(links := linked[0].links()) != 1:
        return None
    return None if _beside_links(linked[0]) else links[0].target


def only_target(lines: Sequence[Line]) -> str | None:
    """The one address that `lines` lead to, wherever it stands; None when there are several."""
    targets = {target for line in lines for _, target in link_targets(line) if not target.startswith("#")}
    only = next(iter(targets)) if len(targets) == 1 else ""
    return only if only.startswith(("http://", "https://")) else None


def only_pointed(lines: Sequence[Line]) -> str | None:
    """The one address that `lines` lead to, when it stands on a line of its own; else None."""
    only = only_target(lines)
    return only if only and any(pointed_address(line) == only for line in lines) else None


def closing_links(lines: Sequence[Line]) -> list[Line]:
    """The lines at the end of a text that are nothing but links, as in `- [原文](…)`, below a text of their own: or a
    list of addresses with labels, one of which says that it is one (`- 项目官网：https://…`)."""
    shown = [line for line in lines if line.text]
    start = len(shown)
    while start and leads_away(shown[start - 1]) and _is_all_links(shown[start - 1]):
        start -= 1
    if start == len(shown):
        while start and _is_labelled_address(shown[start - 1]):
            start -= 1
        if not any(pointed_address(line) for line in shown[start:]):
            return []
    return shown[start:] if start else []


def opening_link(lines: Sequence[Line]) -> str | None:
    """The address of the first line of a text, when it is nothing but links; else None."""
    first = next((line for line in lines if line.text), None)
    if first is None or not leads_away(first) or _beside_links(first):
        return None
    return first.links()[0].target


def leads_away(line: Line) -> bool:
    """Whether the line has links, all of which lead to another site and none to a place in this one."""
    links = line.links()
    return bool(links) and all(mark.target.lower().startswith(("http://", "https://")) for mark in links)


def ends_with_address(line: Line) -> bool:
    """Whether an address that is shown as such closes the line, as in `1. 一个工具 https://…`."""
    targets = link_targets(line)
    return bool(targets) and line.text.endswith(targets[-1][1]) and targets[-1][0] > 0


def _without_addresses(line: Line) -> str:
    return cut(line.text, shown_addresses(line))


def _beside_links(line: Line) -> str:
    """The text of a line without its links, arrows and colons."""
    return strip_decoration(_without_links(line)).strip(" ：:>»→-")


def _is_all_links(line: Line) -> bool:
    """Whether a line holds nothing but links, what parts them, and a label that says what they are."""
    rest = _beside_links(line).strip("、，,/|｜· ")
    return not rest or bool(_ADDRESS_LABEL.match(fold_text(rest)))


def _is_labelled_address(line: Line) -> bool:
    """Whether a bullet is an address after what it is of: `- 模型库：https://…`."""
    if not line.is_bullet or line.links() or not ends_with_address(line) or len(link_targets(line)) != 1:
        return False
    label = _without_addresses(line).strip()
    return 1 < len(label) <= MAX_POINTER_CHARS and label[-1] in "：:"


def _without_links(line: Line) -> str:
    return cut(line.text, [(mark.start, mark.end) for mark in line.links()])


def cut(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` without the stretches `spans`, which may overlap."""
    kept, position = [], 0
    for start, end in sorted(spans):
        if start > position:
            kept.append(text[position:start])
        position = max(position, end)
    return "".join(kept) + text[position:]
