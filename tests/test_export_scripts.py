"""The scripts of an exported site cut texts as the index is cut: the same units, stems and postings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from browsing import IN_BROWSER
from exporting import export_texts, hosted
from sample_site import ANALYZER, example_texts

from wangqi.search.analysis.stemming import stem
from wangqi.search.analysis.units import cut_runs

if TYPE_CHECKING:
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
