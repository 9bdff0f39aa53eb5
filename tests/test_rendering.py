"""Issues as HTML: what an author meant is shown, nothing of an attacker's gets through, every entry has its anchor."""

import re
from html import unescape
from pathlib import Path
from time import process_time
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangqi.indexer.reader import read_issue
from wangqi.indexer.rendering import Permalinks, render_issue

SHOWN = "a blockquote br code em h2 h3 h4 h5 h6 hr img li ol p pre s span strong table tbody td th thead tr ul"
SAFE_ELEMENTS = set(SHOWN.split())
SAFE_ATTRIBUTES = {"alt", "class", "href", "id", "loading", "referrerpolicy", "rel", "src", "start"}


def render(text: str) -> str:
    return render_issue(text.encode(), anchors={}).html


def elements(html: str) -> list[Element]:
    """Every element that a browser would build from `html`."""
    return list(html5lib.parseFragment(html, container="div", namespaceHTMLElements=False).iter())[1:]


def assert_harmless(html: str) -> None:
    for element in elements(html):
        assert element.tag in SAFE_ELEMENTS, html
        assert set(element.attrib) <= SAFE_ATTRIBUTES, html
        for name in ("href", "src"):
            assert element.get(name, "#").startswith(("http://", "https://", "#")), html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("1、[工具](https://x.example/)", '<p>1、<a href="https://x.example/" rel="external">工具</a></p>'),
        ("一行\n二行", "<p>一行<br>二行</p>"),
        ("# 标题", '<h2 id="h-1">标题</h2>'),
        ("新的 <dialog> 元素和 <int64>", "<p>新的 &lt;dialog&gt; 元素和 &lt;int64&gt;</p>"),  # HTML written about
        ("甲<br/>乙 <u>丙</u> <font color=red>丁</font>", "<p>甲<br>乙 丙 丁</p>"),
        ('<a href="https://x.example/">名字</a>', '<p><a href="https://x.example/" rel="external">名字</a></p>'),
        ('<a href="https://x.example/">没有结尾', '<p><a href="https://x.example/" rel="external">没有结尾</a></p>'),
        ("没有开头</a>", "<p>没有开头</p>"),
        ("前 <!-- 不见 --> 后", "<p>前  后</p>"),
        ("前\n\n<!-- 一\n\n二 -->\n\n后", "<p>前</p><p>后</p>"),
        ("<!-- 没有结尾", "<p>没有结尾</p>"),  # a problem of the issue tells it
        ("见 https://x.example/a_b_c，后面", '<p>见 <a href="https://x.example/a_b_c" rel="external">https://x.example/a_b_c</a>，后面</p>'),
        ("[邮件](mailto:a@x.example)", "<p>邮件</p>"),
        ("[相对](../2.md)", "<p>相对（../2.md）</p>"),  # nobody knows where it is
        ("[目录](#two)", "<p>目录</p>"),
        ("![图](pic/a.png)", "<p>〔图片：图（pic/a.png）〕</p>"),
        ("<h3 onclick=x>工具</h3><p>一段<p>二段", '<h2 id="h-1">工具</h2><p>一段</p><p>二段</p>'),
        ("<ol><li>甲<ul><li>乙<br>丙</ul><li>丁</ol>", "<ol><li>甲<ul><li>乙<br>丙</li></ul></li><li>丁</li></ol>"),
        ("<blockquote><p>甲<p>乙</blockquote><p>丙", "<blockquote><p>甲</p><p>乙</p></blockquote><p>丙</p>"),
        ("- 外\n\n  <p>甲</p><p>乙</p>\n", "<ul><li><p>外</p><p>甲</p><p>乙</p></li></ul>"),
        ("<div>甲</div>", "<p>甲</p>"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
        ("```js onclick=x\n<b>\n```", "<pre><code>&lt;b&gt;</code></pre>"),
        ("", ""),
    ],
)  # fmt: skip
def test_markdown_is_shown_as_it_was_meant(markdown: str, html: str) -> None:
    assert render(markdown).replace("\n", "") == html


def test_anchors_stand_at_their_lines_in_html() -> None:
    page = render_issue("<ul>\n<li>甲\n\n<li>乙\n<li>丙\n</ul>".encode(), anchors={2: ["e-1"], 4: ["e-2"], 5: ["e-3"]})
    assert re.findall(r'id="(e-\d)" class="anchor"></span>(.)', page.html) == [
        ("e-1", "甲"),
        ("e-2", "乙"),
        ("e-3", "丙"),
    ]


