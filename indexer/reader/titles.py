"""The line that leads an entry → title, address and what else stands on the line.

3、[免费电子书] [Foo](https://foo.example)（英文）   →  title Foo, note （英文） and [免费电子书]
- 《[Foo](https://foo.example)》：一本好书          →  title Foo, description 一本好书
- 下个版本将支持 [readline](https://…)，敬请期待     →  the whole sentence is the title
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, takewhile
from typing import Final

from wangqi.indexer.reader import decisions
from wangqi.indexer.reader.kinds import name_type
from wangqi.indexer.reader.line_addresses import (
    cut,
    is_pointer,
    link_targets,
    named_links,
    only_address,
    shown_addresses,
)
from wangqi.indexer.reader.lines import Line, LineMark
from wangqi.indexer.reader.markup import with_scheme
from wangqi.indexer.reader.title_labels import REMEMBERED, SHORTCODE, number_label, skip_decoration

_FIRST_WIDE: Final = "\u2e80"
MIN_CLAUSE_CHARS: Final = 8
MAX_KIND_CHARS: Final = 4
_LEADING_LABEL = re.compile(r"[^:：\n]{1,14}[:：]")
_CHAPTER = re.compile(r"[0-9]{1,2}\.(?:[1-9]|1[0-2])(?:\.[0-9]{1,2})?[.、]?\s+(?=\S)")
"""The number of a heading below a numbered one, as in `### 2.1 标题`; of more than twelve it is a day, or a version."""
_BOLD_NUMBER = re.compile(r"\d{1,3}")
_NO_NAME = re.compile(r"[。！？!?；;，,：:|｜]")

_OPENERS: Final = "《「『“\"'【[（(<〈*#-—–"
_CLOSERS: Final = "》」』”\"'】]）)>〉*"
# Labels one after the other, each taken as it is found: with another way to cut them every label would double the time.
_LABEL_BEFORE = re.compile(
    r"^(?>\s*[\[【「（(][^\]】」）)]{1,20}[\]】」）)]\s*[:：|｜-]?\s*|[^:：|｜。，,]{1,20}\s*[:：|｜]\s*"
    r"|[^-–—。，,]{1,20}\s[-–—]+\s|\s*(?:\d{4}[-/.])?\d{1,2}[-/.]\d{1,2}(?:\s+|$)|\s*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s*|\s*(?:\d{1,2}月)?\d{1,2}日\s*)*+$"
)
_REMARK = re.compile(r"^\s?[（(][^（）()]{1,20}[）)](?=\s?[:：|｜-])")
"""What stands in brackets between a name and its description: `**甲工具**（iOS）：说明`."""
_SEPARATOR = re.compile(r"^\s*(?:[:：|｜,，;；]|[-–—=]+>?|——)\s*")
_NOTE = re.compile(
    r"^\s*+(?:[（(\[【][^）)\]】]{0,40}+[）)\]】]\s*+)++[。.]?$|^\s*+(?:[，,]\s*+)?(?:by|作者|文/|via)\b.{0,40}$",
    re.IGNORECASE,
)
_BROKEN_LINK = re.compile(r"^[\[【](.{1,200}?)[\]】][)）]?\s*+[（(]\s*+(https?://[^\s）)]++)\s*+[）)]\s*+")
_PIECE = re.compile(SHORTCODE.pattern + "|.", re.DOTALL)
_CLOSED = re.compile(r"\s{0,4}+/?+\s?+([）)>＞\]】])")
_LIST_MARK = re.compile("[\u25a0-\u25ff\U0001f534-\U0001f53d\U0001f7e0-\U0001f7eb\U0001f446-\U0001f449\U0001f51f]")
_CLOSING_BRACKET = re.compile(r"[\]】」）)]")
_BOOK = re.compile(r"《[^《》]{1,60}》")
_WORK = re.compile(r"(《[^《》]{1,60}》)\s*[：:，,]\s*(?=[^\s《])")
"""The work that a sentence is about, before what it says: `《甲》：一部电影，…`."""
_NO_NAME_OF_ITS_OWN = re.compile(r"(?:[QA][0-9]{0,2}|[问答])?", re.IGNORECASE)
"""What only says that a question or an answer follows: `**Q：**如何系缆？`."""
_AROUND_ADDRESS: Final = {"（": "）", "(": ")", "<": ">", "＜": "＞", "[": "]", "【": "】"}
_STAMP = re.compile(
    r"^[\[【（(]\s?(?:[0-9]{4}(?:[0-9]{2}){0,2}|[0-9]{2,4}[-./][0-9]{1,2}(?:[-./][0-9]{1,2})?)\s?[\]】）)]\s?"
)
"""The day of an entry before its title: `[ 210510 ]`, `【2024-05-08】`."""
_CREDIT = re.compile(
    r"[\[【（(]\s?(?:from|by|via|shared by|来自|推荐人?|分享者?)[:：\s]\s?[^\[\]【】（）()]{1,40}[\]】）)]$",
    re.IGNORECASE,
)
"""Who an entry comes from, after its title: `[ from 李雷 ]`, `（by @hanmeimei）`."""
_IN_BRACKETS = re.compile(r"\[\s?([^\[\]]{4,}?)\s?\]|【\s?([^【】]{4,}?)\s?】|[\[【]\s?([^\[\]【】]{4,}?)\s?[\]】]")
"""A title that its author put in brackets as a whole, one of them perhaps of another width than the other."""
_DANGLING: Final = " \t\u3000-–—―:：(（<[【,，、|｜→"
"""What is left over at the end of a title when the address after it is gone."""
_SENTENCE_END = re.compile(r"[。！？!?；](?=.)|\.(?=\s)")
_CLAUSE_END = re.compile(r"[，,：:、；;](?!//)|\s[-–—]+\s|——")


@dataclass(slots=True)
class TitleLine:
    """A title line in its parts; each visible word of the line is in one of them."""

    title: str
    url: str | None
    description: str = ""
    """What follows the title on the line and belongs to the text."""
    note: str = ""
    """Labels and remarks around the title: a language, an author, a category."""
    used: int = -1
    """Index of the address among the line's `link_targets`, -1 when there is none."""


