"""Words of questions and grammar, which say little of what is looked for: they count least and are left out first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_CHINESE = """
的 地 得 了 着 过 吗 呢 吧 啊 呀 嘛 么 哦 和 与 及 或 或者 以及 而 而且 但 但是 并 并且 也 都
就 还 又 再 很 更 最 太 不 没 没有 是 有 在 从 到 对 把 被 让 给 向 往 用 以 为 于 由 比
跟 同 按 我 你 您 他 她 它 我们 你们 他们 它们 自己 这 那 这个 那个 这些 那些 这样 那样 这种
那种 一个 一种 一些 一下 个 些 种 上 里 中 下 后 前 时 之 其 其它 其他 等 等等 会 能 能够 可
可以 要 想 想要 应该 需要 怎么 怎么样 怎样 怎么办 如何 什么 什么样 为什么 为何 哪 哪个 哪些 哪里
哪儿 哪家 哪种 谁 几 多少 多 有没有 是不是 能不能 可不可以 会不会 要不要 请 请问 求 求推荐 推荐
介绍 关于 有关 相关 比较 一样 类似 东西 时候 怎 咋 啥 有什么 有哪些 是什么 怎么回事 回事 办法 以后
之后 之前 因为 所以 如果 那么 不过 甚至 除了 那本 哪本 又 已经 正在 就是 还是 只
"""

# By their part of speech: complements of direction and result, verbs of ability and of making, comparisons, quantities,
# demonstratives and numerals with measure words.
_CHINESE += """
上去 上来 下去 下来 出去 出来 起来 过去 过来 进去 进来 回去 回来 开来
成 当 当成 当作 当做 作为
无法 没法 没办法 不能 不会 不了 得了 得以 足以 可能 用来 用于 使用 做到 写 做 搞 弄 讲
像 好像 就像 像是 到底 究竟 一堆 很多 许多 不少 好多 好几 一批
这款 那款 哪款 这本 这部 那部 哪部 这篇 那篇 哪篇 这张 那张 这首 那首 哪首 这位 那位 哪位 这句 那句 哪句
这件 那件 这台 那台 这期 那期 哪期 哪一期 这次 那次 这类 那类 这条 那条 这段 那段 这项 那项 这座 那座 这套 那套
这份 那份 这幅 那幅 这家 那家 某个 某种 某款 某篇 某位 某些 每个 每种 几个 几款 几种 各种
一款 一本 一篇 一部 一张 一首 一位 一句 一件 一家 一台 一类 一条 一段 一项 一套 一份 一幅 一期
"""

_ENGLISH = """
a an the and or of to in on at for from with without by as is are was be been do does did how what which who whom whose
why when where can could should would will i you he she it we they me my your his her its our their this that these
those there here about into over than then so if not no any some
"""

STOP_WORDS: Final = frozenset(_CHINESE.split() + _ENGLISH.split())

ASKED_AT_THE_END: Final = frozenset(["比较"])
"""`A 和 B 比较` asks for a comparison; before something else it is grammar (比较好用的)."""


HOW: Final = frozenset(["怎么", "怎样", "如何", "咋", "怎"])
"""`怎么选`, `如何用`: a verb of one character that follows asks for advice, and stands in every other entry."""


def is_grammar(words: Sequence[str], at: int) -> bool:
    """Whether the word number `at` of a query's `words` tells little of what is looked for."""
    is_asked = words[at] in ASKED_AT_THE_END and 0 < at == len(words) - 1
    if at and words[at - 1] in HOW and len(words[at]) == 1:
        return True
    return words[at] in STOP_WORDS and not is_asked
