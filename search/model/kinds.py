"""The kinds of entries: what each is called, what a person may type for it, and which names of sections mean it.

A new kind is one row of `KIND_TABLE` with its name in `Kind`, its English in `web/locale/en.po`, and its documentation;
`tests/test_kinds.py` names what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

Kind = Literal[
    "resource", "tool", "article", "news", "book", "course",
    "quote", "excerpt", "essay", "image", "video", "other",
    "issue",
]  # fmt: skip
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

ENTRY_KINDS: Final = tuple(kind for kind in KINDS if kind != "issue")
"""What an entry can be."""


@dataclass(frozen=True, slots=True)
class KindWords:
    """The words for one kind, each list parted by blanks and folded as `search.analysis.fold_key` does."""

    kind: Kind
    label: str
    """What a reader sees, in Chinese."""
    typed: str
    """What a person may type for it in `kind:`, besides its own name."""
    sections: str = ""
    """Names of sections whose entries are of this kind; "" for what no section holds."""


KIND_TABLE: Final = (
    KindWords(
        "resource", "资源",
        typed="资源 resources",
        sections="""资源 项目 专案 开源 仓库 代码 网站 站点 产品 素材 数据 数据集 数据库 干货 分享 收藏 资料 库
            框架 组件 类库 模型 好物 游戏 应用 文档 存储库 代码库 合集 好站 github
            ライブラリ リポジトリ サイト ドキュメント resource resources project projects repository repositories
            repos repo opensource library libraries code website websites site sites product products
            dataset datasets package packages""",
    ),
    KindWords(
        "tool", "工具",
        typed="工具 软件 软体 tools software",
        sections="""工具 小工具 软件 软体 套件 插件 扩展 神器 利器 效率 命令行 ai ai相关 人工智能 ツール アプリ
            tool tools app apps software plugin plugins extensions utilities""",
    ),
    KindWords(
        "article", "文章",
        typed="文章 articles",
        sections="""文章 好文 佳文 长文 博文 博客 阅读 必读 精读 深度 译文 论文 研究 专栏 知识 技术 读物 随笔
            一读 泛读 在读 读什么 实践 原理 面试 幻灯片 记事 アーティクル スライド ブログ 论文绍介 article
            articles post posts blog blogs read reads reading paper papers research""",
    ),
    KindWords(
        "news", "资讯",
        typed="资讯 新闻 动态",
        sections="""资讯 讯息 咨询 新闻 动态 消息 快讯 速报 速递 快报 热点 头条 早报 时事 事件 更新 发布 版本
            要闻 简讯 一句话 新奇 趋势 进展 提案 大事 大事记 rfc rfcs proposals
            ニュース トピックス ヘッドライン リリース お知らせ news update updates release releases headlines
            announcements merges what'snew""",
    ),
    KindWords(
        "book", "图书",
        typed="图书 书 书籍 books",
        sections="本 图书 书籍 书籍绍介 读书 好书 荐书 新书 书单 电子书 书 一书 book books ebooks",
    ),
    KindWords(
        "course", "教程",
        typed="教程 课程 courses tutorial tutorials",
        sections="""教程 课程 公开课 学习 学习资料 教学 入门 指南 讲座 手册 チュートリアル 入门记事 tutorial
            tutorials course courses guide guides lessons""",
    ),
    KindWords(
        "quote", "言论",
        typed="言论 语录 引用 金句 quotes",
        sections="""言论 句子 语句 金句 语录 引语 名言 名句 格言 摘句 摘抄 说 数字 一句 佳句 有人说 他们说 quote
            quotes quotations""",
    ),
    KindWords(
        "excerpt", "文摘",
        typed="文摘 摘录 excerpts",
        sections="文摘 摘录 书摘 节选 excerpt excerpts",
    ),
    KindWords(
        "essay", "话题",
        typed="话题 随笔 essays",
        sections="""话题 观点 刊首语 卷首语 开刊词 发刊词 前言 序 序言 写在前面 写在最后 编者按 编者的话
            主编寄语 导语 引言 封面故事 故事 思考 感悟 随想 碎碎念 复盘 总结 小结 结语 后记 周记 近况 topic
            editorial opinion foreword preface essay""",
    ),
    KindWords(
        "image", "图片",
        typed="图片 图像 images picture pictures",
        sections="图片 图集 照片 摄影 一图 壁纸 配图 图 表情包 image images picture pictures photo photos",
    ),
    KindWords(
        "video", "视频",
        typed="视频 影片 videos",
        sections="""视频 影片 音视频 音频 播客 电影 影视 剧集 纪录片 演讲 音乐 影音 动画 观影 在看 在听
            ポッドキャスト video videos talk talks podcast podcasts movies""",
    ),
    KindWords(
        "other", "其他",
        typed="其他 其它 others",
        sections="""其他 其它 杂项 杂谈 有趣 趣闻 娱乐 随便看看 生活 冷知识 活动 公益 讨论 推荐 精选 公众号推荐
            公众账号推荐 置顶 热门 论坛 その他 イベント other others misc miscellaneous fun events
            tweets meetups conferences etc""",
    ),
    KindWords(
        "issue", "期",
        typed="期 期刊 issues",
    ),
)  # fmt: skip
"""In the order of `Kind`."""

KIND_LABELS: Final[dict[Kind, str]] = {row.kind: row.label for row in KIND_TABLE}
KIND_ALIASES: Final[dict[str, Kind]] = {
    **{row.kind: row.kind for row in KIND_TABLE},
    **{name: row.kind for row in KIND_TABLE for name in row.typed.split()},
}
"""The kinds by everything that a person may type for one."""

SECTION_KINDS: Final[dict[str, Kind]] = {name: row.kind for row in KIND_TABLE for name in row.sections.split()}
"""The kinds by the names of sections."""
