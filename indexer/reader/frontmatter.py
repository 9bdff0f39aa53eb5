"""The block of settings at the top of an issue → a mapping, and where the text begins.

---                     title: 第 6 期
title: 第 6 期           date: 2018-11-17
---                     ---               (without the opening line, or without either)
"""

import json
import re
import textwrap
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final, NamedTuple

from wangqi.search.errors.message import Message

MAX_LINES: Final = 1000
MAX_CHARS: Final = 20_000
"""Above this YAML is not asked, only read line by line."""

MAX_BRACKETS: Final = 200
"""Of settings in YAML, which takes quadratic time for nested ones."""

MAX_DOUBTED_LINES: Final = 20_000
"""In which the end of a block is looked for that is not read as settings."""

MAX_DOTS: Final = 200
"""Of settings in TOML: a key of as many parts, `a.a.a.a = 1`, takes `tomllib` quadratic time."""

_FENCE = re.compile(r"^-{3,}\s*$")
_GLUED = re.compile(r"-{3} ?([A-Za-z_][\w-]{0,40}\s?:\s.*)")
"""The opening line and the first setting on one line."""
_CHINESE_SETTING = re.compile(r"([A-Za-z_\u4e00-\u9fff][\w-]{0,20})\s?[:：]\s*+(.*)$")
_CHINESE_KEYS: Final = {
    "标题": "title", "日期": "date", "时间": "date", "发布日期": "date", "标签": "tags", "描述": "description",
    "摘要": "description", "简介": "description", "作者": "author", "分类": "category", "期号": "number",
}  # fmt: skip
_HASH_IN_TITLE = re.compile(
    r"((?:title|subtitle|description|summary)\s?:)\s++([^\s'\"\[{|>&*!%@`#][^#]{0,300}[ \t]#.*)$", re.IGNORECASE
)
_END = re.compile(r"^(?:-{3,}|\.{3})\s*$")
_SETTING = re.compile(r"""^["']?([A-Za-z_][\w-]{0,40})["']?\s*:(?:\s+(.*)|\s*)$""")
_BELONGS = re.compile(r"^(?:\s+\S|- |\s*#|\s*$)")
# Bare settings without any fence are believed only when they begin with one of these (Pelican, old Hexo posts).
_USUAL = re.compile(
    "title|date|tags?|categor(?:y|ies)|authors?|slug|layout|status|summary|description|keywords|draft|permalink|pubdate|"
    "published|publishedat|updated|lang|language|cover|image|issue|number|id|type|comments|"
    "password|private|hidden|unlisted|publish|public|search|visibility"
)
# Enough to believe in a block that holds neither title nor date: whoever writes them means them.
_PRIVATE: Final = frozenset({"draft", "password", "private", "hidden", "unlisted", "publish", "published", "status"})
_WRITTEN = re.compile(r"""^(?:\.\. )?["'“]?(\w[\w -]{0,40}?)["'”]?\s*[:：=]\s*(.*)$""")  # with dots: Nikola
_DOUBTED = re.compile(r"(-{3,}|\+{3,}|;{3,}|\*{3,}|<!--)[ \t]*(?:\w+[ \t]*)?(?:#.*)?$")
"""What may open a block of settings: with the language behind it, with a remark, long, or in a comment."""
_REMARK = re.compile(r"\s*(?:<!--.*-->\s*)?$")


