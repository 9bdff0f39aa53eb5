"""Damage that happens while the site is served, and what readers, watchers and the log are told."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from newsletters import ANALYZER, run_reindex, write_archive, write_issue
from real_server import RealServer, reindex, serving
from running import until

from wangqi.search.model import issue_id
from wangqi.search.whoosh_engine import WhooshEngine


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the index in `index` and the archive in `weekly`."""
    return tmp_path_factory.mktemp("reading")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[RealServer]:
    """A server over two generations, the second of which has `Fresh` in its first issue; each test mends what it
    damages, and the last goes on to another generation."""
    weekly = write_archive(folder / "weekly", 3)
    run_reindex(folder / "index", WhooshEngine(ANALYZER), weekly=weekly)
    write_issue(weekly, 1, "Fresh", "Tool1b")
    with serving(folder / "index", weekly=weekly) as server:
        yield server


def health(server: RealServer) -> set[tuple[int, str, str]]:
    """What each process says."""
    answers = server.ask_each("/healthz")
    return {(answer.status, answer.json["status"], answer.json["generation"]) for answer in answers if answer}


def found(server: RealServer, word: str) -> int:
    return int(server.ask(f"/api/v1/search?q={word}&match=exact").json["total"])


def says(server: RealServer, what: str) -> bool:
    return all(status == (200, what, "000002") for status in health(server))


def test_damaged_text_of_an_issue_is_missing_alone_and_named_in_the_log(site: RealServer, folder: Path) -> None:
    text = folder / "index/generations/000002/texts" / f"{issue_id('weekly', 'issue-01.md')}.md"
    whole = text.read_bytes()
    text.write_bytes(whole.replace(b"Fresh", b"Stale"))
    page = site.ask("/issues/weekly/issue-01.md")
    assert page.status == 503
    assert b"Stale" not in page.body
    assert str(folder).encode() not in page.body
    assert f"{text}: other bytes than were written" in site.log.read_text()
    assert site.ask("/issues/weekly/issue-02.md").status == 200
    assert found(site, "Fresh") == 1
    assert says(site, "ok")  # what is searched is whole
    text.write_bytes(whole)


@pytest.mark.parametrize("content", [b"", b"000009\n", b"../../../etc\n", b"\xff\xfe\0"])
def test_pointer_that_is_damaged_changes_no_answer_and_is_told(site: RealServer, folder: Path, content: bytes) -> None:
    pointer = folder / "index/CURRENT"
    told_before = len(site.log.read_text())
    pointer.write_bytes(content)
    until(partial(says, site, "stale"), "nobody says so")
    assert found(site, "Fresh") == 1
    assert site.ask("/issues/weekly/issue-01.md").status == 200
    named = "000009" if b"000009" in content else str(pointer)
    assert any(
        named in line and "still serving generation 000002" in line
        for line in site.log.read_text()[told_before:].splitlines()
    )
    pointer.write_bytes(b"000002\n")
    until(partial(says, site, "ok"), "nobody says so")


def test_pointer_that_lies_is_followed_like_a_rollback(site: RealServer, folder: Path) -> None:
    (folder / "index/CURRENT").write_bytes(b"000001\n")
    until(lambda: health(site) == {(200, "ok", "000001")}, "not followed")
    assert found(site, "Fresh") == 0
    reindex(folder / "index", weekly=folder / "weekly")
    until(lambda: health(site) == {(200, "ok", "000003")}, "not followed")
    assert found(site, "Fresh") == 1


@pytest.mark.parametrize("content", [b"", b"000009\n"])
def test_server_that_finds_a_damaged_pointer_serves_the_newest_good_generation(tmp_path: Path, content: bytes) -> None:
    weekly = write_archive(tmp_path / "weekly", 3)
    run_reindex(tmp_path / "index", WhooshEngine(ANALYZER), weekly=weekly)
    (tmp_path / "index/CURRENT").write_bytes(content)
    (tmp_path / "wangqi.toml").write_text('[archives]\nweekly = "nowhere"\n', encoding="utf-8")
    with serving(tmp_path / "index") as server:
        assert health(server) == {(200, "stale", "000001")}
        assert found(server, "Tool1a") == 1
        assert "serving generation 000001 instead" in server.log.read_text()