def title_start(line: Line) -> int:
    """Offset at which a line's title begins: after decoration and a number."""
    if is_bare_number(line):
        return len(line.text)
    start = skip_decoration(line.text)
    if line.kind == "heading" and (chapter := _CHAPTER.match(line.text, start)):
        is_name = any(mark.start < chapter.end() for mark in line.links())  # `[17.9 Preview 3](…)`
        return start if is_name else chapter.end()
    label = number_label(line.text, start)
    return skip_decoration(line.text, label.end if label else _bold_number_end(line, start))


def _bold_number_end(line: Line, start: int) -> int:
    """Where a number in bold before a link (`**01** [标题](…)`) ends; `start` where there is none."""
    first = line.marks[0] if len(line.marks) > 1 else None
    if (
        first is None
        or first.kind != "strong"
        or first.start != start
        or not _BOLD_NUMBER.fullmatch(line.text_of(first))
    ):
        return start
    is_apart = not line.text[first.end : line.marks[1].start].strip()
    return first.end if is_apart and line.marks[1].kind == "link" else start


def _emoji_before(line: Line, start: int) -> str:
    """The emoji before a title that begins at `start`, which may mean something (🚧, 🌟)."""
    if not line.text[:start].strip():
        return ""
    return " ".join("".join(piece for piece in _PIECE.findall(line.text[:start]) if _may_mean_something(piece)).split())


@lru_cache(REMEMBERED)
def _may_mean_something(piece: str) -> bool:
    """Whether an emoji or its name before a title is more than the mark of a list, as 🔹 and ▶ are."""
    return len(piece) > 1 or piece.isspace() or (unicodedata.category(piece) == "So" and not _LIST_MARK.match(piece))


