"""One address for each page, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.links import canonical_link


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
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("../issue-6.md", "../issue-6.md"),
        ("http://[::1", "http://[::1"),  # no address, and no error
    ],
)
def test_what_tells_pages_apart_stays(url: str, canonical: str) -> None:
    assert canonical_link(url) == canonical


@given(st.text())
def test_any_text_has_a_canonical_form(text: str) -> None:
    assert isinstance(canonical_link(f"https://example.org/{text}"), str)
    assert isinstance(canonical_link(text), str)
