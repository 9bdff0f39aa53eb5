"""Words that are others in Taiwan and Hong Kong, not only other characters: 原始碼 for 源代码, 檔案 for 文件.

They are looked up whatever the characters: 记忆体 is 内存 as well.

>>> mainland_form("原始碼", traditional=True)
MainlandForm(text='源代码', is_sure=True)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import islice, product
from typing import Any, Final, Literal, NamedTuple

# Words of Taiwan that mean something else, or the same, to who writes simplified characters: then they are not sure.
_OTHERWISE_USED: Final = """
专案 乌兹别克 乳酪 互动 互动式 介面 传送 低阶 使用者 停用 储存 元件 全形 内建 冷盘 分散式 列举
剪下 区域性 卡达 即时 卷轴 取样 变数 叮当 向量 启用 呼叫 回拨 图示 堆叠 复制 外挂 子音 字型
存取 存档 宕机 宣告 序列 建立 开启 影像 影印 影片 截图 执行 扩音 批次 拨出 指标 撷取 支援 效能
数位 整合 文件 新增 映象 智慧 查询 核心 桌布 档案 检视 正规化 母音 汇入 汇出 泡面 点选 片语
物件 狮子山 登出 相容 磁轨 社群 离线 程序 程式 稽核 简报 类比 缩图 联络 行程 装置 视窗 讯号
讯息 设定 象牙海岸 资料 资讯 载入 过载 进阶 连线 连结 通讯 遮蔽 重新整理 重灌 防毒 阵列 音讯
高阶
"""
OTHERWISE_USED: Final = frozenset(_OTHERWISE_USED.split())

MOST_SPELLINGS: Final = 64
"""Ways to write a word in traditional characters that are tried; most words have three."""


class MainlandForm(NamedTuple):
    """A word of Taiwan or Hong Kong in the mainland's words."""

    text: str
    is_sure: bool
    """Whether the word was meant as one of Taiwan: it stands among traditional characters, or means nothing else."""


@lru_cache(1 << 8)
def is_traditional(text: str) -> bool:
    """Whether some character of `text` is written otherwise in simplified Chinese."""
    return not text.isascii() and _converter("t2s").convert(text) != text


@lru_cache(1 << 10)
def mainland_form(word: str, *, traditional: bool = False) -> MainlandForm:
    """`word` in the words and characters of the mainland, as OpenCC's lists of phrases have them. `traditional`: it was
    typed by who writes traditional characters, though it may have none that is written otherwise."""
    if word.isascii():
        return MainlandForm(word, is_sure=True)
    if traditional:
        return MainlandForm(_converter("tw2sp").convert(word), is_sure=True)
    if len(word) == 1:  # would be converted by chance
        return MainlandForm(word, is_sure=True)
    return MainlandForm(_whole_form(word), is_sure=word not in OTHERWISE_USED)


def _whole_form(word: str) -> str:
    """What the mainland says for a word of Taiwan in simplified characters; any other word as it is."""
    convert, written = _converter("tw2sp").convert, _traditional_characters()
    spellings = product(*(written.get(char, "") + char for char in word))
    for spelling in map("".join, islice(spellings, MOST_SPELLINGS)):
        form: str = convert(spelling)
        # 看程序员 holds a word of Taiwan (程序), but is none.
        if form != word and all(convert(spelling[:at]) + convert(spelling[at:]) != form for at in range(1, len(word))):
            return form
    return word


@cache
def _traditional_characters() -> Mapping[str, str]:
    """The traditional characters that each simplified one may stand for. OpenCC's own way back (s2t) takes 26 MB, most
    of it phrases that say which of several one is meant."""
    characters = "\n".join(map(chr, range(0x3400, 0xA000)))
    found = defaultdict[str, str](str)
    for traditional, simplified in zip(characters, _converter("t2s").convert(characters), strict=True):
        if traditional != simplified:
            found[simplified] += traditional
    return dict(found)


@cache
def _converter(name: Literal["t2s", "tw2sp"]) -> Any:
    """Made on first use: the lists of phrases take a while to load."""
    from opencc import OpenCC

    return OpenCC(name)
