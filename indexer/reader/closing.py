"""What closes an issue or a section without belonging to its last entry: 上一期 | 下一期, 返回目录, The End, （完）."""

import re
from collections.abc import Sequence
from typing import Final

from wangqi.indexer.reader.lines import Line

_WORD = (
    r"(?:上一期|下一期|上一篇|下一篇|上期|下期|返回目录|返回顶部|回到顶部|返回首页|目录|反馈和建议|反馈|建议|全文完|本期完|完|正文完|"
    r"the end|end|eof|fin|to be continued|back to top|previous|next|prev)"
)
_CLOSING = re.compile(rf"^\W*{_WORD}(?:\W+{_WORD})*\W*$", re.IGNORECASE)

_IMPRINT = re.compile(
    r"^(?:本期|[A-Za-z]{1,12}\s?)?"
    r"(?:主编|编辑|编者|责编|排版|校对|审校|审核|订阅|订阅新闻|招聘专区|归档|投稿|首发|勘误|纠错|改进)\s*[:：]"
)

_LAST_WORDS = re.compile(
    r"^(?:(?:好了|OK)?[，,]?\s?以上[，,]?\s?(?:就是|便是|即是|是)(?:本[期次周刊]|今[天日]|全部)"
    r"|(?:那么)?[，,]?本[期次周](?:的)?(?:周刊|月刊|周报|内容|分享)?(?:就到|到此|结束|完))"
)
_PARTING = re.compile(
    r"^\W*(?:以上|感谢(?:你|您|各位|大家|阅读|关注|支持|收看)|谢谢|欢迎(?:关注|订阅|投稿|加入|扫码|留言|转发)|(?:扫码)?关注|(?:日报|周刊|周报|邮件)?订阅"
    r"|投稿|下[期周次](?:再?见|预告)|再见|我们下|如果(?:你|您|觉得|喜欢)|喜欢(?:本|的话|这)|本[刊文期](?:由|版权|采用|首发|内容|完)|转载|版权|微信公众号|公众号|社区|"
    r"(?:本(?:[期次份篇]|日报|周报|报告|简报|页)?|(?:日|周|月|早|晚)报|周刊|简报|报告)[^，。；]{0,8}由[^，。；]{1,30}(?:生成|整理|编译|采集)"
    r"|(?:自动|AI|报告|数据)?(?:生成|更新|采集)(?:时间|于)|数据来源\s?[:：]|(?:auto-?)?generated (?:by|with|at|on)|"
    r"编辑\s?[:：]|from:?\s|thanks? (?:for|you)|subscribe|follow|see you|that's all|copyright)",
    re.IGNORECASE,
)
"""How what stands below the last rule of an issue begins when it is a footer."""
MAX_FOOTER_LINES: Final = 40


def is_closing(line: Line) -> bool:
    """Whether the line is a way out of the text, not a part of it."""
    if line.kind != "text" or len(line.text) > 80:
        return False
    if _IMPRINT.match(line.text):
        return True
    return not line.marker and bool(_CLOSING.match(line.text) or _LAST_WORDS.match(line.text))


_FAREWELL = re.compile(r"感谢|关注|订阅|公众号|扫码|下期|再见|投稿|转载|thanks|subscribe|follow", re.IGNORECASE)


def after_last_rule(lines: Sequence[Line], leads: Sequence[int]) -> int:
    """The index at which a section's closing begins below a rule (`---`) after its last entry; the end when nothing
    does.

    Rules that separate the entries from each other close nothing. Below a single entry only a farewell does.
    """
    rules = [index for index, line in enumerate(lines) if line.kind == "rule" and index > leads[0]]
    if not rules or rules[0] < leads[-1]:
        return len(lines)
    below = lines[rules[0] :]
    is_farewell = any(_FAREWELL.search(line.text) for line in below)
    return rules[0] if len(leads) > 1 or is_farewell else len(lines)


def footer_start(lines: Sequence[Line]) -> int:
    """The index at which an issue's footer begins among the lines of its last section; their number when it has none.

    A footer begins with last words (以上就是本期…), or below the last rule with words of parting: how to subscribe,
    whom to thank.
    """
    earliest = max(0, len(lines) - MAX_FOOTER_LINES)
    for at in range(len(lines) - 1, earliest - 1, -1):
        line = lines[at]
        if line.kind == "heading":
            break
        if line.kind == "text" and not line.marker and _LAST_WORDS.match(line.text):
            return at
        if line.kind == "rule" and any(below.text for below in lines[at:]):
            shown = [below.text for below in lines[at + 1 :] if below.text]
            return at if _PARTING.match(shown[0]) else len(lines)
    return len(lines)


def split_closing(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines of a section without its closing, and the closing: from the first closing line of its end on.

    A closing line ends a section only when no more than a footer follows: a rule and unnumbered plain text.
    """
    end = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        if is_closing(line):
            end = at
        elif line.kind == "heading" or line.marker or line.place.depth:
            break
    return list(lines[:end]), list(lines[end:])