class Written(NamedTuple):
    """A setting as it stands in the file."""

    line: int
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Settings of an issue, keys in lower case."""

    settings: dict[str, object] = field(default_factory=dict)
    problem: str = ""
    """What was wrong with the block, when it could only be read line by line."""
    written: tuple[Written, ...] = ()
    """Line by line, whatever YAML makes of them."""
    lines: Sequence[str] = ()
    """The block, and what stands above it."""

    def line_of(self, keys: Collection[str]) -> int:
        """The first line that has one of `keys`; 1 when none has."""
        return next((written.line for written in self.written if written.key.lower() in keys), 1)

    def line_naming(self, key: str) -> int:
        """The first line that has `key` anywhere, as it is written; 1 when none has."""
        named = re.compile(rf"(?<![\w-]){re.escape(key)}(?![\w-])", re.IGNORECASE)
        return next((number for number, line in enumerate(self.lines, 1) if named.search(line)), 1)


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    """The settings at the top of `text`, and the text with those lines emptied, so that line numbers stay."""
    lines = text.split("\n", MAX_LINES)[:MAX_LINES]
    start = next((index for index, line in enumerate(lines) if line.strip()), 0)
    found = _fenced(lines, start) or _in_braces(lines, start) or _unopened(lines, start) or _plain(lines, start)
    if found is None:
        return FrontMatter(written=tuple(_doubted(text))), text
    matter, end = found
    kept = text.split("\n", end)
    # Of a block that is longer than what is read of it, what is written further down counts as well.
    written = _doubted(text) if end >= MAX_LINES else chain(_written(lines[:end]), _second_document(lines, end))
    matter = replace(matter, written=tuple(written), lines=lines[:end])
    return matter, "\n" * end + (kept[end] if len(kept) > end else "")


def _doubted(text: str) -> Iterator[Written]:
    """Yield the settings in a block at the top that is not read as settings, though each line looks like one: they may
    say that the issue is not for everybody."""
    lines = text.split("\n", MAX_DOUBTED_LINES)[:MAX_DOUBTED_LINES]
    start = next((index for index, line in enumerate(lines) if not _REMARK.match(line)), len(lines) - 1)
    opening = _DOUBTED.match(lines[start].strip())
    if not opening:
        return
    closing = "-->" if opening[1] == "<!--" else opening[1][:3]
    for end in range(start + 1, len(lines)):
        line = lines[end]
        if line.strip().startswith(closing):
            yield from _written(lines[:end])
        if not _BELONGS.match(line) and not _WRITTEN.match(line):
            return


def _second_document(lines: list[str], end: int) -> Iterator[Written]:
    """Yield the settings in a block that follows those that end before line `end`, from 0: they are shown as text, but
    may say that the issue is not for everybody."""
    start = next((index for index in range(end, len(lines)) if lines[index].strip()), len(lines))
    start += start < len(lines) and bool(_FENCE.match(lines[start]))
    for at in range(start, len(lines)):
        if _END.match(lines[at]):
            yield from _written([*[""] * start, *lines[start:at]])
            return
        if not _SETTING.match(lines[at]) and not (at > start and lines[at].startswith((" ", "-"))):
            return


def _fenced(lines: list[str], start: int) -> tuple[FrontMatter, int] | None:
    opening = lines[start].strip() if start < len(lines) else ""
    if glued := _GLUED.match(opening):
        return _read_glued(glued[1], lines[start + 1 :], start + 1)
    if opening == "+++":
        ends = [index for index in range(start + 1, len(lines)) if lines[index].strip() == "+++"]
        return _read_toml(lines[start + 1 : ends[0]], ends[0] + 1) if ends else None
    if not _FENCE.match(opening.replace("－", "-")):
        return None
    is_odd = not lines[start].startswith("---")  # indented, or in full width: then so is its end
    for end in range(start + 1, len(lines)):
        if _END.match(lines[end].strip().replace("－", "-") if is_odd else lines[end]):
            body = _dedented(lines[start + 1 : end])
            if "".join(body).strip()[:1] == "{":
                return _in_flow(body, end + 1)
            if any(line.strip() for line in body) and not any(_SETTING.match(line) for line in body):
                body = _in_english(body)
            return _read_yaml(body, end + 1) if body else None
    # The closing line is missing: the settings end where the lines stop looking like settings.
    return _bare(lines, start + 1)


def _in_english(lines: list[str]) -> list[str]:
    """Settings with Chinese names or `：`, as YAML and with the usual names; [] when the lines are something else."""
    found = [_CHINESE_SETTING.match(line) for line in lines if line.strip()]
    settings = [(_CHINESE_KEYS.get(one[1], one[1].lower()), one[2]) for one in found if one]
    if len(settings) < len(found) or not {"title", "date"} & {key for key, _ in settings}:
        return []
    return [f"{key}: {value}" for key, value in settings]


def _in_braces(lines: list[str], start: int) -> tuple[FrontMatter, int] | None:
    """Hugo's JSON, which is YAML as well."""
    first = lines[start].strip() if start < len(lines) else ""
    if first.startswith("{") and first.endswith("}"):
        end = start + 1
    elif first == "{" and "}" in (ends := [line.rstrip() for line in lines]):
        end = ends.index("}") + 1
    else:
        return None
    return _in_flow(lines[start:end], end)


def _in_flow(lines: list[str], end: int) -> tuple[FrontMatter, int] | None:
    """Settings in braces; None when they are none."""
    matter, _ = _read_yaml(lines, end)
    return None if matter.problem or not matter.settings else (matter, end)


def _read_glued(first: str, below: list[str], at: int) -> tuple[FrontMatter, int] | None:
    """A block whose first setting stands right behind the opening `---`; `below` begins at line `at`, from 0."""
    end = next((index for index, line in enumerate(below) if _END.match(line)), None)
    if end is None:
        return None
    matter, _ = _read_yaml([first, *below[:end]], 0)
    problem = matter.problem or Message("the first setting stands on the line of the opening ---")
    return FrontMatter(matter.settings, problem), at + end + 1