def is_bare_number(line: Line) -> bool:
    """Whether a line is nothing but a number of up to two digits, such as the "1" above a quotation."""
    is_number = len(line.text) <= 2 and line.text.isdecimal() and line.kind == "text"
    return is_number and all(mark.kind == "strong" for mark in line.marks)


def begins_with_link(line: Line) -> bool:
    """Whether the line's title is a link, with no more than a number, decoration or a label before it."""
    start = title_start(line)
    links = [mark for mark in named_links(line) if mark.end > start]
    if not links:
        return bool(_BROKEN_LINK.match(line.text[start:]))
    return _is_label(line.text[start : max(start, links[0].start)])


def is_work(text: str) -> bool:
    """Whether a text is the name of a book, an article, a film and no more: `《甲》`."""
    return bool(_BOOK.fullmatch(text.strip()))


def is_linked_title(line: Line) -> bool:
    """Whether the line is a linked title up to a description or remark, no sentence that begins with a link."""
    if not begins_with_link(line) or not (links := named_links(line)):
        return False
    pointers = [(link.start, link.end) for link in links[1:] if is_pointer(line.text_of(link))]
    rest = cut(line.text, [(0, links[0].end), *pointers]).strip(_CLOSERS + " ")
    return is_remark(rest) or rest[0] in ":：|｜-–—"


def is_remark(rest: str) -> bool:
    """Whether what follows a title adds no sentence to it: nothing, brackets, an author."""
    return not rest or rest[0] in "（(" or bool(_NOTE.match(rest))


def _is_label(prefix: str) -> bool:
    inner = prefix[skip_decoration(prefix) :].strip()
    if not inner.strip(_OPENERS + " ") or _LABEL_BEFORE.match(inner.rstrip(_OPENERS) or inner):
        return True
    # `视频 [甲](…)` has the name of a kind of entries before it.
    kind = name_type(inner) if prefix[-1].isspace() and len(inner) <= MAX_KIND_CHARS else None
    return kind is not None and kind.exact and kind.role == "entries"


def read_title(line: Line) -> TitleLine:
    """Read the line that leads an entry. The title is "" only for a line that is empty after its number."""
    start = title_start(line)
    label = _LEADING_LABEL.match(line.text, start) if line.record == "lead" else None
    if label and not any(link.start < label.end() for link in line.links()):
        after = line.text[label.end() :]
        found = _read_title_at(line, label.end() + len(after) - len(after.lstrip()))
        return replace(found, note=f"{label[0].strip()} {found.note}".strip())
    found = _read_title_at(line, start)
    emoji = _emoji_before(line, start)
    return replace(found, note=f"{emoji} {found.note}".strip()) if emoji else found


def _read_title_at(line: Line, start: int) -> TitleLine:
    if (found := _BROKEN_LINK.match(line.text[start:])) and not named_links(line):
        return _after_link("", found[1], found[2], line.text[start + found.end() :], 0)
    links = [mark for mark in named_links(line) if mark.end > start]
    if (bold := bold_name(line, start)) and not (links and links[0].start < bold.end):
        targets = link_targets(line)
        description = _SEPARATOR.sub("", line.text[bold.end :], count=1).strip()
        return TitleLine(
            line.text[max(start, bold.start) : bold.end].strip(" :："),
            targets[0][1] if targets else None,
            description,
            used=0 if targets else -1,
        )
    if named := _named_before_pointers(line, start, links):
        return named
    if links:
        link = links[0]
        prefix = line.text[start : max(start, link.start)]
        used = [target for _, target in link_targets(line)].index(link.target) if link.target else -1
        title = line.text[max(start, link.start) : link.end].strip()
        if _is_label(prefix) and (not _goes_on(line.text[link.end :]) or _BOOK.fullmatch(title)):
            return _after_link(prefix, title, link.target or None, line.text[link.end :], used)
        title, rest = _split_sentence(line.text[start:].strip(), line)
        return TitleLine(title, link.target or None, rest, used=used)
    return _without_link(line, start)


