"""Addresses on the author's own site, from the templates of the settings."""

import pytest

from search.model import IssueRef
from web.site.addresses import Addresses


@pytest.mark.parametrize(
    ("template", "number", "expected"),
    [
        ("https://a.example/{stem}.html", 7, "https://a.example/a%26b.html"),
        ("https://a.example/{path}", 7, "https://a.example/x/a%26b.md"),
        ("https://a.example/{number:03d}", 7, "https://a.example/007"),
        ("https://a.example/{number}", None, None),  # the issue has no number to put there
        ("https://a.example/{stem}", None, "https://a.example/a%26b"),
        ("https://{{a}}.example/", 0, "https://{a}.example/"),
        ("javascript:{number}", 7, None),
    ],
)
def test_template_is_filled_with_the_place_of_the_issue(
    template: str, number: int | None, expected: str | None
) -> None:
    ref = IssueRef(id="x", archive="w", path="x/a&b.md", number=number, title="", date=None)
    assert Addresses(links={"w": template}).source(ref) == expected
