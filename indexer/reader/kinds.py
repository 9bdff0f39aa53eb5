"""What the name of a section says about its entries: a kind and a role.

>>> name_type("🔧 本周工具").kind, name_type("精彩文章").kind, name_type("订阅").role
('tool', 'article', 'boilerplate')
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from wangqi.indexer.reader.title_labels import number_label, strip_decoration
from wangqi.search.analysis.folding import fold_text
from wangqi.search.model.kinds import SECTION_KINDS, Kind

SectionRole = Literal["entries", "essay", "cover", "boilerplate", "container"]

_BOILERPLATE: Final = """
    订阅 欢迎订阅 订阅方式 如何订阅 关注 关注我 关注我们 欢迎关注 联系 联系我 联系我们 加入我们 关于 关于我
    关于我们 关于本刊 说明 声明 版权 版权声明 许可 许可证 免责声明 鸣谢 致谢 感谢 赞赏 打赏 赞助 赞助商 捐赠
    支持 支持我们 贡献 贡献者 贡献者名单 参与贡献 本期编辑 编辑 团队 作者 本期作者 投稿 投稿方式 反馈 交流
    交流群 讨论区 留言 公众号 微信公众号 简介 介绍 摘要 目录 索引 往年回顾 往期 往期回顾 往期推荐
    往期精选 往期内容 往期文章 历史 历史文章 历史回顾 历史上的本周 历史上的这周 回顾 上期回顾 上周回顾 去年本周 上一期
    下一期 下期预告 预告 更多 招聘 招聘信息 内推 工作 职位 招人 谁在招人 求职 广告 推广 tldr tl;dr subscribe
    subscription about aboutme aboutus contact contributors contributing credits sponsor sponsors thanks
    acknowledgements license job jobs hiring careers archive archives previousissues toc contents ps pps p.s.
    tableofcontents feedback follow followus footer end theend"""
_COVER: Final = "封面 封面图 封面图片 封面照片 题图 头图 刊头图 cover coverimage coverphoto"
_CONTAINER: Final = "内容 正文 本期内容 本周内容 主要内容 周刊内容 月刊内容 content main"

_PREFIXES = re.compile(
    r"^(?:(?:(?:本周|本期|本月|本日|今日|每周|每日|每月|一周|近期|最新|上周|下周|下期|其他|其它|更多)的?|精彩|精选|优质|优秀|热门|推荐|实用"
    r"|科技|技术|开源|业界|行业|深度|免费|[\w ]{0,10}?(?:前端|后端|编程|开发|博文|生信)"
    r"|this\s?week'?s?|weekly|latest|featured))+(?=.)"
)
_ENDINGS = re.compile(
    r"(?<=.)(?:推荐|推介|共赏|精选|分享|合集|集锦|汇总|一览|速览|盘点|列表|专区|相关|など|等|[一两三]则"
    r"|\s?of the (?:week|month))$"
)
_SEPARATORS = re.compile(r"(?<!\s)\s*+(?:[&/、,+|｜·]|(?<=[\u4e00-\u9fff])(?:与|和|及)(?=[\u4e00-\u9fff])|\band\b)\s*")
_BOILERPLATE_PART = re.compile(
    r"贡献者|订阅|关注我们|联系我们|加入我们|往期|往年|目录$|^关于(?:本|我|作者)|赠书|抽奖|招聘|(?:交流|读者|微信|qq)群$|鸣谢|致谢|赞助|contributors|subscribe|sponsor"
)
_LABELLED = re.compile(r"^\s*+(?:[\[【]([^\]】]{1,12})[\]】]\s*|([^:：|｜《「『“（(]{1,12})\s*[:：|｜]\s*)(?=\S)")
_REMARK = re.compile(r"(?<!\s)\s*+[(（][^()（）]*+[)）]$")
MAX_NAME_CHARS: Final = 24
"""A longer heading is a title, not the name of a section."""

MAX_ENDING_CHARS: Final = 10
"""A longer Chinese name that only ends like one of the table's is more likely a title ("我们为什么还要做开源项目")."""


@dataclass(frozen=True, slots=True)
class NameType:
    """The kind and role that a section's name means."""

    kind: Kind
    role: SectionRole = "entries"
    exact: bool = False
    """The name is one of the table's; otherwise it only ends or begins like one."""


