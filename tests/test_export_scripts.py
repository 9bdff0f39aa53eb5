"""The scripts of an exported site cut texts as the index is cut: the same units, stems and postings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from browsing import IN_BROWSER
from exporting import export_texts, hosted
from sample_site import ANALYZER, example_texts

from wangqi.search.analysis.stemming import stem
from wangqi.search.analysis.units import cut_runs
from wangqi.web.export.encoding import chinese
from wangqi.web.export.postings import mark_of

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page

pytestmark = IN_BROWSER

ODD = [
    "C++ C# F# .NET Node.js GPT-4 k8s ngx_http_dyups_module OpenMessaging Vue3 PDFs iOS17 1.2.3",
    "ＯｐｅｎＡＩ　Ａ１、㎏",
    "開源軟體與鏡像",
    "𠮷野家 ガイド 한국어 ①",
    "naïve café Łódź Œuvre",
    "零\u200b宽 bar\u00adrier",
    "TCP/IP owner/repo don't it’s 3D-打印 用Rust写",
    "🚀 火箭→月亮",
    "asp.net example.net a.b.c ..foo",
    "",
]
UNITS = """async ([path, texts]) => {
  const { runsOf } = await import(path);
  return texts.map((text) => runsOf(text).map(({ units, text }) => units?.map((unit) => unit.text) ?? [...text]));
}"""
TEXTS = """async ([path, texts]) => {
  const { textOf } = await import(path);
  return texts.map((text) => textOf(Uint8Array.from(text, (char) => char.charCodeAt(0))));
}"""
MARKS = "async ([path, names]) => { const { markOf } = await import(path); return names.map(markOf); }"
STEMS = "async ([path, words]) => { const { stem } = await import(path); return words.map(stem); }"
FREQUENCIES = """async ([path, terms]) => {
  const { openIndex } = await import(path);
  const index = await openIndex(new URL("../search/", new URL(path, location.href)));
  await index.fetchTerms(terms);
  return terms.map((term) => [index.gram(term)?.docs.length ?? 0, index.word(term)?.docs.length ?? 0]);
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page of the exported example whose table of characters is loaded."""
    folder = tmp_path_factory.mktemp("scripts")
    export_texts(example_texts(), folder / "index", folder / "site")
    with hosted(folder / "site") as address:
        page = browser.new_page(bypass_csp=True)
        page.goto(f"{address}issues/")
        page.evaluate(
            "async (path) => (await (await import(path)).openIndex(new URL('../search/', location.href))).folding()",
            f"{address}static/files-index.js",
        )
        yield page
        page.close()


def call(page: Page, code: str, file: str, argument: Any) -> Any:
    return page.evaluate(code, [f"{page.url.removesuffix('issues/')}static/{file}", argument])


def lines() -> list[str]:
    return [line for data in example_texts().values() for line in data.decode().splitlines() if line.strip()]


def test_texts_are_cut_into_the_same_units(page: Page) -> None:
    texts = [*ODD, *lines()]
    wanted = [[[unit.text for unit in run] for run in cut_runs(text)] for text in texts]
    differing = [
        (text, one, other)
        for text, one, other in zip(texts, call(page, UNITS, "files-text.js", texts), wanted, strict=True)
        if one != other
    ]
    assert differing == []


def test_every_character_of_an_entry_comes_back(page: Page) -> None:
    """Those that Python and browsers write differently in GB 18030 as well."""
    chars = [chr(number) for number in range(0x20, 0x110000) if not 0xD800 <= number < 0xE000]
    texts = ["".join(chars[start : start + 4]) for start in range(0, len(chars), 4)]
    odd = [text for text in texts if chinese(text).startswith(b"\xef\xbb\xbf")]
    rest = "".join(text for text in texts if not chinese(text).startswith(b"\xef\xbb\xbf"))
    wanted = [json.dumps(text, ensure_ascii=False) for text in (*odd, rest)]
    written = [chinese(text).decode("latin-1") for text in (*odd, rest)]
    assert len(odd) > 100
    assert call(page, TEXTS, "files-index.js", written) == wanted


def test_names_have_the_same_marks(page: Page) -> None:
    names = [*ODD, "图床管家", "", "𠮷野家", "visualstudiocode", "c++"]
    folded = ["".join(unit.text for run in cut_runs(name) for unit in run) for name in names]
    assert call(page, MARKS, "files-text.js", folded) == [mark_of(name) for name in folded]


def test_endings_are_taken_off_the_same_words(page: Page) -> None:
    found = {unit.text for line in lines() for run in cut_runs(line) for unit in run}
    words = sorted({*found, "libraries", "running", "coding", "string", "speed", "caches", "embed", "boxes", "status"})
    assert call(page, STEMS, "files-text.js", words) == [stem(word) for word in words]


def test_each_term_has_the_documents_that_the_index_has(page: Page) -> None:
    """Terms of every mode: grams alone, words in all or some of their places, words alone, stems."""
    terms = [
        "镜像",
        "像分",
        "分发",
        "灯",
        "开源",
        "工具",
        "kubernetes",
        "~kubernet",
        "opentelemetry",
        "telemetry",
        "数据库",
        "🚀",
    ]
    grams: dict[str, set[str]] = {}
    words: dict[str, set[str]] = {}
    for identity, texts in indexed():
        for text in texts:
            tokens = ANALYZER.index(text)
            for held, found in ((grams, tokens.grams), (words, tokens.words)):
                for term in found:
                    held.setdefault(term, set()).add(identity)
    wanted = [[len(grams.get(term, ())), len(words.get(term, ()))] for term in terms]
    assert sum(map(sum, wanted)) > 50
    assert call(page, FREQUENCIES, "files-index.js", terms) == wanted


def indexed() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every document of the example by its id, with the texts of its fields."""
    from wangqi.indexer.reader import read_issue
    from wangqi.search.document.fields import field_texts

    for (archive, path), data in example_texts().items():
        for entry in read_issue(archive, path, data).indexed():
            yield entry.id, field_texts(entry)


ANSWERS = """async ([path, queries]) => {
  const { openIndex } = await import(path.replace("query", "index"));
  const { search } = await import(path);
  const index = await openIndex(new URL("../search/", new URL(path, location.href)));
  const results = await Promise.all(queries.map((q) => search(index, { q, perPage: 100 })));
  return Promise.all(results.map(async ({ total, hits, correction }) => {
    const found = await Promise.all(hits.slice(0, total).map(({ whole }) => whole));
    return [found.map(({ title, text }) => title || text).sort(), correction?.shown ?? false];
  }));
}"""

LANGUAGE = [
    "镜像 OR 编辑器",
    "工具 镜像 OR 编辑器",
    "镜像 OR",  # a word where it joins nothing
    '"开源软件" OR kube*',
    "镜像 NOT 分发",
    "镜像 -分发",
    "镜像 -ku*",
    "rm -rf",
    "ku*",
    "co*",
    "title:镜像",
    "标题：镜像 site:github.com",
    "kind:工具,文章 镜像",
    "类型：工具",
    "-kind:tool 镜像",
    "-kind:tool",
    "kind:nothinglikeit 镜像",  # read as words
    "site:github.com",
    "site:https://www.github.com/owner 镜像",
    "-site:github.com 镜像",
    "by:nobody",
    "tag:周报 镜像",
    "tag:前端",
    "section:工具",
    "栏目:工具,文章 开源",
    "issue:3",
    "issue:2..4 镜像",
    "issue:9..7",  # backward, read as words
    "year:2024",
    "year:..2023 镜像",
    "date:2024-01",
    "date:2023-06..2024-02 镜像",
    "date:..2024 -date:2023",
    "date:2024-13",
    "「镜像分发」",
    "『镜像分发』",
    '"镜像分发',
]


def test_operators_and_fields_find_what_the_server_finds(page: Page, example_site: Flask) -> None:
    client = example_site.test_client()
    asked = {"match": "all", "per_page": "100"}
    served = [json.loads(client.get("/api/v1/search", query_string={"q": q, **asked}).data) for q in LANGUAGE]
    wanted = [sorted(hit["title"] or hit["text"] for hit in answer["hits"]) for answer in served]
    found = [titles for titles, _ in call(page, ANSWERS, "files-query.js", LANGUAGE)]
    assert sum(map(len, wanted)) > 300
    assert dict(zip(LANGUAGE, found, strict=True)) == dict(zip(LANGUAGE, wanted, strict=True))


PIECES = [
    *('"', "“", "”", "「", "」", "-", "－", "NOT ", " OR ", "AND", " ", "*", "，", "#", "[", "(", "\\", "$&", "\x00"),
    *(
        "kind:",
        "year:",
        "date:",
        "site:",
        "by:",
        "tag:",
        "title:",
        "标题：",
        "section:",
        "issue:",
        "9..7",
        "2024",
        "..",
    ),
    *(
        "constructor",
        "__proto__",
        "toString:",
        "去年",
        "第3期以后",
        "的",
        "镜像",
        "ku",
        "C++",
        ".net",
        "𠮷",
        "🚀",
        "rm -rf",
    ),
    *("https://", "github.com/a/b", "kubrenetes", "openlantern", "yinpin", "a" * 120),
]


def test_no_query_is_an_error(page: Page) -> None:
    """Names that every JavaScript object has among them, and operators where they join nothing."""
    random = Random(1)
    queries = ["".join(random.choices(PIECES, k=random.randint(1, 7))) for _ in range(400)]
    answers = call(page, ANSWERS, "files-query.js", [*PIECES, *queries])
    assert len(answers) == len(PIECES) + 400
