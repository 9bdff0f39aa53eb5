"""Addresses of issues whose files were renamed or removed: they lead on, or say that the issue is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from newsletters import commit, git, make_engine, run_reindex, write_archive, write_issue
from sample_site import FixedSource

from wangqi.indexer.config import Config
from wangqi.indexer.store.moved import settled
from wangqi.indexer.store.opening import open_current
from wangqi.search.model import entry_id, issue_id
from wangqi.web.app import create_app

Site = Callable[[], FlaskClient]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A checkout with ten issues in `docs`."""
    git(tmp_path, "init", "--quiet")
    write_archive(tmp_path / "docs")
    commit(tmp_path)
    return tmp_path / "docs"


@pytest.fixture
def site(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Reads the archive again, and opens what came of it."""
    index = tmp_path_factory.mktemp("index")
    with ExitStack() as opened:

        def read_again() -> FlaskClient:
            run_reindex(index, force=True, weekly=archive)
            generation = open_current(index, make_engine())
            opened.callback(generation.close)
            return create_app(FixedSource(generation), Config()).test_client()  # type: ignore[arg-type]

        yield read_again


def key_of(client: FlaskClient, path: str) -> str:
    """The id of the first entry of an issue, without the issue's."""
    issue = client.get(f"/api/v1/issues/{issue_id('weekly', path)}").get_json()
    return str(issue["sections"][0]["entries"][0]["id"].rpartition("-")[2])


def rename(archive: Path, old: str, new: str) -> None:
    (archive / new).parent.mkdir(exist_ok=True)
    git(archive, "mv", old, new)
    commit(archive.parent)


def test_a_renamed_issue_and_its_entries_are_found_by_their_addresses_of_before(archive: Path, site: Site) -> None:
    key = key_of(site(), "issue-03.md")
    rename(archive, "issue-03.md", "2024/第3期.md")
    client = site()
    old, new = issue_id("weekly", "issue-03.md"), issue_id("weekly", "2024/第3期.md")
    moved = client.get("/issues/weekly/issue-03.md?hl=Tool3a")
    assert (moved.status_code, moved.location) == (301, f"/issues/weekly/{quote('2024/第3期.md')}?hl=Tool3a")
    assert client.get(f"/entries/{old}-{key}").location == f"/entries/{new}-{key}"
    assert client.get(f"/entries/{old}-1").location == f"/entries/{new}-{key}"  # of version 0.1, by its place
    assert client.get(f"/api/v1/entries/{old}-{key}").get_json()["id"] == f"{new}-{key}"
    assert client.get(f"/api/v1/issues/{old}").get_json()["id"] == new
    gone = client.get(f"/api/v1/entries/{old}-abcdefgh")
    assert (gone.status_code, gone.get_json()["issue"]["id"]) == (410, new)


def test_a_file_renamed_twice_is_found_by_both_names(archive: Path, site: Site) -> None:
    rename(archive, "issue-03.md", "a.md")
    rename(archive, "a.md", "b.md")
    client = site()  # which never held the other two
    for path in ("issue-03.md", "a.md"):
        assert client.get(f"/issues/weekly/{path}").location == "/issues/weekly/b.md"


def test_a_name_that_is_used_again_is_that_of_the_new_file(archive: Path, site: Site) -> None:
    rename(archive, "issue-03.md", "old.md")
    write_issue(archive, 3, "Fresh")
    commit(archive.parent)
    assert site().get("/issues/weekly/issue-03.md").status_code == 200


@pytest.mark.parametrize("is_committed", [True, False])
def test_an_issue_that_was_removed_is_gone(archive: Path, site: Site, is_committed: bool) -> None:
    if not is_committed:
        site()  # git knows nothing of it, the generation of before does
    (archive / "issue-03.md").unlink()
    if is_committed:
        commit(archive.parent)
    client = site()
    old = issue_id("weekly", "issue-03.md")
    for address in ("/issues/weekly/issue-03.md", f"/entries/{entry_id(old, 'abcdefgh')}", f"/api/v1/issues/{old}"):
        assert client.get(address).status_code == 410, address
    page = client.get("/issues/weekly/issue-03.md").text
    assert "这一期已经不在了" in page
    assert 'href="/issues"' in page
    assert client.get("/issues/weekly/issue-99.md").status_code == 404  # never was there


def test_what_is_gone_stays_known_from_one_generation_to_the_next(archive: Path, site: Site) -> None:
    site()
    (archive / "issue-03.md").unlink()
    site()
    write_issue(archive, 11, "Fresh")
    client = site()
    assert client.get("/issues/weekly/issue-03.md").status_code == 410
    write_issue(archive, 3, "Again")
    assert site().get("/issues/weekly/issue-03.md").status_code == 200


def test_a_name_that_another_issue_has_had_since_leads_to_where_each_is_now(archive: Path, site: Site) -> None:
    rename(archive, "issue-03.md", "2024/第3期.md")
    rename(archive, "2024/第3期.md", "2024/三.md")
    write_issue(archive, 30, "Other").rename(archive / "2024/第3期.md")
    commit(archive.parent)
    rename(archive, "2024/三.md", "2024/3.md")
    rename(archive, "2024/第3期.md", "2024/第30期.md")
    client = site()
    for before, now in {
        "issue-03.md": "2024/3.md",
        "2024/三.md": "2024/3.md",
        "2024/第3期.md": "2024/第30期.md",
    }.items():
        assert client.get(f"/issues/weekly/{before}").location == f"/issues/weekly/{quote(now)}", before


def test_what_moved_leads_in_one_step_to_what_is_held() -> None:
    moved = {"a": "b", "b": "c", "d": "", "e": "d", "x": "y", "y": "x", "c": "z"}
    found = settled(moved, {"c"})
    assert found == {"a": "c", "b": "c", "d": "", "e": "", "x": "", "y": ""}
    assert settled(found, {"c"}) == found
