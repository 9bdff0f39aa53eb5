"""`wangqi export`: files that lead to each other from any path, written only where they differ."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from exporting import HERE, export_texts, files_in
from newsletters import issue_text
from sample_site import Texts, example_texts, generation_of, make_site

from wangqi.indexer.config import Config
from wangqi.indexer.store.opening import LONG
from wangqi.search.errors import StoreError
from wangqi.web.cli.export import export_generation
from wangqi.web.export.export import NEED_ADDRESS
from wangqi.web.export.output import LIST

LINK = re.compile(r'(?<!<base )(?:href|src|action)="([^"]*)"|http-equiv="refresh" content="0;url=([^"]*)"')
BASE = re.compile(r'<base href="([^"]*)">')
ANCHOR = re.compile(r'\bid="([^"]+)"')
SOMEWHERE = "https://static.example/a/b/"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled newsletter, exported."""
    folder = tmp_path_factory.mktemp("example")
    export_texts(example_texts(), folder / "index", folder / "site")
    return folder / "site"


def links(page: bytes) -> set[str]:
    return {unescape(one or other) for one, other in LINK.findall(page.decode())}


def targets(files: dict[str, bytes], at: str) -> list[tuple[str, str]]:
    """The files, with fragments, that the links of a page lead to inside a site at `SOMEWHERE`."""
    base = BASE.search(files[at].decode())
    page = urljoin(SOMEWHERE + at, unescape(base[1]) if base else "")
    led = [urlsplit(urljoin(page, link)) for link in links(files[at])]
    paths = [
        (unquote(each.path).removeprefix("/a/b/"), each.fragment) for each in led if each.netloc == "static.example"
    ]
    return [(f"{path}index.html" if path == "" or path.endswith("/") else path, fragment) for path, fragment in paths]


def test_every_link_leads_to_a_file_and_an_anchor_under_any_path(example: Path) -> None:
    files = files_in(example)
    pages = [path for path in files if path.endswith(".html") and path != "404.html"]
    anchors = {path: set(ANCHOR.findall(files[path].decode())) for path in pages}
    broken = [
        (page, path, fragment)
        for page in pages
        for path, fragment in targets(files, page)
        if path not in files or (fragment and fragment not in anchors[path])
    ]
    assert len(pages) > 12 + 100
    assert broken == []


def test_an_address_of_the_served_site_is_that_of_the_same_page(example: Path, tmp_path: Path) -> None:
    served = make_site(example_texts(), tmp_path).test_client()
    for path in ("/", "/issues", "/issues/qingtong/issue-03.md"):
        heading = re.search("<title>(.*)</title>", served.get(path).text)
        assert heading
        assert heading[0] in (example / path.strip("/") / "index.html").read_text(encoding="utf-8")


def test_the_missing_page_links_from_the_root_of_the_host(example: Path) -> None:
    found = {link for link in links((example / "404.html").read_bytes()) if not link.startswith("http")}
    assert all(link.startswith(("/past/", "#")) for link in found)


def test_nothing_is_offered_that_needs_a_server(example: Path) -> None:
    for path, data in files_in(example).items():
        if path.endswith(".html"):
            assert not re.search(rb"/api/|/random|data-suggest|wangqi\.js|[?&](hl|part|lang)=", data), path


