"""A site of one's own: its colour, its picture, the names of its archives, and whose page is the one to be shown."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_site import example_texts, make_site

from wangqi.web.site.accent import READABLE, accent_style, contrast

PAPERS = ("#fcfbf8", "#f4f2ec", "#fdf3d0", "#ffe9a3")
PAPERS_IN_THE_DARK = ("#191a1c", "#232528", "#35301c", "#4f3f0e")


@given(st.binary(min_size=3, max_size=3))
def test_every_colour_can_be_read_on_all_papers(colour: bytes) -> None:
    light, dark = re.findall(r"--link:(#[0-9a-f]{6})", accent_style(f"#{colour.hex()}"))
    assert min(contrast(light, paper) for paper in PAPERS) >= READABLE
    assert min(contrast(dark, paper) for paper in PAPERS_IN_THE_DARK) >= READABLE


def test_papers_are_those_of_the_stylesheet() -> None:
    css = (Path(__file__).parent.parent / "web/static/wangqi.css").read_text(encoding="utf-8")
    for papers, part in zip((PAPERS, PAPERS_IN_THE_DARK), css.split("@media", 2)[:2], strict=True):
        assert [re.search(rf"--{name}: (#\w+);", part)[1] for name in ("paper", "card", "here", "mark")] == list(papers)  # type: ignore[index]


def test_a_colour_that_can_be_read_is_left_as_it_is() -> None:
    assert accent_style("#1d4f8c").startswith(":root{--link:#1d4f8c}")


def test_colour_and_logo_are_on_every_page_within_its_policy(tmp_path: Path) -> None:
    site = make_site(example_texts(), tmp_path, accent="#8c1d4f", logo="https://weekly.example/logo.svg", images=False)
    for address in ("/", "/search?q=图床", "/issues", "/nothing-here"):
        answer = site.test_client().get(address)
        assert "<style>:root{--link:#8c1d4f}" in answer.text
        assert '<img src="https://weekly.example/logo.svg" alt=""' in answer.text
        policy = answer.headers["Content-Security-Policy"]
        assert "style-src 'self' 'sha256-" in policy
        assert "img-src 'self' https://weekly.example;" in policy


def test_readers_see_the_names_of_archives_and_programs_their_keys(tmp_path: Path) -> None:
    other = {("other", "1.md"): "# 乙刊\n\n## 工具\n\n1、[图床乙](https://b.example)\n".encode()}
    texts = {**example_texts(), **other}
    site = make_site(texts, tmp_path, names={"other": "乙刊周报"}).test_client()
    for address in ("/search?q=图床乙", "/issues"):
        assert "乙刊周报" in site.get(address).text, address
    assert site.get("/api/v1/search?q=图床乙").get_json()["hits"][0]["archive"] == "other"


@pytest.mark.parametrize("canonical", ["self", "source"])
def test_search_engines_are_led_to_the_page_that_the_owner_chose(tmp_path: Path, canonical: str) -> None:
    links = {"qingtong": "https://weekly.example/{year}/{stem}.html"}
    site = make_site(
        example_texts(), tmp_path, links=links, canonical=canonical, base_url="https://past.example"
    ).test_client()
    page = site.get("/issues/qingtong/issue-02.md").text
    sitemap = site.get("/sitemap.xml").text
    own, source = "https://past.example/issues/qingtong/issue-02.md", "https://weekly.example/2024/issue-02.html"
    assert f'<link rel="canonical" href="{own if canonical == "self" else source}">' in page
    assert (own in sitemap) == (canonical == "self")