Naming = Callable[[str], NameType | None]
"""What looks up the name of a section, with a site's own names."""


def _table() -> dict[str, NameType]:
    table = {
        name: NameType(kind, "essay" if kind == "essay" else "entries", exact=True)
        for name, kind in SECTION_KINDS.items()
    }
    for names, found in (
        (_BOILERPLATE, NameType("other", "boilerplate", exact=True)),
        (_COVER, NameType("image", "cover", exact=True)),
        (_CONTAINER, NameType("other", "container", exact=True)),
    ):
        table |= dict.fromkeys(names.split(), found)
    return table


_TABLE: Final = _table()
_SUFFIXES: Final = sorted((name for name in _TABLE if len(name) > 1), key=len, reverse=True)


def name_type(heading: str, aliases: Mapping[str, Kind] | None = None) -> NameType | None:
    """Kind and role of a section called `heading`; None when the name says nothing.

    A site's own `aliases` (name → kind, compared like the table's names, `*` for any characters) come before the table.
    """
    name = normal_name(heading)
    for alias, kind in (aliases or {}).items():
        if name and _means(alias, name):
            return NameType(kind, "essay" if kind == "essay" else "entries", exact=True)
    return _look_up(name) if len(name) <= MAX_NAME_CHARS else None


def _means(alias: str, name: str) -> bool:
    if "*" not in alias:
        return name == normal_name(alias)
    first, *others = map(normal_name, alias.split("*"))
    at = len(first)
    for part in others[:-1]:
        at = name.find(part, at) + len(part) if part in name[at:] else len(name) + 1
    return name.startswith(first) and name.endswith(others[-1]) and len(name) - len(others[-1]) >= at


@lru_cache(maxsize=4096)
def _look_up(name: str) -> NameType | None:
    if not name:
        return None
    short = _PREFIXES.sub("", name)
    if found := _TABLE.get(name.replace(" ", "")) or _TABLE.get(short.replace(" ", "")):
        return found
    if (bare := _ENDINGS.sub("", short)) != short and (found := _look_up(bare)) and found.role == "entries":
        return found
    if found := _compound(short):
        return found
    parts = [part for part in _SEPARATORS.split(short) if part]
    if len(parts) > 1:
        known = [_TABLE.get(part.replace(" ", "")) or _by_ending(part) for part in parts]
        first = next((found for found in known if found), None)
        return first and NameType(first.kind, first.role, exact=all(known))
    return _by_ending(short)


def _compound(name: str) -> NameType | None:
    """Kind and role of a name made of two of the table's: those of its last (代码更新); for excerpts those of its first
    (言论摘录)."""
    for at in range(2, len(name) - 1):
        first, second = _TABLE.get(name[:at]), _TABLE.get(name[at:])
        if first and second and first.role == second.role == "entries" and not name.isascii():
            return first if second.kind == "excerpt" else second
    return None


def _by_ending(name: str) -> NameType | None:
    words = name.replace(" ", "")
    if len(words) > MAX_ENDING_CHARS and not name.isascii():
        return None
    if _BOILERPLATE_PART.search(words) and len(words) <= 14:
        return NameType("other", "boilerplate")
    for suffix in _SUFFIXES:
        found = _TABLE[suffix]
        if found.role in ("boilerplate", "container") or not words.endswith(suffix):
            continue
        # An English suffix has to be a word of its own ("C projects"), not the end of one ("newcode").
        if not suffix.isascii() or re.search(rf"(?:^|[^a-z]){re.escape(suffix)}$", name):
            return NameType(found.kind, found.role)
    return None


def normal_name(heading: str) -> str:
    """`heading` folded for comparison: width, case, traditional characters, emoji, number label, brackets and marks at
    the ends."""
    name = strip_decoration(fold_text(heading)).lower()
    if label := number_label(name):
        name = strip_decoration(name[label.end :])
    # "贡献者（GitHub ID）", "《言论》", "— 业界资讯 —", "资源："
    name = _REMARK.sub("", name)
    return name.strip(" \t-—–_=~*#:：.。!！《》<>「」『』【】[]\"'“”")


def split_label(heading: str) -> tuple[str, int]:
    """The label before a heading's own title and where that begins: "本周话题：X" → ("本周话题", 5). Else ("", 0)."""
    found = _LABELLED.match(heading)
    return ((found[1] or found[2]).strip(), found.end()) if found else ("", 0)