def _named_before_pointers(line: Line, start: int, links: Sequence[LineMark]) -> TitleLine | None:
    """A name with links that only say what they are: `甲工具 [官网](…) [GitHub](…)：说明甲`."""
    pointers = list(takewhile(lambda link: is_pointer(line.text_of(link)), links))
    if not pointers or links[0].start <= start:
        return None
    name, rest = line.text[start : max(start, links[0].start)].rstrip(" \t(（[【-–—:："), line.text[pointers[-1].end :]
    spans = [(link.start, link.end) for link in pointers]
    between = cut(line.text, [(0, links[0].start), *spans, (pointers[-1].end, len(line.text))])
    is_name = 0 < len(name) <= decisions.NAME_BEFORE_LINKS_CHARS and not _NO_NAME.search(name) and not is_pointer(name)
    if not is_name or between.strip(" |｜/、,，·") or _goes_on(rest):
        return None
    targets = [target for _, target in link_targets(line)]
    used = targets.index(links[0].target) if links[0].target in targets else -1
    description = _SEPARATOR.sub("", rest.lstrip(")）]】 "), count=1).strip()
    return TitleLine(name, links[0].target or None, description.removeprefix("。"), used=used)


def bold_name(line: Line, start: int) -> LineMark | None:
    """The bold name that a line begins with, when a description follows it: `**fzf**：模糊查找`, `**fzf** - …`."""
    bold = next((mark for mark in line.marks if mark.kind == "strong" and mark.end > start), None)
    if bold is None or bold.start > start or _NO_NAME_OF_ITS_OWN.fullmatch(line.text_of(bold).strip(" :：")):
        return None
    ends_with_colon = line.text_of(bold).rstrip().endswith(("：", ":"))
    rest = _REMARK.sub("", line.text[bold.end :], count=1)
    return bold if rest.strip() and (ends_with_colon or _SEPARATOR.match(rest)) else None


def is_bold_title(line: Line) -> bool:
    """Whether the whole line is bold, or bold up to a description, a remark or an address."""
    if line.kind != "text" or line.place.depth or line.place.quote:
        return False
    start = title_start(line)
    if bold_name(line, start) is not None:
        return True
    bold = next((mark for mark in line.marks if mark.kind == "strong" and mark.end > mark.start), None)
    if bold is None or bold.start > start:
        return False
    rest = line.text[bold.end :].strip()
    return is_remark(rest) or only_address(Line(line.number, rest)) is not None


def _goes_on(suffix: str) -> bool:
    """Whether the sentence goes on right after the link, as in `[某公司](…)宣布…`."""
    return bool(suffix) and (suffix[0].isalnum() or suffix[0] in "“‘")


def _after_link(prefix: str, title: str, url: str | None, suffix: str, used: int) -> TitleLine:
    label = prefix.strip().strip(_OPENERS if not _CLOSING_BRACKET.search(prefix) else " *").strip()
    if prefix.rstrip().endswith(tuple(_OPENERS)):
        suffix = suffix.lstrip(_CLOSERS)
    if _NOTE.match(suffix):
        return TitleLine(title, url, "", " ".join(filter(None, (label, suffix.strip()))), used)
    description = _SEPARATOR.sub("", suffix).strip().removeprefix("。")
    return TitleLine(title, url, description if description.strip("。.*") else "", label, used)