def test_images_load_late_and_without_a_referrer() -> None:
    _, image = elements(render('![图](https://x.example/a.png "题")'))
    assert image.attrib == {
        "src": "https://x.example/a.png", "alt": "图", "loading": "lazy", "referrerpolicy": "no-referrer",
    }  # fmt: skip


def test_without_images_a_link_stands_for_each() -> None:
    html = render_issue("![图](https://x.example/a.png)".encode(), anchors={}, images=False).html
    assert html == '<p><a href="https://x.example/a.png" rel="external">〔图片：图〕</a></p>\n'


def test_a_picture_inside_a_link_does_not_become_a_link_inside_a_link() -> None:
    html = render_issue("[![图](https://x.example/a.png)](https://y.example/)".encode(), anchors={}, images=False).html
    assert html == '<p><a href="https://y.example/" rel="external">〔图片：图〕</a></p>\n'


def test_a_picture_that_is_all_of_a_link_has_a_name() -> None:
    _, _, image = elements(render("[![](https://x.example/a.png)](https://y.example/)"))
    assert image.attrib["alt"] == "图片"


def test_relative_addresses_lead_where_the_caller_says() -> None:
    html = render_issue(
        "[上期](./6.md)".encode(), anchors={}, resolve=lambda address: f"/issues/demo/{address[2:]}"
    ).html
    assert html == '<p><a href="/issues/demo/6.md">上期</a></p>\n'


ANCHORED = """# 第 7 期

1、[甲](https://a.example/)
说明
2、[乙
丙](https://b.example/)
3、`行内
代码` 说明
4、[丁](https://d.example/)

- 5、戊

| 表 | 头 |
|----|----|
| 6、己 | 庚 |

```
7、在代码里
```
"""


@pytest.mark.parametrize(
    ("line", "after"),
    [
        (1, "第 7 期"),
        (3, "1、"),
        (5, "2、"),
        (7, "3、"),  # behind a link that is broken over two lines
        (9, "4、"),  # behind code that is broken over two lines
        (11, "5、"),
        (15, "6、"),
        (18, "7、"),  # the block as a whole
        (99, "7、"),  # no such line: at the last block
    ],
)
def test_an_anchor_stands_where_its_line_begins(line: int, after: str) -> None:
    html = render_issue(ANCHORED.encode(), anchors={line: ["e-1"]}).html
    text = html.partition('<span id="e-1" class="anchor"></span>')[2]
    shown = "".join(html5lib.parseFragment(text, namespaceHTMLElements=False).itertext())
    assert shown.strip().startswith(after)


def test_two_entries_of_one_line_have_an_anchor_each() -> None:
    html = render_issue("甲、乙".encode(), anchors={1: ["e-1", "e-2"]}).html
    assert html.index('id="e-1"') < html.index('id="e-2"')


def test_a_first_heading_that_repeats_the_title_is_left_out_but_its_anchor_stays() -> None:
    rendered = render_issue("# 周报（第 7 期）\n\n## 资源\n".encode(), anchors={1: ["e-0"]}, title="周报（第7期）")
    assert rendered.html.startswith('<span id="e-0"')
    assert "周报" not in rendered.html
    assert [heading.text for heading in rendered.headings] == ["资源"]


def test_headings_are_told_with_their_anchors() -> None:
    rendered = render_issue("## 资源 `x`\n\n### 小节\n".encode(), anchors={})
    assert [(heading.level, heading.text) for heading in rendered.headings] == [(2, "资源 x"), (3, "小节")]
    assert all(f'id="{heading.id}"' in rendered.html for heading in rendered.headings)


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="https://x.example/a.png" onerror=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="https://x.example/" onclick=alert(1)>x</a>',
    '<iframe src="javascript:alert(1)"></iframe>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<svg onload=alert(1)>",
    "<style>*{display:none}</style>",
    "<base href=//evil.example>",
    "<form action=https://evil.example><input name=q></form>",
    "</div></main><h1>假</h1>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "[x](blob:https://x.example/1)",
    "[x](//evil.example/)",
    "[x](\\\\evil.example)",
    "[x](file:///etc/passwd)",
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](https://x.example/a.png)',
    '[x](https://x.example/"onmouseover="alert(1))',
    '[x](https://x.example/ "t\\" onclick=\\"alert(1)")',
    "<https://x.example/?a=\"onclick=alert(1)>",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x](http://[)",
    "```\"><script>alert(1)</script>\nx\n```",
    "`</code><script>alert(1)</script>`",
    "# <script>alert(1)</script>",
    "| <script>alert(1)</script> |\n|--:|\n| <b onclick=x> |",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!-- --><script>alert(1)</script>",
    "<!--\n--><script>alert(1)</script>",
    "https://x.example/<script>alert(1)</script>",
    "https://x.example/'onclick='alert(1)",
    "<scr<script>ipt>alert(1)</script>",
    "<IMG SRC=`javascript:alert(1)`>",
    '<p id="main" class="hero" style="position:fixed">x</p>',
]  # fmt: skip


