"""Files that an issue names by their place: where its author shows the issue, they lie beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_site import make_site

from wangqi.web.site.files_beside import file_beside

HUB = "https://github.com/you/weekly/blob/main/docs/7.md"


@pytest.mark.parametrize(
    ("page", "address", "found"),
    [
        # A page about a file is no image.
        (HUB, "images/a.png", "https://raw.githubusercontent.com/you/weekly/main/docs/images/a.png"),
        (HUB, "../a%20b.JPG?v=1", "https://raw.githubusercontent.com/you/weekly/main/a%20b.JPG?v=1"),
        (HUB, "图/封面.png", "https://raw.githubusercontent.com/you/weekly/main/docs/图/封面.png"),
        (HUB, "/images/a.png", "https://raw.githubusercontent.com/you/weekly/main/images/a.png"),
        (HUB, "slides.pdf", "https://github.com/you/weekly/blob/main/docs/slides.pdf"),
        (HUB, "../../../../../a.png", "https://raw.githubusercontent.com/you/weekly/main/a.png"),  # never above its top
        ("https://gitee.com/you/w/blob/master/7.md", "a.png", "https://gitee.com/you/w/raw/master/a.png"),
        ("https://git.example/a/b/c/-/blob/main/7.md", "a.png", "https://git.example/a/b/c/-/raw/main/a.png"),
        (
            "https://codeberg.org/you/w/src/branch/main/7.md",
            "a.png",
            "https://codeberg.org/you/w/raw/branch/main/a.png",
        ),
        ("https://bitbucket.org/you/w/src/main/7.md", "a.png", "https://bitbucket.org/you/w/raw/main/a.png"),
        # On a site of the author's own.
        ("https://weekly.example/2024/7.html", "images/a.png", "https://weekly.example/2024/images/a.png"),
        ("https://weekly.example/2024/7/", "/images/a.png", "https://weekly.example/images/a.png"),
        ("https://github.com/you/weekly/issues/7", "a.png", "https://github.com/you/weekly/issues/a.png"),
        # These name no file beside it.
        (HUB, "#one", None),
        (HUB, "https://a.example/a.png", None),
        (HUB, "//a.example/a.png", None),
        (HUB, "javascript:alert(1)", None),
        (HUB, "http://[", None),
        (HUB, "", None),
    ],
)
def test_a_file_lies_beside_the_page_of_the_issue(page: str, address: str, found: str | None) -> None:
    assert file_beside(page, address) == found


ISSUE = """# 青铜周刊（第 7 期）

## 工具

1、[夜灯](https://lamp.example/)

![夜灯](images/lamp.png) 见[说明](files/lamp.pdf)和[上一期](6.md)。
"""
TEXTS = {("weekly", "7.md"): ISSUE.encode(), ("weekly", "6.md"): "# 青铜周刊（第 6 期）\n\n## 工具\n\n1、无\n".encode()}


def test_pages_and_the_api_lead_to_files_beside_the_issue(tmp_path: Path) -> None:
    links = {"weekly": "https://github.com/you/weekly/blob/main/docs/{path}"}
    client = make_site(TEXTS, tmp_path, links=links).test_client()
    [hit] = client.get("/api/v1/search?q=夜灯").get_json()["hits"]
    image = "https://raw.githubusercontent.com/you/weekly/main/docs/images/lamp.png"
    for page in (client.get("/issues/weekly/7.md").text, client.get(f"/entries/{hit['id']}").text):
        assert f'<img src="{image}"' in page
        assert 'href="https://github.com/you/weekly/blob/main/docs/files/lamp.pdf"' in page
        assert 'href="/issues/weekly/6.md"' in page  # which is here
    assert hit["images"] == [image]
    assert f'property="og:image" content="{image}"' in client.get(f"/entries/{hit['id']}").text


def test_without_an_address_the_page_says_which_file_it_is(tmp_path: Path) -> None:
    page = make_site(TEXTS, tmp_path).test_client().get("/issues/weekly/7.md").text
    assert "〔图片：夜灯（images/lamp.png）〕 见说明（files/lamp.pdf）和" in page
