"""One address for each page, however it is written."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import make_issue

from wangqi.search.document.filtering import accepts, attributes_of
from wangqi.search.document.links import canonical_link, site_of, typed_address
from wangqi.search.request import Filters


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a",
        "http://example.org/a",
        "https://www.example.org/a/",
        "https://EXAMPLE.org:443/a#top",
        "https://example.org/a?utm_source=weekly&utm_medium=email",
        "https://example.org/a?spm=1.2&ref=wangqi",
        " https://example.org/a ",
        "https://count.example/click?target=https%3A%2F%2Fexample.org%2Fa%3Futm_source%3Dx",
        "https://out.example/?u=https://in.example/?url=https%3A%2F%2Fexample.org%2Fa",  # one counter in another
        "https://count.example/c/https://www.example.org/a?utm_source=x",
        "https://count.example/c/https%3A%2F%2Fexample.org%2Fa?n=7",  # what follows is the counter's own
    ],
)
def test_spellings_of_one_address_are_one(url: str) -> None:
    assert canonical_link(url) == "example.org/a"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://github.com/Owner/Repo.git", "github.com/owner/repo"),
        ("https://example.org/Owner", "example.org/Owner"),  # elsewhere letter case may matter
        ("https://example.org/watch?v=b&a=1", "example.org/watch?a=1&v=b"),
        ("https://example.org/文档", "example.org/%E6%96%87%E6%A1%A3"),
        ("https://example.org/%E6%96%87%E6%A1%A3", "example.org/%E6%96%87%E6%A1%A3"),
        ("https://example.org/#/guide", "example.org#/guide"),  # a route, not a place in the page
        ("https://example.org", "example.org"),
        ("https://example.org:8080/a", "example.org:8080/a"),
        ("https://example.org/a?b=1%262", "example.org/a?b=1%262"),
        ("https://example.org/a?b", "example.org/a?b="),
        ("https://example.org:x/a", "https://example.org:x/a"),
        # What takes an address without leading there: copies, translations, forms, and pages of one site.
        ("https://web.archive.org/web/2023/https://example.org/a", "web.archive.org/web/2023/https://example.org/a"),
        ("https://archive.example/2025.12/https://example.org/a", "archive.example/2025.12/https://example.org/a"),
        ("https://translate.example/t?u=https://example.org/a", "translate.example/t?u=https%3A%2F%2Fexample.org%2Fa"),
        (
            "https://bird.example/intent/post?url=https://example.org",
            "bird.example/intent/post?url=https%3A%2F%2Fexample.org",
        ),
        (
            "https://book.example/sharer.php?u=https://example.org",
            "book.example/sharer.php?u=https%3A%2F%2Fexample.org",
        ),
        ("https://example.org/vm?url=https://example.org/disk", "example.org/vm?url=https%3A%2F%2Fexample.org%2Fdisk"),
        ("https://example.org/a?note=https://other.example", "example.org/a?note=https%3A%2F%2Fother.example"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("../issue-6.md", "../issue-6.md"),
        ("http://[::1", "http://[::1"),  # no address, and no error
    ],
)
def test_what_tells_pages_apart_stays(url: str, canonical: str) -> None:
    assert canonical_link(url) == canonical


FIXTURES = Path(__file__).parent / "fixtures" / "links"
ONE_PAGE = [group.split() for group in (FIXTURES / "one-page.txt").read_text().split("\n\n")]
"""What a page is called, then addresses of it."""
DIFFERENT_PAGES = (FIXTURES / "different-pages.txt").read_text().split()


@pytest.mark.parametrize(("page", "urls"), [(page, urls) for page, *urls in ONE_PAGE])
def test_what_a_known_site_shows_under_several_addresses_is_one_page(page: str, urls: list[str]) -> None:
    assert {canonical_link(url) for url in urls} == {page}


def test_no_two_pages_of_a_known_site_are_one() -> None:
    assert len({canonical_link(url) for url in DIFFERENT_PAGES}) == len(DIFFERENT_PAGES)


@given(
    st.sampled_from(DIFFERENT_PAGES) | st.text("aB1/.-_?=&%#u ", max_size=20).map("https://github.com/{}".format),
    st.sampled_from(["", "utm_source=x", "t=1", "s=20", "spm_id_from=1", "p=1", "tab=readme-ov-file", "scene=1"]),
)
def test_a_canonical_address_is_its_own(url: str, parameter: str) -> None:
    link = canonical_link(f"{url}{'&' if '?' in url else '?'}{parameter}")
    assert canonical_link(f"https://{link}") == link


@given(st.text())
def test_any_text_has_a_canonical_form(text: str) -> None:
    assert isinstance(canonical_link(f"https://example.org/{text}"), str)
    assert isinstance(canonical_link(text), str)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.example.org/a", "example.org"),
        ("https://count.example/go?url=https%3A%2F%2Fgithub.com%2Fa%2Fb", "github.com"),
        ("https://count.example/https://www.example.org/x?y=1", "example.org"),
        ("https://example.org/a?next=https://example.org/b", "example.org"),  # its own site
        ("https://web.archive.org/web/2020/https://example.org/", "web.archive.org"),  # a copy in an archive
        ("https://count.example/go?url=http://[", "count.example"),
        (None, ""),
    ],
)
def test_the_site_is_the_one_that_a_click_counter_leads_to(url: str | None, site: str) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize("typed", ["xn--fsqu00a.xn--fiqs8s", "例子.中国", "www.例子.中国", "中国", "xn--fiqs8s"])
@pytest.mark.parametrize("url", ["https://xn--fsqu00a.xn--fiqs8s/a", "https://www.例子.中国/a"])
def test_a_site_is_the_same_under_both_its_names(typed: str, url: str) -> None:
    entry = make_issue(1, {"title": "a", "url": url}).sections[0].entries[0]
    assert accepts(Filters(site=(typed,)), attributes_of(entry))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("draw.io", "https://draw.io"),
        ("draw.i", None),  # on the way to it
        ("//例子.中国/甲", "https://例子.中国/甲"),
        ("3.11", None),
        ("v1.2b", None),
        ("octo/cat", "https://github.com/octo/cat"),
        ("图床", None),
    ],
)
def test_what_is_typed_is_an_address_when_a_host_may_have_that_name(text: str, address: str | None) -> None:
    assert typed_address(text) == address
