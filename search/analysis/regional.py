"""Words that are others in Taiwan and Hong Kong, not only other characters: 原始碼 for 源代码, 檔案 for 文件.

They are looked up whatever the characters: 记忆体 is 内存 as well.

>>> mainland_form("原始碼", traditional=True)
MainlandForm(text='源代码', is_sure=True)
"""

from __future__ import annotations

from functools import cache, lru_cache
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


class MainlandForm(NamedTuple):
    """A word of Taiwan or Hong Kong in the mainland's words."""

    text: str
    is_sure: bool
    """Whether the word was meant as one of Taiwan: it stands among traditional characters, or means nothing else."""


@lru_cache(1 << 10)
def is_traditional(text: str) -> bool:
    """Whether some character of `text` is written otherwise in simplified Chinese."""
    return not text.isascii() and _converter("t2s").convert(text) != text


@lru_cache(1 << 13)
def mainland_form(word: str, *, traditional: bool = False) -> MainlandForm:
    """`word` in the words and characters of the mainland, as OpenCC's lists of phrases have them. `traditional`: it was
    typed by who writes traditional characters, though it may have none that is written otherwise."""
    if word.isascii():
        return MainlandForm(word, is_sure=True)
    if traditional:
        return MainlandForm(_converter("tw2sp").convert(word), is_sure=True)
    if len(word) == 1:  # would be converted by chance
        return MainlandForm(word, is_sure=True)
    text = _whole_form(word)
    is_put_together = any(_whole_form(word[:at]) + _whole_form(word[at:]) == text for at in range(1, len(word)))
    # 看程序员 holds a word of Taiwan (程序), but is none.
    return MainlandForm(word if is_put_together else text, is_sure=word not in OTHERWISE_USED)


def _whole_form(word: str) -> str:
    converted: str = _converter("tw2sp").convert(_converter("s2t").convert(word))
    return converted


@cache
def _converter(name: Literal["t2s", "s2t", "tw2sp"]) -> Any:
    """Made on first use: the lists of phrases take 15 ms to load."""
    from opencc import OpenCC

    return OpenCC(name)
