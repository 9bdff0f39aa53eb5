"""Addresses on the author's own site, from the templates of the settings."""

import ast
from datetime import date
from pathlib import Path

import pytest
from running import ROOT
from sample_site import example_texts, make_site

from wangqi.search.model import IssueRef
from wangqi.web.api.hook import Hook
from wangqi.web.site import routes
from wangqi.web.site.addresses import Addresses


@pytest.mark.parametrize(
    ("template", "number", "expected"),
    [
        ("https://a.example/{stem}.html", 7, "https://a.example/a%26b.html"),
        ("https://a.example/{path}", 7, "https://a.example/x/a%26b.md"),
        ("https://a.example/{number:03d}", 7, "https://a.example/007"),
        ("https://a.example/{number}", None, None),  # the issue has no number to put there
        ("https://a.example/{stem}", None, "https://a.example/a%26b"),
        ("https://a.example/{year}/{month}/{day}/{title}", 7, "https://a.example/2024/04/01/%E4%B8%83%20%E6%9C%9F"),
        ("https://a.example/{slug}", None, "https://a.example/a%26b"),  # of the file's name
        ("https://a.example/{section}/{number}", 7, "https://a.example/%E6%98%A5/7"),  # of its front matter
        ("https://a.example/{slug}", 8, None),  # given, and not to be used
        ("https://a.example/{category}", 7, None),  # which names none
        ("https://{{a}}.example/", 0, "https://{a}.example/"),
        ("javascript:{number}", 7, None),
    ],
)
def test_template_is_filled_with_the_place_of_the_issue(
    template: str, number: int | None, expected: str | None
) -> None:
    ref = IssueRef(
        id="x",
        archive="w",
        path="x/a&b.md",
        number=number,
        title="七 期",
        date=date(2024, 4, 1),
        settings=(("section", "春"), *([("slug", "")] if number == 8 else [])),
    )
    assert Addresses(links={"w": template}).source(ref) == expected


def test_every_route_is_said_in_one_place_and_answered(tmp_path: Path) -> None:
    """`web.site.routes` names what views answer at; nothing else in the program spells out an address."""
    app = make_site(example_texts(), tmp_path, hook=Hook("a secret of the hook", lambda: None), metrics=True)
    answered = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"}
    named = {value for name, value in vars(routes).items() if name.isupper() and isinstance(value, str)}
    assert named - {routes.API} == answered
    for path in (ROOT / "web").rglob("*.py"):
        if path.name != "routes.py":
            literals = {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
            assert not literals & (named - {routes.HOME}), path