def _unopened(lines: list[str], start: int) -> tuple[FrontMatter, int] | None:
    if start >= len(lines) or not _SETTING.match(lines[start]):
        return None
    for end in range(start + 1, min(len(lines), start + 60)):
        if _FENCE.match(lines[end]):
            return _read_yaml(lines[start:end], end + 1)
        if not _SETTING.match(lines[end]) and not _BELONGS.match(lines[end]):
            return None
    return None


def _plain(lines: list[str], start: int) -> tuple[FrontMatter, int] | None:
    """Pelican's settings, without fences: these are no YAML, and a value may be any text (`Title: Issue 29: 追忆`)."""
    found = _bare(lines, start)
    return found and (replace(found[0], problem=""), found[1])


def _bare(lines: list[str], start: int) -> tuple[FrontMatter, int] | None:
    end = _end_of_bare(lines, start)
    if end is None:
        return None
    keys = [found[1].lower() for line in lines[start:end] if (found := _SETTING.match(line))]
    if not keys or not _USUAL.fullmatch(keys[0]) or not ({"title", "date"} | _PRIVATE) & set(keys):
        return None
    return _read_yaml(lines[start:end], end)


def _end_of_bare(lines: list[str], start: int) -> int | None:
    """The line before which settings without a closing line end: an empty one, or a heading, which is no remark of YAML
    when no setting stands below it. None when other text follows at once."""
    end, after_settings = start, start
    while end < len(lines) and lines[end].strip() and _continues(lines[end], first=end == start):
        end += 1
        if _SETTING.match(lines[end - 1]):
            after_settings = end
    heading = next((at for at in range(after_settings, end) if lines[at].startswith("#")), None)
    if heading is not None:
        return heading
    return end if end == len(lines) or not lines[end].strip() else None


def _continues(line: str, *, first: bool) -> bool:
    return bool(_SETTING.match(line)) or (not first and bool(_BELONGS.match(line)))


def _dedented(lines: list[str]) -> list[str]:
    """The lines of a block that is indented as a whole, as YAML allows."""
    return textwrap.dedent("\n".join(lines)).split("\n") if lines else []


def _written(lines: list[str]) -> Iterator[Written]:
    indent = min((len(line) - len(line.lstrip()) for line in lines if _WRITTEN.match(line.strip())), default=0)
    for number, line in enumerate(lines, 1):
        if found := _WRITTEN.match(line[indent:].rstrip()):
            yield Written(number, found[1], found[2].strip())


def _read_yaml(lines: list[str], end: int) -> tuple[FrontMatter, int]:
    source = "\n".join(map(_with_hash, lines))
    problem = ""
    loaded: object = None
    if len(source) <= MAX_CHARS and source.count("[") + source.count("{") <= MAX_BRACKETS:
        from wangqi.indexer.reader import settings_yaml  # an archive without settings needs no YAML

        loaded, problem = settings_yaml.load(source)
    if not isinstance(loaded, dict):
        loaded = _line_by_line(lines)
    settings = {
        _whole(str(key)).strip().lower(): _whole(value) if isinstance(value, str) else value
        for key, value in loaded.items()
    }
    return FrontMatter(settings, problem), end


def _with_hash(line: str) -> str:
    """`title: 周报 #12: 标题` quoted: its author meant no comment."""
    found = _HASH_IN_TITLE.match(line)
    return f"{found[1]} {json.dumps(found[2].strip(), ensure_ascii=False)}" if found else line


def _whole(text: str) -> str:
    """`text` with the halves of characters joined that YAML leaves apart (JSON writes 😀 as two escapes); a half alone,
    which no file can hold, is U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _read_toml(lines: list[str], end: int) -> tuple[FrontMatter, int]:
    source = "\n".join(lines)
    if len(source) > MAX_CHARS or source.count(".") > MAX_DOTS:
        return FrontMatter(_line_by_line(lines)), end
    try:
        loaded = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        return FrontMatter(_line_by_line(lines), str(error)), end
    return FrontMatter({key.lower(): value for key, value in loaded.items()}), end


def _line_by_line(lines: list[str]) -> dict[str, object]:
    settings: dict[str, object] = {}
    for line in lines:
        key, separator, value = line.partition(":") if ":" in line else line.partition("=")
        if separator and key.strip() and not key.startswith((" ", "-", "#")):
            settings[key.strip().lower()] = value.strip().strip("\"'")
    return settings
