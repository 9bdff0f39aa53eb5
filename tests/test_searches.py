"""All searches: what is noted of them, how much at most, and the author's report."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sample_site import ANALYZER, FixedSource, Texts, example_texts, generation_of

from wangqi.indexer.config import Config
from wangqi.search.whoosh_engine import WhooshEngine
from wangqi.web.app import create_app
from wangqi.web.cli.program import main
from wangqi.web.site.noting import MAX_BYTES
from wangqi.web.site.searches import BEFORE, FILE_NAME, Searches, read_report

LONG_AGO = datetime(2000, 1, 1)


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """Of a site that notes searches in `tmp_path`."""
    (tmp_path / "built").mkdir()
    texts: Texts = example_texts()
    source = FixedSource(generation_of(texts, tmp_path / "built", engine=WhooshEngine(ANALYZER)))
    return create_app(source, Config(), searches=Searches(tmp_path)).test_client()


def noted(folder: Path) -> list[tuple[str, int]]:
    return [(query.q, query.found) for query in read_report(folder, LONG_AGO).queries]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/search?q=图床", [("图床", 4)]),
        ("/api/v1/search?q=量子打印机 zzqqx", [("量子打印机 zzqqx", 0)]),
        ("/search?q=图床&page=2", []),
        ("/search?q=图床&kind=book", []),
        ("/search?q=", []),
        ("/search.atom?q=图床", []),  # asked again every hour by a program
        (f"/search?q={'字' * 101}", []),  # pasted
    ],
)
def test_a_search_is_noted_with_what_it_found(
    client: FlaskClient, tmp_path: Path, address: str, expected: list[tuple[str, int]]
) -> None:
    client.get(address, headers={"X-Forwarded-For": "203.0.113.9", "User-Agent": "who asks"})
    if expected and expected[0][1]:
        expected = [(expected[0][0], client.get("/api/v1/search?q=图床&page=2").get_json()["total"])]
    assert noted(tmp_path) == expected
    for line in (tmp_path / FILE_NAME).read_text().splitlines() if expected else []:
        assert set(json.loads(line)) == {"at", "q", "found"}


def test_nothing_is_noted_by_default(tmp_path: Path) -> None:
    assert Config().note_searches is False


def test_the_files_do_not_grow_for_ever(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\n" * MAX_BYTES)
    (tmp_path / BEFORE).write_text("older")
    client.get("/search?q=图床")
    client.get("/search?q=图床")
    assert (tmp_path / BEFORE).stat().st_size == MAX_BYTES
    assert len((tmp_path / FILE_NAME).read_text().splitlines()) == 1
    assert len(noted(tmp_path)) == 1


def test_several_that_find_it_full_begin_it_anew_once(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\n" * MAX_BYTES)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: client.application.test_client().get(f"/search?q=图床{number}"), range(24)))
    assert (tmp_path / BEFORE).stat().st_size == MAX_BYTES
    assert len(noted(tmp_path)) >= 24 - 8


def test_nothing_is_noted_behind_a_link(client: FlaskClient, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    victim = tmp_path / "victim"
    victim.write_text("whole")
    (tmp_path / FILE_NAME).symlink_to(victim)
    assert client.get("/search?q=图床").status_code == 200
    assert victim.read_text() == "whole"
    assert "cannot be noted" in caplog.text


def write(folder: Path, name: str, *lines: tuple[str, str, int]) -> None:
    text = "".join(
        json.dumps({"at": f"{at}Z", "q": q, "found": found}, ensure_ascii=False) + "\n" for at, q, found in lines
    )
    (folder / name).write_text(text, encoding="utf-8")


def report(folder: Path, *options: str, code: int = 0) -> Any:
    done = CliRunner().invoke(main, ["report", "--index", str(folder), *options])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout) if "--json" in options else done.output


def test_the_author_reads_a_report(tmp_path: Path) -> None:
    assert "--note-searches" in report(tmp_path)
    write(tmp_path, BEFORE, ("2024-04-01T10:00:00", "图床", 3), ("2024-05-01T10:00:00", "图床", 3))
    write(
        tmp_path,
        FILE_NAME,
        ("2024-05-02T10:00:00", "图", 30),  # being typed
        ("2024-05-02T10:00:02", "图床", 4),
        ("2024-05-03T10:00:00", "量子", 0),
    )
    shown = report(tmp_path, "--since", "2024-04-15")
    assert shown.splitlines()[0] == "since 2024-04-15: 3 searches, 2 queries, of which 1 found nothing"
    assert "     2  2024-05-02       4  图床" in shown
    assert shown.endswith("     1  2024-05-03       0  量子\n")
    assert report(tmp_path, "--since", "2024-04-15", "--json") == {
        "since": "2024-04-15",
        "searches": 3,
        "queries": 2,
        "frequent": [
            {"q": "图床", "times": 2, "last": "2024-05-02T10:00:02Z", "found": 4},
            {"q": "量子", "times": 1, "last": "2024-05-03T10:00:00Z", "found": 0},
        ],
        "missed": [{"q": "量子", "times": 1, "last": "2024-05-03T10:00:00Z", "found": 0}],
    }
    assert report(tmp_path, "--since", "2000-01-01", "--json")["searches"] == 4
    assert report(tmp_path, "--json")["searches"] == 0  # of the last thirty days


@pytest.mark.parametrize("since", ["yesterday", "30", "d", "-3d", "99999d", "9999y", "2024-13-01", "٣d"])
def test_a_time_that_is_none_is_refused(tmp_path: Path, since: str) -> None:
    assert "write 30d" in report(tmp_path, f"--since={since}", code=2)