@pytest.mark.parametrize("markdown", ATTACKS)
def test_nothing_of_an_attacker_gets_through(markdown: str) -> None:
    assert_harmless(render(markdown))


@given(
    st.lists(
        st.sampled_from([*ATTACKS, "\n", "\n\n", "- ", "> ", "*", "`", "[", "](", ")", "<", '"', "文"]), max_size=8
    )
)
def test_no_mixture_of_attacks_gets_through(parts: list[str]) -> None:
    assert_harmless(render("".join(parts)))


@given(st.text(alphabet="\n#>-*_`[]()<>!:/.ahref= 文|\\&;~\"'\u3000\u200d", max_size=80), st.integers(0, 20))
def test_any_text_is_rendered_with_its_anchor(text: str, line: int) -> None:
    html = render_issue(text.encode(), anchors={line: ["e-1"]}).html
    assert html.count('id="e-1"') == 1


@pytest.mark.parametrize(
    "piece", ["<!--", "[", "![", "<a ", "<img src=", "`", "*_", "> ", "- ", "https://", "a\n", "</a>", "&"]
)
def test_no_long_input_is_slow(piece: str) -> None:
    started = process_time()
    render(piece * (200_000 // len(piece)))
    assert process_time() - started < 10


@pytest.mark.shared
def test_every_entry_of_the_real_archives_has_its_anchor_where_it_begins(shared: Path, ruanyf: Path) -> None:
    folders = [shared / "corpora" / "kuring", shared / "corpora" / "openbiox", ruanyf / "docs"]
    paths = [path for folder in folders for path in sorted(folder.rglob("*.md"))][::5]
    for path in paths:
        issue = read_issue("archive", path.name, path.read_bytes())
        anchors: dict[int, list[str]] = {}
        for entry in issue.entries():
            anchors.setdefault(entry.line, []).append(entry.id)
        html = render_issue(path.read_bytes(), anchors=anchors).html
        assert_harmless(html)
        for entry in issue.entries():
            _, anchor, after = html.partition(f'id="{entry.id}" class="anchor"></span>')
            assert anchor, f"{path.name}:{entry.line}"
            start = squeezed(entry.title or entry.text)[:8]
            assert start in squeezed(unescape(re.sub("<[^>]*>", "", after[:3000])))[:60], f"{path.name}:{entry.line}"


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_anchors_of_entries_are_links_but_in_links() -> None:
    permalinks = Permalinks({"e-1": "/entries/x-1", "e-2": "/entries/x-2"}, "链接")
    markdown = "甲\n\n[乙\n丙](https://a.example/)\n\n丁".encode()
    html = render_issue(markdown, anchors={1: ["e-1"], 4: ["e-2"], 6: ["s-3"]}, permalinks=permalinks).html
    assert '<a id="e-1" class="anchor" href="/entries/x-1" aria-label="链接"></a>甲' in html
    assert '<span id="e-2" class="anchor"></span>丙' in html  # HTML has no link inside a link
    assert '<span id="s-3" class="anchor"></span>丁' in html


@pytest.mark.parametrize(
    ("tag", "size"),
    [
        ('<img src="https://a.example/a.png" width="1200" height="800">', ' width="1200" height="800"'),
        ('<img height=800px width=1200px src="https://a.example/a.png">', ' width="1200" height="800"'),
        ('<img src="https://a.example/a.png" width="600">', ""),  # makes no room by itself
        ('<img src="https://a.example/a.png" width="100%" height="50%">', ""),
        ('<img src="https://a.example/a.png" width="0" height="99999">', ""),
    ],
)
def test_images_have_the_size_that_their_author_gave_them(tag: str, size: str) -> None:
    html = render_issue(tag.encode(), anchors={}).html
    assert html.removeprefix('<p><img src="https://a.example/a.png" alt="" loading="lazy" ') == (
        f'referrerpolicy="no-referrer"{size}></p>\n'
    )
