"""Queries that nobody types in earnest: how long the dearest of them takes the processor."""

from __future__ import annotations

import time
from random import Random
from typing import Any, Final

from bench.site import bring_up_to_date, open_site
from wangqi.search.answer import service
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.request import MAX_QUERY_CHARS, SearchRequest

RANDOM: Final = 2000
LOOKED_AT_AGAIN: Final = 20
TIMES: Final = 3
"""The dearest queries are asked so many times more, each time of an index that remembers nothing: what else the
machine does then costs at most once."""

WARM: Final = "yuji 预热 warmm"

CHARS: Final = "abcdefghijklmnopqrstuvwxyzOR *\"-:()'“”.,/#+0123456789" + "人工智能的是在了开源软件网页一二三灯"
WORDS: Final = (
    *("kai*", "a*", "人工", "只能", "的", "pyhton", "xuexi", "rgzn", "zhineng", "OR", "-", '"', "(", "-的"),
    *("site:github.com", "year:2020..", "issue:1..9", "kind:tool", "year:x", "https://example.org/a/b", "C++"),
)

BOMBS: Final = (
    *("a* b*", "a* b* c* d* e* f*", "programmer~2", "(" * 5000, '"' * 500, "a " * 100, "a* " * 60, "的" * 200),
    *("的 是 了 在 有 和", "abcdefgh " * 22, "rengong " * 25, "zhongguorenminjiefangjun" * 8, "人工只能" * 50),
    *("-a -b -c", "a OR b OR c OR d OR e OR f", "OR OR OR", "- - -", "issue:1..400 a*", "xn--" * 50, "\0" * 200),
    *("q w e r t y u i o p a s d f g h", "🎉" * 200, "http://" + "a/" * 90, "a" * 200, "1 2 3 4 5 6 7 8 9"),
    *('"a b c d e f g h i j k l"', "gong* zhong*", "weixin gongzhonghao tuijian gongju xiazai", "𠮷" * 200),
    "软件 工具 网站 代码 开源 数据 用户 系统 语言 浏览器 图片 视频",
    "software tool website code open source data user system language browser image video",
)


def measure() -> dict[str, Any]:
    """Milliseconds of processor time of a first answer, over named bombs and random queries."""
    bring_up_to_date()
    index = open_site()
    queries = [*BOMBS, *_random_queries()]
    _ask(WARM, index)
    times = {q: _ask(q, index) for q in queries}
    for q in sorted(queries, key=lambda q: -times[q])[:LOOKED_AT_AGAIN]:
        times[q] = min([times[q], *(_ask_anew(q) for _ in range(TIMES))])
    ordered = sorted(times.values())
    return {"queries": len(ordered), "p50": ordered[len(ordered) // 2], "max": ordered[-1]}


def _random_queries() -> list[str]:
    random = Random(5)
    letters = ["".join(random.choices(CHARS, k=random.randint(1, MAX_QUERY_CHARS))) for _ in range(RANDOM // 2)]
    return letters + [" ".join(random.choices(WORDS, k=random.randint(1, 40))) for _ in range(RANDOM // 2)]


def _ask_anew(q: str) -> float:
    index = open_site()
    _ask(WARM, index)
    return _ask(q, index)


def _ask(q: str, index: OpenIndex) -> float:
    started = time.process_time()
    service.search(index, SearchRequest(q=q))
    return (time.process_time() - started) * 1000