def test_an_entry_is_a_line_in_the_shape_of_the_api(example: Path, tmp_path: Path) -> None:
    served = make_site(example_texts(), tmp_path).test_client()
    lines = [json.loads(line) for line in (example / "entries.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 127
    for line in lines[::20]:
        answered = served.get(f"/api/v1/entries/{line['id']}").json
        assert answered
        assert line.keys() == answered.keys()
        assert line["text"] == answered["text"]
        assert line["permalink"].startswith(f"{HERE}/issues/")


def test_documents_for_programs_name_the_site(example: Path) -> None:
    assert f"<loc>{HERE}/issues/qingtong/issue-03.md/</loc>" in (example / "sitemap.xml").read_text(encoding="utf-8")
    assert "Disallow: /past/search/" in (example / "robots.txt").read_text(encoding="utf-8")
    assert f"{HERE}/search/?q={{searchTerms}}" in (example / "opensearch.xml").read_text(encoding="utf-8")
    assert (example / "search.atom").read_text(encoding="utf-8").count("<entry>") == 100


def test_without_an_address_what_needs_one_is_left_out(tmp_path: Path) -> None:
    report = export_texts(example_texts(), tmp_path / "index", tmp_path / "site", base_url=None)
    files = files_in(tmp_path / "site")
    assert report.left_out == NEED_ADDRESS
    assert not files.keys() & set(NEED_ADDRESS)
    assert b"canonical" not in files["index.html"]
    assert json.loads(files["entries.jsonl"].splitlines()[0])["permalink"].startswith("./issues/")


def test_two_exports_are_the_same_to_the_byte(example: Path, tmp_path: Path) -> None:
    export_texts(example_texts(), tmp_path / "index", tmp_path / "site")
    assert files_in(tmp_path / "site") == files_in(example)


def weekly(*numbers: int) -> Texts:
    return {
        ("青铜 周刊", f"{number // 10}/第 {number} 期.md"): issue_text(number, f"Tool{number}").encode()
        for number in numbers
    }


def export(texts: Texts, folder: Path, number: int) -> list[str]:
    """Export into `folder / "site"`; the files that were written."""
    site = folder / "site"
    before = files_in(site)
    times = {path: (site / path).stat().st_mtime_ns for path in before}
    export_texts(texts, folder / f"index{number}", site)
    return [path for path in files_in(site) if times.get(path) != (site / path).stat().st_mtime_ns]


def test_a_new_issue_writes_what_tells_of_it(tmp_path: Path) -> None:
    export(weekly(1, 2, 3), tmp_path, 1)
    written = export(weekly(1, 2, 3, 4), tmp_path, 2)
    pages = [path for path in written if path.startswith("issues/") and path.endswith("index.html")]
    # The new one, the one before, which leads to it, and the list.
    assert pages == [
        "issues/index.html",
        "issues/青铜 周刊/0/第 3 期.md/index.html",
        "issues/青铜 周刊/0/第 4 期.md/index.html",
    ]
    assert len([path for path in written if path.startswith("entries/")]) == 1
    assert len([path for path in written if path.startswith("search/entries/")]) == 1
    assert export(weekly(1, 2, 3, 4), tmp_path, 3) == []


def test_what_is_gone_goes_and_what_others_put_there_stays(tmp_path: Path) -> None:
    site = tmp_path / "site"
    export(weekly(1, 2), tmp_path, 1)
    (site / "CNAME").write_text("weekly.example", encoding="utf-8")
    (site / "issues" / "notes.txt").write_text("mine", encoding="utf-8")
    export(weekly(1), tmp_path, 2)
    left = files_in(site)
    assert [path for path in left if "第 2 期" in path] == []
    assert {"CNAME", "issues/notes.txt"} <= left.keys()
    assert set((site / LIST).read_text(encoding="utf-8").splitlines()[1:]) == left.keys() - {
        "CNAME",
        "issues/notes.txt",
        LIST,
    }


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.tex").write_text("years of work", encoding="utf-8")
    with pytest.raises(StoreError, match="holds files and no export"):
        export(weekly(1), tmp_path, 1)
    assert files_in(tmp_path / "site") == {"thesis.tex": b"years of work"}


def test_a_file_of_others_is_not_written_over(tmp_path: Path) -> None:
    export(weekly(1), tmp_path, 1)
    theirs = tmp_path / "site" / "issues" / "青铜 周刊" / "0" / "第 2 期.md"
    theirs.write_text("mine", encoding="utf-8")
    (tmp_path / "site" / "search.atom").unlink()
    with pytest.raises(StoreError, match=r"第 2 期\.md"):
        export(weekly(1, 2), tmp_path, 2)
    assert theirs.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("line", ["../victim", "/etc/passwd", "a/../../victim"])
def test_a_list_that_leads_out_of_the_folder_is_refused(line: str, tmp_path: Path) -> None:
    export(weekly(1), tmp_path, 1)
    (tmp_path / "victim").write_text("here still", encoding="utf-8")
    with (tmp_path / "site" / LIST).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    with pytest.raises(StoreError, match="put the list right"):
        export(weekly(1), tmp_path, 2)
    assert (tmp_path / "victim").exists()


def test_an_export_that_was_ended_is_completed_by_the_next(tmp_path: Path) -> None:
    def stop(what: str, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    (tmp_path / "index").mkdir()
    generation = generation_of(weekly(1, 2, 3), tmp_path / "index")
    with pytest.raises(KeyboardInterrupt):
        export_generation(generation, Config(base_url=HERE), tmp_path / "site", stop)
    assert files_in(tmp_path / "site")
    export(weekly(1, 2, 3), tmp_path, 2)
    export_texts(weekly(1, 2, 3), tmp_path / "index3", tmp_path / "other")
    assert files_in(tmp_path / "site") == files_in(tmp_path / "other")


def test_signs_of_addresses_in_a_name_are_no_address(tmp_path: Path) -> None:
    names = ["what?.md", "C#/100%.md", "a%20b.md", "plus+and&.md"]
    texts = {("样刊", name): issue_text(number, f"Tool{number}").encode() for number, name in enumerate(names)}
    export_texts(texts, tmp_path / "index", tmp_path / "site")
    files = files_in(tmp_path / "site")
    listed = {path for path, _ in targets(files, "issues/index.html") if "样刊" in path}
    assert listed == {f"issues/样刊/{name}/index.html" for name in names}
    assert listed <= files.keys()


def test_an_entry_of_a_long_issue_leads_to_its_part(tmp_path: Path) -> None:
    tools = "".join(
        f"{tool}、[Tool{tool}](https://a.example/)\n\n{'说明。' * 60}\n\n" for tool in range(1, LONG // 500)
    )
    export_texts({("样刊", "long.md"): f"# 样刊\n\n## 工具\n\n{tools}".encode()}, tmp_path / "index", tmp_path / "site")
    files = files_in(tmp_path / "site")
    entries = [path for path in files if path.startswith("entries/")]
    led = {target for path in entries for target in targets(files, path)}
    assert len({path for path, _ in led}) > 1
    assert all(f'id="{fragment}"'.encode() in files[path] for path, fragment in led)


def words(page: str) -> str:
    """What an article says, as a browser has it: white space is one blank, but for a `<pre>`."""
    parts = re.split("(<pre.*?</pre>)", page[page.index("<article") : page.index("</article")], flags=re.DOTALL)
    parts[::2] = [re.sub(r"\s+", " ", part) for part in parts[::2]]
    return re.sub("<[^>]*>", "", "".join(parts))


def test_a_page_says_what_it_says_on_a_server(tmp_path: Path) -> None:
    """Without blank lines, and attributes that the head says for all; code stays, also where it looks like those."""
    text = (
        "# 周刊\n\n1、[甲](https://a.example/)\n\n```\ndef 甲():\n\n    return 1\n```\n\n"
        '这样写：`rel="external"`。\n\n![图](https://a.example/a.png)\n'
    )
    texts = {("weekly", "issue-1.md"): text.encode()}
    export_texts(texts, tmp_path / "index", tmp_path / "site")
    page = (tmp_path / "site/issues/weekly/issue-1.md/index.html").read_text(encoding="utf-8")
    assert words(page) == words(make_site(texts, tmp_path).test_client().get("/issues/weekly/issue-1.md").text)
    assert "def 甲():\n\n    return 1" in page
    assert '<a href="https://a.example/">甲</a>' in page
    assert '<img src="https://a.example/a.png" alt="图" loading="lazy">' in page
    assert '<meta name="referrer" content="no-referrer">' in page
    assert not re.search(r"\n\s", page.replace("\n\n    return", ""))
