"""A run of lines → one entry: title, address, text, other links, images, who sent it in, who said it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from wangqi.indexer.reader.kinds import name_type, split_label
from wangqi.indexer.reader.line_addresses import (
    closing_links,
    is_address,
    leads_away,
    link_targets,
    names_other_source,
    only_address,
    only_pointed,
    only_target,
    opening_link,
    pointed_address,
    shown_addresses,
    sole_link,
)
from wangqi.indexer.reader.lines import Line
from wangqi.indexer.reader.markup import bare_addresses, with_scheme
from wangqi.indexer.reader.speakers import find_speaker, is_attribution, without_dashes
from wangqi.indexer.reader.title_labels import number_label, skip_decoration
from wangqi.indexer.reader.titles import begins_with_link, is_bare_number, is_bold_title, read_title, title_start
from wangqi.search.model import Entry, IssueRef, Kind, Link, Role

_NAME: Final = r"[^\s（）()，,。、；;：:@|的]{1,40}"
_CONTRIBUTORS: Final = (
    re.compile(rf"(?<!作者)[@＠]\s?({_NAME}(?: {_NAME}){{0,2}}?)\s*+(?:的\s*+)?(?:投稿|推荐|自荐|分享|提供|提交|供稿)"),
    re.compile(rf"(?:投稿|投稿者|投稿人|推荐人|推荐者|供稿|贡献者)\s*[:：]\s*[@＠]?\s?({_NAME})"),
    re.compile(rf"(?:感谢|来自|由)\s*[@＠]\s?({_NAME})"),
    # "(from BoringSSL)" names a source, as `from scratch` does not even.
    re.compile(rf"[\[（]\s*(?:from|thanks to)\s+[@＠]?({_NAME})\s*[\]）]", re.IGNORECASE),
    re.compile(rf"(?:\((?:from|thanks to)|shared by|submitted by|via)\s+[@＠]({_NAME})", re.IGNORECASE),
)
# What one of these has to hold: most lines hold nothing of it.
_MAY_CREDIT = re.compile(r"[@＠]|投稿|推荐[人者]|供稿|贡献者|[\[（]\s*(?:from|thanks)", re.IGNORECASE)
_SOURCE_AT_END: Final = re.compile(r"(?<![-–—])[-–—]{2,8}+\s{0,4}+《[^《》]{1,60}+》$")
"""Where an excerpt of one line is from: `……失败。——《书名》`."""
MAX_ALT_CHARS: Final = 300
_FILE_NAME: Final = re.compile(
    r"(?:image|img|图片|截图|[\w-]{1,80}\.(?:png|jpe?g|gif|webp|svg))[ \w-]{0,20}", re.IGNORECASE
)
MIN_WRAPPED_CHARS: Final = 12
"""A shorter line was ended on purpose."""
_LABEL: Final = re.compile(r"[\u3400-\u9fff]{2,8}[：:]")
_HAN: Final = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class SectionPlace:
    """The issue, section and kind that the entries of a section share."""

    issue: IssueRef
    section: str
    kind: Kind


def make_entry(place: SectionPlace, lines: Sequence[Line]) -> Entry:
    """The entry that `lines[0]` leads; the lines below it are its text."""
    if _is_quotation(place.kind, lines):
        return _make_quote(place, lines)
    head, body = lines[0], list(lines[1:])
    found = read_title(head)
    if not found.title:
        # "1、" alone: the title follows, or the text.
        at = next((index for index, line in enumerate(body) if line.text), len(body))
        if at < len(body) and is_bold_title(body[at]) and not is_bare_number(body[at]):
            return replace(make_entry(place, [*body[at:], *body[:at]]), line=head.number)
        body_text = [line for line in body if line.text]
        return _entry(place, head, title="", url=_pointed(body), text=_texts(body), sources=[head, *body_text])
    url, skipped = found.url, set[int]()
    if url is None:
        url = _pointed(body) or (opening_link(body) if head.kind == "heading" else None)
    below = next((line for line in body if line.text), None)
    if url is not None and url.lower().startswith("mailto:"):
        url, found = None, replace(found, used=-1)
    if below is not None and url is not None and _shows_only(below, url):
        skipped.add(id(below))
    text = _texts([line for line in body if id(line) not in skipped])
    description = found.description
    if description and text and body[0].text and _runs_on(head, body[0]) and head.text.endswith(description):
        description, text = description + text, ""
    parts = [description, text, found.note] if description or text else [found.note]
    used = (head, found.used) if found.used >= 0 else None
    return _entry(
        place, head, title=found.title, url=url, text="\n".join(filter(None, parts)),
        sources=[head, *body], used=used,
    )  # fmt: skip


def _shows_only(line: Line, url: str) -> bool:
    """Whether a line says nothing but the address that the entry has anyway. That of a click counter differs from what
    is shown."""
    if only_address(line) != url or len(link_targets(line)) != 1:
        return False
    return all(with_scheme(line.text[start:end]) == url for start, end in shown_addresses(line))


def make_essay(place: SectionPlace, heading: Line, lines: Sequence[Line]) -> Entry:
    """A section that is one text: titled as its heading, without a label such as 本周话题."""
    label, start = split_label(heading.text)
    label = label if name_type(label) else ""
    number = number_label(heading.text, skip_decoration(heading.text))
    title = heading.text[start if label else number.end if number else 0 :] or heading.text
    url = next((mark.target for mark in heading.links()), None)
    if url is None:
        url = only_pointed(lines) if place.kind == "essay" else _pointed(lines)
    return _entry(place, heading, title=title.strip(), url=url, text=_texts(lines), sources=lines)


def make_front(
    issue: IssueRef, lines: Sequence[Line], *, title: str, kind: Kind, role: Role, heading: Line | None = None
) -> Entry | None:
    """Make the front of an issue, or of the section below `heading`, of the lines outside its entries; it leads where
    the heading does. None when they hold nothing."""
    section = title if heading else ""
    shown = [one for one in lines if one.text or one.marks]
    text, url, used = _texts(shown), None, None
    if heading is not None and leads_away(heading):
        shown, url, used = [heading, *shown], heading.links()[0].target, (heading, 0)
    if not shown:
        return None
    front = _entry(
        SectionPlace(issue, section, kind), shown[0], title=title, url=url, text=text, sources=shown, used=used
    )
    return replace(front, role=role)


def _is_quotation(kind: Kind, lines: Sequence[Line]) -> bool:
    """Whether the lines are what somebody said: in a section of quotations, or an excerpt that ends with its source."""
    if kind not in ("quote", "excerpt") or begins_with_link(lines[0]):
        return False
    if kind == "quote":
        return True
    shown = [line for line in lines if line.text[title_start(line) if line is lines[0] else 0 :]]
    if len(shown) == 1 and _SOURCE_AT_END.search(shown[0].text):
        return True
    if len(shown) < 2 or not is_attribution(shown[-1]) or link_targets(lines[0]):
        return False
    # A short line that is no sentence is the title of what stands below it.
    return len(shown) == 2 or shown[0].text.endswith(tuple("。！？…；，”」』.!?"))


def _make_quote(place: SectionPlace, lines: Sequence[Line]) -> Entry:
    found = find_speaker(lines)
    at, start = found if found else (0, len(lines[0].text))
    head, said = lines[0], lines[at]
    spoken = [
        replace(line, text=line.text[:start].rstrip()) if index == at else line for index, line in enumerate(lines)
    ]
    text = "\n".join(filter(None, [spoken[0].text[title_start(head) :], _texts(spoken[1:])]))
    if not found:
        return _entry(place, head, title="", url=_first_target(lines), text=text, sources=lines, used=(None, 0))
    named = [(at, target) for at, (offset, target) in enumerate(link_targets(said)) if offset >= start]
    position, url = named[0] if named else (0, None)
    used = (said, position) if url else None
    entry = _entry(place, head, title="", url=url, text=text, sources=lines, used=used)
    return replace(entry, attribution=without_dashes(said.text[start:]))


def _pointed(body: Sequence[Line]) -> str | None:
    """The address that a later line, which may be a heading (`#### 会议网站：…`), gives for a title without a link."""
    shown = [replace(line, kind="text") if line.kind == "heading" else line for line in body if line.text]
    shown = [line for line in shown if not names_other_source(line)]
    for index, line in enumerate(shown):
        is_beside = line.marker and index and not line.is_detail  # one of the links of a list
        if (address := pointed_address(line)) is not None and (not is_beside or _is_last_and_only(shown, index)):
            return address
    if links := closing_links(shown):
        return link_targets(links[0])[0][1]
    return sole_link(shown) or only_target(shown) or only_target([line for line in shown if not _contributor([line])])


def _is_last_and_only(shown: Sequence[Line], index: int) -> bool:
    """Whether a bullet is the only one and closes the text, as `- Link：…` does."""
    return index == len(shown) - 1 and sum(bool(line.marker) for line in shown) == 1


def _first_target(lines: Sequence[Line]) -> str | None:
    return next((target for line in lines for _, target in link_targets(line)), None)


def _texts(lines: Sequence[Line]) -> str:
    shown = [line for line in lines if line.text]
    parts = [line.text + ("" if _runs_on(line, below) else "\n") for line, below in pairwise(shown)]
    return "".join([*parts, *(line.text for line in shown[-1:])])


def _runs_on(line: Line, below: Line) -> bool:
    """Whether a sentence in Chinese goes on in the next line of its paragraph, where a blank would part a word."""
    is_one_paragraph = line.place.block == below.place.block and not below.opens
    if not is_one_paragraph or line.number == below.number or len(line.text) < MIN_WRAPPED_CHARS:
        return False  # those of one line of the file are parted by a tag, or cells
    if _LABEL.match(line.text) and _LABEL.match(below.text):
        return False
    return bool(_HAN.match(line.text[-1]) and _HAN.match(below.text[0]))


def _entry(
    place: SectionPlace,
    head: Line,
    *,
    title: str,
    url: str | None,
    text: str,
    sources: Sequence[Line],
    used: tuple[Line | None, int] | None = None,
) -> Entry:
    """An entry at `head`; `used` is the line and position of the link that became its `url`."""
    links: list[Link] = []
    for line in sources:
        targets = link_targets(line)
        shown = {(mark.start, mark.target): line.text_of(mark) for mark in reversed(line.links())} if targets else {}
        for position, (offset, target) in enumerate(targets):
            if used is not None and used == (line, position):
                continue
            visible = shown.get((offset, target), target)
            if target == url and is_address(visible):
                continue
            links.append(Link(_name_of_link(visible), target))
    images = [mark.target for line in sources for mark in line.marks if mark.kind == "image" and mark.target]
    return Entry(
        id="",  # given when all entries of the issue are known
        kind=place.kind,
        title=title,
        text=text,
        url=url,
        section=place.section,
        line=head.number,
        links=tuple(links),
        images=tuple(images),
        image_texts=_image_texts(sources, f"{title}\n{text}"),
        contributor=_contributor(sources),
        issue=place.issue,
    )


def _image_texts(lines: Sequence[Line], shown: str) -> tuple[str, ...]:
    """Alternative texts and titles of the images, each once, but not those `shown` already and no names of files."""
    said = (mark.alt[:MAX_ALT_CHARS] for line in lines for mark in line.marks if mark.alt)
    return tuple(dict.fromkeys(alt for alt in said if alt not in shown and not _FILE_NAME.fullmatch(alt)))


def _name_of_link(visible: str) -> str:
    name = visible.strip()
    return "" if is_address(name) or bare_addresses(name) == [(0, len(name))] else name


def _contributor(lines: Sequence[Line]) -> str | None:
    for line in lines:
        if line.kind != "text" or not _MAY_CREDIT.search(line.text):
            continue
        for pattern in _CONTRIBUTORS:
            if found := pattern.search(line.text):
                return found[1].strip("`*_ ")
    return None