def _without_link(line: Line, start: int) -> TitleLine:
    text, targets = line.text[start:], link_targets(line)
    if not targets:
        title, notes = _without_credits(text.strip())
        title, rest = _split_sentence(title or notes, line)
        notes = notes if title != notes else ""
        return TitleLine(title, None, rest, notes)
    url = targets[0][1]
    spans = [(max(0, a - start), max(0, b - start)) for a, b in shown_addresses(line)]
    elsewhere = _shown_for_others(text, spans, [target for _, target in targets])
    if named := _named_before_address(text, spans):
        return TitleLine(named[0], url, named[1], " ".join(elsewhere), used=0)
    title = " ".join(cut(text, _with_brackets(text, spans)).split()).rstrip(_DANGLING)
    if spans and not text[: spans[0][0]].strip():
        title = _SEPARATOR.sub("", title)
    title, notes = _without_credits(title)
    if not title.strip("-—:： "):
        note = " ".join(filter(None, [notes, *elsewhere[1:]]))
        return TitleLine(elsewhere[0] if elsewhere else url, url, "", note, used=0)
    title, rest = _split_sentence(title, line)
    return TitleLine(title, url, rest, " ".join(filter(None, [notes, *elsewhere])), used=0)


def _shown_for_others(text: str, spans: Sequence[tuple[int, int]], targets: Sequence[str]) -> list[str]:
    """Those of the addresses shown at `spans` that are none of `targets`: they stand over a click counter."""
    shown = [text[start:end].strip("<>") for start, end in spans]
    return [address for address in shown if address and with_scheme(address) not in targets]


def _named_before_address(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, str] | None:
    """Name and description of `甲工具：https://…，说明甲` and `甲工具 - https://… - 说明甲`."""
    if len(spans) != 1:
        return None
    before, rest = text[: spans[0][0]].rstrip(), text[spans[0][1] :].lstrip()
    name = before.rstrip("：:-–—|｜ ")
    if not name or name == before or rest[:1] not in tuple("，,。；;—–-|｜") or _NO_NAME.search(name):
        return None
    return name, rest.lstrip("，,。；;—–-|｜ ")


def _with_brackets(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches of addresses in `text`, those with but blanks between as one, with the brackets around them."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return [_with_brackets_around(text, start, end) for start, end in joined]


def _with_brackets_around(text: str, start: int, end: int) -> tuple[int, int]:
    before = text[:start].rstrip()
    closed = _CLOSED.match(text, end) if before else None
    if not closed or closed[1] != _AROUND_ADDRESS.get(before[-1]):
        return start, end
    return len(before) - 1, closed.end()


def _without_credits(title: str) -> tuple[str, str]:
    """`title` without its day and whom it comes from in brackets, and these."""
    stamp, credit = _STAMP.match(title), _CREDIT.search(title)
    start, end = stamp.end() if stamp else 0, credit.start() if credit else len(title)
    inner = title[start:end].strip().rstrip(_DANGLING if credit else "")
    if found := _IN_BRACKETS.fullmatch(inner):
        inner = (found[1] or found[2] or found[3]).rstrip(" ：:")
    return inner, " ".join(filter(None, (title[:start].strip(), title[end:].strip())))


def _room(text: str, width: int) -> int:
    """The number of characters of `text` that fit into `width`, if a Chinese one is 1 wide and any other half as
    much."""
    widths = accumulate(1.0 if char >= _FIRST_WIDE else 0.5 for char in text)
    return next((at for at, total in enumerate(widths) if total > width), len(text))


def _split_sentence(text: str, line: Line) -> tuple[str, str]:
    """A title that is not too long, and what is left of `text`.

    It is cut after the work that it begins with (`《甲》：…`), else after its first sentence, else after as many
    clauses as there is room for, else between words.
    """
    if line.kind != "heading" and (work := _WORK.match(text)):
        return work[1], text[work.end() :]
    room = _room(text, decisions.HEADING_WIDTH if line.kind == "heading" else decisions.TITLE_WIDTH)
    if room == len(text):
        return text, ""
    head = text[: room + 1]
    ends = [found.end() for found in _SENTENCE_END.finditer(head, MIN_CLAUSE_CHARS)][:1]
    ends = ends or [found.start() for found in _CLAUSE_END.finditer(head, MIN_CLAUSE_CHARS)][-1:]
    end = ends[0] if ends else max(head.rfind(" "), MIN_CLAUSE_CHARS) if " " in head else room
    return text[:end].strip(), text[end:].lstrip("，,：:、；; ").strip()
