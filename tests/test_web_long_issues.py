"""The page of an issue of megabytes: made once, not for every visit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from newsletters import issue_text
from sample_site import make_site

from indexer.rendering import RenderedIssue
from web.pages import reading
from web.rendered import LONG, RenderedIssues

SHORT = issue_text(1, "Bronze").encode()
LONG_TEXT = issue_text(2, *(f"Tool{number}" for number in range(LONG // 60))).encode()


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The texts that were rendered."""
    texts: list[bytes] = []
    render = reading.render_issue

    def noted(text: bytes, **options: Any) -> RenderedIssue:
        texts.append(text)
        return render(text, **options)

    monkeypatch.setattr(reading, "render_issue", noted)
    return texts


def test_a_long_issue_is_rendered_once(rendered: list[bytes], tmp_path: Path) -> None:
    assert len(LONG_TEXT) >= LONG
    client = make_site({("样刊", "short.md"): SHORT, ("样刊", "long.md"): LONG_TEXT}, tmp_path).test_client()
    pages = [client.get(f"/issues/样刊/long.md{query}").text for query in ("", "?x=1", "?hl=Tool7", "?hl=Tool8")]
    assert len(rendered) == 1
    assert all("Tool7" in page and "<mark" not in page for page in pages)
    for _ in range(2):
        assert "<mark" in client.get("/issues/样刊/short.md?hl=Bronze").text
    assert rendered[1:] == [SHORT, SHORT]


def test_another_language_has_its_own_page(rendered: list[bytes], tmp_path: Path) -> None:
    """Its links to other issues keep the language."""
    text = LONG_TEXT + "\n\n[邻](short.md)\n".encode()
    client = make_site({("样刊", "short.md"): SHORT, ("样刊", "long.md"): text}, tmp_path).test_client()
    assert "short.md?lang=en" not in client.get("/issues/样刊/long.md").text
    assert "short.md?lang=en" in client.get("/issues/样刊/long.md?lang=en").text


def test_no_more_is_remembered_than_there_is_room_for() -> None:
    kept = RenderedIssues(max_bytes=5000)
    made: list[str] = []

    def make(name: str) -> RenderedIssue:
        made.append(name)
        return RenderedIssue("a" * 2000, ())

    for name in ("a", "b", "a", "c", "a", "b"):
        kept.get(name, lambda name=name: make(name))  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]  # "b" was asked for longest ago when "c" came
    assert len(kept) == 2
    kept.get("large", lambda: RenderedIssue("a" * 9000, ()))
    assert len(kept) == 0
